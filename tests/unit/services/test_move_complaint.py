"""Extending a complaint and stopping its clock, on a real store (投诉办法 art 18 ¶1 and ¶2, art 23; D-C02, 03, 04, 07)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.bootstrap import build_deadlines
from bot.calendars.clocks import SHANGHAI
from bot.complaints.engine import Verdict
from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintMove
from bot.services.file_complaint import ComplaintDetails, FileComplaint, add_details, file_complaint
from bot.services.follow_complaint import merge
from bot.services.handle_complaint import ComplaintFlawError, ComplaintStepError
from bot.services.move_complaint import MoveComplaint, NotApproverError, move_complaint, moves_open_to
from bot.services.triage_complaint import RecusedError
from bot.settings import ROOT
from bot.store.engine import build_engine
from bot.store.migrate import migrate
from bot.store.text_messages import TextOutbox
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import DATA_KEY

DEADLINES = build_deadlines(ROOT / "data")
RECEIVED = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
PHONE = "13800001001"
NOTE = "要向三家网点调取录音"


class Desk:
    def __init__(self, url: str) -> None:
        migrate(url, DATA_KEY)
        self.engine = build_engine(url, DATA_KEY)
        self.store = partial(SqlUnitOfWork, self.engine)
        with self.store() as work:
            made = file_complaint(
                work, FileComplaint("卖的时候说是存款", Verdict(), "c-1", "key", RECEIVED, phone=PHONE), DEADLINES
            )
            work.complaints.save(replace(made, stage=ComplaintStage.ACCEPTED))
            work.commit()
        self.number = made.complaint_no

    def does(
        self, move: ComplaintMove, days: float, agent: str = "1001", note: str = NOTE, *, approver: bool = False,
        told_how: str = "",
    ):  # fmt: skip
        command = MoveComplaint(self.number, move, note, agent, RECEIVED + timedelta(days=days), approver, told_how)
        with self.store() as work:
            moved = move_complaint(work, command, DEADLINES)
            work.commit()
        return moved

    @property
    def complaint(self) -> Complaint:
        with self.store() as work:
            found = work.complaints.get(self.number)
        assert found is not None
        return found

    def changed(self, **values: object) -> None:
        with self.store() as work:
            work.complaints.save(replace(self.complaint, **values))
            work.commit()

    def texts(self) -> list[str]:
        return [one.text for one in TextOutbox(self.engine).texts_for(PHONE, 9)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(f"sqlite:///{tmp_path / 'moves.db'}")


def test_fifteen_days_become_thirty_and_the_complainant_is_told_why(desk: Desk) -> None:
    moved = desk.does(ComplaintMove.EXTEND, days=10)
    assert (moved.stage, moved.statutory_due) == (ComplaintStage.EXTENDED, date(2026, 12, 2))
    (text,) = desk.texts()
    for told in (desk.number, "12 月 2 日", NOTE, "12378"):
        assert told in text
    later = desk.does(ComplaintMove.NEGOTIATE, days=12)
    assert later.statutory_due == date(2026, 12, 2)
    assert desk.complaint == later  # kept, moves and dates


def test_thirty_become_sixty_only_when_another_approves(desk: Desk) -> None:
    desk.does(ComplaintMove.EXTEND, days=10)
    asked = desk.does(ComplaintMove.ASK_FOR_MORE, days=20, approver=True)
    assert (asked.asked_for_more_by, asked.statutory_due) == ("1001", date(2026, 12, 2))
    assert len(desk.texts()) == 1
    for agent, approver in (("1001", True), ("1002", False)):
        with pytest.raises(NotApproverError):
            desk.does(ComplaintMove.GRANT_MORE, days=21, agent=agent, approver=approver)
    granted = desk.does(ComplaintMove.GRANT_MORE, days=21, agent="9001", approver=True)
    assert granted.statutory_due == granted.clocks.decide_by_special == date(2027, 1, 1)
    assert granted.asked_for_more_by == ""
    assert "2027 年 1 月 1 日" in desk.texts()[0]
    assert moves_open_to(granted, "1001", date(2026, 11, 30), approver=True) == (
        ComplaintMove.INVESTIGATE, ComplaintMove.NEGOTIATE, ComplaintMove.APPRAISE, ComplaintMove.MEDIATE,
    )  # fmt: skip


def test_what_is_not_approved_changes_no_date_and_may_be_asked_for_again(desk: Desk) -> None:
    desk.does(ComplaintMove.EXTEND, days=10)
    desk.does(ComplaintMove.ASK_FOR_MORE, days=20)
    refused = desk.does(ComplaintMove.REFUSE_MORE, days=21, agent="9001", approver=True)
    assert refused.statutory_due == date(2026, 12, 2)
    assert len(desk.texts()) == 1
    assert ComplaintMove.ASK_FOR_MORE in moves_open_to(refused, "1001", date(2026, 11, 25), approver=False)


def test_a_limit_that_has_passed_is_not_extended(desk: Desk) -> None:
    with pytest.raises(ComplaintStepError):
        desk.does(ComplaintMove.EXTEND, days=16)
    assert desk.complaint.is_overdue(date(2026, 11, 18))


@pytest.mark.parametrize(
    ("move", "stage"),
    [
        (ComplaintMove.APPRAISE, ComplaintStage.INVESTIGATING),
        (ComplaintMove.MEDIATE, ComplaintStage.MEDIATING),
    ],
)
def test_an_appraisal_and_a_mediation_take_no_time(desk: Desk, move: ComplaintMove, stage: ComplaintStage) -> None:
    stopped = desk.does(move, days=5, note="某鉴定中心，预计十天")
    assert (stopped.stage, stopped.statutory_due, stopped.next_due) == (stage, None, None)
    assert moves_open_to(stopped, "1001", date(2026, 11, 8), approver=False) == (ComplaintMove.RESUME,)
    resumed = desk.does(ComplaintMove.RESUME, days=15, note="鉴定报告已收到")
    assert resumed.statutory_due == date(2026, 11, 27)  # the 17th and the ten days
    assert resumed.clocks.decide_by_complex == date(2026, 12, 12)
    first, last = desk.texts()[-1], desk.texts()[0]
    assert "不计入处理期限" in first
    assert "11 月 27 日" in last
    assert [(one.start, one.end) for one in desk.complaint.stopped] == [
        (RECEIVED + timedelta(days=5), RECEIVED + timedelta(days=15))
    ]


def test_an_extension_after_a_stop_counts_what_the_stop_took(desk: Desk) -> None:
    desk.does(ComplaintMove.MEDIATE, days=5)
    desk.does(ComplaintMove.RESUME, days=15)
    assert desk.does(ComplaintMove.EXTEND, days=20).statutory_due == date(2026, 12, 12)


def test_new_facts_start_a_clock_that_is_not_extended_and_leave_a_mediation_open(desk: Desk) -> None:
    desk.does(ComplaintMove.EXTEND, days=10)
    with desk.store() as work:
        facts = ComplaintDetails(facts="又找到了一段录音")
        merged = merge(work, desk.number, facts, RECEIVED + timedelta(days=12), DEADLINES, new_facts=True)
        work.commit()
    assert (merged.stage, merged.is_extended) == (ComplaintStage.INVESTIGATING, False)
    assert merged.statutory_due == date(2026, 11, 29)
    desk.does(ComplaintMove.MEDIATE, days=13)
    with desk.store() as work:
        facts = ComplaintDetails(facts="还有一张收据")
        merged = merge(work, desk.number, facts, RECEIVED + timedelta(days=14), DEADLINES, new_facts=True)
        work.commit()
    assert merged.statutory_due is None
    assert desk.does(ComplaintMove.RESUME, days=20).statutory_due == date(2026, 12, 7)  # 15 days and the six


def test_a_policy_named_later_moves_no_statutory_date(desk: Desk) -> None:
    desk.does(ComplaintMove.MEDIATE, days=5)
    moved = desk.does(ComplaintMove.RESUME, days=15)
    with desk.store() as work:
        details = ComplaintDetails(reference_no="P2022000551")
        told = add_details(work, desk.number, details, RECEIVED + timedelta(days=16), DEADLINES)
    assert told.clocks.decide_by == moved.clocks.decide_by


@pytest.mark.parametrize("stage", [ComplaintStage.REGISTERED, ComplaintStage.DECIDED, ComplaintStage.VERIFYING])
def test_only_what_was_accepted_and_is_not_decided_moves(desk: Desk, stage: ComplaintStage) -> None:
    desk.changed(stage=stage)
    with pytest.raises(ComplaintStepError):
        desk.does(ComplaintMove.INVESTIGATE, days=1)


def test_nobody_moves_a_complaint_about_himself_or_without_a_reason(desk: Desk) -> None:
    with pytest.raises(ComplaintFlawError):
        desk.does(ComplaintMove.EXTEND, days=1, note="忙")
    desk.changed(against="客服工号 1001")
    with pytest.raises(RecusedError):
        desk.does(ComplaintMove.INVESTIGATE, days=1)


def test_without_a_phone_an_extension_says_how_it_was_told(desk: Desk) -> None:
    desk.changed(phone="")
    desk.does(ComplaintMove.INVESTIGATE, days=1)
    with pytest.raises(ComplaintFlawError):
        desk.does(ComplaintMove.EXTEND, days=2)
    told = "挂号信交寄，回执号 XA123"
    moved = desk.does(ComplaintMove.EXTEND, days=2, told_how=told)
    assert moved.moves[-1].told_how == desk.complaint.moves[-1].told_how == told
    assert desk.texts() == []
