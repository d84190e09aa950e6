"""What an officer asks a post or a colleague while a complaint is looked into (company rules art 17; F24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.insurance.staff import Staff


@dataclass(frozen=True)
class Inquiry:
    """`background`: all of the complaint that the one asked is told. `post` is asked, or (`colleague`) one person. An answer
    is given once; `answered_at` is None until then."""

    number: str
    complaint_no: str
    question: str
    background: str
    post: str
    colleague: str
    due: date
    asked_by: str
    asked_at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    @property
    def asked(self) -> str:
        """Who is asked, as one says it."""
        return self.colleague or f"{self.post}岗"

    def asks(self, staff: Staff) -> bool:
        """Whether this account is the one asked, or works at the post that is."""
        return self.colleague == staff.name if self.colleague else staff.works_at(self.post)


@dataclass(frozen=True)
class InquiryPage:
    """Open ones, the first due first, of `total`."""

    inquiries: tuple[Inquiry, ...]
    total: int
