"""What happened to a complaint is only added to: by use cases, by the store, and in the database itself (投诉办法 art 28)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError
from store_samples import COMPLAINT, NOW

from bot.bootstrap import build_deadlines
from bot.insurance.complaint_delivery import DeliveryWay
from bot.insurance.complaint_handling import ComplaintChannel, ComplaintMove
from bot.insurance.inquiry import Inquiry
from bot.insurance.staff import Credentials, Role, Staff
from bot.insurance.triage import TriageOutcome
from bot.services.file_complaint import NO_VERDICT, FileComplaint, file_complaint
from bot.services.follow_complaint import request_verification
from bot.services.handle_complaint import DecideComplaint, SendNotice, decide_complaint, send_notice
from bot.services.inquire import AnswerInquiry, Inquire, answer_inquiry, inquire
from bot.services.merge_complaints import MergeComplaints, merge_complaints
from bot.services.move_complaint import MoveComplaint, move_complaint
from bot.services.prove_delivery import ProveDelivery, prove_delivery
from bot.services.receive_papers import HandIn, receive_papers
from bot.services.record_withdrawal import RecordWithdrawal, record_withdrawal
from bot.services.recuse_officer import RecuseOfficer, recuse_officer
from bot.services.report_to_regulator import ReportToRegulator, report_to_regulator
from bot.services.servicing.limits import load_limits
from bot.services.triage_complaint import TriageComplaint, triage_complaint
from bot.settings import ROOT
from bot.store import complaint_tables as tables
from bot.store.errors import HistoryChangedError

DEADLINES = build_deadlines(ROOT / "data")
LIMITS = load_limits(ROOT / "data" / "servicing" / "limits.yml")
HISTORY = (
    tables.COMPLAINT_TRIAGES, tables.COMPLAINT_NOTICES, tables.COMPLAINT_MOVES, tables.COMPLAINT_DECISIONS,
    tables.COMPLAINT_EARLIER_CLOCKS, tables.COMPLAINT_DELIVERIES, tables.COMPLAINT_INQUIRIES,
)  # fmt: skip
# What of a row may still change: what the complainant has to bring, and the answer that was not there.
CHANGES = {"complaint_notices": {"missing"}, "complaint_inquiries": {"answer", "answered_by", "answered_at"}}
PHONE, OFFICER, SUPERIOR = "13800001003", "1001", "boss"
NOTE = "要向三家网点调取录音"
REASON = "同一次柜台服务的事"


def _filed(work, key, at):
    command = FileComplaint(
        "柜员骂人", NO_VERDICT, "c-1", key, at, phone=PHONE, channel=ComplaintChannel.REGULATOR, transfer_no="监转 7 号",
        report_by=(at + timedelta(days=20)).date(),
    )  # fmt: skip
    return file_complaint(work, command, DEADLINES).complaint_no


def _moved(move, agent=OFFICER, approver=False):
    def act(work, number, at):
        move_complaint(work, MoveComplaint(number, move, NOTE, agent, at, approver), DEADLINES)

    return act


def _merged(work, number, at):
    other = _filed(work, "other", at)
    merge_complaints(work, MergeComplaints(number, other, True, REASON, OFFICER, at), DEADLINES)


def _decided(agent, superior=False):
    def act(work, number, at):
        decide_complaint(work, DecideComplaint(number, NOTE, NOTE, NOTE, agent, at, superior=superior))

    return act


def _answered(work, number, at):
    (asked,) = work.inquiries.of_complaint(number)
    answer_inquiry(
        work, AnswerInquiry(asked.number, NOTE, Staff("2001", frozenset({Role.CLAIMS}), frozenset({"理赔"})), at)
    )


LIFE = (
    lambda work, number, at: send_notice(work, SendNotice(number, ("录音", "保单"), NOTE, OFFICER, at)),
    lambda work, number, at: receive_papers(work, HandIn(number, [("F1", "录音")], (), "c-1", "S1", at), DEADLINES, LIMITS),
    lambda work, number, at: triage_complaint(work, TriageComplaint(number, TriageOutcome.ACCEPT, NOTE, OFFICER, at)),
    lambda work, number, at: inquire(work, Inquire(number, NOTE, "", "理赔", "", at.date(), OFFICER, at)),
    _answered,
    _moved(ComplaintMove.INVESTIGATE),
    _moved(ComplaintMove.EXTEND),
    _moved(ComplaintMove.ASK_FOR_MORE),
    _moved(ComplaintMove.GRANT_MORE, SUPERIOR, approver=True),
    _moved(ComplaintMove.APPRAISE),
    _moved(ComplaintMove.RESUME),
    _merged,
    lambda work, number, at: recuse_officer(work, RecuseOfficer(number, "1002", REASON, SUPERIOR, at, manager=True)),
    _decided(OFFICER),
    lambda work, number, at: prove_delivery(work, ProveDelivery(number, "decision:1", DeliveryWay.POST, at, "EMS1", OFFICER, at)),
    lambda work, number, at: report_to_regulator(work, ReportToRegulator(number, "函 1", NOTE * 2, "EMS 2 寄出", OFFICER, at)),
    lambda work, number, at: request_verification(work, number, "不服这个决定", at, DEADLINES),
    _decided(SUPERIOR, superior=True),
)  # fmt: skip


def _history(engine):
    """Every row of the history, without what may still change, by its key."""
    found = {}
    with engine.connect() as connection:
        for table in HISTORY:
            keys = [column.name for column in table.primary_key.columns]
            for row in connection.execute(select(table)).mappings():
                kept = {name: value for name, value in row.items() if name not in CHANGES.get(table.name, ())}
                found[(table.name, *(row[key] for key in keys))] = kept
    return found


@pytest.fixture
def staffed(unit_of_work):
    with unit_of_work() as work:
        for name in ("1002", SUPERIOR):
            work.staff.add(Staff(name, frozenset({Role.MANAGER}), frozenset()), Credentials("none"), NOW)
        work.commit()


def test_no_use_case_changes_or_deletes_what_was_written_before(engine, unit_of_work, staffed):
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement))
    with unit_of_work() as work:
        number = _filed(work, "first", NOW)
        work.commit()
    before = _history(engine)
    for day, step in enumerate(LIFE, 1):
        with unit_of_work() as work:
            step(work, number, NOW + timedelta(hours=day))
            work.commit()
        after = _history(engine)
        assert {key: after.get(key) for key in before} == before
        before = after
    with unit_of_work() as work:
        record_withdrawal(work, RecordWithdrawal(_filed(work, "third", NOW), REASON, OFFICER, NOW))
        work.commit()
    assert {key[0] for key in before} == {table.name for table in HISTORY}
    assert [key[0] for key in before].count("complaint_moves") >= 10
    _only_added(said)


def _only_added(said):
    """In SQL's own words: rows are inserted, and what may still change is set."""
    names = "|".join(table.name for table in HISTORY)
    for statement in said:
        assert not re.search(rf"DELETE FROM ({names})\b", statement)
        if found := re.match(rf"UPDATE ({names}) SET (.*?) WHERE", statement, re.DOTALL):
            assert set(re.findall(r"(\w+)\s*=", found[2])) <= CHANGES.get(found[1], set()), statement


