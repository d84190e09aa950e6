"""Every refusal leaves a row in the audit log: who was refused what, and why. Written here and nowhere else.

A use case marks the words that refuse with a `Denial` (`bot.services.reply`); whoever lets them out records it.
Source: 个人信息保护法 art 51 (who looked, or tried to), 投诉办法 art 22.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.services.assistant import AssistantServices
from bot.services.ports import UnitOfWork
from bot.services.reply import Denial, Reply
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

EVENT = "access.denied"
NOBODY = "anonymous"


def record_refusals(replies: Iterable[Reply], said: Understood, using: AssistantServices) -> None:
    """One row for each refusal among the replies, in a transaction of its own: what was refused wrote nothing."""
    denials = list(dict.fromkeys(reply.denied for reply in replies if reply.denied))
    if not denials:
        return
    with using.unit_of_work() as work:
        for denial in denials:
            record_denial(work, denial, said.conversation_id, said.received_at)
        work.commit()


def record_denial(work: UnitOfWork, denial: Denial, conversation_id: str, at: datetime) -> None:
    """`actor` is the proved person, or nobody. The caller commits."""
    identity = current_identity(work, conversation_id, at)
    detail = {"kind": denial.kind, "why": denial.why, "level": identity.level.name, "conversation": conversation_id}
    actor = identity.party.party_id if identity.party else NOBODY
    work.audit.append(EVENT, subject=denial.subject or conversation_id, actor=actor, at=at, detail=detail)
