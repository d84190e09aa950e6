"""What the company decided on a claim: how much, worked out how, by which clause, and the dates that follow.

Source: 保险法 art 23 (told the result; paid within ten days of the agreement), art 24 (a denial with its reasons within three
days); 互联网办法 art 27 (basis and computation are shown).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from bot.insurance.amounts import to_fen


class Decision(str, Enum):
    PAY = "pay"
    PART = "part"
    DENY = "deny"

    @property
    def zh(self) -> str:
        return {"pay": "赔付", "part": "部分赔付", "deny": "不予赔付"}[self.value]


@dataclass(frozen=True)
class AmountLine:
    """One line of the computation 赔款计算书, in yuan; what is taken off (免赔额, 已赔) is negative."""

    item: str
    amount: Decimal


@dataclass(frozen=True)
class Settlement:
    """`reason` and `clause` say why less than all is paid; `decided_by` is the post's account at the desk.

    `notice_by`, `notice_on`: the written denial, due and sent. `agreed_at`, `pay_by`, `paid_on`: the claimant's consent to
    the amount, the last day to pay it, and the day it was paid.
    """

    decision: Decision
    lines: tuple[AmountLine, ...]
    clause: str
    reason: str
    decided_at: datetime
    decided_by: str
    notice_by: date | None = None
    notice_on: date | None = None
    agreed_at: datetime | None = None
    pay_by: date | None = None
    paid_on: date | None = None

    @property
    def amount(self) -> Decimal:
        """Yuan, to the fen: the sum of the lines."""
        return to_fen(sum((line.amount for line in self.lines), Decimal(0)))

    @property
    def flaw(self) -> str:
        """Why it can't stand, for the desk; "" when it can."""
        if self.decision is Decision.DENY:
            if self.lines:
                return "不予赔付没有计算明细，请删掉金额"
        elif not self.lines:
            return "赔付要有计算明细，一行一项"
        elif self.amount <= 0:
            return "各项合计要大于 0"
        if any(line.amount != to_fen(line.amount) or not line.amount for line in self.lines):
            return "每项金额最多两位小数，不能是 0"
        if not self.clause:
            return "要写依据的条款"
        return "" if self.reason or self.decision is Decision.PAY else "部分赔付和不予赔付要写理由"
