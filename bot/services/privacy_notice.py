"""What a customer is told before the first personal datum, once a conversation (个保法 art 17; business flows 0.4, C1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.calendars.strict_yaml import read_row
from bot.services.ports import UnitOfWorkFactory

KIND = "C1"
_SPOKEN_CHANNELS = frozenset({"ivr"})
_PAGE = "web"


@dataclass(frozen=True)
class PrivacyNotice:
    """`short` stands on the page, above the whole text, `elsewhere` where there is no page around it, `spoken` is for the
    ear; `version` is what the record of having told it names."""

    version: str
    short: str
    elsewhere: str
    spoken: str

    def for_channel(self, channel: str) -> str:
        if channel in _SPOKEN_CHANNELS:
            return self.spoken
        return self.short if channel == _PAGE else self.elsewhere


def load_privacy_notice(path: Path) -> PrivacyNotice:
    """Raises DataFileError: missing, malformed, or unknown keys."""
    row = read_row(path)
    row.expect(("version", "short", "elsewhere", "spoken"))
    return PrivacyNotice(row.text("version"), row.text("short"), row.text("elsewhere"), row.text("spoken"))


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
