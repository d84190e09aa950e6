"""What is written about a claim once, and what is counted of claims, as the use cases need it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.insurance.approval import Judgement, Level, Proposal, WaitingApproval
from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.claim_figures import EventClaim, EventFigures
from bot.insurance.contingency import DisasterEvent
from bot.insurance.document_review import DocumentReview


class ClaimRecords(Protocol):
    """Reviews, decisions and what was said to them, never changed; the caller holds the claim's row (`Claims.get`), so that places are
    not taken twice."""

    def add_review(self, claim_no: str, review: DocumentReview) -> None: ...
    def reviews(self, claim_no: str) -> Sequence[DocumentReview]:
        """The oldest first."""
        ...

    def add_proposal(self, claim_no: str, proposal: Proposal) -> None: ...
    def judge(self, claim_no: str, judgement: Judgement) -> None:
        """Of the newest proposal. Raises LookupError where it does not wait for one."""
        ...

    def proposals(self, claim_no: str) -> Sequence[Proposal]:
        """The oldest first, with what was said to each."""
        ...

    def awaiting(self, levels: Collection[Level], *, but_by: str, limit: int) -> tuple[Sequence[WaitingApproval], int]:
        """Decisions that wait for somebody of these levels and are not this account's own, the first due first, at most so many; and how
        many there are."""
        ...

    def reported_within(self, claim: Claim, days: int) -> int:
        """Claims of the same policy or car reported in so many days up to and with this one's report, itself counted."""
        ...


class ClaimFigures(Protocol):
    def stays(self, start: datetime, end: datetime) -> Mapping[ClaimStage, tuple[int, timedelta]]:
        """Of each stage: how many stays ended from `start` until before `end`, and how long they took together."""
        ...

    def late_by_stage(self, today: date, institution: str = "") -> Mapping[ClaimStage, int]:
        """Open claims whose legal date was before today."""
        ...

    def contacts(self, start: datetime, end: datetime) -> tuple[int, int, int, timedelta]:
        """Of those reported in that time: how many, how many somebody spoke with, with how many in the time promised, and how long it took
        together."""
        ...

    def tasks_by_post(self, today: date) -> Mapping[str, tuple[int, int]]:
        """Open tasks that are overdue, and those that are not yet; reports of wrongdoing are left out."""
        ...

    def of_event(self, event_id: str, today: date) -> EventFigures: ...
    def open_of_event(self, event_id: str, *, offset: int, limit: int) -> tuple[Sequence[EventClaim], int]: ...
    def open_by_event(self, event_ids: Collection[str]) -> Mapping[str, int]: ...


class DisasterEvents(Protocol):
    def add(self, event: DisasterEvent) -> None: ...
    def save(self, event: DisasterEvent) -> None: ...
    def get(self, event_id: str) -> DisasterEvent | None: ...
    def on(self, day: date) -> Sequence[DisasterEvent]:
        """Those that are switched on and hold on that day, the newest first."""
        ...

    def newest(self, limit: int) -> Sequence[DisasterEvent]: ...
