"""The three real processes on free ports with a store of their own (the customers are in tests/customer.py).

A test module that wants the shared one says `pytest_plugins = ["tests.stack"]` and takes the fixture `stack`: it is
started once for the whole run, whoever asks first. (PYTEST_DONT_REWRITE: modules import this one before pytest does.)
"""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.bootstrap import build_message_log, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.follow_up import FollowUpKind, FollowUpState
from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import AmountLine, Decision
from bot.launch import QUIET
from bot.services.assess_loss import ReleaseAssessment, release_assessment
from bot.services.contingency import load_kinds
from bot.services.ports import UnitOfWork
from bot.services.run_event import StartEvent, start_event, stop_event
from bot.settings import RASA_WORKERS, ROOT, Settings, read_settings
from bot.store.engine import build_engine
from tests.customer import Answer, Chat, Message, StackError, request, wait_until
from tests.follow_ups import raise_follow_up

__all__ = ["Answer", "Chat", "Message", "Stack", "StackError", "wait_until"]
PROCESSES = {"actions": "actions.server", "rasa": "bot.dialogue.server", "desk": "bot.front_desk"}
START_PATIENCE = 150.0  # seconds; a busy machine takes a minute to import Rasa


@dataclass
class Stack:
    """Start with `start`, end with `stop`; logs stay in the var directory, one file a process.

    `database_url`: "" for a SQLite file in the var directory.
    """

    var_dir: Path
    database_url: str = ""
    ports: dict[str, int] = field(default_factory=lambda: dict(zip(PROCESSES, free_ports(3), strict=True)))
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment = {
            **os.environ,
            **QUIET,
            "BOT_VAR_DIR": str(self.var_dir),
            "BOT_HOST": "127.0.0.1",
            "BOT_PORT": str(self.ports["desk"]),
            "BOT_RASA_PORT": str(self.ports["rasa"]),
            "BOT_ACTION_PORT": str(self.ports["actions"]),
            "BOT_DEMO": "1",
        }
        self.environment.pop("DATABASE_URL", None)
        if self.database_url:
            self.environment["DATABASE_URL"] = self.database_url
        self.settings: Settings = read_settings(self.environment)
        self.unit_of_work: Callable[[], UnitOfWork] = build_unit_of_work(self.settings)
        self._message_log = build_message_log(self.settings)

    def start(self) -> None:
        """Train if the model is not the data's, seed the store, start all three and wait until they serve."""
        self.train()
        prepare_store(self.settings, datetime.now(SHANGHAI).date())
        for name in PROCESSES:
            self._spawn(name)
        self.wait_ready()

    def train(self) -> None:
        """Into BOT_MODEL_DIR, or `models/`; nothing happens when the model there is the data's."""
        trained = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bot.training.train"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if trained.returncode != 0:
            raise StackError(f"training failed\n{trained.stdout[-2000:]}\n{trained.stderr[-4000:]}")

    def stop(self) -> None:
        """End all in order: a polite signal, and for who does not listen the other one."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def kill(self, name: str) -> None:
        """SIGKILL: no clean-up, nothing said to anybody."""
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def restart(self, name: str, environment: Mapping[str, str] | None = None, *, module: str = "") -> None:
        """Kill if it runs, start anew (with other settings or another module for this one) and wait until it serves."""
        if name in self.running:
            self.kill(name)
        self._spawn(name, environment, module)
        self.wait_ready()

    def heal(self) -> None:
        """Start again whatever has ended."""
        for name in PROCESSES:
            if name not in self.running or self.running[name].poll() is not None:
                self._spawn(name)
        self.wait_ready()

    def wait_ready(self) -> None:
        for name in self.running:
            wait_until(lambda name=name: self._is_up(name), f"{name} serving", START_PATIENCE)  # type: ignore[misc]

    def log_of(self, name: str) -> str:
        path = self.var_dir / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def describe(self) -> str:
        """Who runs, and what each logged last."""
        parts = []
        for name in PROCESSES:
            process = self.running.get(name)
            state = "not started" if process is None else "running" if process.poll() is None else "ended"
            parts.append(f"-- {name}: {state}\n{self.log_of(name)[-1500:]}")
        return "\n".join(parts)

    def _spawn(self, name: str, environment: Mapping[str, str] | None = None, module: str = "") -> None:
        with (self.var_dir / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", module or PROCESSES[name]],
                cwd=ROOT, env={**self.environment, **(environment or {})},
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def _is_up(self, name: str) -> bool:
        if self.running[name].poll() is not None:
            raise StackError(f"{name} ended with code {self.running[name].returncode}\n{self.describe()}")
        path = {"actions": "/health", "rasa": "/webhooks/desk/health", "desk": "/readyz"}[name]
        secret = {"Authorization": f"Bearer {self.settings.secrets.action_key}"} if name == "actions" else {}
        try:
            status, answer = request(self.ports[name], "GET", path, headers=secret, timeout=5)
        except (OSError, http.client.HTTPException):
            return False
        if name == "desk" and {"rasa", "actions"} <= set(self.running):
            return answer["status"] == "ready"
        return status == 200

    # -- customers and their phones ------------------------------------------------------------------------------------

    def chat(self) -> Chat:
        """A new customer opens the page."""
        return Chat(self)

    def texts(self, phone: str) -> list[str]:
        """Text messages that the phone got, newest first."""
        status, inbox = self.call("GET", f"/demo/inbox.json?phone={quote(phone)}")
        assert status == 200, inbox
        return [item["text"] for item in inbox["messages"]]

    def newest_code(self, phone: str) -> str:
        """The six digits of the newest one-time code sent to the phone."""
        return self._newest(phone, r"(?<!\d)\d{6}(?!\d)")

    def newest_consent_code(self, phone: str) -> str:
        return self._newest(phone, r"(?<=确认码 )[0-9A-Z]{8}")

    def _newest(self, phone: str, pattern: str) -> str:
        for text in self.texts(phone):
            found = re.search(pattern, text)
            if found:
                return found.group()
        raise StackError(f"no code has been sent to {phone}")

    def has_nothing_pending(self, conversation_id: str) -> bool:
        return self._message_log.next_pending(conversation_id) is None

    def let_time_pass(self, minutes: int) -> None:
        """Make all codes, failures, invitations, answers and proofs of identity that much older, as if it were later."""
        older = f"strftime('%Y-%m-%d %H:%M:%f', {{0}}, '-{minutes} minutes') || '000'"
        columns = (
            ("one_time_codes", ("sent_at", "expires_at")),
            ("identity_failures", ("at",)),
            ("verifications", ("valid_until",)),
            ("consent_invitations", ("expires_at",)),
            ("endorsements", ("consent_by",)),
            ("follow_up_answers", ("at",)),
        )
        for table, names in columns:
            changes = ", ".join(f"{name} = {older.format(name)}" for name in names)
            self._write(f"UPDATE {table} SET {changes}")

    def comes_by(self, conversation_id: str, channel: str) -> None:
        """As if this conversation were a phone call or WeChat: what is kept of a channel beside its own protocol."""
        self._write(f"UPDATE conversations SET channel = '{channel}' WHERE conversation_id = '{conversation_id}'")

    def issue_endorsements(self) -> None:
        """The core system has issued what was asked for so far: no request is open on any policy."""
        self._write("UPDATE endorsements SET status = 'completed' WHERE status IN ('waiting_for_consent', 'accepted')")

    def record_insured_event(self, policy_no: str, day: date | None) -> None:
        """As the core system would, once a death or an accident on the policy is known; None takes it back."""
        value = f"'{day.isoformat()}'" if day else "NULL"
        self._write(f"UPDATE policies SET insured_event_on = {value} WHERE policy_no = '{policy_no}'")

    def record_agreement(self, party_id: str, pay_by: date | None) -> None:
        """This customer's decided amount was agreed to and is paid by then; None: it waits for a yes again."""
        agreed_at, stage = None, ClaimStage.AWAITING_AGREEMENT
        if pay_by:
            agreed_at, stage = datetime.now(SHANGHAI), ClaimStage.PAYING
        with self.unit_of_work() as work:
            for claim in work.claims.of_party(party_id):
                if claim.settlement and claim.settlement.decision is not Decision.DENY:
                    settlement = replace(claim.settlement, agreed_at=agreed_at, pay_by=pay_by)
                    work.claims.save(replace(claim, stage=stage, settlement=settlement))
            work.commit()

    def record_assessment(self, party_id: str) -> str:
        """A motor claim of this customer with an assessed loss that waits for his word; returns its number."""
        now = datetime.now(SHANGHAI)
        report = LossReport(
            LineOfBusiness.MOTOR, now.date().isoformat(), "团结湖路口", "倒车撞了石墩", "无", "13900003199"
        )
        with self.unit_of_work() as work:
            number = work.numbers.next("C", now.date())
            work.claims.add(
                Claim(number, report, ClaimStage.ASSESSING, now, False, "desk", number, claimant_party_id=party_id)
            )
            lines = (AmountLine("后保险杠", Decimal("1650")), AmountLine("喷漆工时", Decimal("800")))
            release_assessment(work, ReleaseAssessment(number, lines, "修理厂维修清单", "desk", now))
            work.commit()
        return number

    def raise_new_policy_follow_up(self, party_id: str) -> str:
        """One about this customer's contract that is in its cooling-off period; returns its number."""
        now = datetime.now(SHANGHAI)
        with self.unit_of_work() as work:
            mine = work.policies.naming(party_id)
            new = next(each for each in mine if each.cooling_off_until and each.cooling_off_until >= now.date())
        kind = FollowUpKind.NEW_POLICY
        return raise_follow_up(self.unit_of_work, kind, new.policy_no, party_id, now).number

    def call_off_follow_up(self, number: str) -> None:
        """So that the next dialogue does not meet it."""
        with self.unit_of_work() as work:
            follow_up = work.follow_ups.get(number)
            assert follow_up is not None
            work.follow_ups.save(replace(follow_up, state=FollowUpState.CALLED_OFF))
            work.commit()

    def switch_on_event(self, region: str) -> str:
        """Event mode for a storm there; returns its number."""
        now = datetime.now(SHANGHAI)
        kind = next(kind for kind in load_kinds(ROOT / "data" / "events.yml") if kind.id == "storm")
        ends = now.date() + timedelta(days=10)
        with self.unit_of_work() as work:
            event = start_event(work, StartEvent(kind, f"{region}暴雨", (region,), ends, False, "desk", now))
            work.commit()
        return event.event_id

    def switch_off_event(self, event_id: str) -> None:
        with self.unit_of_work() as work:
            stop_event(work, event_id, "desk", datetime.now(SHANGHAI))
            work.commit()

    def withdraw_claim(self, claim_no: str) -> None:
        """So that the next dialogue does not meet it."""
        with self.unit_of_work() as work:
            claim = work.claims.get(claim_no)
            assert claim is not None
            work.claims.save(replace(claim, stage=ClaimStage.WITHDRAWN, claimant_party_id=""))
            work.commit()

    def _write(self, statement: str) -> None:
        engine = build_engine(self.settings.database_url, self.settings.secrets.data_key)
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None,
        headers: Mapping[str, str] | None = None, address: str = "127.0.0.1",
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        """One request to the front desk; of a 429 the answer also holds `retry_after`."""
        return request(self.ports["desk"], method, path, body, headers, address)


def free_ports(number: int) -> list[int]:
    """Below the range that outgoing connections take theirs from: a port must still be free when its process comes.

    Of each, the next one is free too, for Rasa's second worker.
    """
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000, RASA_WORKERS), 200):
        if all(_is_free(port + place) for place in range(RASA_WORKERS)):
            found.append(port)
        if len(found) == number:
            break
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The one stack of a test run."""
    one = Stack(tmp_path_factory.mktemp("stack"))
    try:
        one.start()
        yield one
    finally:
        one.stop()
