"""A customer's request for a change or a paper (保全 and everything asked for like it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot.insurance.institution import HEAD_OFFICE


class RequestStatus(str, Enum):
    """The fixed words that customers see (business flows 0.5)."""

    ACCEPTED = "accepted"
    WAITING_FOR_PAPERS = "waiting_for_papers"
    WAITING_FOR_CONSENT = "waiting_for_consent"
    WITH_PERSON = "with_person"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"

    @property
    def zh(self) -> str:
        return _STATUS_ZH[self]

    @property
    def is_open(self) -> bool:
        return self not in (RequestStatus.DONE, RequestStatus.WITHDRAWN, RequestStatus.DECLINED)

    @property
    def following(self) -> tuple[RequestStatus, ...]:
        """Where the post may take it; work in hand may be told of again, papers asked for once more."""
        return _FOLLOWING if self.is_open else ()


SURVEYOR = "查勘员"  # the line that the claims post adds to a booked survey: name and phone

_STATUS_ZH = {
    RequestStatus.ACCEPTED: "已受理",
    RequestStatus.WAITING_FOR_PAPERS: "待补资料",
    RequestStatus.WAITING_FOR_CONSENT: "待本人同意",
    RequestStatus.WITH_PERSON: "人工办理中",
    RequestStatus.DONE: "已办结",
    RequestStatus.WITHDRAWN: "已撤回",
    RequestStatus.DECLINED: "未同意办理",
}
_FOLLOWING = (
    RequestStatus.WITH_PERSON, RequestStatus.WAITING_FOR_PAPERS, RequestStatus.DONE, RequestStatus.DECLINED,
)  # fmt: skip


@dataclass(frozen=True)
class RequestStep:
    """What the post, or papers that came, made of a request. `note` is what the customer reads; `papers`: those that this
    step asked for."""

    status: RequestStatus
    at: datetime
    by: str  # agent:… | customer
    note: str
    papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceRequest:
    """`fields` are (label 中文, value) pairs as confirmed, and the surveyor whom the claims post names; `due_on` is the day we work to, None where no rule sets one.

    `restricted`: only the compliance post may read it (misconduct reports).
    """

    request_no: str
    kind: str  # a transaction of bot.services.servicing.catalogue
    status: RequestStatus
    policy_no: str
    applicant_id: str
    fields: tuple[tuple[str, str], ...]
    papers: tuple[str, ...]  # still to be handed in
    requested_at: datetime
    due_on: date | None
    due_rule: str
    post: str
    conversation_id: str
    idempotency_key: str
    restricted: bool = False
    alert_on: date | None = None  # from this day an open request is chased every day
    steps: tuple[RequestStep, ...] = ()  # after it was made, newest last
    institution: str = HEAD_OFFICE  # of the policy

    @property
    def last_at(self) -> datetime:
        return self.steps[-1].at if self.steps else self.requested_at

    @property
    def asked_for(self) -> tuple[str, ...]:
        """The papers of the post's one notice (基本服务规定 art 19: one notice); () before there was one."""
        return next((step.papers for step in self.steps if step.papers), ())
