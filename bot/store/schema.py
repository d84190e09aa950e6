"""The metadata all tables belong to, and the column types that keep instants, money and shares exact.

Sums are stored as whole fen so that no database rounds them, instants as UTC so that they compare on both databases.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, DateTime, MetaData, Text
from sqlalchemy.types import TypeDecorator

SHANGHAI = ZoneInfo("Asia/Shanghai")

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator):  # type: ignore[misc]  # SQLAlchemy 1.4 ships no types
    """A timezone-aware datetime: UTC in the database, Asia/Shanghai in Python. Raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime needs its timezone")
        utc = value.astimezone(timezone.utc)
        # SQLite keeps datetimes as text without a zone; all rows must have the same form to sort as text.
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        utc = value.replace(tzinfo=timezone.utc) if dialect.name == "sqlite" else value
        return utc.astimezone(SHANGHAI)


class Fen(TypeDecorator):  # type: ignore[misc]
    """Yuan as Decimal in Python, whole fen in the database. Raises ValueError for a fraction of a fen."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        if value is None:
            return None
        fen = value * 100
        if fen != fen.to_integral_value():
            raise ValueError("a sum of money has at most two decimals")
        return int(fen)

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


class ExactDecimal(TypeDecorator):  # type: ignore[misc]
    """A Decimal kept digit by digit: shares such as 33.333 must still add up to exactly 100 when read back."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value)


class JsonText(TypeDecorator):  # type: ignore[misc]
    """Lists and mappings that are only read whole, as canonical JSON text (see `canonical_json`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        return None if value is None else json.loads(value)


def canonical_json(value: object) -> str:
    """One text per value: keys sorted, no spaces, characters as they are. Hashes are taken over it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
