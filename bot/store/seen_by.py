"""Whose matters a row is: the condition that `bot.insurance.staff.Staff.sees` is in Python."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, false, or_, true

from bot.insurance.staff import COMPLIANCE, GENERAL, NAMED_POSTS


def seen_by(rows: Any, posts: Collection[str] | None, *, restricted: bool) -> Any:
    """The condition of rows (columns `post` and `restricted`) that are there for who works at these posts, None for every one."""
    shown = []
    if not restricted:
        shown += [rows.restricted == false(), rows.post != COMPLIANCE]
    if posts is not None:
        own = rows.post.in_(sorted(posts))
        # A post without a desk of its own is the general one's.
        shown.append(or_(own, rows.post.notin_(NAMED_POSTS)) if GENERAL in posts else own)
    return and_(true(), *shown)
