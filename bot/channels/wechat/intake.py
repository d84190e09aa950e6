"""What a customer sends, put into the log before it is acknowledged, with what is said at once of what cannot be answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.channels.errors import RefusedRequestError
from bot.channels.wechat.payload import Kind, WeChatMessage
from bot.conversations.errors import MessageConflictError
from bot.conversations.messages import Reply
from bot.conversations.ports import MessageLog
from bot.errors import BotError
from bot.insurance.hand_off import Owner
from bot.services.take_file import FileRefusedError, Upload

log = logging.getLogger(__name__)
NOT_HEARD = "刚才这段语音没有听清，请再说一遍，或者打字告诉我。"
NOT_READ = "这里只看得了文字、语音和照片。请用文字说您的事，或者回“转人工”。"
NO_PICTURE_NOW = "照片收到了，但现在这一步用不到。要交材料请先说“补材料”，再发照片。"
PICTURE_LOST = "这张照片没有收到，请再发一次。"
TOO_LONG = (
    "这条消息太长，我只看了前 2000 字；后面的已经留在记录里，转人工的时候同事看得到。要我也看，请分几条再发一遍。"
)
NO_SUCH_MENU = "这个菜单项现在办不了事。请直接说要办什么，比如“报案”“查保单”；要找人，回“转人工”。"
_NOTICES = {Kind.VOICE: NOT_HEARD, Kind.CLICK: NO_SUCH_MENU}


@dataclass(frozen=True)
class MenuKey:
    """What a click on the account's menu says."""

    title: str
    payload: str


@dataclass(frozen=True)
class Intake:
    """`media` fetches a picture and raises; `menu`: keys of the account's menu."""

    log: MessageLog
    take_file: Callable[[str, Upload], tuple[int, bool]]
    media: Callable[[str], Awaitable[bytes]]
    menu: Mapping[str, MenuKey]
    clock: Callable[[], datetime]

    async def take(self, conversation_id: str, message: WeChatMessage, owner: Owner, *, elsewhere: bool) -> None:
        """Raises as the log does. `owner`: for a person a picture is kept that no step asks for; `elsewhere`: that person
        sees it in WeChat's own desk."""
        key = self.menu.get(message.key) if message.kind is Kind.CLICK else None
        if key or message.text:
            text, payload = (key.title, key.payload) if key else (message.text, "")
            await self._receive(conversation_id, message.message_id, text, payload)
            await self._keep_beyond(conversation_id, message)
        elif message.kind is Kind.IMAGE and not elsewhere:
            await self._take_picture(conversation_id, message, owner)
        else:
            if message.kind is Kind.CLICK:  # a menu of the operator's that does not match
                log.warning("wechat.unknown_menu_key", extra={"data": {"key": message.key}})
            await self._keep(conversation_id, message.message_id, message.shown, _NOTICES.get(message.kind, NOT_READ))

    async def _receive(self, conversation_id: str, message_id: str, text: str, payload: str) -> None:
        try:
            await asyncio.to_thread(
                lambda: self.log.receive(
                    conversation_id, message_id=message_id, text=text, choice_id="", at=self.clock(), payload=payload
                )
            )
        except MessageConflictError:  # an id that came with other words before: the first ones count
            log.warning("wechat.conflict", extra={"data": {"conversation": conversation_id[:8]}})

    async def _keep_beyond(self, conversation_id: str, message: WeChatMessage) -> None:
        """What no turn is made of is on record, and the customer knows."""
        for place, piece in enumerate(message.beyond, start=1):
            notice = TOO_LONG if place == len(message.beyond) else ""
            await self._keep(conversation_id, f"{message.message_id}-{place}", piece, notice)

    async def _take_picture(self, conversation_id: str, message: WeChatMessage, owner: Owner) -> None:
        if await asyncio.to_thread(self.log.seq_of, conversation_id, message.message_id) is not None:
            return
        question = await asyncio.to_thread(self.log.open_question, conversation_id)
        if owner is Owner.BOT and (question is None or question.kind != "file"):
            await self._keep(conversation_id, message.message_id, message.shown, NO_PICTURE_NOW)
            return
        try:
            content = await self.media(message.media_id)
        except BotError:
            await self._keep(conversation_id, message.message_id, f"{message.shown} 没有取到", PICTURE_LOST)
            return
        upload = Upload(conversation_id, "微信照片.jpg", content, self.clock())
        try:
            await asyncio.to_thread(lambda: self.take_file(message.message_id, upload))
        except FileRefusedError as error:
            why = RefusedRequestError(str(error.data["reason"])).sentence
            await self._keep(conversation_id, message.message_id, f"{message.shown} 没有收下", why)

    async def _keep(self, conversation_id: str, message_id: str, text: str, notice: str) -> None:
        await asyncio.to_thread(
            lambda: self.log.keep(
                conversation_id,
                message_id=message_id,
                text=text,
                notice=Reply(notice) if notice else None,
                at=self.clock(),
            )
        )
