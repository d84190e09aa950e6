"""A call to a customer who did not answer online: what was said, or that nobody was reached (G02, G08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from bot.errors import BotError
from bot.insurance.follow_up import FollowUp, FollowUpAnswer, FollowUpState
from bot.services.follow_ups.problem_ticket import FollowUpRules
from bot.services.follow_ups.subject import subject_of
from bot.services.follow_ups.take_answers import PHONE, Answering, call_day, finish, keep_answers
from bot.services.ports import UnitOfWork

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
    """`answers`: question → option, or words of an open one; with ANSWERED alone."""

    number: str
    outcome: CallOutcome
    answers: Mapping[str, str]
    note: str
    agent: str
    at: datetime


def record_call(work: UnitOfWork, command: RecordCall, rules: FollowUpRules) -> FollowUp:
    """Store what came of the call. Not reached as often as is tried (F22): nobody can be reached. The caller commits.

    Raises:
        LookupError: no such follow-up, or it is over. CallFlawError: as it says.
    """
    follow_up = work.follow_ups.get(command.number)
    if follow_up is None or not follow_up.is_open:
        raise LookupError(command.number)
    if len(command.note) > LONGEST_NOTE:
        raise CallFlawError(flaw=f"备注最多 {LONGEST_NOTE} 个字")
    if command.outcome is CallOutcome.ANSWERED:
        return _answered(work, follow_up, command, rules)
    tries = follow_up.tries + 1
    changed = replace(follow_up, tries=tries, last_try_at=command.at, note=command.note, channel=PHONE)
    if command.outcome is CallOutcome.DECLINED:
        changed = replace(changed, state=FollowUpState.DECLINED, finished_at=command.at, call_by=None)
    elif tries >= rules.limits.whole("follow_up.tries"):
        changed = replace(changed, state=FollowUpState.UNREACHABLE, finished_at=command.at, call_by=None)
    else:
        changed = replace(changed, call_by=call_day(follow_up, command.at.date(), rules))
    work.follow_ups.save(changed)
    detail = {"outcome": command.outcome.value, "tries": str(tries), "state": changed.state.value}
    work.audit.append(
        "follow_up.called", subject=changed.number, actor=f"agent:{command.agent}", at=command.at, detail=detail
    )
    return changed


def _answered(work: UnitOfWork, follow_up: FollowUp, command: RecordCall, rules: FollowUpRules) -> FollowUp:
    form, told = rules.forms.of(follow_up), dict(command.answers)
    facts = subject_of(work, follow_up, command.at.date()).facts
    for question in form.asked(told, facts):
        value = told.get(question.id, "")
        if question.mandatory and not value:
            raise CallFlawError(flaw=f"还有一题没有记：{question.id}")
        if value and question.options and question.option(value) is None:
            raise CallFlawError(flaw=f"没有这个回答：{question.id}")
    asked = {question.id for question in form.asked(told, facts)}
    answers = [FollowUpAnswer(key, value, "", command.at) for key, value in told.items() if value and key in asked]
    by = Answering(PHONE, follow_up.conversation_id or "desk", f"agent:{command.agent}", command.at)
    called = replace(follow_up, tries=follow_up.tries + 1, last_try_at=command.at, note=command.note)
    work.follow_ups.save(called)
    return finish(work, keep_answers(work, called, answers, by, rules), by, rules)
