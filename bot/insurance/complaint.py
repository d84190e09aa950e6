"""Consumer complaints 消费投诉 with both clocks (投诉办法2020 art 18; company targets, see X-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


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


@dataclass(frozen=True)
class ComplaintClocks:
    """Due dates computed when the complaint is received (day 1 is the next day).

    `decide_by`: D-C01, 15 natural days. `decide_by_complex`: D-C02, 30. `supplement_by`: D-C12, 5 working days.
    `acceptance_by`: D-C13, 10 working days, company rule only. `answer_or_progress_by`: D-C14, individual life only.
    """

    decide_by: date
    decide_by_complex: date
    supplement_by: date
    acceptance_by: date
    answer_or_progress_by: date | None
    estimated: bool  # a calendar year was missing: 暂估

    @property
    def earliest(self) -> date:
        """The date to alert on: whichever of the statutory and company clocks runs out first (X-01)."""
        return min(self.decide_by, self.acceptance_by)


@dataclass(frozen=True)
class Complaint:
    """A registered complaint. It exists from the first sentence on; details are added as they come."""

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
