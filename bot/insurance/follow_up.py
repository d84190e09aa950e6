"""Follow-ups 回访: what a customer is asked after a contract, a claim, a complaint or a request (F22; company rules art 24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot.insurance.institution import HEAD_OFFICE


class FollowUpKind(str, Enum):
    """What it follows; each has its questions in data/follow_up/<value>.yml."""

    NEW_POLICY = "new_policy"
    SALES_CHECK = "sales_check"
    CLAIM_SURVEY = "claim_survey"
    CLAIM_CLOSED = "claim_closed"
    COMPLAINT_CLOSED = "complaint_closed"
    REQUEST_DONE = "request_done"

    @property
    def zh(self) -> str:
        return _KIND_ZH[self]

    @property
    def about_policy(self) -> bool:
        """Its subject is a contract, else the number of a case."""
        return self in (FollowUpKind.NEW_POLICY, FollowUpKind.SALES_CHECK)

    @property
    def only_opinion(self) -> bool:
        """Nothing but how satisfied somebody is: one in a while is enough."""
        return self in (FollowUpKind.CLAIM_SURVEY, FollowUpKind.REQUEST_DONE)


_KIND_ZH = {
    FollowUpKind.NEW_POLICY: "新单回访",
    FollowUpKind.SALES_CHECK: "销售回访",
    FollowUpKind.CLAIM_SURVEY: "查勘回访",
    FollowUpKind.CLAIM_CLOSED: "结案回访",
    FollowUpKind.COMPLAINT_CLOSED: "投诉回访",
    FollowUpKind.REQUEST_DONE: "服务回访",
}


class FollowUpState(str, Enum):
    """WAITING: nobody could be written to. CALLED_OFF: what it was about is no more."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"
    CALLED_OFF = "called_off"

    @property
    def zh(self) -> str:
        return _STATE_ZH[self]

    @property
    def is_open(self) -> bool:
        return self in (FollowUpState.WAITING, FollowUpState.SENT)


_STATE_ZH = {
    FollowUpState.WAITING: "待回访",
    FollowUpState.SENT: "已发",
    FollowUpState.DONE: "已完成",
    FollowUpState.UNREACHABLE: "无法联系",
    FollowUpState.DECLINED: "客户不愿回答",
    FollowUpState.CALLED_OFF: "不再需要",
}


@dataclass(frozen=True)
class FollowUpAnswer:
    """`value` is the id of an option, or the words of an open question; `said` is what was typed, "" for a pressed button."""

    question: str
    value: str
    said: str
    at: datetime


@dataclass(frozen=True)
class FollowUpVisit:
    """Somebody went to the customer: `visitor` by name or number, `file_no` the photo of the signed form."""

    visitor: str
    place: str
    file_no: str
    at: datetime


@dataclass(frozen=True)
class FollowUp:
    """`number` R…; `party_id` "" where nobody is known who could prove to be the one; `tries` are texts and calls.

    `due`: the day it is to be done by, by the rule `due_rule` (a deadline or a limit). `call_by`: until when a person is to
    call, None while the text may still be answered. `valid`: None while it is open. `problem_no`: the request that its
    problems are dealt with under.
    """

    number: str
    kind: FollowUpKind
    subject: str  # number of the policy, claim, complaint or request
    party_id: str
    state: FollowUpState
    raised_at: datetime
    due: date
    due_rule: str
    tries: int = 0
    last_try_at: datetime | None = None
    call_by: date | None = None
    answers: tuple[FollowUpAnswer, ...] = ()
    finished_at: datetime | None = None
    valid: bool | None = None
    channel: str = ""  # of the answers: a chat channel, or phone
    conversation_id: str = ""
    problem_no: str = ""
    note: str = ""  # of whoever called
    institution: str = HEAD_OFFICE

    @property
    def is_open(self) -> bool:
        return self.state.is_open

    @property
    def task_due(self) -> date:
        return self.call_by or self.due

    def answer(self, question: str) -> str:
        """ "" while it is open."""
        return next((each.value for each in self.answers if each.question == question), "")

    def in_time(self) -> bool:
        return self.finished_at is not None and self.finished_at.date() <= self.due
