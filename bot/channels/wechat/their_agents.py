"""WeChat's own agents (客服消息转发): what is given to them, and how the assistant gets it back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.conversations.feed import Feed
from bot.conversations.messages import Reply, Sender
from bot.conversations.ports import MessageLog
from bot.insurance.hand_off import Owner
from bot.services import their_agents
from bot.services.ports import UnitOfWorkFactory
from bot.services.their_agents import Ended

log = logging.getLogger(__name__)
LOOK_EVERY = 60.0  # seconds between looks at whose time with them is over
SERVED = Reply("人工服务结束，智能客服继续为您服务。")
NOT_REACHED = Reply("等了 30 分钟，人工客服还没有空，我先接着帮您。要办什么直接说；还要找人，回“转人工”。")
_SAID = {Ended.SERVED: SERVED, Ended.NOT_REACHED: NOT_REACHED}


@dataclass(frozen=True)
class TheirAgents:
    """`wanted`: who waits for a person is given to them."""

    unit_of_work: UnitOfWorkFactory
    log: MessageLog
    feed: Feed
    clock: Callable[[], datetime]
    wanted: bool

    async def owner(self, conversation_id: str, *, give: bool) -> tuple[Owner, bool]:
        """Who has the conversation now, and whether in their desk. `give`: this message may bring it there."""
        owner = await asyncio.to_thread(self.log.owner, conversation_id)
        if owner is Owner.BOT:
            return owner, False
        await self._end_overdue(conversation_id)
        theirs = await asyncio.to_thread(self._give, conversation_id, self.wanted and give)
        return await asyncio.to_thread(self.log.owner, conversation_id), theirs

    async def joined(self, conversation_id: str, event_id: str) -> None:
        def join() -> bool:
            with self.unit_of_work() as work:
                theirs = their_agents.they_joined(work, conversation_id, event_id, self.clock())
                work.commit()
            return theirs

        if not await asyncio.to_thread(join):
            log.warning("wechat.two_agents", extra={"data": {"conversation": conversation_id[:8]}})
        self.feed.notify(conversation_id)

    async def left(self, conversation_id: str) -> None:
        def leave() -> bool:
            with self.unit_of_work() as work:
                left = their_agents.they_left(work, conversation_id, self.clock())
                work.commit()
            return left

        if await asyncio.to_thread(leave):
            await self._say(conversation_id, SERVED)

    async def keep_looking(self) -> None:
        """Give back whose time with them is over, until cancelled. An outage of the store is waited out."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                for conversation_id in await asyncio.to_thread(self._overdue):
                    await self._end_overdue(conversation_id)
            except Exception as error:  # not every error of the store has a name on this floor
                log.warning("wechat.not_looked", extra={"data": {"error": type(error).__name__}})

    def _overdue(self) -> tuple[str, ...]:
        with self.unit_of_work() as work:
            return tuple(their_agents.overdue(work, self.clock()))

    def _give(self, conversation_id: str, wanted: bool) -> bool:
        with self.unit_of_work() as work:
            theirs = their_agents.give_to_them(work, conversation_id, self.clock(), wanted=wanted)
            work.commit()
        return theirs

    async def _end_overdue(self, conversation_id: str) -> None:
        def end() -> Ended | None:
            with self.unit_of_work() as work:
                ended = their_agents.end_overdue(work, conversation_id, self.clock())
                work.commit()
            return ended

        ended = await asyncio.to_thread(end)
        if ended is None:
            return
        log.warning("wechat.agents_overdue", extra={"data": {"conversation": conversation_id[:8], "how": ended.name}})
        if ended in _SAID:
            await self._say(conversation_id, _SAID[ended])

    async def _say(self, conversation_id: str, reply: Reply) -> None:
        at = self.clock()
        await asyncio.to_thread(lambda: self.log.append(conversation_id, reply, sender=Sender.SYSTEM, at=at))
        self.feed.notify(conversation_id)
