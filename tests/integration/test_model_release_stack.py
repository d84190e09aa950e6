"""Release and rollback on a running product: `python -m bot.launch`, real Rasa servers, customers who talk all the while."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.bootstrap import build_model_registry, build_unit_of_work
from bot.calendars.clocks import SHANGHAI
from bot.clients.rasa_routes import Plan
from bot.insurance.staff import Role, Staff
from bot.launch import QUIET
from bot.services.models.card import SYSTEM, CardState
from bot.services.staff_accounts import By, add_staff, draw_password
from bot.settings import ROOT, read_settings
from tests.customer import wait_until
from tests.integration.test_launch import launched
from tests.stack import PROCESSES, START_PATIENCE, Chat, Stack, free_ports

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs Linux's /proc"),
]
NEW = "abcabcabcabc"


class Talk:
    """A customer who asks one thing after the other, and what each answer was."""

    def __init__(self, chat: Chat) -> None:
        self.answers: list[str] = []
        self.failure: BaseException | None = None
        self._chat, self._over = chat, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join(START_PATIENCE)

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                self.answers.append(self._chat.say("什么是免赔额").text)
        except BaseException as failure:  # for the test to see
            self.failure = failure


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation whose model is there twice: as the current one, and as an approved one under another name."""
    for name in ("trained", "var", "models"):
        (tmp_path / name).mkdir()
    trained = Stack(tmp_path / "trained")
    trained.train()
    source, folder = build_model_registry(trained.settings.model_dir), build_model_registry(tmp_path / "models")
    card = source.card(source.current())
    assert card is not None
    with folder.changing():
        for model_id in (card.model_id, NEW):
            folder.archive(model_id).symlink_to(source.archive(card.model_id).resolve())
        folder.make_current(replace(card, made_by=SYSTEM, state=CardState.CURRENT))
        approved = replace(card, model_id=NEW, made_by="anna", state=CardState.APPROVED, gate_passed=True)
        folder.put(replace(approved, compared_with=card.model_id))
    ports = dict(zip(PROCESSES, free_ports(3), strict=True))
    made = {
        **os.environ, **QUIET, "BOT_VAR_DIR": str(tmp_path / "var"), "BOT_MODEL_DIR": str(tmp_path / "models"),
        "BOT_HOST": "127.0.0.1", "BOT_PORT": str(ports["desk"]), "BOT_RASA_PORT": str(ports["rasa"]),
        "BOT_ACTION_PORT": str(ports["actions"]), "BOT_DEMO": "1",
    }  # fmt: skip
    made.pop("DATABASE_URL", None)
    return made


def command(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words, "--by", "bert"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_customers_who_talk_during_a_release_and_a_rollback_miss_nothing(environment: dict[str, str]) -> None:
    settings = read_settings(environment)
    with launched(environment) as product:
        ports = {"desk": settings.port, "rasa": settings.rasa_port, "actions": settings.action_port}
        stack = Stack(settings.var_dir, ports=ports)
        with build_unit_of_work(settings)() as work:
            now = datetime.now(SHANGHAI)
            add_staff(work, Staff("bert", frozenset({Role.TRAINER}), frozenset()), draw_password(), By("test", now))
            work.commit()

        def serving() -> set[str]:
            return set(Plan.from_json(settings.routes_file.read_text()).servers)

        wait_until(settings.routes_file.exists, "the routes of the first model", START_PATIENCE)
        (old,) = serving()
        talks = [Talk(stack.chat()) for _ in range(3)]
        assert "50% 的新会话" in command(environment, "release", NEW, "--share", "50")
        wait_until(lambda: serving() == {old, NEW}, "two models serve", START_PATIENCE)
        talks += [Talk(stack.chat()) for _ in range(4)]
        assert "新会话都用" in command(environment, "release", NEW)
        later = stack.chat()
        assert "免赔额" in later.say("什么是免赔额").text
        assert len([pid for pid in product.children() if _serves(pid)]) == 2
        assert "已退回" in command(environment, "rollback")
        wait_until(lambda: serving() == {old}, "the first model serves alone", START_PATIENCE)
        wait_until(lambda: sum(map(_serves, product.children())) == 1, "the other server ends", START_PATIENCE)
        assert "免赔额" in later.say("什么是免赔额").text
        for talk in talks:
            talk.end()
        assert [talk.failure for talk in talks] == [None] * len(talks)
        assert all("免赔额" in answer for talk in talks for answer in talk.answers)
        assert all(talk.answers for talk in talks)
        assert "意外退出" not in product.shown


def _serves(pid: int) -> bool:
    try:
        return "bot.dialogue.server" in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return False
