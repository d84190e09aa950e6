"""The desk's accounts and sessions as the use cases need them kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.insurance.staff import Credentials, DeskNote, DeskSession, Presence, Staff
from bot.services.reply import Reply


class StaffAccounts(Protocol):
    def add(self, staff: Staff, credentials: Credentials, at: datetime) -> None:
        """Raises DuplicateKeyError (bot.services.errors) when there is such a name."""
        ...

    def save(self, staff: Staff) -> None:
        """Raises RowMissingError for an unknown name."""
        ...

    def prove_by(self, name: str, credentials: Credentials) -> None:
        """From now on these prove the account. Raises RowMissingError for an unknown name."""
        ...

    def get(self, name: str) -> Staff | None: ...
    def credentials(self, name: str) -> Credentials | None:
        """Read for changing: others who do so wait until this transaction ends."""
        ...

    def all(self) -> Sequence[Staff]:
        """By name."""
        ...


class DeskSessions(Protocol):
    def open(self, session: DeskSession) -> None: ...
    def touch(self, key: str, at: datetime) -> None:
        """Something was done in it just now."""
        ...

    def get(self, key: str) -> DeskSession | None: ...
    def close(self, key: str) -> bool:
        """Whether it was open."""
        ...

    def close_all(self, name: str, *, but: str = "") -> None: ...
    def forget(self, opened_before: datetime, seen_before: datetime) -> int:
        """Delete those that are older than either; returns how many."""
        ...


class DeskPresence(Protocol):
    def seen(self, name: str, at: datetime) -> None: ...
    def set_away(self, name: str, at: datetime, *, away: bool, stays_until: datetime | None = None) -> None:
        """See Presence."""
        ...

    def all(self) -> Sequence[Presence]: ...


class DeskNotes(Protocol):
    def add(self, note: DeskNote) -> None: ...
    def of_conversation(self, conversation_id: str) -> Sequence[DeskNote]:
        """The oldest first."""
        ...


class Said(Protocol):
    """What is said to a customer beside the assistant's turns, in the message log and in this transaction; the log must know the
    conversation."""

    def tell(self, conversation_id: str, notice: Reply, at: datetime) -> bool:
        """A notice of the system; False, and nothing said, where the channel keeps no log of the conversation."""
        ...

    def answer(self, conversation_id: str, text: str, *, by: str, answer_id: str, at: datetime) -> None:
        """A person's words. `answer_id`: the account's own number of them, see `is_said`."""
        ...

    def is_said(self, conversation_id: str, *, by: str, answer_id: str) -> bool: ...


class SignInTries(Protocol):
    """Tries by subject (an address, a name), kept as digests: what is typed as a name may be a password."""

    def count(self, subject: str, since: datetime) -> tuple[int, datetime | None]:
        """How many since that moment, and when the first of them was; others who ask about the subject wait until this transaction
        ends."""
        ...

    def add(self, subject: str, at: datetime) -> None: ...
    def forgive(self, subject: str, *, only: datetime | None = None) -> None:
        """All of the subject's, or those of that moment only."""
        ...

    def forget(self, before: datetime) -> int: ...
