"""Answers of a follow-up, kept one by one so that it can be stopped and gone on with, and its end: valid or not (G04).

Valid: given by the right person (who proved it, or was called), every mandatory question answered, and not faster than it
can be read (F22).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.insurance.follow_up import FollowUp, FollowUpAnswer, FollowUpState
from bot.services.follow_ups.problem_ticket import FollowUpRules, settle_problems
from bot.services.follow_ups.subject import subject_of
from bot.services.ports import UnitOfWork

PHONE, VISIT = "phone", "visit"  # a person asked, and wrote the answers down at once


@dataclass(frozen=True)
class Answering:
    """Who wrote the answers down and where: a channel and its conversation, or PHONE or VISIT and the agent who wrote them down."""

    channel: str
    conversation_id: str
    actor: str
    at: datetime


def open_follow_ups(work: UnitOfWork, party_id: str) -> Sequence[FollowUp]:
    """Those that this person can still answer, the first due first."""
    return [each for each in work.follow_ups.of_party(party_id) if each.is_open]


def keep_answers(
    work: UnitOfWork, follow_up: FollowUp, told: Sequence[FollowUpAnswer], by: Answering, rules: FollowUpRules
) -> FollowUp:
    """The follow-up with those answers in place of earlier ones to the same questions, and its problems dealt with.

    What it knew already changes nothing, not even its time. The caller commits.
    """
    new = [each for each in told if follow_up.answer(each.question) != each.value]
    if not new or not follow_up.is_open:
        return follow_up
    changed = {each.question for each in new}
    kept = [each for each in follow_up.answers if each.question not in changed]
    answers = tuple(sorted((*kept, *new), key=lambda each: each.at))
    follow_up = replace(follow_up, answers=answers, channel=by.channel, conversation_id=by.conversation_id)
    follow_up = settle_problems(work, follow_up, rules, by.at)
    work.follow_ups.save(follow_up)
    detail = {"questions": ",".join(sorted(changed)), "channel": by.channel}
    work.audit.append("follow_up.answered", subject=follow_up.number, actor=by.actor, at=by.at, detail=detail)
    return follow_up


def finish(work: UnitOfWork, follow_up: FollowUp, by: Answering, rules: FollowUpRules) -> FollowUp:
    """Close it; one that is not valid stays open for a call. The caller commits."""
    if not follow_up.is_open:
        return follow_up
    valid = is_valid(work, follow_up, by, rules)
    follow_up = replace(follow_up, valid=valid, channel=by.channel)
    if valid:
        follow_up = replace(follow_up, state=FollowUpState.DONE, finished_at=by.at, call_by=None)
    else:
        follow_up = replace(follow_up, call_by=follow_up.call_by or call_day(follow_up, by.at.date(), rules))
    work.follow_ups.save(follow_up)
    detail = {"valid": str(valid), "channel": by.channel}
    work.audit.append("follow_up.finished", subject=follow_up.number, actor=by.actor, at=by.at, detail=detail)
    return follow_up


def is_valid(work: UnitOfWork, follow_up: FollowUp, by: Answering, rules: FollowUpRules) -> bool:
    facts = subject_of(work, follow_up, by.at.date()).facts
    if not rules.forms.of(follow_up).is_complete(follow_up, facts):
        return False
    took = by.at - min(each.at for each in follow_up.answers)
    return by.channel in (PHONE, VISIT) or took >= timedelta(seconds=rules.limits.whole("follow_up.least_seconds"))


def ask_for_call(work: UnitOfWork, follow_up: FollowUp, by: Answering, rules: FollowUpRules) -> FollowUp:
    """The customer would rather be called: a task for a person. The caller commits."""
    changed = replace(follow_up, call_by=call_day(follow_up, by.at.date(), rules))
    work.follow_ups.save(changed)
    work.audit.append(
        "follow_up.to_call", subject=changed.number, actor=by.actor, at=by.at, detail={"why": "asked_for"}
    )
    return changed


def call_day(follow_up: FollowUp, today: date, rules: FollowUpRules) -> date:
    """By when a person calls: the company's days, within the follow-up's own."""
    soon = rules.deadlines.calendar.add_working_days(today, rules.limits.whole("follow_up.call_days")).date
    return max(today, min(soon, follow_up.due))
