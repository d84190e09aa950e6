"""/desk/live: server-sent events of how many customers wait for this account's posts, within a second of a change."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Guard, Session, cookie_of
from bot.console.deps import ConsoleDeps
from bot.console.desk_work import DeskWork
from bot.services.prove_staff import SignIn

log = logging.getLogger(__name__)
PATH = "/desk/live"
HEARTBEAT = 15.0  # seconds; also how long a session that has ended may go on hearing numbers
BREATH = 0.3  # seconds between two looks, however much is said meanwhile
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
        """`waiting` events: how many wait, and how many of them this stream has not told of yet."""
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        known: frozenset[str] | None = None
        try:
            with self.deps.feed.watch_all() as watch:
                await self._write(response, "retry: 2000\n\n")
                while not self.deps.feed.closed and await self._is_signed_in(request):
                    waiting = await asyncio.to_thread(self.work.waiting_for, session.staff)
                    if waiting != known:
                        fresh = waiting - (waiting if known is None else known)
                        await self._write(response, _event(len(waiting), len(fresh)))
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


def _event(waiting: int, fresh: int) -> str:
    return f"event: waiting\ndata: {json.dumps({'waiting': waiting, 'fresh': fresh})}\n\n"
