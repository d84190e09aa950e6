"""Signing in at the desk: a password, then an authenticator's code where the role asks for one, and an own password in place of one
that somebody else has drawn.

A new session, with a new cookie and a new form token, begins with each step (OWASP ASVS 5.0, 7.2.4). Tries are counted before a proof
is looked at, so that parallel guesses gain nothing. Codes: RFC 6238, of 30 s, each good once (5.2).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import pyotp
from argon2.exceptions import VerifyMismatchError

from bot.errors import BotError
from bot.insurance.staff import Credentials, DeskSession, Staff, Stage
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.services.staff_accounts import HASHER

LIFETIME, IDLE, FINISHING = timedelta(hours=10), timedelta(minutes=30), timedelta(minutes=10)
WINDOW = timedelta(minutes=15)
# Of a name from one address, of a name from anywhere, of an address: a stranger must not be able to keep a name out.
TRIES_PER_PAIR, TRIES_PER_NAME, TRIES_PER_ADDRESS, TRIES_OF_CODES = 10, 60, 30, 6
LEAST, LONGEST = 10, 128  # characters of an own password
STEP = 30  # seconds
# Begin what a session does once (a form, a conversation read): over with the longest session.
OF_SESSIONS = FORM, FOLLOWED = "form:", "followed:"
_SEEN_EVERY = timedelta(minutes=1)


class TooManyTriesError(BotError):
    """`data["seconds"]`: until the next try is looked at."""

    code = "too_many_tries"


class NotProvedError(BotError):
    """The name and password, or the code, are not right; nothing says which."""

    code = "not_proved"


class WeakPasswordError(BotError):
    """`data["flaw"]`: what is wrong with it, in the customer's language."""

    code = "weak_password"


@dataclass(frozen=True)
class Signed:
    """An account and its session; `cookie` alone opens it, and is known only when the session begins."""

    staff: Staff
    session: DeskSession
    cookie: str = ""


