"""No list page of the desk reads a table from its beginning to its end: what the databases say they will do, page by page.

Every page is asked for over HTTP on a store whose registers are nearly all closed, as they are after some years, and each statement that
it sends is explained by the database itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, event, select, text
from sqlalchemy.engine import Engine
from store_samples import CHANGE, CLAIM, COMPLAINT, HAND_OFF, HOLDER, INSURED, NOW, POLICY, TODAY

from bot.insurance.claim import ClaimStage
from bot.insurance.complaint import ComplaintStage
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpState
from bot.insurance.rating import Rating
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.insurance.staff import DeskNote, Role
from bot.insurance.task import Register, Task, TaskState
from bot.settings import read_settings
from bot.store.case_tables import CLAIMS, ENDORSEMENTS, HAND_OFFS, SERVICE_REQUESTS
from bot.store.complaint_tables import COMPLAINTS
from bot.store.follow_up_tables import FOLLOW_UPS
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies
from bot.store.rating_tables import RATINGS
from bot.store.staff_tables import DESK_NOTES
from bot.store.task_tables import TASKS
from bot.store.unit_of_work import SqlUnitOfWork
from tests.unit.console.conftest import running_console

CLOSED, OPEN = 4000, 8  # rows of each register
LONG_AGO = NOW - timedelta(days=900)
REGISTERS = (CLAIMS, COMPLAINTS, ENDORSEMENTS, SERVICE_REQUESTS, HAND_OFFS, TASKS, FOLLOW_UPS, RATINGS, DESK_NOTES)
PAGES = [
    "/desk", "/desk/c-0", "/desk/cases", "/desk/cases?page=2", "/desk/cases?kind=C", "/desk/cases?kind=T", "/desk/cases?kind=E",
    "/desk/cases?kind=S", "/desk/tasks", "/desk/tasks?post=理赔", "/desk/follow-ups", "/desk/ratings", "/desk/reports",
    "/desk/models",
]  # fmt: skip
_SQLITE_SCAN = re.compile(r"^SCAN (\w+)(?! USING (?:COVERING )?INDEX \w*open)")
_POSTGRES_SCAN = re.compile(r"Seq Scan on (\w+)")


def request(number: int, status: RequestStatus, **changes: Any) -> ServiceRequest:
    made = ServiceRequest(
        f"S{number:014}", "privacy_request", status, "", "", (), (), NOW, TODAY, "D-P03", "综合", f"c-{number}",
        f"request {number}", alert_on=TODAY, steps=(RequestStep(status, NOW, "agent:1", "x"),),
    )  # fmt: skip
    return replace(made, **changes)


def fill(engine: Engine) -> None:
    """A few open rows of each register by its repository, and thousands of closed ones that are copies of one."""
    with engine.begin() as connection:
        add_parties(connection, (HOLDER, INSURED))
        add_policies(connection, (replace(POLICY, beneficiaries=()),))
    with SqlUnitOfWork(engine) as work:
        for place in range(OPEN + 1):
            over, key = place == OPEN, f"key {place}"
            stages = (ClaimStage.CLOSED, ComplaintStage.CLOSED, EndorsementStatus.COMPLETED)
            claim, complaint, change = stages if over else (CLAIM.stage, COMPLAINT.stage, EndorsementStatus.ACCEPTED)
            day = (LONG_AGO if over else NOW).date()
            work.claims.add(replace(CLAIM, claim_no=f"C{place}", idempotency_key=key, stage=claim))
            work.complaints.add(replace(COMPLAINT, complaint_no=f"T{place}", idempotency_key=key, stage=complaint))
            work.endorsements.add(
                replace(CHANGE, endorsement_no=f"E{place}", idempotency_key=key, status=change, old=(), new=())
            )
            work.requests.add(request(place, RequestStatus.DONE if over else RequestStatus.WITH_PERSON))
            work.requests.add(
                request(100 + place, RequestStatus.WITH_PERSON, kind="report_misconduct", restricted=True)
            )
            at = LONG_AGO if over else NOW
            work.hand_offs.add(
                replace(HAND_OFF, conversation_id=f"c-{place}", idempotency_key=key, taken_by="" if place % 2 else "1001",
                        offered_to="1001", offered_at=at, requested_at=at, taken_at=at, closed_at=at if over else None)
            )  # fmt: skip
            work.tasks.save(
                Task(
                    f"C{place}",
                    day,
                    Register.CLAIM,
                    "motor",
                    "理赔",
                    TaskState.DUE_SOON,
                    at,
                    False,
                    at if over else None,
                )
            )
            state = FollowUpState.DONE if over else FollowUpState.SENT
            work.follow_ups.add(
                FollowUp(f"R{place:014}", FollowUpKind.CLAIM_CLOSED, f"C{place}", "CU1", state, at, day, "D-V01")
            )
            work.ratings.add(Rating(f"c-{place}", "", 1, "", "web", at, key))
            work.desk_notes.add(DeskNote(f"c-{place}", "1001", "x", at))
        work.commit()
    for table in REGISTERS:
        copy_newest(engine, table)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def copy_newest(engine: Engine, table: Table) -> None:
    """Thousands of the row that was added last, each with keys of its own."""
    with engine.begin() as connection:
        key = next(iter(table.primary_key.columns))
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        last = max(
            (row for row in rows if not row.get("restricted")), key=lambda row: (len(str(row[key.name])), row[key.name])
        )
        own = {"idempotency_key", "conversation_id", "subject", key.name} & last.keys()
        copies = []
        for place in range(CLOSED):
            made = {**last, **{name: f"{last[name]}-{place}" for name in own if isinstance(last[name], str)}}
            if not isinstance(last[key.name], str):
                del made[key.name]
            copies.append(made)
        connection.execute(table.insert(), copies)


@contextmanager
def listening(engine: Engine) -> Iterator[dict[str, Any]]:
    """Each statement that reads, with its values."""
    heard: dict[str, Any] = {}

    def hear(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            heard.setdefault(statement, values)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def whole_tables(engine: Engine, statement: str, values: Any) -> list[str]:
    """The registers that the database means to read from one end to the other for this statement."""
    names = {table.name for table in REGISTERS}
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            plan = [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            found = [match.group(1) for line in plan if (match := _SQLITE_SCAN.match(line))]
        else:
            plan = [str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]
            found = [match.group(1) for line in plan if (match := _POSTGRES_SCAN.search(line))]
    return [f"{name}: {statement}" for name in found if name in names]


@pytest.fixture
def filled(engine: Engine) -> Engine:
    fill(engine)
    return engine


async def test_every_list_page_finds_its_rows_by_an_index(filled: Engine, url: str, tmp_path: Path) -> None:
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path), "DATABASE_URL": url, "BOT_DEMO": "0"})
    async with running_console(filled, settings) as place:
        everything, one_post = await place.agent(), await place.colleague("3001", Role.CLAIMS)
        read_whole: dict[str, list[str]] = {}
        for path in PAGES:
            for browser in (everything, one_post):
                with listening(filled) as heard:
                    status, page = await browser.get(path)
                assert status in (200, 404), page
                for statement, values in heard.items():
                    if found := whole_tables(filled, statement, values):
                        read_whole.setdefault(path, []).extend(found)
        assert read_whole == {}


def test_a_statement_that_reads_a_whole_register_is_noticed(filled: Engine) -> None:
    assert whole_tables(filled, "SELECT * FROM claims WHERE line = 'x'", ())
    assert not whole_tables(filled, "SELECT * FROM claims WHERE claim_no = 'C1'", ())


def test_what_an_offer_and_a_promise_ask_of_the_queue_is_found_by_an_index(filled: Engine) -> None:
    """Asked at every change of the queue, and for each customer who is handed over."""
    with listening(filled) as heard, SqlUnitOfWork(filled) as work:
        work.hand_offs.open_all()
        work.hand_offs.waiting()
        work.hand_offs.waiting_at()
        work.hand_offs.last_offers(("1001", "1002"))
        work.hand_offs.last_taken_by("c-1")
        work.hand_offs.waits("综合", NOW - timedelta(hours=9))
        work.hand_offs.open_for("c-1")
    assert [found for each, values in heard.items() for found in whole_tables(filled, each, values)] == []
