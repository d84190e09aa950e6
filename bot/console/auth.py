"""Sessions of agents: cookie, forgery tokens, and a brake on guessing.

Sessions live in memory: a restart signs everybody out, and signing out is final.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

COOKIE = "desk_session"
FORM_COOKIE = "desk_form"
LIFETIME = timedelta(hours=10)
WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 10
TRIES_PER_AGENT = 20
_USED_FORMS_KEPT = 200


@dataclass(frozen=True)
class Session:
    """`csrf` goes into every form of this session; `used` holds the forms already carried out."""

    agent: str
    csrf: str
    expires_at: datetime
    used: deque[str] = field(default_factory=lambda: deque(maxlen=_USED_FORMS_KEPT))

    def first_use(self, form_id: str) -> bool:
        """Whether this form is new: a double click must not answer twice."""
        if not form_id or form_id in self.used:
            return False
        self.used.append(form_id)
        return True

    def allow_again(self, form_id: str) -> None:
        """The form changed nothing after all: it may be sent again."""
        if form_id in self.used:
            self.used.remove(form_id)

    def accepts(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.csrf.encode())


Handler = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]
# Makes a handler of a request of one that needs to know who asks.
Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]


class Sessions:
    """Signed-in agents by the hash of their cookie."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def open(self, agent: str, response: web.StreamResponse, *, secure: bool) -> Session:
        now = self._clock()
        self._sessions = {key: one for key, one in self._sessions.items() if one.expires_at > now}
        cookie = secrets.token_urlsafe(32)
        session = Session(agent, secrets.token_urlsafe(24), now + LIFETIME)
        self._sessions[_key(cookie)] = session
        set_cookie(response, COOKIE, cookie, secure=secure, max_age=int(LIFETIME.total_seconds()))
        return session

    def find(self, request: web.Request) -> Session | None:
        session = self._sessions.get(_key(request.cookies.get(COOKIE, "")))
        return session if session and session.expires_at > self._clock() else None

    def close(self, request: web.Request, response: web.StreamResponse) -> None:
        self._sessions.pop(_key(request.cookies.get(COOKIE, "")), None)
        response.del_cookie(COOKIE, path="/desk")

    def close_all(self, agent: str) -> None:
        self._sessions = {key: one for key, one in self._sessions.items() if one.agent != agent}


class SignInBrake:
    """Counts tries, not failures, before a password is looked at: parallel guesses gain nothing."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tries: dict[tuple[str, str], list[datetime]] = defaultdict(list)

    def wait(self, address: str, agent: str) -> int:
        """Count one try; returns 0, or the seconds until the next one is allowed."""
        now = self._clock()
        self._tries = defaultdict(list, {key: kept for key, old in self._tries.items() if (kept := _recent(old, now))})
        limits = {("address", address): TRIES_PER_ADDRESS, ("agent", agent): TRIES_PER_AGENT}
        for key, limit in limits.items():
            if len(self._tries[key]) >= limit:
                return max(1, int((self._tries[key][0] + WINDOW - now).total_seconds()))
        for key in limits:
            self._tries[key].append(now)
        return 0

    def forgive(self, address: str, agent: str) -> None:
        """The right password: earlier slips of this pair no longer count."""
        self._tries.pop(("address", address), None)
        self._tries.pop(("agent", agent), None)


def set_cookie(response: web.StreamResponse, name: str, value: str, *, secure: bool, max_age: int) -> None:
    response.set_cookie(name, value, max_age=max_age, path="/desk", httponly=True, samesite="Strict", secure=secure)


def same_token(left: str, right: str) -> bool:
    """Whether two non-empty tokens are equal, compared in constant time."""
    return bool(left) and hmac.compare_digest(left.encode(), right.encode())


def _recent(tries: list[datetime], now: datetime) -> list[datetime]:
    return [moment for moment in tries if moment > now - WINDOW]


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
