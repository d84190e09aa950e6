"""What a loss was assessed at (定损), before anything is adjudicated: the cost of the loss, never the payment.

Source: company rules 004 §5.1.2(4), assessment by consultation with the insured; who does not agree gets a second one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.insurance.amounts import to_fen
from bot.insurance.settlement import AmountLine


@dataclass(frozen=True)
class LossAssessment:
    """One amount that the desk released, in yuan. `basis`: how it was found (the repairer's list, two quotations).

    `agreed_at`, `disagreed_at` and `objection`: what the claimant said to it, None and "" while he has said nothing.
    """

    lines: tuple[AmountLine, ...]
    basis: str
    released_at: datetime
    released_by: str  # agent:…
    agreed_at: datetime | None = None
    disagreed_at: datetime | None = None
    objection: str = ""

    @property
    def amount(self) -> Decimal:
        """Yuan, to the fen: the sum of the lines."""
        return to_fen(sum((line.amount for line in self.lines), Decimal(0)))

    @property
    def is_open(self) -> bool:
        """The claimant has not said yet whether he agrees."""
        return self.agreed_at is None and self.disagreed_at is None

    @property
    def flaw(self) -> str:
        """Why it can't be released, for the desk; "" when it can."""
        if not self.lines:
            return "定损要有明细，一行一项"
        if self.amount <= 0:
            return "各项合计要大于 0"
        if any(line.amount != to_fen(line.amount) or not line.amount for line in self.lines):
            return "每项金额最多两位小数，不能是 0"
        return "" if self.basis else "要写定损的依据"
