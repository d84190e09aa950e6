"""Everything a complainant was told on the way, as one list; what proves it is kept by these keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.insurance.complaint import Complaint
from bot.insurance.complaint_delivery import Delivery


@dataclass(frozen=True)
class ToldNotice:
    """`key` never changes: what it numbers is only ever added to."""

    key: str
    title: str
    at: datetime
    deliveries: tuple[Delivery, ...]


class _Written(Protocol):
    @property
    def at(self) -> datetime: ...


def told_notices(complaint: Complaint) -> tuple[ToldNotice, ...]:
    """The oldest first."""
    found = [
        *_numbered("triage", complaint.triages, [f"{one.outcome.zh}告知" for one in complaint.triages], complaint),
        *_numbered("notice", complaint.notices, ["补充材料通知"] * len(complaint.notices), complaint),
        *_numbered("move", complaint.moves, [one.move.zh if one.move.is_told else "" for one in complaint.moves], complaint),
        *_numbered(
            "decision",
            complaint.decisions,
            ["核查决定" if one.verifying else "处理决定" for one in complaint.decisions],
            complaint,
        ),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.at))


def _numbered(kind: str, told: Sequence[_Written], titles: Sequence[str], complaint: Complaint) -> list[ToldNotice]:
    """Those with a title; the others are told to nobody."""
    found = []
    for place, (one, title) in enumerate(zip(told, titles, strict=True), 1):
        if title:
            key = f"{kind}:{place}"
            proofs = tuple(each for each in complaint.deliveries if each.notice == key)
            found.append(ToldNotice(key, title, one.at, proofs))
    return found
