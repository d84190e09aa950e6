"""What a customer is told before the first personal datum, once a conversation (个保法 art 17; business flows 0.4, C1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.calendars.strict_yaml import read_row
from bot.services.ports import UnitOfWorkFactory

KIND = "C1"
_SPOKEN_CHANNELS = frozenset({"ivr"})


@dataclass(frozen=True)
class PrivacyNotice:
    """`short` is for reading, `spoken` for the ear; `version` is what the record of having told it names."""

    version: str
    short: str
    spoken: str

    def for_channel(self, channel: str) -> str:
        return self.spoken if channel in _SPOKEN_CHANNELS else self.short


def load_privacy_notice(path: Path) -> PrivacyNotice:
    """Raises DataFileError: missing, malformed, or unknown keys."""
    row = read_row(path)
    row.expect(("version", "short", "spoken"))
    return PrivacyNotice(row.text("version"), row.text("short"), row.text("spoken"))


def tell_once(
    notice: PrivacyNotice,
    reading: UnitOfWorkFactory,
    writing: UnitOfWorkFactory,
    *,
    conversation_id: str,
    channel: str,
    at: datetime,
) -> str:
    """The words to say now and a record that they were said; "" when this conversation has heard them."""
    with reading() as work:
        if work.consents.granted(conversation_id, KIND):
            return ""
    with writing() as work:
        work.consents.add(
            conversation_id=conversation_id, party_id="", kind=KIND, version=notice.version, granted=True, at=at
        )
        work.commit()
    return notice.for_channel(channel)
