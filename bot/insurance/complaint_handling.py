"""What officers write on a complaint after it was registered, and the ways by which complaints come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class ComplaintChannel(str, Enum):
    """How a complaint reached the company; the clocks run from its receipt, whatever the way."""

    WEB = "web"
    LETTER = "letter"
    HOTLINE = "hotline"
    COUNTER = "counter"
    MAIL = "mail"
    FAX = "fax"
    REGULATOR = "regulator"

    @property
    def zh(self) -> str:
        return _CHANNELS[self]


_CHANNELS = {
    ComplaintChannel.WEB: "在线客服",
    ComplaintChannel.LETTER: "信函",
    ComplaintChannel.HOTLINE: "客服热线",
    ComplaintChannel.COUNTER: "柜台接待",
    ComplaintChannel.MAIL: "电子邮件",
    ComplaintChannel.FAX: "传真",
    ComplaintChannel.REGULATOR: "监管转办",
}


@dataclass(frozen=True)
class SupplementNotice:
    """What a complainant was asked for (D-C12): `items` as asked, `missing` what of it has not come. Stops no clock (X-02)."""

    items: tuple[str, ...]
    note: str
    agent: str
    at: datetime
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ComplaintDecision:
    """The decision that is told (投诉办法 art 18), or that of a 核查 (art 20): what was found, on what basis, what is done."""

    facts: str
    basis: str
    result: str
    agent: str
    at: datetime
    verifying: bool = False  # 核查决定
