"""What is unsent, as the answer to WeChat's request; asked again, the same once more."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.channels.wechat.render import MORE, parts_of
from bot.conversations.delivery import Contact, Contacts, Part
from bot.conversations.messages import StoredMessage

_MOST_READERS = 10_000


class PassiveReplies(Contacts, Protocol):
    """`Contacts`, and what was told in answers to WeChat's requests."""

    def told(self, conversation_id: str, after: int, up_to: int | None = None) -> Sequence[StoredMessage]: ...
    def newest(self, conversation_id: str) -> StoredMessage | None: ...
    def answered(self, conversation_id: str, message_id: str, *, after: int, up_to: int) -> bool: ...
    def passive_reply(self, conversation_id: str, message_id: str) -> tuple[int, int] | None: ...


class Teller:
    """`passive_only`: nothing can be pushed, so that what is longer than one text is told text by text, one for each of the
    customer's words. Else only what one text holds is told here, and the rest is pushed."""

    def __init__(self, contacts: PassiveReplies, passive_only: Callable[[], bool]) -> None:
        self._contacts = contacts
        self._passive_only = passive_only
        # conversation → (told up to, id of the customer's message, number of the text it was told): inside one long message
        self._reading: OrderedDict[str, tuple[int, str, int]] = OrderedDict()

    async def tell(self, conversation_id: str, message_id: str) -> str:
        """The text, marked as told; "" when there is none, or more than one where texts can be pushed."""
        contact = await asyncio.to_thread(self._contacts.get, conversation_id)
        unsent = await asyncio.to_thread(self._contacts.unsent, conversation_id)
        parts = parts_of(unsent)
        if contact is None or not parts or (len(parts) > 1 and not self._passive_only()):
            return ""
        number = self._number(contact, message_id, parts)
        part, more = parts[number], MORE if number + 1 < len(parts) else ""
        if part.up_to is None:
            self._remember(conversation_id, (contact.sent_seq, message_id, number))
            return part.text + more
        up_to = part.up_to
        ours = await asyncio.to_thread(
            lambda: self._contacts.answered(conversation_id, message_id, after=contact.sent_seq, up_to=up_to)
        )
        self._reading.pop(conversation_id, None)
        return part.text + more if ours else ""  # else another request told it meanwhile

    async def told_before(self, conversation_id: str, message_id: str) -> str:
        """The same text again, "" when this message had none."""
        between = await asyncio.to_thread(self._contacts.passive_reply, conversation_id, message_id)
        if between is None:
            return ""
        told = await asyncio.to_thread(self._contacts.told, conversation_id, *between)
        unsent = await asyncio.to_thread(self._contacts.unsent, conversation_id) if self._passive_only() else ()
        return parts_of(told)[-1].text + (MORE if unsent else "")

    def _number(self, contact: Contact, message_id: str, parts: Sequence[Part]) -> int:
        """Where this customer is in a message of several texts; a message that comes again is told the same."""
        after, last_id, number = self._reading.get(contact.conversation_id, (-1, "", 0))
        if after != contact.sent_seq:
            return 0
        return min(number if last_id == message_id else number + 1, len(parts) - 1)

    def _remember(self, conversation_id: str, place: tuple[int, str, int]) -> None:
        self._reading[conversation_id] = place
        self._reading.move_to_end(conversation_id)
        if len(self._reading) > _MOST_READERS:
            self._reading.popitem(last=False)
