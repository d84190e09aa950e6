"""What is unsent, as the answer to WeChat's request; asked again, the same once more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.channels.wechat.render import MORE, parts_of
from bot.conversations.contacts import Contacts, Place
from bot.conversations.messages import StoredMessage


class PassiveReplies(Contacts, Protocol):
    """`Contacts`, and what was told in answers to WeChat's requests."""

    def told(self, conversation_id: str, place: Place, up_to: Place | None = None) -> Sequence[StoredMessage]:
        """Messages to the customer after one place, up to another (the one it is inside of included) or to the newest."""
        ...

    def newest(self, conversation_id: str) -> StoredMessage | None: ...
    def answered(self, conversation_id: str, message_id: str, *, after: Place, up_to: Place) -> bool: ...
    def passive_reply(self, conversation_id: str, message_id: str) -> tuple[Place, Place] | None: ...


class Teller:
    """`passive_only`: nothing can be pushed, so that what is longer than one text is told text by text, one for each of the
    customer's words. Else only what one text holds is told here, and the rest is pushed."""

    def __init__(self, contacts: PassiveReplies, passive_only: Callable[[], bool]) -> None:
        self._contacts = contacts
        self._passive_only = passive_only

    async def tell(self, conversation_id: str, message_id: str) -> str:
        """The text, marked as told; "" when there is none, or more than one where texts can be pushed."""
        contact = await asyncio.to_thread(self._contacts.get, conversation_id)
        unsent = await asyncio.to_thread(self._contacts.unsent, conversation_id)
        if contact is None or not unsent:
            return ""
        parts = parts_of(unsent, contact.told)
        if len(parts) > 1 and not self._passive_only():
            return ""
        part = parts[0]
        ours = await asyncio.to_thread(
            lambda: self._contacts.answered(conversation_id, message_id, after=contact.told, up_to=part.end)
        )
        if not ours:  # another request told it meanwhile
            return ""
        return part.text + MORE if len(parts) > 1 else part.text

    async def told_before(self, conversation_id: str, message_id: str) -> str:
        """The same text again, "" when this message had none."""
        between = await asyncio.to_thread(self._contacts.passive_reply, conversation_id, message_id)
        if between is None:
            return ""
        after, up_to = between
        told = await asyncio.to_thread(self._contacts.told, conversation_id, after, up_to)
        unsent = await asyncio.to_thread(self._contacts.unsent, conversation_id) if self._passive_only() else ()
        return parts_of(told, after)[0].text + (MORE if unsent else "")
