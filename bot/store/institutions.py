"""The condition that rows are those of one institution."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, true


def of(table: Table, institution: str) -> Any:
    """ "" takes every row; the table has a column `institution`."""
    return table.c.institution == institution if institution else true()
