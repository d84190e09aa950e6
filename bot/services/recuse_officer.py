"""Who has an interest in a complaint keeps away from it: by an own word, or by a manager's (投诉办法 art 17)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import BotError
from bot.insurance.complaint import Complaint
from bot.insurance.complaint_handling import ComplaintMove, MadeMove
from bot.services.case_handler import give_back_complaint
from bot.services.handle_complaint import ComplaintFlawError, complaint_for
from bot.services.ports import UnitOfWork

LEAST, LONGEST = 5, 300


class NotTheirOrderError(BotError):
    """Only a manager may order somebody else away."""

    code = "not_their_order"


@dataclass(frozen=True)
class RecuseOfficer:
    """`who` keeps away from now on; `manager`: `agent` may order that of others."""

    complaint_no: str
    who: str
    reason: str
    agent: str
    at: datetime
    manager: bool = False


def recuse_officer(work: UnitOfWork, command: RecuseOfficer) -> Complaint:
    """From now on the complaint is not there for `who`, nor is anything given to him that belongs to it.

    Raises:
        LookupError: no such complaint. RecusedError: the one who says so keeps away himself. NotTheirOrderError,
        ComplaintFlawError: as they say.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    if command.who != command.agent and not command.manager:
        raise NotTheirOrderError(agent=command.agent)
    if flaw := _flaw(work, complaint, command):
        raise ComplaintFlawError(flaw=flaw)
    made = MadeMove(ComplaintMove.RECUSE, command.reason, command.agent, command.at, subject=command.who)
    changed = replace(complaint, moves=(*complaint.moves, made))
    work.complaints.save(changed)
    give_back_complaint(work, command.complaint_no, command.who, f"agent:{command.agent}", command.at)
    detail = {"who": command.who}
    work.audit.append(
        "complaint.recused", subject=command.complaint_no, actor=f"agent:{command.agent}", at=command.at, detail=detail
    )
    return changed


def _flaw(work: UnitOfWork, complaint: Complaint, command: RecuseOfficer) -> str:
    if not LEAST <= len(command.reason) <= LONGEST:
        return f"回避的原因要写 {LEAST} 到 {LONGEST} 个字"
    if work.staff.get(command.who) is None:
        return "没有这个工号"
    return "这位同事已经回避" if complaint.bars(command.who) else ""
