"""Who is behind a request of the desk: its cookie, its form token, and what the account may do."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.insurance.staff import May, Staff
from bot.services.prove_staff import LIFETIME, Signed, SignIn

Refusal = tuple[int, str]  # status, and the sentence that says why
COOKIE = "desk_session"
FORM_COOKIE = "desk_form"


@dataclass(frozen=True)
class Session:
    """`csrf` goes into every form of this session."""

    signed: Signed
    sign_in: SignIn
    clock: Callable[[], datetime]

    @property
    def staff(self) -> Staff:
        return self.signed.staff

    @property
    def agent(self) -> str:
        return self.signed.staff.name

    @property
    def csrf(self) -> str:
        return self.signed.session.csrf

    def may(self, what: str) -> bool:
        """Whether the account may do it; for templates by the value of May."""
        return self.staff.may(May(what))

    async def first_use(self, form_id: str) -> bool:
        """Whether this form is new: a double click must not answer twice."""
        return await asyncio.to_thread(self.sign_in.first_use, self.signed.session, form_id, self.clock())

    async def allow_again(self, form_id: str) -> None:
        """The form changed nothing after all: it may be sent again."""
        await asyncio.to_thread(self.sign_in.allow_again, self.signed.session, form_id)

    @asynccontextmanager
    async def only_once(self, form_id: str) -> AsyncIterator[bool]:
        """Whether this form is new; where carrying it out raises, it may be sent again."""
        new = await self.first_use(form_id)
        try:
            yield new
        except BaseException:
            if new:
                await self.allow_again(form_id)
            raise

    async def carry_out(self, form_id: str, deed: Callable[[], Refusal | None]) -> Refusal | None:
        """What `deed` refuses with, None where it is done, now or by the same form before; what was refused may be sent again."""
        async with self.only_once(form_id) as new:
            refusal = await asyncio.to_thread(deed) if new else None
        if refusal:
            await self.allow_again(form_id)
        return refusal

    def accepts(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.csrf.encode())


Handler = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]
# Makes a handler of a request of one that needs to know who asks.
Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]


def cookie_of(request: web.Request) -> str:
    return str(request.cookies.get(COOKIE, ""))


def keep_signed_in(response: web.StreamResponse, signed: Signed, *, secure: bool) -> None:
    set_cookie(response, COOKIE, signed.cookie, secure=secure, max_age=int(LIFETIME.total_seconds()))


def set_cookie(response: web.StreamResponse, name: str, value: str, *, secure: bool, max_age: int) -> None:
    response.set_cookie(name, value, max_age=max_age, path="/desk", httponly=True, samesite="Strict", secure=secure)


def same_token(left: str, right: str) -> bool:
    """Whether two non-empty tokens are equal, compared in constant time."""
    return bool(left) and hmac.compare_digest(left.encode(), right.encode())
