"""Complaints are found by whole values and filters, a page at a time and by indexes; open questions by who is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event
from store_samples import COMPLAINT, NOW

from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.complaint_list import ComplaintFilter, DueFilter
from bot.insurance.inquiry import Inquiry
from bot.insurance.staff import Staff
from bot.store.complaint_search import count_of, numbers_of

TODAY = NOW.date()


def _put(unit_of_work, number, **changes):
    plain = {"verify_by": None, "report_by": None, "reported_at": None, "merged_into": "", "transfer_no": ""}
    made = replace(COMPLAINT, complaint_no=number, idempotency_key=number, **{**plain, **changes})
    with unit_of_work() as work:
        work.complaints.add(made)
        work.commit()


@pytest.fixture
def some(unit_of_work):
    late = replace(COMPLAINT.clocks, decide_by=TODAY - timedelta(days=1))
    near = replace(COMPLAINT.clocks, decide_by=TODAY + timedelta(days=3))
    _put(unit_of_work, "T1", clocks=late, phone="13900000001", reference_no="P1")
    _put(unit_of_work, "T2", clocks=near, complainant_name="钱多多", kind="claims", received_at=NOW - timedelta(days=9))
    _put(unit_of_work, "T3", stage=ComplaintStage.CLOSED, clocks=late, channel=ComplaintChannel.WEB)
    _put(unit_of_work, "T4", stage=ComplaintStage.DECIDED, report_by=TODAY - timedelta(days=2), transfer_no="监转 7 号")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (ComplaintFilter(), ["T4", "T3", "T1", "T2"]),
        (ComplaintFilter(text="t1"), ["T1"]),
        (ComplaintFilter(text="13900000001"), ["T1"]),
        (ComplaintFilter(text="钱多多"), ["T2"]),
        (ComplaintFilter(text="p1"), ["T1"]),
        (ComplaintFilter(text="监转 7 号"), ["T4"]),
        (ComplaintFilter(text="1390000000"), []),
        (ComplaintFilter(text="13900000001", kind="claims"), []),
        (ComplaintFilter(stage=ComplaintStage.CLOSED), ["T3"]),
        (ComplaintFilter(kind="claims"), ["T2"]),
        (ComplaintFilter(channel=ComplaintChannel.WEB), ["T3"]),
        (ComplaintFilter(first=TODAY - timedelta(days=9), last=TODAY - timedelta(days=9)), ["T2"]),
        (ComplaintFilter(first=TODAY), ["T4", "T3", "T1"]),
        (ComplaintFilter(last=date.max), ["T4", "T3", "T1", "T2"]),
        (ComplaintFilter(due=DueFilter.OVERDUE), ["T4", "T1"]),  # the first due first; the regulator waits for a report
        (ComplaintFilter(due=DueFilter.NEAR), ["T2"]),
    ],
)
def test_each_filter_lets_through_what_it_names(unit_of_work, some, asked, found):
    with unit_of_work() as work:
        page = work.complaints.found(asked, today=TODAY, offset=0, limit=10)
        second = work.complaints.found(asked, today=TODAY, offset=1, limit=1)
    assert [one.complaint_no for one in page.complaints] == found
    assert page.total == second.total == len(found)
    assert [one.complaint_no for one in second.complaints] == found[1:2]


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (ComplaintFilter(), "ix_complaints_listed"),
        (ComplaintFilter(kind="sales", channel=ComplaintChannel.WEB), "COVERING INDEX ix_complaints_listed"),
        (ComplaintFilter(first=TODAY), "COVERING INDEX ix_complaints_listed"),
        (ComplaintFilter(due=DueFilter.NEAR, kind="sales"), "ix_complaints_open"),
        (ComplaintFilter(text="钱多多"), "ix_complaints_complainant_name"),
        (ComplaintFilter(text="13900000001"), "ix_complaints_phone"),
    ],
)
def test_pages_and_counts_are_read_from_indexes(engine, some, asked, index):
    if engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in SQLite's words")
    page, count = _plan(engine, numbers_of(asked, TODAY).limit(50)), _plan(engine, count_of(asked, TODAY))
    assert any(index in line for line in page), page
    assert any(index in line for line in count) or asked == ComplaintFilter(), count  # of all: any index will do
    assert "SCAN complaints" not in (*page, *count)


def _plan(engine, statement):
    """How SQLite goes about it, of the very words and values that are sent."""
    sent = []
    with engine.connect() as connection:
        event.listen(
            connection, "before_cursor_execute", lambda _c, _cursor, words, values, *_: sent.append((words, values))
        )
        connection.execute(statement).all()
        words, values = sent[-1]
        return [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)]


def _inquiry(unit_of_work, number, complaint_no="T1", post="", colleague="", due=TODAY):
    with unit_of_work() as work:
        work.inquiries.add(Inquiry(number, complaint_no, "卡在哪一步", "", post, colleague, due, "1001", NOW))
        work.commit()


@pytest.mark.parametrize(
    ("staff", "found"),
    [
        (Staff("2001", frozenset(), frozenset({"理赔"})), ["Q2", "Q1"]),
        (Staff("2002", frozenset(), frozenset({"保全", "理赔"})), ["Q2"]),
        (Staff("2003", frozenset(), frozenset({"综合"})), ["Q4"]),  # a post without a desk of its own
        (Staff("2004", frozenset(), frozenset()), []),
    ],
)
def test_open_questions_are_there_for_whoever_is_asked(unit_of_work, some, staff, found):
    _inquiry(unit_of_work, "Q1", colleague="2001", due=TODAY + timedelta(days=2))
    _inquiry(unit_of_work, "Q2", post="理赔")
    _inquiry(unit_of_work, "Q3", "T3", post="理赔")  # of a complaint that is over
    _inquiry(unit_of_work, "Q4", post="销售")
    _inquiry(unit_of_work, "Q5", post="理赔")
    with unit_of_work() as work:
        work.inquiries.answer(replace(work.inquiries.get("Q5"), answer="好", answered_by="2002", answered_at=NOW))
        work.commit()
    with unit_of_work() as work:
        page = work.inquiries.open_for(staff, 10)
        assert [one.number for one in page.inquiries] == found
        assert page.total == len(found)
        assert len(work.inquiries.open_for(staff, 1).inquiries) == min(1, len(found))