def _without(name):
    return replace(COMPLAINT, **{name: getattr(COMPLAINT, name)[:-1]})


def _altered(name, **changes):
    first, *rest = getattr(COMPLAINT, name)
    return replace(COMPLAINT, **{name: (replace(first, **changes), *rest)})


@pytest.mark.parametrize(
    "changed",
    [
        *(_without(name) for name in ("triages", "notices", "decisions", "moves", "deliveries", "earlier_clocks")),
        _altered("triages", reason="另一个理由"),
        _altered("notices", items=("保单",)),
        _altered("notices", told_how="当面"),
        _altered("decisions", result="不退"),
        _altered("moves", at=NOW + timedelta(seconds=1)),
        _altered("moves", subject="1002"),
        _altered("deliveries", receipt_no="XA0"),
        _altered("earlier_clocks", decide_by=NOW.date()),
        replace(COMPLAINT, moves=tuple(reversed(COMPLAINT.moves))),
    ],
)
def test_a_complaint_with_another_history_is_not_saved(engine, unit_of_work, changed):
    with unit_of_work() as work:
        work.complaints.add(COMPLAINT)
        work.commit()
    before = _history(engine)
    with unit_of_work() as work, pytest.raises(HistoryChangedError):
        work.complaints.save(changed)
    assert _history(engine) == before


def test_what_is_new_is_added_and_what_has_come_is_crossed_out(unit_of_work):
    notice = replace(COMPLAINT.notices[0], missing=())
    longer = replace(
        COMPLAINT, notices=(notice,), moves=(*COMPLAINT.moves, replace(COMPLAINT.moves[0], note="又去了一次")),
        earlier_clocks=(replace(COMPLAINT.earlier_clocks[0], started_at=NOW), *COMPLAINT.earlier_clocks),
    )  # fmt: skip
    with unit_of_work() as work:
        work.complaints.add(COMPLAINT)
        work.complaints.save(longer)
        work.commit()
    with unit_of_work() as work:
        assert work.complaints.get(COMPLAINT.complaint_no) == longer


@pytest.mark.parametrize("table", HISTORY, ids=lambda table: table.name)
def test_the_database_itself_refuses_to_change_or_delete_it(engine, unit_of_work, table):
    asked = Inquiry("Q1", COMPLAINT.complaint_no, NOTE, "", "理赔", "", NOW.date(), OFFICER, NOW)
    with unit_of_work() as work:
        work.complaints.add(COMPLAINT)
        work.inquiries.add(asked)
        work.commit()
    before = _history(engine)
    free = {"complaint_no", "position", "number", *CHANGES.get(table.name, ())}
    written = [column.name for column in table.columns if column.name not in free]
    for statement in (f"DELETE FROM {table.name}", *(f"UPDATE {table.name} SET {name} = {name}" for name in written)):
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    assert _history(engine) == before


def test_an_answer_is_given_once(engine, unit_of_work):
    asked = Inquiry("Q1", COMPLAINT.complaint_no, NOTE, "背景", "", "2001", NOW.date(), OFFICER, NOW)
    answered = replace(asked, answer="昨天收齐", answered_by="2001", answered_at=NOW)
    with unit_of_work() as work:
        work.complaints.add(COMPLAINT)
        work.inquiries.add(asked)
        assert work.inquiries.answer(answered)
        assert not work.inquiries.answer(replace(answered, answer="前天收齐"))
        work.commit()
    with unit_of_work() as work:
        assert work.inquiries.get("Q1") == answered
        assert work.inquiries.of_complaint(COMPLAINT.complaint_no) == (answered,)
        assert work.inquiries.get("Q2") is None
    with pytest.raises(DatabaseError, match=r"once|append-only"), engine.begin() as connection:
        connection.execute(text("UPDATE complaint_inquiries SET answer = 'x'"))
