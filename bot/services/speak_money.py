"""Money as customers read it."""

from __future__ import annotations

from decimal import Decimal


def money(amount: Decimal) -> str:
    """12,000 元; whole 万 as 30 万元."""
    if amount >= 10000 and amount % 10000 == 0:
        return f"{int(amount // 10000)} 万元"
    text = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return f"{text} 元"