@dataclass(frozen=True)
class SignIn:
    """`sessions` of a desk on one store; each call is its own transaction."""

    unit_of_work: UnitOfWorkFactory

    def by_password(self, name: str, password: str, address: str, now: datetime) -> Signed:
        """Raises TooManyTriesError, NotProvedError."""
        own, anybody = f"pair:{name}@{address}", f"address:{address}"
        limits = {own: TRIES_PER_PAIR, f"name:{name}": TRIES_PER_NAME, anybody: TRIES_PER_ADDRESS}
        self._count(limits, now, name)
        with self.unit_of_work() as work:
            known = work.staff.credentials(name)
        # Outside of a transaction: it takes a while, on purpose.
        right = _is_password(password, known.password_hash if known else _nobodys())
        with self.unit_of_work() as work:
            staff, current = work.staff.get(name), work.staff.credentials(name)
            if staff is None or current is None:
                raise NotProvedError(name=name)
            # Meanwhile the password may have been changed, or the account locked.
            if not right or staff.locked or known is None or known.password_hash != current.password_hash:
                _refused(work, "staff.sign_in_refused", name, now)
                work.commit()
                raise NotProvedError(name=name)
            work.desk_sessions.forget(now - LIFETIME, now - IDLE)
            work.sign_in_tries.forget(now - WINDOW)
            for prefix in OF_SESSIONS:
                work.once.forget(prefix, now - LIFETIME)
            for subject in limits:
                # Of the address only this try: with an account of one's own others' could be guessed for ever.
                work.sign_in_tries.forgive(subject, only=now if subject == anybody else None)
            signed = _begin(work, staff, _next(staff, current, proved=False), now)
            work.commit()
        return signed

    def by_code(self, signed: Signed, code: str, now: datetime) -> Signed:
        """The code of the authenticator that is set up (stage CODE), or of the one that is being set up (ENROL).

        Raises:
            TooManyTriesError, NotProvedError
        """
        name, enrolling = signed.staff.name, signed.session.stage is Stage.ENROL
        subject = f"code:{name}"
        self._count({subject: TRIES_OF_CODES}, now, name)
        with self.unit_of_work() as work:
            known = _credentials(work, name)
            if signed.session.stage not in (Stage.CODE, Stage.ENROL):
                raise NotProvedError(name=name)
            secret = signed.session.offered if enrolling else known.code_secret
            step = _step_of(secret, code, now)
            if step is None or (step <= known.last_code and not enrolling):
                _refused(work, "staff.code_refused", name, now)
                work.commit()
                raise NotProvedError(name=name)
            known = replace(known, code_secret=secret, last_code=step)
            work.staff.prove_by(name, known)
            work.sign_in_tries.forgive(subject)
            if enrolling:
                work.audit.append("staff.authenticator_set", subject=name, actor=f"agent:{name}", at=now, detail={})
            moved = _move(work, signed, known, now)
            work.commit()
        return moved

    def own_password(self, signed: Signed, password: str, now: datetime) -> Signed:
        """In place of the one that was handed out. Raises WeakPasswordError."""
        name = signed.staff.name
        with self.unit_of_work() as work:
            known = _credentials(work, name)
        if flaw := flaw_of(password, name) or (
            "不能和原来的密码一样" if _is_password(password, known.password_hash) else ""
        ):
            raise WeakPasswordError(flaw=flaw)
        hashed = HASHER.hash(password)
        with self.unit_of_work() as work:
            known = replace(_credentials(work, name), password_hash=hashed, handed_out=False)
            work.staff.prove_by(name, known)
            work.audit.append("staff.password_set", subject=name, actor=f"agent:{name}", at=now, detail={})
            moved = _move(work, signed, known, now)
            work.desk_sessions.close_all(name, but=moved.session.key)
            work.commit()
        return moved

    def change_password(self, signed: Signed, old: str, new: str, now: datetime) -> Signed:
        """An own password in place of an own one; every other session of the account ends.

        Raises:
            TooManyTriesError, NotProvedError, WeakPasswordError
        """
        name = signed.staff.name
        subject = f"change:{name}"
        self._count({subject: TRIES_OF_CODES}, now, name)
        with self.unit_of_work() as work:
            known = _credentials(work, name)
        if not _is_password(old, known.password_hash):
            raise NotProvedError(name=name)
        changed = self.own_password(signed, new, now)
        with self.unit_of_work() as work:
            work.sign_in_tries.forgive(subject)
            work.commit()
        return changed

    def find(self, cookie: str, now: datetime, *, is_work: bool = True) -> Signed | None:
        """Who the cookie is, None where it is nobody's any more. `is_work`: somebody did something, a page that looks for news by
        itself did not, and does not keep a session alive."""
        with self.unit_of_work() as work:
            session = work.desk_sessions.get(_key(cookie)) if cookie else None
            staff = work.staff.get(session.name) if session else None
            if session is None or staff is None or staff.locked or not _is_alive(session, now):
                return None
            if is_work and now - session.seen_at >= _SEEN_EVERY:
                session = replace(session, seen_at=now)
                work.desk_sessions.touch(session.key, now)
                work.commit()
        return Signed(staff, session)

    def sign_out(self, cookie: str) -> None:
        with self.unit_of_work() as work:
            work.desk_sessions.close(_key(cookie))
            work.commit()

    def first_use(self, session: DeskSession, form_id: str, now: datetime) -> bool:
        """Whether this form is new: a double click must not answer twice."""
        if not form_id:
            return False
        with self.unit_of_work() as work:
            new = work.once.claim(_form_key(session, form_id), now)
            work.commit()
        return new

    def allow_again(self, session: DeskSession, form_id: str) -> None:
        """The form changed nothing after all: it may be sent again."""
        with self.unit_of_work() as work:
            work.once.release(_form_key(session, form_id))
            work.commit()

    def _count(self, limits: Mapping[str, int], now: datetime, name: str) -> None:
        """One more try of each; TooManyTriesError where there were too many."""
        with self.unit_of_work() as work:
            for subject, limit in sorted(limits.items()):
                tries, first = work.sign_in_tries.count(subject, now - WINDOW)
                if tries >= limit and first is not None:
                    if tries == limit:  # once, not for each that follows
                        work.sign_in_tries.add(subject, now)
                        if work.staff.get(name) is not None:
                            _refused(work, "staff.kept_out", name, now)
                        work.commit()
                    raise TooManyTriesError(seconds=max(1, int((first + WINDOW - now).total_seconds())))
            for subject in limits:
                work.sign_in_tries.add(subject, now)
            work.commit()


