"""Loss reports 报案 and claim cases, with the stages a customer is shown (F01, F02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from bot.insurance.approval import Level
from bot.insurance.assessment import LossAssessment
from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import Settlement


class ClaimStage(str, Enum):
    """The fixed stages of F02, in the order a case usually takes."""

    REPORTED = "reported"
    AWAITING_REGISTRATION = "awaiting_registration"
    REGISTERED = "registered"
    SURVEYING = "surveying"
    ASSESSING = "assessing"
    REVIEWING_LOSS = "reviewing_loss"
    AWAITING_DOCUMENTS = "awaiting_documents"
    ADJUDICATING = "adjudicating"
    DECIDED = "decided"
    AWAITING_AGREEMENT = "awaiting_agreement"
    PAYING = "paying"
    CLOSED = "closed"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return _STAGE_ZH[self]

    @property
    def is_decided(self) -> bool:
        """The company has said what it pays; WITHDRAWN ends without that."""
        return self in _DECIDED

    def may_become(self, following: ClaimStage) -> bool:
        """Whether the desk may move a case there next; a decision moves it by itself (bot.services.decide_claim)."""
        return following in _NEXT.get(self, ())

    @property
    def following(self) -> tuple[ClaimStage, ...]:
        return _NEXT.get(self, ())

    @property
    def is_past_papers(self) -> bool:
        """Nothing more was asked for when it came here."""
        return self.is_decided or self in (ClaimStage.ADJUDICATING, ClaimStage.WITHDRAWN)


_SAME_HOURS = timedelta(hours=2)

_DECIDED = frozenset(
    {
        ClaimStage.DECIDED,
        ClaimStage.AWAITING_AGREEMENT,
        ClaimStage.PAYING,
        ClaimStage.CLOSED,
        ClaimStage.DENIED,
    }
)

# A case that is not registered stays where it is and gets a reason. Papers are asked for elsewhere; PAYING comes with the
# claimant's consent, DENIED with the written notice.
_NEXT: Mapping[ClaimStage, tuple[ClaimStage, ...]] = {
    ClaimStage.REPORTED: (ClaimStage.AWAITING_REGISTRATION, ClaimStage.REGISTERED),
    ClaimStage.AWAITING_REGISTRATION: (ClaimStage.AWAITING_REGISTRATION, ClaimStage.REGISTERED),
    ClaimStage.REGISTERED: (ClaimStage.SURVEYING, ClaimStage.ASSESSING, ClaimStage.ADJUDICATING),
    ClaimStage.SURVEYING: (ClaimStage.ASSESSING, ClaimStage.ADJUDICATING),
    ClaimStage.ASSESSING: (ClaimStage.REVIEWING_LOSS,),
    ClaimStage.REVIEWING_LOSS: (ClaimStage.ASSESSING, ClaimStage.ADJUDICATING),
    ClaimStage.ADJUDICATING: (ClaimStage.SURVEYING, ClaimStage.ASSESSING),
    ClaimStage.DECIDED: (ClaimStage.DENIED,),
    ClaimStage.AWAITING_AGREEMENT: (ClaimStage.ADJUDICATING,),
    ClaimStage.PAYING: (ClaimStage.CLOSED,),
}

_STAGE_ZH = {
    ClaimStage.REPORTED: "已报案",
    ClaimStage.AWAITING_REGISTRATION: "待立案",
    ClaimStage.REGISTERED: "已立案",
    ClaimStage.SURVEYING: "查勘中",
    ClaimStage.ASSESSING: "定损中",
    ClaimStage.REVIEWING_LOSS: "核损中",
    ClaimStage.AWAITING_DOCUMENTS: "待补资料",
    ClaimStage.ADJUDICATING: "理算核赔中",
    ClaimStage.DECIDED: "已核定",
    ClaimStage.AWAITING_AGREEMENT: "待签协议",
    ClaimStage.PAYING: "支付中",
    ClaimStage.CLOSED: "已结案",
    ClaimStage.DENIED: "不予赔付",
    ClaimStage.WITHDRAWN: "已撤案",
}


_SURVEYED = frozenset({LineOfBusiness.MOTOR, LineOfBusiness.PROPERTY, LineOfBusiness.LIABILITY})
_BEFORE_SURVEY = frozenset(
    {ClaimStage.REPORTED, ClaimStage.AWAITING_REGISTRATION, ClaimStage.REGISTERED, ClaimStage.SURVEYING}
)


@dataclass(frozen=True)
class ClaimStep:
    """One entry of a case's history: what a post did and when."""

    stage: ClaimStage
    at: datetime
    post: str  # 岗位, never a person's name
    note: str = ""


