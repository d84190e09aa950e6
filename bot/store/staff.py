"""The desk's accounts, who is signed in, tries to sign in, and what staff note for each other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.staff import Credentials, DeskNote, DeskSession, Presence, Role, Staff, Stage
from bot.store.attempts import lock_subject
from bot.store.rows import insert_for, insert_once, update_one
from bot.store.staff_tables import DESK_NOTES, DESK_PRESENCE, DESK_SESSIONS, SIGN_IN_TRIES, STAFF


class SqlStaffAccounts:
    """Implements bot.services.staff_ports.StaffAccounts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, staff: Staff, credentials: Credentials, at: datetime) -> None:
        values = {**_columns(staff), **asdict(credentials), "added_at": at}
        insert_once(self._connection, STAFF, values, key="name")

    def save(self, staff: Staff) -> None:
        update_one(self._connection, STAFF, {"name": staff.name}, _columns(staff))

    def prove_by(self, name: str, credentials: Credentials) -> None:
        update_one(self._connection, STAFF, {"name": name}, asdict(credentials))

    def get(self, name: str) -> Staff | None:
        row = self._connection.execute(select(STAFF).where(STAFF.c.name == name)).mappings().first()
        return _staff(row) if row else None

    def credentials(self, name: str) -> Credentials | None:
        own = select(STAFF).where(STAFF.c.name == name).with_for_update()
        row = self._connection.execute(own).mappings().first()
        return Credentials(row.password_hash, row.handed_out, row.code_secret, row.last_code) if row else None

    def all(self) -> Sequence[Staff]:
        return [_staff(row) for row in self._connection.execute(select(STAFF).order_by(STAFF.c.name)).mappings()]


class SqlDeskSessions:
    """Implements bot.services.staff_ports.DeskSessions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, session: DeskSession) -> None:
        self._connection.execute(DESK_SESSIONS.insert().values(**asdict(session)))

    def touch(self, key: str, at: datetime) -> None:
        self._connection.execute(DESK_SESSIONS.update().where(DESK_SESSIONS.c.key == key).values(seen_at=at))

    def get(self, key: str) -> DeskSession | None:
        row = self._connection.execute(select(DESK_SESSIONS).where(DESK_SESSIONS.c.key == key)).mappings().first()
        return DeskSession(**{**row, "stage": Stage(row["stage"])}) if row else None

    def close(self, key: str) -> bool:
        return bool(self._connection.execute(DESK_SESSIONS.delete().where(DESK_SESSIONS.c.key == key)).rowcount)

    def close_all(self, name: str, *, but: str = "") -> None:
        own = (DESK_SESSIONS.c.name == name) & (DESK_SESSIONS.c.key != but)
        self._connection.execute(DESK_SESSIONS.delete().where(own))

    def forget(self, opened_before: datetime, seen_before: datetime) -> int:
        old = or_(DESK_SESSIONS.c.opened_at < opened_before, DESK_SESSIONS.c.seen_at < seen_before)
        return int(self._connection.execute(DESK_SESSIONS.delete().where(old)).rowcount)


class SqlDeskPresence:
    """Implements bot.services.staff_ports.DeskPresence."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, name: str, at: datetime) -> None:
        self._write({"name": name, "seen_at": at, "away": False}, {"seen_at": at})

    def set_away(self, name: str, at: datetime, *, away: bool, stays_until: datetime | None = None) -> None:
        values = {"name": name, "seen_at": at, "away": away, "stays_until": stays_until}
        self._write(values, values)

    def all(self) -> Sequence[Presence]:
        return [Presence(**row) for row in self._connection.execute(select(DESK_PRESENCE)).mappings()]

    def _write(self, values: dict[str, Any], changed: dict[str, Any]) -> None:
        statement = insert_for(self._connection, DESK_PRESENCE).values(**values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


class SqlDeskNotes:
    """Implements bot.services.staff_ports.DeskNotes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, note: DeskNote) -> None:
        self._connection.execute(DESK_NOTES.insert().values(**asdict(note)))

    def of_conversation(self, conversation_id: str) -> Sequence[DeskNote]:
        rows = DESK_NOTES.c
        own = select(rows.conversation_id, rows.by, rows.text, rows.at).where(rows.conversation_id == conversation_id)
        return [DeskNote(**row) for row in self._connection.execute(own.order_by(rows.note_id)).mappings()]


class SqlSignInTries:
    """Implements bot.services.staff_ports.SignInTries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, subject: str, since: datetime) -> tuple[int, datetime | None]:
        lock_subject(self._connection, subject)
        rows = SIGN_IN_TRIES.c
        own = (rows.subject == _digest(subject)) & (rows.at >= since)
        count, first = self._connection.execute(select(func.count(), func.min(rows.at)).where(own)).one()
        return int(count), first

    def add(self, subject: str, at: datetime) -> None:
        self._connection.execute(SIGN_IN_TRIES.insert().values(subject=_digest(subject), at=at))

    def forgive(self, subject: str, *, only: datetime | None = None) -> None:
        own = SIGN_IN_TRIES.c.subject == _digest(subject)
        if only is not None:
            own &= SIGN_IN_TRIES.c.at == only
        self._connection.execute(SIGN_IN_TRIES.delete().where(own))

    def forget(self, before: datetime) -> int:
        return int(self._connection.execute(SIGN_IN_TRIES.delete().where(SIGN_IN_TRIES.c.at < before)).rowcount)


def _digest(subject: str) -> str:
    return hashlib.sha256(f"sign-in:{subject}".encode()).hexdigest()


def _columns(staff: Staff) -> dict[str, Any]:
    return {
        "name": staff.name,
        "roles": sorted(role.value for role in staff.roles),
        "posts": sorted(staff.posts),
        "locked": staff.locked,
        "trained_on": staff.trained_on,
        "institution": staff.institution,
    }


def _staff(row: Any) -> Staff:
    roles, posts = frozenset(map(Role, row["roles"])), frozenset(row["posts"])
    return Staff(row["name"], roles, posts, row["locked"], row["trained_on"], row["institution"])
