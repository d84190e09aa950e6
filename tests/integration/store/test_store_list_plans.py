"""No list page of the desk reads a table from its beginning to its end: what the databases say they will do, page by page.

Every page is asked for over HTTP on a store whose registers are nearly all closed, as they are after some years, and each statement that
it sends is explained by the database itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, event, func, select, text
from sqlalchemy.engine import Engine
from store_samples import CHANGE, CLAIM, COMPLAINT, HAND_OFF, HOLDER, INSURED, NOW, POLICY, TODAY

from bot.insurance.claim import ClaimStage
from bot.insurance.complaint import ComplaintStage
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpState
from bot.insurance.improvement import Improvement
from bot.insurance.inquiry import Inquiry
from bot.insurance.quality import Appeal, Finding, QualityReview, Sampled, Score, Severity
from bot.insurance.rating import Rating
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.insurance.staff import DeskNote, Role
from bot.insurance.task import Register, Task, TaskState
from bot.services.quality_ports import Shown
from bot.settings import read_settings
from bot.store.case_tables import CLAIMS, ENDORSEMENTS, HAND_OFFS, SERVICE_REQUESTS
from bot.store.complaint_tables import COMPLAINT_INQUIRIES, COMPLAINTS
from bot.store.follow_up_tables import FOLLOW_UPS
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies
from bot.store.quality_tables import QUALITY_REVIEWS
from bot.store.rating_tables import RATINGS
from bot.store.review_tables import REVIEW_ITEMS
from bot.store.staff_tables import DESK_NOTES
from bot.store.task_tables import TASKS
from bot.store.unit_of_work import SqlUnitOfWork
from bot.store.upkeep_tables import IMPROVEMENTS
from tests.review_samples import SENTENCE
from tests.unit.console.conftest import running_console

CLOSED, OPEN = 4000, 8  # rows of each register
LONG_AGO = NOW - timedelta(days=900)
REGISTERS = (
    CLAIMS, COMPLAINTS, ENDORSEMENTS, SERVICE_REQUESTS, HAND_OFFS, TASKS, FOLLOW_UPS, RATINGS, DESK_NOTES, COMPLAINT_INQUIRIES,
    QUALITY_REVIEWS, IMPROVEMENTS, REVIEW_ITEMS,
)  # fmt: skip
INQUIRY = "Q20261123000000"
PAGES = [
    "/desk", "/desk/c-0", "/desk/cases", "/desk/cases?page=2", "/desk/cases?kind=C", "/desk/cases?kind=T", "/desk/cases?kind=E",
    "/desk/cases?kind=S", "/desk/cases?mine=1", "/desk/tasks", "/desk/tasks?post=理赔", "/desk/follow-ups", "/desk/ratings",
    "/desk/reports", "/desk/improvements", "/desk/complaints", "/desk/complaints?page=2", "/desk/complaints?due=overdue",
    "/desk/complaints?due=near&kind=attitude", "/desk/complaints?handler=mine",
    "/desk/complaints?stage=verifying", "/desk/complaints?text=13900009999", "/desk/complaints?first=2026-11-20", "/desk/quality",
    *(f"/desk/quality?shown={shown.value}" for shown in Shown), "/desk/my-reviews", "/desk/board", f"/desk/inquiries/{INQUIRY}",
    "/desk/training", "/desk/training?reason=corrected&guess=query_claim&channel=web", "/desk/training?order=newest&page=2",
    "/desk/training?state=approved", "/desk/training/groups",
    "/desk/models",
]  # fmt: skip
# An index of what waits may be read from end to end; that of a whole register is read from its newest entry on, or for its entries alone.
_SQLITE_SCAN = re.compile(r"^SCAN (\w+)(?! USING (?:COVERING )?INDEX \w*(?:open|to_score|listed))")
# These say how many there are in all, closed ones too, so that each has to be counted.
_COUNTED_WHOLE = {"/desk/complaints": "complaints", "/desk/quality": "quality_reviews"}
_POSTGRES_SCAN = re.compile(r"Seq Scan on (\w+)")


def request(number: int, status: RequestStatus, **changes: Any) -> ServiceRequest:
    made = ServiceRequest(
        f"S{number:014}", "privacy_request", status, "", "", (), (), NOW, TODAY, "D-P03", "综合", f"c-{number}",
        f"request {number}", alert_on=TODAY, steps=(RequestStep(status, NOW, "agent:1", "x"),),
    )  # fmt: skip
    return replace(made, **changes)


def review(number: int, at: datetime, *, scored: bool) -> QualityReview:
    """Of what is open one in three waits for a score, one for a decision on an appeal, one is to be put right."""
    made = QualityReview(f"J{number:014}", f"key {number}", Sampled.HUMAN, f"c-{number}", "1001", "理赔", at, at, at)
    if number % 3 == 0 and not scored:
        return made
    made = replace(made, score=Score({"speed": 2}, 100, "", "r", "1002", at))
    if scored:
        return made
    if number % 3 == 1:
        return replace(made, appeal=Appeal("没有不耐烦", at))
    return replace(made, finding=Finding(Severity.LIGHT, "先回应情绪", "1001", TODAY))


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
            done = (at, "x") if over else (None, "")
            work.improvements.add(
                Improvement(
                    f"G{place:014}", "", "x", "1001", "理赔", day, "1001", at, done[1], done[1], done[1], done[0]
                )
            )
            work.ratings.add(Rating(f"c-{place}", "", 1, "", "web", at, key))
            work.desk_notes.add(DeskNote(f"c-{place}", "1001", "x", at))
            work.inquiries.add(
                Inquiry(f"Q20261123{place:06}", f"T{place}", "为什么慢", "", "理赔", "", day, "1002", at,
                        answer="已答" if over else "", answered_by="3001" if over else "", answered_at=at if over else None)
            )  # fmt: skip
            work.reviews.add(review(place, at, scored=over))
            work.review_items.offer(replace(SENTENCE, text=f"第{place}句"))
        work.commit()
    with engine.begin() as connection:  # what is copied below is done with
        newest = connection.execute(select(func.max(REVIEW_ITEMS.c.item_id))).scalar()
        connection.execute(REVIEW_ITEMS.update().where(REVIEW_ITEMS.c.item_id == newest).values(state="discarded"))
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
        own = {
            "idempotency_key", "key", "conversation_id", "subject", "phone", "complainant_name", "reference_no", "transfer_no", key.name,
        } & last.keys()  # fmt: skip
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


def is_count(path: str, found: str) -> bool:
    """Whether the page counts there what it has to count, and reads no row of it."""
    table = _COUNTED_WHOLE.get(path.partition("?")[0])
    return table is not None and found.startswith(f"{table}: SELECT") and "count(*)" in found


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
                assert status in (200, 403, 404), page
                for statement, values in heard.items():
                    found = [one for one in whole_tables(filled, statement, values) if not is_count(path, one)]
                    if found:
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