@dataclass(frozen=True)
class LossReport:
    """What a customer tells when reporting. `policy_no` may be empty: a report is never refused for that (F01)."""

    line: LineOfBusiness
    event_at: str  # ISO date, or ISO date and time "2026-11-23T08:20" as far as known
    place: str
    cause: str
    injured: str  # 无 / 有 / 有，2 人 …
    reporter_phone: str
    reporter_name: str = ""
    policy_no: str = ""
    plate_no: str = ""
    insured_name: str = ""
    other_party: str = ""
    drivable: str = ""
    hospital: str = ""
    injured_count: int | None = None  # None: nobody, or not told
    police_report: str = ""  # 已报警 / 已报警，编号 … / 未报警
    driver_name: str = ""  # a name, or 报案人 / 配偶 … as told
    reporter_relation: str = ""  # to the insured, of a car to its owner
    vehicle_at: str = ""  # where a car stands that cannot drive
    visit_on: str = ""  # ISO date of the first treatment
    admitted: str = ""  # 住院 / 未住院
    spreading: str = ""  # property: 还在扩大 / 已控制住

    @property
    def event_day(self) -> date:
        return date.fromisoformat(self.event_at[:10])

    def may_be_same_event(self, other: LossReport) -> bool:
        """Same line and at most two hours apart; where either hour is not known, the same day (F01 Dedup)."""
        if self.line is not other.line:
            return False
        if len(self.event_at) <= 10 or len(other.event_at) <= 10:
            return self.event_day == other.event_day
        apart = datetime.fromisoformat(self.event_at) - datetime.fromisoformat(other.event_at)
        return abs(apart) <= _SAME_HOURS


@dataclass(frozen=True)
class Delay:
    """Why the present stage takes longer than the company's own limit, in words for the claimant, and until when it does now;
    never past the legal date."""

    reason: str
    until: date
    told_at: datetime


@dataclass(frozen=True)
class Claim:
    """A case. `matched` is False while no policy was found for it (待核单). `awaits`: its decision is made and waits for somebody of
    that level; `handler` is the account that sees to it that it is not late; `event_id` the disaster that it was reported in;
    `institution` that of its policy, or without one that of the place of the event."""

    claim_no: str
    report: LossReport
    stage: ClaimStage
    reported_at: datetime
    matched: bool
    conversation_id: str
    idempotency_key: str
    steps: tuple[ClaimStep, ...] = ()
    due_on: date | None = None  # by when the next step is promised
    due_rule: str = ""  # which deadline says so
    contact_by: datetime | None = None  # by when the reporter is rung up, a company target
    documents_complete_on: date | None = None  # the last missing document was received
    missing_documents: tuple[str, ...] = ()
    claimant_party_id: str = ""
    assessments: tuple[LossAssessment, ...] = ()  # released by the desk, the newest last
    settlement: Settlement | None = None
    notes: tuple[str, ...] = field(default=())  # 补充说明 and remarks for the staff, in order
    awaits: Level | None = None
    handler: str = ""
    contacted_at: datetime | None = None  # when somebody first spoke with the reporter
    delay: Delay | None = None  # of the present stage
    event_id: str = ""
    institution: str = HEAD_OFFICE

    @property
    def is_over(self) -> bool:
        return self.stage in (ClaimStage.CLOSED, ClaimStage.DENIED, ClaimStage.WITHDRAWN)

    @property
    def assessment(self) -> LossAssessment | None:
        return self.assessments[-1] if self.assessments else None

    @property
    def awaits_survey(self) -> bool:
        """Somebody is still to look at the thing that was damaged; of persons there is none to look at."""
        return self.report.line in _SURVEYED and self.stage in _BEFORE_SURVEY

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today and not self.is_over
