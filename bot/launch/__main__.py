"""`python -m bot.launch`: train when the data changed, start the three processes, say when the assistant answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime

from bot.bootstrap import build_model_registry, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.errors import ConfigurationError
from bot.launch import QUIET
from bot.launch.model_servers import ModelServers
from bot.launch.procfile import Command, parse_procfile, several
from bot.launch.supervisor import Supervisor
from bot.settings import ROOT, Settings, is_first_start, read_settings

RASA = "rasa"  # its name in the Procfile
PATIENCE = 180  # seconds until a start that does not answer is called failed


def main() -> int:
    first_start = is_first_start()
    try:
        settings = read_settings()
    except ConfigurationError as error:
        say(f"设置有误，没有启动：{error}")
        return 2
    trained = subprocess.run([sys.executable, "-m", "bot.training.train", "--keep-released"], cwd=ROOT, check=False)
    if trained.returncode != 0:
        return trained.returncode
    prepare_store(settings, datetime.now(SHANGHAI).date())
    commands = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8"))
    commands = several(commands, "desk", settings.desks)
    supervisor = Supervisor(commands, {**os.environ, **QUIET}, ROOT, say, addresses=addresses_of(settings))
    servers = serve_models(settings, supervisor, commands)
    supervisor.spares = servers.spares
    threading.Thread(target=servers.keep_looking, daemon=True).start()
    threading.Thread(target=announce, args=(settings, first_start, supervisor), daemon=True).start()
    return supervisor.run()


def serve_models(settings: Settings, supervisor: Supervisor, commands: Sequence[Command]) -> ModelServers:
    """The Rasa servers: the Procfile's, with the current model, and those of other models as they are released."""
    registry = build_model_registry(settings.model_dir)
    return ModelServers(
        registry,
        supervisor,
        first=next(command for command in commands if command.name == RASA),
        model=registry.current(),
        urls=settings.rasa_urls,
        routes_file=settings.routes_file,
        clock=lambda: datetime.now(SHANGHAI),
        say=say,
    )


def addresses_of(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Where each process of the Procfile says that it lives."""
    desks = {
        f"desk{place or ''}": (f"http://{settings.host}:{settings.port + place}/healthz",)
        for place in range(settings.desks)
    }
    rasa = tuple(f"{url}/webhooks/desk/health" for url in settings.rasa_urls)
    return {**desks, RASA: rasa, "actions": (f"{settings.action_url}/health",)}


def say(line: str) -> None:
    print(line, flush=True)


def announce(settings: Settings, first_start: bool, supervisor: Supervisor) -> None:
    """Wait until everything is ready and say where it is; when it never is, end it all."""
    say("正在启动……")
    started = time.monotonic()
    while not is_ready(f"http://{settings.host}:{settings.port}/readyz"):
        if time.monotonic() - started > PATIENCE:
            say(f"{PATIENCE} 秒内没有就绪，请看上面的错误。")
            supervisor.stop(1)
            return
        time.sleep(0.2)
    for line in welcome(settings, first_start, time.monotonic() - started):
        say(line)


def is_ready(address: str) -> bool:
    """Whether all three are there: the front desk alone takes messages, and answers none."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(json.load(answer)["status"] == "ready")
    except (urllib.error.URLError, OSError, ValueError):
        return False


def welcome(settings: Settings, first_start: bool, seconds: float) -> list[str]:
    """Where to go; the desk's password at the first start only."""
    address = f"http://{settings.host}:{settings.port}"
    lines = [f"\n智能客服已就绪（{seconds:.0f} 秒）：{address}/"]
    if settings.demo:
        lines.append(f"演示客户：{address}/demo   演示短信：{address}/demo/inbox")
    lines.append(f"人工坐席：{address}/desk")
    if first_start:
        password = settings.secrets.desk_password
        lines.append(f"坐席 desk 的初始密码（只显示这一次，登录后要换成自己的）：{password}")
    return [*lines, "按 Ctrl+C 结束。"]


if __name__ == "__main__":
    sys.exit(main())
