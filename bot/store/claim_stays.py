"""The stays of claims in their stages, as one statement: where one was, from when, until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from bot.store.case_tables import CLAIM_STEPS


def ended_stays(start: datetime, end: datetime) -> Any:
    """Those that ended from `start` until before `end`: columns claim_no, stage, began, ended."""
    left, next_one, before, began = (CLAIM_STEPS.alias(name) for name in ("s", "n", "b", "e"))
    # The stay began one step after the last step of another stage; further steps in a stage begin nothing anew.
    last_other = (
        select(func.coalesce(func.max(before.c.position) + 1, 0))
        .where(
            before.c.claim_no == left.c.claim_no,
            before.c.position < left.c.position,
            before.c.stage != left.c.stage,
        )
        .scalar_subquery()
    )
    follows = and_(next_one.c.claim_no == left.c.claim_no, next_one.c.position == left.c.position + 1)
    first = and_(began.c.claim_no == left.c.claim_no, began.c.position == last_other)
    return (
        select(left.c.claim_no, left.c.stage, began.c.at.label("began"), next_one.c.at.label("ended"))
        .select_from(next_one.join(left, follows).join(began, first))
        .where(next_one.c.at >= start, next_one.c.at < end, next_one.c.stage != left.c.stage)
    )
