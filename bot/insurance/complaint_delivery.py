"""That a notice reached the complainant: by what way, when, and the number of the receipt (投诉办法 art 21; D-C11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class DeliveryWay(str, Enum):
    """The ways of art 21."""

    HAND = "hand"
    POST = "post"
    TEXT = "text"
    MAIL = "mail"
    PHONE = "phone"

    @property
    def zh(self) -> str:
        return _WAYS[self][0]

    @property
    def receipt(self) -> str:
        """What proves it."""
        return _WAYS[self][1]


_WAYS = {
    DeliveryWay.HAND: ("当面送达", "签收单号"),
    DeliveryWay.POST: ("邮寄", "邮件号"),
    DeliveryWay.TEXT: ("短信", "发送流水号"),
    DeliveryWay.MAIL: ("电子邮件", "邮件编号"),
    DeliveryWay.PHONE: ("电话", "录音号"),
}


@dataclass(frozen=True)
class Delivery:
    """`notice`: the key of what was delivered (`bot.insurance.complaint_notices`); `delivered_at`: handed over, posted, sent
    or dialled. `agent` wrote it down at `at`."""

    notice: str
    way: DeliveryWay
    delivered_at: datetime
    receipt_no: str
    agent: str
    at: datetime