def _refused(work: UnitOfWork, event: str, name: str, now: datetime) -> None:
    work.audit.append(event, subject=name, actor="unknown", at=now, detail={})


def flaw_of(password: str, name: str) -> str:
    """What is wrong with a password, "" when nothing is (NIST SP 800-63B, 3.1.1.2: length counts, not kinds of characters)."""
    if not LEAST <= len(password) <= LONGEST:
        return f"密码要 {LEAST} 到 {LONGEST} 个字符"
    if len(set(password)) < LEAST // 2:
        return "密码里重复的字符太多"
    return "密码里不能有工号" if name.casefold() in password.casefold() else ""


def authenticator_address(signed: Signed, issuer: str) -> str:
    """What an authenticator app reads (otpauth://) to set itself up."""
    return str(
        pyotp.TOTP(signed.session.offered, interval=STEP).provisioning_uri(name=signed.staff.name, issuer_name=issuer)
    )


def _next(staff: Staff, known: Credentials, *, proved: bool) -> Stage:
    """`proved`: the code was given, or none was there to give."""
    if known.code_secret and not proved:
        return Stage.CODE
    if known.handed_out:
        return Stage.PASSWORD
    return Stage.ENROL if staff.needs_code and not known.code_secret else Stage.DONE


def _move(work: UnitOfWork, signed: Signed, known: Credentials, now: datetime) -> Signed:
    if not work.desk_sessions.close(signed.session.key):  # signed out, or locked, meanwhile
        raise NotProvedError(name=signed.staff.name)
    return _begin(work, signed.staff, _next(signed.staff, known, proved=True), now)


def _begin(work: UnitOfWork, staff: Staff, stage: Stage, now: datetime) -> Signed:
    cookie = secrets.token_urlsafe(32)
    offered = pyotp.random_base32() if stage is Stage.ENROL else ""
    session = DeskSession(_key(cookie), staff.name, secrets.token_urlsafe(24), stage, now, now, offered)
    work.desk_sessions.open(session)
    if stage is Stage.DONE:
        work.audit.append("staff.signed_in", subject=staff.name, actor=f"agent:{staff.name}", at=now, detail={})
    return Signed(staff, session, cookie)


def _is_alive(session: DeskSession, now: datetime) -> bool:
    lifetime = LIFETIME if session.stage is Stage.DONE else FINISHING
    return session.opened_at + lifetime > now and session.seen_at + IDLE > now


def _credentials(work: UnitOfWork, name: str) -> Credentials:
    known = work.staff.credentials(name)
    if known is None:
        raise NotProvedError(name=name)
    return known


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """What is checked where there is no account, so that the answer takes as long."""
    return HASHER.hash(secrets.token_urlsafe(12))


def _is_password(password: str, hashed: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except VerifyMismatchError:
        return False


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code it is, of the one that runs and its neighbours, for phones' clocks differ; None for no code of these."""
    if not secret or not (code.isascii() and code.isdigit()):
        return None
    codes, running = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    near = (running - 1, running, running + 1)
    return next((step for step in near if hmac.compare_digest(codes.generate_otp(step), code)), None)


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _form_key(session: DeskSession, form_id: str) -> str:
    return FORM + hashlib.sha256(f"{session.name}:{form_id}".encode()).hexdigest()
