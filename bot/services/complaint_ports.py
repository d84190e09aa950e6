"""The register of complaints as the use cases ask for it; `bot.services.ports` has the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.insurance.complaint import Complaint
from bot.insurance.complaint_list import ComplaintFilter, ComplaintPage
from bot.insurance.inquiry import Inquiry, InquiryPage
from bot.insurance.staff import Staff


class Complaints(Protocol):
    def add(self, complaint: Complaint) -> None:
        """Raises DuplicateKeyError when the idempotency key exists."""
        ...

    def save(self, complaint: Complaint) -> None:
        """Raises HistoryChangedError where something of its history is not what was written before."""
        ...

    def get(self, complaint_no: str) -> Complaint | None: ...
    def by_key(self, idempotency_key: str) -> Complaint | None: ...
    def of_conversation(self, conversation_id: str) -> Sequence[Complaint]: ...
    def of_party(self, party_id: str) -> Sequence[Complaint]: ...
    def of_phone(self, phone: str) -> Sequence[Complaint]:
        """Complaints that left this phone; "" is no phone."""
        ...

    def decided_since(self, moment: datetime) -> Sequence[Complaint]:
        """Those whose decision was told from that moment on."""
        ...

    def owed_progress(self, day: date) -> Sequence[Complaint]:
        """Open ones with a phone whose answer or report of progress (D-C14) is due by `day` and was not sent."""
        ...

    def stopped(self, among: Collection[str] | None = None) -> Sequence[Complaint]:
        """Open complaints whose clock stands: at an outside appraisal, or in mediation."""
        ...

    def asking_for_more_time(self) -> Sequence[Complaint]:
        """Open ones whose second extension waits for a senior manager."""
        ...

    def found(self, asked: ComplaintFilter, *, today: date, offset: int, limit: int) -> ComplaintPage:
        """A page of all complaints, over or not, that the filter lets through."""
        ...


class Inquiries(Protocol):
    def add(self, inquiry: Inquiry) -> None: ...
    def answer(self, inquiry: Inquiry) -> bool:
        """Write the answer of one that has none; False where it has one already, which stays."""
        ...

    def get(self, number: str) -> Inquiry | None: ...
    def of_complaint(self, complaint_no: str) -> Sequence[Inquiry]:
        """The oldest first."""
        ...

    def open_for(self, staff: Staff, limit: int) -> InquiryPage:
        """Those that wait for this account or one of its posts, of complaints that are not over."""
        ...
