"""`make run`: prepare what is missing, start the three processes of the Procfile, say when the assistant answers."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime

from honcho.environ import parse_procfile
from honcho.manager import Manager

from bot.bootstrap import prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.settings import ROOT, Settings, is_first_start, read_settings

PATIENCE = 180  # seconds until a start that does not answer is called failed


def main() -> int:
    first_start = is_first_start()
    settings = read_settings()
    trained = subprocess.run([sys.executable, "-m", "bot.training.train"], cwd=ROOT, check=False)
    if trained.returncode != 0:
        return trained.returncode
    prepare_store(settings, datetime.now(SHANGHAI).date())
    manager = Manager()
    environment = {**os.environ, **QUIET}
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        command = command.replace("python", sys.executable, 1)
        manager.add_process(name, command, env=environment, cwd=str(ROOT), quiet=True)
    threading.Thread(target=_announce, args=(settings, first_start, manager), daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
}


def _announce(settings: Settings, first_start: bool, manager: Manager) -> None:
    address = f"http://{settings.host}:{settings.port}"
    print("正在启动……", flush=True)
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    else:
        print(f"{PATIENCE} 秒内没有就绪，请看上面的错误。", flush=True)
        manager.terminate()
        return
    print(f"\n智能客服已就绪（{time.monotonic() - started:.0f} 秒）：{address}/", flush=True)
    if settings.demo:
        print(f"演示客户：{address}/demo   演示短信：{address}/demo/inbox", flush=True)
    print(f"人工坐席：{address}/desk", flush=True)
    if first_start:
        print(f"坐席初始密码（只显示这一次，保存在 var/secrets.json）：{settings.secrets.desk_password}", flush=True)
    print("按 Ctrl+C 结束。", flush=True)


if __name__ == "__main__":
    sys.exit(main())
