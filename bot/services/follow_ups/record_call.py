"""A call to a customer who did not answer online: what was said, or that nobody was reached (G02, G08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from bot.errors import BotError
from bot.insurance.follow_up import FollowUp, FollowUpAnswer, FollowUpKind, FollowUpState
from bot.insurance.questionnaire import Question
from bot.services.follow_ups.problem_ticket import FollowUpRules
from bot.services.follow_ups.subject import subject_of
from bot.services.follow_ups.take_answers import PHONE, Answering, call_day, finish, keep_answers
from bot.services.ports import UnitOfWork
from bot.services.triage_complaint import RecusedError

LONGEST_NOTE = 300


class CallFlawError(BotError):
    """What was recorded is incomplete; `data["flaw"]` says what is missing, for the desk."""

    code = "follow_up_call_flaw"


class CallOutcome(str, Enum):
    ANSWERED = "answered"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"

    @property
    def zh(self) -> str:
        return {"answered": "打通，核对过是本人，都答了", "not_reached": "没打通", "declined": "打通，客户不愿意回答"}[
            self.value
        ]


@dataclass(frozen=True)
class RecordCall:
    """`answers`: question → option, or words of an open one; with ANSWERED alone. `channel`: PHONE, or VISIT for who went there."""

    number: str
    outcome: CallOutcome
    answers: Mapping[str, str]
    note: str
    agent: str
    at: datetime
    channel: str = PHONE


def check_not_barred(work: UnitOfWork, follow_up: FollowUp, agent: str) -> None:
    """Nobody asks a complainant how satisfied he is with what became of the complaint about himself (投诉办法 art 17).
    Raises RecusedError."""
    complaint = work.complaints.get(follow_up.subject) if follow_up.kind is FollowUpKind.COMPLAINT_CLOSED else None
    if complaint is not None and complaint.bars(agent):
        raise RecusedError(agent=agent)


def check_call(work: UnitOfWork, command: RecordCall, rules: FollowUpRules) -> FollowUp:
    """The follow-up that the call was about.

    Raises:
        LookupError: no such follow-up, or it is over. RecusedError: it asks about a complaint that the caller keeps away from.
        CallFlawError: as it says.
    """
    follow_up = work.follow_ups.get(command.number)
    if follow_up is None or not follow_up.is_open:
        raise LookupError(command.number)
    check_not_barred(work, follow_up, command.agent)
    if len(command.note) > LONGEST_NOTE:
        raise CallFlawError(flaw=f"备注最多 {LONGEST_NOTE} 个字")
    if command.outcome is not CallOutcome.ANSWERED:
        return follow_up
    for question in _asked(work, follow_up, command, rules):
        value = command.answers.get(question.id, "")
        if question.mandatory and not value:
            raise CallFlawError(flaw=f"还有一题没有记：{question.text}")
        option = question.option(value)
        if value and question.options and option is None:
            raise CallFlawError(flaw=f"没有这个回答：{question.text}")
        if option and option.ends:
            raise CallFlawError(flaw="接电话的不是本人，不能记成答完了，请选没打通")
    return follow_up


def record_call(work: UnitOfWork, command: RecordCall, rules: FollowUpRules) -> FollowUp:
    """Store what came of the call. Not reached as often as is tried (F22): nobody can be reached. The caller commits.

    Raises what `check_call` raises.
    """
    follow_up = check_call(work, command, rules)
    tries = follow_up.tries + 1
    called = replace(follow_up, tries=tries, last_try_at=command.at, note=command.note)
    if command.outcome is CallOutcome.ANSWERED:
        return _answered(work, called, command, rules)
    if command.outcome is CallOutcome.DECLINED:
        called = replace(called, state=FollowUpState.DECLINED, finished_at=command.at, call_by=None)
    elif tries >= rules.limits.whole("follow_up.tries"):
        called = replace(called, state=FollowUpState.UNREACHABLE, finished_at=command.at, call_by=None)
    else:
        called = replace(called, call_by=call_day(follow_up, command.at.date(), rules))
    work.follow_ups.save(called)
    detail = {"outcome": command.outcome.value, "tries": str(tries), "state": called.state.value}
    work.audit.append(
        "follow_up.called", subject=called.number, actor=f"agent:{command.agent}", at=command.at, detail=detail
    )
    return called


def _answered(work: UnitOfWork, called: FollowUp, command: RecordCall, rules: FollowUpRules) -> FollowUp:
    asked = [each.id for each in _asked(work, called, command, rules)]
    told = ((key, command.answers.get(key, "")) for key in asked)
    answers = [FollowUpAnswer(key, value, "", command.at) for key, value in told if value]
    by = Answering(command.channel, called.conversation_id or "desk", f"agent:{command.agent}", command.at)
    work.follow_ups.save(called)
    return finish(work, keep_answers(work, called, answers, by, rules), by, rules)


def _asked(work: UnitOfWork, follow_up: FollowUp, command: RecordCall, rules: FollowUpRules) -> Sequence[Question]:
    facts = subject_of(work, follow_up, command.at.date()).facts
    return rules.forms.of(follow_up).asked(command.answers, facts)
