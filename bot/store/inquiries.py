"""What was asked while complaints were looked into; a question is written once, and so is its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.inquiry import Inquiry, InquiryPage
from bot.insurance.staff import GENERAL, NAMED_POSTS, Staff
from bot.store.complaint_tables import COMPLAINT_INQUIRIES, COMPLAINTS, OPEN_COMPLAINT, OPEN_INQUIRY

_COLUMNS = COMPLAINT_INQUIRIES.c


class SqlInquiries:
    """Implements bot.services.complaint_ports.Inquiries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, inquiry: Inquiry) -> None:
        self._connection.execute(COMPLAINT_INQUIRIES.insert().values(**asdict(inquiry)))

    def answer(self, inquiry: Inquiry) -> bool:
        answered = {name: getattr(inquiry, name) for name in ("answer", "answered_by", "answered_at")}
        unanswered = and_(_COLUMNS.number == inquiry.number, _COLUMNS.answered_at.is_(None))
        written = self._connection.execute(COMPLAINT_INQUIRIES.update().where(unanswered).values(**answered))
        return bool(written.rowcount)

    def get(self, number: str) -> Inquiry | None:
        return next(iter(self._read(select(COMPLAINT_INQUIRIES).where(_COLUMNS.number == number))), None)

    def of_complaint(self, complaint_no: str) -> Sequence[Inquiry]:
        mine = select(COMPLAINT_INQUIRIES).where(_COLUMNS.complaint_no == complaint_no)
        return self._read(mine.order_by(_COLUMNS.asked_at, _COLUMNS.number))

    def open_for(self, staff: Staff, limit: int) -> InquiryPage:
        going_on = select(COMPLAINTS.c.complaint_no).where(
            COMPLAINTS.c.complaint_no == _COLUMNS.complaint_no, OPEN_COMPLAINT
        )
        waiting = and_(OPEN_INQUIRY, _asks(staff), going_on.exists())
        page = select(COMPLAINT_INQUIRIES).where(waiting).order_by(_COLUMNS.due, _COLUMNS.number).limit(limit)
        total = select(func.count()).select_from(COMPLAINT_INQUIRIES).where(waiting)
        return InquiryPage(self._read(page), self._connection.execute(total).scalar_one())

    def _read(self, statement: Any) -> tuple[Inquiry, ...]:
        return tuple(Inquiry(**row) for row in self._connection.execute(statement).mappings())


def _asks(staff: Staff) -> Any:
    """As `bot.insurance.inquiry.Inquiry.asks`."""
    of_post = _COLUMNS.post.in_(sorted(staff.posts))
    if GENERAL in staff.posts:
        of_post = or_(of_post, _COLUMNS.post.notin_(NAMED_POSTS))
    return or_(_COLUMNS.colleague == staff.name, and_(_COLUMNS.colleague == "", of_post))
