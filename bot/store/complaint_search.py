"""What the complaints post looks for, in SQL: the numbers of a page, and how many there are."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, select, true, union

from bot.insurance.complaint import OVER
from bot.insurance.complaint_list import NEAR, ComplaintFilter, DueFilter
from bot.insurance.open_case import CaseKind
from bot.store.case_handlers import handled_by
from bot.store.complaint_tables import COMPLAINTS, OPEN_COMPLAINT
from bot.store.schema import SHANGHAI

_COLUMNS = COMPLAINTS.c


def numbers_of(asked: ComplaintFilter, today: date) -> Any:
    """In the order of the list."""
    newest_first = (_COLUMNS.received_at.desc(), _COLUMNS.complaint_no.desc())
    first_due = (_COLUMNS.next_due, _COLUMNS.received_at, _COLUMNS.complaint_no)
    return (
        select(_COLUMNS.complaint_no).where(_asked(asked, today)).order_by(*(first_due if asked.due else newest_first))
    )


def count_of(asked: ComplaintFilter, today: date) -> Any:
    return select(func.count()).select_from(COMPLAINTS).where(_asked(asked, today))


def _asked(asked: ComplaintFilter, today: date) -> Any:
    conditions = [true()]
    if asked.text:
        conditions.append(_COLUMNS.complaint_no.in_(_named(asked.text)))
    if asked.stage:
        conditions.append(_COLUMNS.stage == asked.stage.value)
        if asked.stage not in OVER:  # few are open: their own index has them all
            conditions.append(OPEN_COMPLAINT)
    if asked.kind:
        conditions.append(_COLUMNS.kind == asked.kind)
    if asked.channel:
        conditions.append(_COLUMNS.channel == asked.channel.value)
    if asked.first:
        conditions.append(_COLUMNS.received_at >= _begin(asked.first))
    if asked.last and asked.last < date.max:
        conditions.append(_COLUMNS.received_at < _begin(asked.last + timedelta(days=1)))
    if asked.handler:
        conditions.append(handled_by(CaseKind.COMPLAINT, asked.handler))
    if asked.due:
        late = _COLUMNS.next_due < today
        near = and_(_COLUMNS.next_due >= today, _COLUMNS.next_due <= today + NEAR)
        conditions += [OPEN_COMPLAINT, late if asked.due is DueFilter.OVERDUE else near]
    return and_(*conditions)


def _named(text: str) -> Any:
    """Sealed columns are found by the whole value alone, each by its own index; one query of them all would use none."""
    number = text.upper()
    columns = (
        (_COLUMNS.complaint_no, number), (_COLUMNS.reference_no, number), (_COLUMNS.transfer_no, text),
        (_COLUMNS.phone, text), (_COLUMNS.complainant_name, text),
    )  # fmt: skip
    return union(*(select(_COLUMNS.complaint_no).where(column == value) for column, value in columns))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
