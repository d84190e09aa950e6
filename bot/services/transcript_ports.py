"""The port for recorded calls; `bot.services.ports` has the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.services.transcripts.call import Findings, Outcome, PhoneCall
from bot.services.transcripts.same_call import FormerCall


@dataclass(frozen=True)
class CallRow:
    """A call as reports read it. `complaint_kind` and `complaint_no` "" where there is none; `holds` in milliseconds."""

    call_id: str
    source: str
    phone: str
    began: datetime | None
    utterances: int
    intents: tuple[str, ...]
    outcome: Outcome
    complaint_kind: str
    complaint_no: str
    emergency: bool
    holds: tuple[int, ...]


class Transcripts(Protocol):
    def known(self, call_ids: Collection[str]) -> Collection[str]:
        """Those of them that are stored."""
        ...

    def of_keys(self, keys: Collection[str]) -> Sequence[FormerCall]:
        """The stored calls that have one of these numbers; "" is no number."""
        ...

    def add(self, call: PhoneCall, findings: Findings, at: datetime, *, complaint_no: str) -> None:
        """Raises DuplicateKeyError when the call is stored already."""
        ...

    def remove(self, call_id: str) -> str:
        """Forget what was read of a call; the number of its complaint, "" for none."""
        ...

    def note_complaint(self, call_id: str, complaint_no: str) -> None: ...

    def calls(self, call_ids: Collection[str]) -> Sequence[CallRow]:
        """The earliest first, those without a date last."""
        ...

    def of_phones(self, phones: Collection[str]) -> Sequence[CallRow]:
        """All calls of these phones that have a date, the earliest first; "" is nobody's."""
        ...
