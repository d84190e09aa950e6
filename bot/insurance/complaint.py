"""Consumer complaints 消费投诉 with both clocks (投诉办法2020 art 18; company targets, see X-01)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot.insurance.complaint_delivery import Delivery
from bot.insurance.complaint_handling import (
    ComplaintChannel,
    ComplaintDecision,
    ComplaintMove,
    MadeMove,
    StoppedClock,
    SupplementNotice,
    stopped_clocks,
)
from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.triage import Triage


class ComplaintStage(str, Enum):
    """The stages of F16 that a complainant is shown."""

    REGISTERED = "registered"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    REVIEWING = "reviewing"
    ACCEPTED = "accepted"
    INVESTIGATING = "investigating"
    NEGOTIATING = "negotiating"
    MEDIATING = "mediating"
    EXTENDED = "extended"
    DECIDED = "decided"
    VERIFYING = "verifying"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"

    @property
    def zh(self) -> str:
        return _STAGE_ZH[self]


_STAGE_ZH = {
    ComplaintStage.REGISTERED: "已登记",
    ComplaintStage.AWAITING_SUPPLEMENT: "待补充",
    ComplaintStage.REVIEWING: "审查中",
    ComplaintStage.ACCEPTED: "已受理",
    ComplaintStage.INVESTIGATING: "调查核实中",
    ComplaintStage.NEGOTIATING: "协商中",
    ComplaintStage.MEDIATING: "调解中",
    ComplaintStage.EXTENDED: "延期",
    ComplaintStage.DECIDED: "已作出决定",
    ComplaintStage.VERIFYING: "核查中",
    ComplaintStage.CLOSED: "已办结",
    ComplaintStage.WITHDRAWN: "已撤回",
    ComplaintStage.TRANSFERRED: "转办",
}


# Nothing more falls due on these; a withdrawn complaint may be made again (投诉办法 art 15).
OVER = frozenset({ComplaintStage.DECIDED, ComplaintStage.CLOSED, ComplaintStage.WITHDRAWN})
DECIDED = frozenset({ComplaintStage.DECIDED, ComplaintStage.CLOSED})
UNACCEPTED = frozenset({ComplaintStage.REGISTERED, ComplaintStage.AWAITING_SUPPLEMENT, ComplaintStage.REVIEWING})
_ABOUT_MORE = (ComplaintMove.ASK_FOR_MORE, ComplaintMove.GRANT_MORE, ComplaintMove.REFUSE_MORE)
# Who is told of an extension, or has applied for mediation, has had the progress report of D-C14; that somebody means to
# talk to him is no notice.
_IN_TOUCH = frozenset({ComplaintStage.EXTENDED, ComplaintStage.MEDIATING})


class ComplainantRole(str, Enum):
    """In what capacity somebody complains (投诉办法 arts 13, 14, 18; X-04)."""

    SELF = "self"
    AGENT = "agent"
    GUARDIAN = "guardian"
    HEIR = "heir"

    @property
    def zh(self) -> str:
        return _ROLES[self][0]

    @property
    def papers(self) -> str:
        """What the company may ask such a complainant to bring; "" for nothing."""
        return _ROLES[self][1]


_ROLES = {
    ComplainantRole.SELF: ("本人", ""),
    ComplainantRole.AGENT: ("受托人", "授权委托书原件（要有委托人亲笔签名）和您的身份证件"),
    ComplainantRole.GUARDIAN: ("法定代理人", "您的身份证件和监护关系证明"),
    ComplainantRole.HEIR: ("继承人", "您的身份证件和继承关系证明"),
}


@dataclass(frozen=True)
class ComplaintClocks:
    """Due dates of the law and of the company (X-01); day 1 is the day after what started them.

    Statutory: `decide_by` D-C01, 15 natural days; `decide_by_complex` D-C02, 30; `decide_by_special` D-C03, 60, once that
    was approved. Company: `supplement_by` D-C12, 5 working days; `acceptance_target` D-C13T, 3 working days;
    `acceptance_by` D-C13, 10 working days at the latest. `answer_or_progress_by`: D-C14, individual life only.
    """

    decide_by: date
    decide_by_complex: date
    supplement_by: date
    acceptance_target: date
    acceptance_by: date
    answer_or_progress_by: date | None
    estimated: bool  # a calendar year was missing for a company date: 暂估
    decide_by_special: date | None = None

    def is_estimated(self, company_date: date) -> bool:
        """Whether this date, which counts working days, is 暂估; the statutory ones count natural days and never are."""
        return self.estimated and company_date.year == self.acceptance_by.year

    @property
    def earliest(self) -> date:
        """Whichever of all clocks runs out first, on the day of receipt."""
        dates = (self.decide_by, self.acceptance_target, self.answer_or_progress_by)
        return min(day for day in dates if day)


@dataclass(frozen=True)
class EarlierClock:
    """A statutory clock that new facts replaced (投诉办法 art 18 ¶3)."""

    started_at: datetime
    decide_by: date
    decide_by_complex: date
    decide_by_special: date | None = None  # the further extension that had been approved


@dataclass(frozen=True)
class Complaint:
    """A registered complaint. It exists from the first sentence on; details are added as they come.

    `clock_started_at` is the receipt of the complaint, or of the new facts that restarted it; `earlier_clocks` is newest
    first. `joint_count` is 0 when nobody spoke of others. `verify_by` is set by an application for 核查 (D-C09).
    `triages`, `notices`, `decisions`, `moves`, `deliveries`: what officers chose, asked for, decided, did and proved, newest
    last. `progress_told_at`: when the progress report of D-C14 was sent. `conversation_id` is "" for one that came another
    way. `merged_into`: the complaint in which this one goes on. `transfer_no`, `report_by`, `reported_at`: of one that a
    regulator passed on, its number there, by when the report is wanted, and when that was written. `institution`: that of the policy or claim which it names.
    """

    complaint_no: str
    kind: str  # normal form of the entity complaint_kind
    severity: int  # 1 to 3
    facts: str
    stage: ComplaintStage
    received_at: datetime
    clocks: ComplaintClocks
    rules_fired: tuple[str, ...]
    conversation_id: str
    idempotency_key: str
    request: str = ""
    reference_no: str = ""
    phone: str = ""
    complainant_name: str = ""
    complainant_party_id: str = ""
    supplements: tuple[str, ...] = ()
    role: ComplainantRole = ComplainantRole.SELF
    against: str = ""
    earlier_no: str = ""
    joint_count: int = 0
    clock_started_at: datetime | None = None
    earlier_clocks: tuple[EarlierClock, ...] = ()
    verify_by: date | None = None
    closing_reason: str = ""
    last_notice: str = ""
    last_notice_at: datetime | None = None
    triages: tuple[Triage, ...] = ()
    progress_told_at: datetime | None = None
    channel: ComplaintChannel = ComplaintChannel.WEB
    notices: tuple[SupplementNotice, ...] = ()
    decisions: tuple[ComplaintDecision, ...] = ()
    moves: tuple[MadeMove, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    merged_into: str = ""
    transfer_no: str = ""
    report_by: date | None = None
    reported_at: datetime | None = None
    institution: str = HEAD_OFFICE

    @property
    def stopped(self) -> tuple[StoppedClock, ...]:
        """The times that the running clock does not count."""
        return stopped_clocks(self.moves, self.clock_from)

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands right now: at an outside appraisal or in mediation."""
        return self.stage is ComplaintStage.MEDIATING or any(one.end is None for one in self.stopped)

    @property
    def asked_for_more_by(self) -> str:
        """Who asked for the second extension and waits for another's word; "" when nobody does."""
        asked = [made for made in self._since_start if made.move in _ABOUT_MORE]
        return asked[-1].agent if asked and asked[-1].move is ComplaintMove.ASK_FOR_MORE else ""

    @property
    def is_extended(self) -> bool:
        """To the thirty days of D-C02."""
        return self.stage is ComplaintStage.EXTENDED or any(
            made.move is ComplaintMove.EXTEND for made in self._since_start
        )

    @property
    def _since_start(self) -> tuple[MadeMove, ...]:
        """What was done under the clock that runs now: new facts start it anew."""
        return tuple(made for made in self.moves if made.at >= self.clock_from)

    @property
    def missing(self) -> tuple[str, ...]:
        """What the latest notice asked for and has not come."""
        return self.notices[-1].missing if self.notices else ()

    @property
    def is_open(self) -> bool:
        return self.stage not in OVER

    @property
    def clock_from(self) -> datetime:
        return self.clock_started_at or self.received_at

    @property
    def progress_is_told(self) -> bool:
        """D-C14 asks for an answer or for a report of progress (X-06): who has had one is owed no other."""
        return self.progress_told_at is not None or self.stage in _IN_TOUCH

    def accuses(self, staff: str) -> bool:
        """Whether the complaint names this member of the staff, wherever."""
        named = rf"(?<![A-Za-z0-9]){re.escape(staff)}(?![A-Za-z0-9])"
        told = "\n".join((self.against, self.facts, self.request, *self.supplements))
        return len(staff) > 1 and bool(re.search(named, told, re.IGNORECASE))

    def bars(self, staff: str) -> bool:
        """Whether this member of the staff keeps away from it: nobody handles a complaint about himself, nor one in which he
        has an interest (投诉办法 art 17)."""
        return self.accuses(staff) or any(
            made.move is ComplaintMove.RECUSE and made.subject == staff for made in self.moves
        )

    @property
    def owes_report(self) -> bool:
        """A regulator passed it on and waits for the report, decided or not (company rules art 13)."""
        return self.report_by is not None and self.reported_at is None

    @property
    def statutory_due(self) -> date | None:
        """By when the law wants the present stage done; None when nothing runs: over, in mediation, being appraised."""
        if not self.is_open or self.is_stopped:
            return None
        if self.stage is ComplaintStage.VERIFYING:
            return self.verify_by
        if self.clocks.decide_by_special:
            return self.clocks.decide_by_special
        return self.clocks.decide_by_complex if self.is_extended else self.clocks.decide_by

    @property
    def next_due(self) -> date | None:
        """The date to alert on: the earliest of the statutory and company clocks that still run (X-01), and of the report
        to a regulator. What stops the statutory clock stops no other: no article pauses D-C14."""
        statutory = self.statutory_due
        dates = [statutory] if statutory else []
        if self.report_by and self.owes_report:
            dates.append(self.report_by)
        if not self.is_open or self.stage is ComplaintStage.VERIFYING:
            return min(dates, default=None)
        if self.stage in UNACCEPTED:
            dates.append(self.clocks.acceptance_target)
        if self.clocks.answer_or_progress_by and not self.progress_is_told:
            dates.append(self.clocks.answer_or_progress_by)
        return min(dates, default=None)

    def is_overdue(self, today: date) -> bool:
        """Past the limit of the law: what the complainant is owed an apology for."""
        return self.statutory_due is not None and self.statutory_due < today
