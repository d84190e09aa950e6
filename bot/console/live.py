"""/desk/live: server-sent events of how many customers wait for this account's posts, within a second of a change."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from aiohttp import web

from bot.console.auth import Guard, Session, cookie_of
from bot.console.deps import ConsoleDeps
from bot.services.desk_work import DeskWork
from bot.services.prove_staff import SignIn

log = logging.getLogger(__name__)
PATH = "/desk/live"
HEARTBEAT = 15.0  # seconds; also how long a session that has ended may go on hearing numbers
PRESENCE = timedelta(seconds=10)  # between two notes that the account is there
BREATH = 0.5  # seconds between two looks, however much is said meanwhile
WRITE_TIMEOUT = 30.0
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Live:
    deps: ConsoleDeps
    work: DeskWork
    sign_in: SignIn

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [web.get(PATH, signed_in(self.stream), allow_head=False)]

    async def stream(self, request: web.Request, session: Session) -> web.StreamResponse:
        """`waiting` events; while it is open the account counts as present."""
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        known: Mapping[str, str] | None = None
        told_at = datetime.min.replace(tzinfo=timezone.utc)
        try:
            with self.deps.feed.watch_all() as watch:
                await self._write(response, "retry: 2000\n\n")
                while not self.deps.feed.closed and await self._is_signed_in(request):
                    if (now := self.deps.clock()) - told_at >= PRESENCE:
                        await asyncio.to_thread(self.work.is_here, session.staff, now)
                        told_at = now
                    waiting = await asyncio.to_thread(self.work.waiting_for, session.staff)
                    if waiting != known:
                        await self._write(response, _event(waiting, known, session.agent))
                        known = waiting
                    if not await watch.wait(HEARTBEAT):
                        await self._write(response, ": still here\n\n")
                    await asyncio.sleep(BREATH)
        except (ConnectionError, asyncio.TimeoutError) as error:
            log.info("live.ended", extra={"data": {"reason": type(error).__name__}})
        return response

    async def _is_signed_in(self, request: web.Request) -> bool:
        cookie = cookie_of(request)
        return await asyncio.to_thread(self.sign_in.find, cookie, self.deps.clock(), is_work=False) is not None

    @staticmethod
    async def _write(response: web.StreamResponse, text: str) -> None:
        await asyncio.wait_for(response.write(text.encode()), WRITE_TIMEOUT)


def _event(waiting: Mapping[str, str], known: Mapping[str, str] | None, name: str) -> str:
    """How many wait, how many of them are new, and how many are offered to this account."""
    news = {
        "waiting": len(waiting),
        "fresh": 0 if known is None else len(waiting.keys() - known.keys()),
        "offered": sum(to == name for to in waiting.values()),
    }
    return f"event: waiting\ndata: {json.dumps(news)}\n\n"
