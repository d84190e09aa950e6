"""Making and changing the desk's accounts. Each change signs the account out, leaves the cases
that it may not see to any more to their posts, and is recorded with who made it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from argon2 import PasswordHasher

from bot.errors import BotError
from bot.insurance.staff import POSTS, Credentials, Role, Staff, usual_posts
from bot.services.case_handler import give_back_cases
from bot.services.errors import DuplicateKeyError
from bot.services.phone_calls import BY_PHONE
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.services.their_agents import THEIR_AGENTS

FIRST = "desk"
# Whoever tries the assistant alone does all of the work; what needs a second factor is not among it.
FIRST_ROLES = frozenset({Role.AGENT, Role.COMPLAINT_OFFICER, Role.CLAIMS, Role.SERVICING, Role.QUALITY, Role.TRAINER})
FIRST_POSTS = usual_posts(FIRST_ROLES) | {"收付费"}
HASHER = PasswordHasher()  # argon2id, RFC 9106's second recommended choice
_NAME = re.compile(r"[0-9A-Za-z_\-\u4e00-\u9fff]{2,20}")
_NOT_PEOPLE = frozenset({THEIR_AGENTS, BY_PHONE, "customer", "system"})


class BadStaffNameError(BotError):
    """A name is 2 to 20 letters, digits or Chinese characters, and none that the records use for somebody else."""

    code = "bad_staff_name"


class StaffNameTakenError(BotError):
    """There is such an account; what was done under its name stays under it, so names are not used again."""

    code = "staff_name_taken"


class NoSuchStaffError(BotError):
    """There is no account of that name."""

    code = "no_such_staff"


class TrainingToComeError(BotError):
    """Nobody has passed it yet on a day that is still to come."""

    code = "training_to_come"


class NoRoleError(BotError):
    """An account needs a role, and a post that there is."""

    code = "no_role"


@dataclass(frozen=True)
class By:
    """Who changes accounts, as the audit log has it, and when."""

    actor: str
    at: datetime


@dataclass(frozen=True)
class HandedOut:
    """A password that is drawn for an account and told once; its owner sets another at the first sign-in. `hashed`: argon2id."""

    password: str
    hashed: str


def draw_password() -> HandedOut:
    """Hashing takes a while, on purpose: before the transaction, which holds up every other writer."""
    password = secrets.token_urlsafe(12)
    return HandedOut(password, HASHER.hash(password))


def add_staff(work: UnitOfWork, staff: Staff, handed_out: HandedOut, by: By) -> None:
    """Raises BadStaffNameError, StaffNameTakenError, NoRoleError."""
    if staff.name in _NOT_PEOPLE or not _NAME.fullmatch(staff.name):
        raise BadStaffNameError(name=staff.name)
    _add(work, staff, handed_out.hashed, by)


def add_first(unit_of_work: UnitOfWorkFactory, password: str, by: By) -> bool:
    """The account to begin with, where there is none yet; False where there is one."""
    with unit_of_work() as work:
        if work.staff.all():
            return False
    hashed = HASHER.hash(password)
    with unit_of_work() as work:
        try:
            _add(work, Staff(FIRST, FIRST_ROLES, FIRST_POSTS), hashed, by)
        except StaffNameTakenError:  # another front desk was first
            return False
        work.commit()
    return True


def _add(work: UnitOfWork, staff: Staff, hashed: str, by: By) -> None:
    _check_roles(staff)
    try:
        work.staff.add(staff, Credentials(hashed), by.at)
    except DuplicateKeyError as error:
        raise StaffNameTakenError(name=staff.name) from error
    _record(work, "staff.added", staff, by)


def change_work(work: UnitOfWork, wanted: Staff, by: By) -> None:
    """From now on the account of that name has these roles and posts and this institution. Raises NoSuchStaffError, NoRoleError."""
    _change(
        work,
        wanted.name,
        by,
        "staff.work_changed",
        lambda known: replace(wanted, locked=known.locked, trained_on=known.trained_on),
    )


def lock(work: UnitOfWork, name: str, by: By) -> None:
    """Signed out everywhere, and nobody signs in with it. Raises NoSuchStaffError."""
    _change(work, name, by, "staff.locked", lambda known: replace(known, locked=True))


def unlock(work: UnitOfWork, name: str, by: By) -> None:
    """Raises NoSuchStaffError."""
    _change(work, name, by, "staff.unlocked", lambda known: replace(known, locked=False))


def record_training(work: UnitOfWork, name: str, on: date, by: By) -> None:
    """The account's training was passed that day. Raises NoSuchStaffError, TrainingToComeError."""
    staff, _ = _known(work, name)
    if on > by.at.date():
        raise TrainingToComeError(name=name)
    trained = replace(staff, trained_on=on)
    work.staff.save(trained)
    work.audit.append("staff.trained", subject=name, actor=by.actor, at=by.at, detail={"on": on.isoformat()})


def hand_out_password(work: UnitOfWork, name: str, handed_out: HandedOut, by: By) -> None:
    """In place of one that was forgotten. Raises NoSuchStaffError."""
    staff, known = _known(work, name)
    work.staff.prove_by(name, replace(known, password_hash=handed_out.hashed, handed_out=True))
    work.desk_sessions.close_all(name)
    _record(work, "staff.password_handed_out", staff, by)


def forget_authenticator(work: UnitOfWork, name: str, by: By) -> None:
    """The phone is lost: another is set up at the next sign-in, by who has the password. Raises NoSuchStaffError."""
    staff, known = _known(work, name)
    work.staff.prove_by(name, replace(known, code_secret=""))
    work.desk_sessions.close_all(name)
    _record(work, "staff.authenticator_forgotten", staff, by)


def _change(work: UnitOfWork, name: str, by: By, event: str, change: Callable[[Staff], Staff]) -> None:
    known, _ = _known(work, name)
    changed = change(known)
    _check_roles(changed)
    work.staff.save(changed)
    work.desk_sessions.close_all(name)
    give_back_cases(work, name, by.actor, by.at)
    _record(work, event, changed, by)


def _known(work: UnitOfWork, name: str) -> tuple[Staff, Credentials]:
    staff, credentials = work.staff.get(name), work.staff.credentials(name)
    if staff is None or credentials is None:
        raise NoSuchStaffError(name=name)
    return staff, credentials


def _check_roles(staff: Staff) -> None:
    if not staff.roles or not staff.posts <= set(POSTS):
        raise NoRoleError(name=staff.name)


def _record(work: UnitOfWork, event: str, staff: Staff, by: By) -> None:
    detail = {
        "roles": ",".join(sorted(role.value for role in staff.roles)),
        "posts": ",".join(sorted(staff.posts)),
        **({"institution": staff.institution} if staff.institution else {}),
    }
    work.audit.append(event, subject=staff.name, actor=by.actor, at=by.at, detail=detail)
