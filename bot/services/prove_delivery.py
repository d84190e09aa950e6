"""What proves that a notice reached the complainant is written down, once more for each try (投诉办法 art 21; D-C11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.complaint import Complaint
from bot.insurance.complaint_delivery import Delivery, DeliveryWay
from bot.insurance.complaint_notices import told_notices
from bot.services.handle_complaint import ComplaintFlawError, complaint_for
from bot.services.ports import UnitOfWork

LONGEST_RECEIPT = 60


@dataclass(frozen=True)
class ProveDelivery:
    """`notice`: the key of `bot.insurance.complaint_notices`; `delivered_at`: to the minute."""

    complaint_no: str
    notice: str
    way: DeliveryWay
    delivered_at: datetime
    receipt_no: str
    agent: str
    at: datetime


def prove_delivery(work: UnitOfWork, command: ProveDelivery) -> Complaint:
    """Keep the proof; a complaint that is over may still get one.

    Raises:
        LookupError: there is no such complaint. RecusedError, ComplaintFlawError: as they say.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    if flaw := _flaw(complaint, command):
        raise ComplaintFlawError(flaw=flaw)
    proof = Delivery(
        command.notice, command.way, command.delivered_at, command.receipt_no, command.agent, command.at
    )  # fmt: skip
    changed = replace(complaint, deliveries=(*complaint.deliveries, proof))
    work.complaints.save(changed)
    detail = {"notice": command.notice, "way": command.way.value}
    actor = f"agent:{command.agent}"
    work.audit.append("complaint.delivered", subject=changed.complaint_no, actor=actor, at=command.at, detail=detail)
    return changed


def _flaw(complaint: Complaint, command: ProveDelivery) -> str:
    notice = next((one for one in told_notices(complaint) if one.key == command.notice), None)
    if notice is None:
        return "请选是哪一份通知"
    if not 0 < len(command.receipt_no) <= LONGEST_RECEIPT:
        return f"凭证编号要写，{LONGEST_RECEIPT} 个字以内"
    if command.delivered_at > command.at:
        return "送达的时刻不能晚于现在"
    return "送达不能早于通知作出" if command.delivered_at < notice.at.replace(second=0, microsecond=0) else ""
