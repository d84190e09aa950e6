"""Stand-ins for the ports of bot.conversations: the same promises, kept in memory."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from bot.conversations.errors import (
    AssistantUnavailableError,
    ConversationNotFoundError,
    MessageConflictError,
    TurnBrokenOffError,
    TurnFailedError,
    UnknownChoiceError,
)
from bot.conversations.messages import Inbound, InputHint, Reply, Sender, StoredChoice, StoredMessage
from bot.conversations.ports import MessageLog, Why
from bot.insurance.hand_off import Owner
from bot.text.typed_choice import choice_typed

CHINA = timezone(timedelta(hours=8))
DATA_KEY = "a data key of the tests"
START = datetime(2026, 11, 23, 9, 12, tzinfo=CHINA)


def no_events() -> AbstractContextManager[SimpleNamespace]:
    """A store in which event mode is switched on nowhere."""
    return nullcontext(SimpleNamespace(events=SimpleNamespace(on=lambda _: ())))


class SettableClock:
    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class _Conversation:
    channel: str
    messages: list[StoredMessage] = field(default_factory=list)
    inbound: dict[str, Inbound] = field(default_factory=dict)  # by message id, in order of arrival
    choice_of: dict[str, str] = field(default_factory=dict)
    handled: set[str] = field(default_factory=set)
    offered: dict[str, tuple[str, str]] = field(default_factory=dict)
    owner: Owner = Owner.BOT
    queued_by: str = ""
    notes: set[str] = field(default_factory=set)
    seen: int = 0


class MemoryLog:
    """A `MessageLog`. `broken` makes every call fail, as a database that is away does."""

    def __init__(self) -> None:
        self._conversations: dict[str, _Conversation] = {}
        self._lock = threading.RLock()
        self.broken: Exception | None = None

    def _get(self, conversation_id: str) -> _Conversation:
        if self.broken:
            raise self.broken
        if conversation_id not in self._conversations:
            raise ConversationNotFoundError(conversation_id=conversation_id)
        return self._conversations[conversation_id]

    def open(self, conversation_id: str, *, channel: str, at: datetime) -> None:
        with self._lock:
            if self.broken:
                raise self.broken
            self._conversations.setdefault(conversation_id, _Conversation(channel))

    def exists(self, conversation_id: str) -> bool:
        if self.broken:
            raise self.broken
        return conversation_id in self._conversations

    def receive(
        self, conversation_id: str, *, message_id: str, text: str, choice_id: str, at: datetime, payload: str = ""
    ) -> tuple[int, bool]:
        with self._lock:
            conversation = self._get(conversation_id)
            known = conversation.inbound.get(message_id)
            if known is not None:
                if conversation.choice_of[message_id] != choice_id or (not choice_id and known.text != text):
                    raise MessageConflictError(conversation_id=conversation_id, seq=known.seq)
                return known.seq, False
            if choice_id and choice_id not in conversation.offered:
                raise UnknownChoiceError(conversation_id=conversation_id)
            if payload:
                title = text
            elif choice_id:
                title, payload = conversation.offered[choice_id]
            else:
                title, payload = text, self._typed_choice(conversation, text)
            seq = self._add(conversation, Sender.CUSTOMER, Reply(title), at)
            conversation.inbound[message_id] = Inbound(
                conversation_id, message_id, seq, title, payload, conversation.channel, at
            )
            conversation.choice_of[message_id] = choice_id
            return seq, True

    def _typed_choice(self, conversation: _Conversation, text: str) -> str:
        answers = [m for m in conversation.messages if m.sender in (Sender.BOT, Sender.HUMAN)]
        if not answers:
            return ""
        choices, hint = answers[-1].choices, answers[-1].input
        slot, kind = (hint.slot, hint.kind) if hint else ("", "")
        meant = choice_typed(text, [choice.title for choice in choices], slot=slot, kind=kind)
        return "" if meant is None else conversation.offered[choices[meant].id][1]

    def _add(self, conversation: _Conversation, sender: Sender, reply: Reply, at: datetime) -> int:
        seq = len(conversation.messages) + 1
        choices = []
        for place, choice in enumerate(reply.choices):
            conversation.offered[f"c{seq}-{place}"] = (choice.title, choice.payload)
            choices.append(StoredChoice(f"c{seq}-{place}", choice.title))
        conversation.messages.append(StoredMessage(seq, sender, reply.text, tuple(choices), reply.input, at))
        return seq

    def keep(self, conversation_id: str, *, message_id: str, text: str, notice: Reply | None, at: datetime) -> None:
        with self._lock:
            conversation = self._get(conversation_id)
            if message_id in conversation.inbound:
                return
            self.receive(conversation_id, message_id=message_id, text=text, choice_id="", at=at, payload="-")
            conversation.handled.add(message_id)
            if notice is not None and conversation.owner is Owner.BOT:
                self._add(conversation, Sender.SYSTEM, notice, at)

    def note(self, conversation_id: str, *, note_id: str, text: str, sender: Sender, at: datetime) -> None:
        with self._lock:
            conversation = self._get(conversation_id)
            if note_id not in conversation.notes:
                conversation.notes.add(note_id)
                self._add(conversation, sender, Reply(text), at)
                conversation.messages[-1] = replace(conversation.messages[-1], noted=True)

    def seq_of(self, conversation_id: str, message_id: str) -> int | None:
        known = self._get(conversation_id).inbound.get(message_id)
        return known.seq if known else None

    def open_question(self, conversation_id: str) -> InputHint | None:
        answers = [m for m in self._get(conversation_id).messages if m.sender in (Sender.BOT, Sender.HUMAN)]
        return answers[-1].input if answers else None

    def next_pending(self, conversation_id: str) -> Inbound | None:
        return next(iter(self.all_pending(conversation_id)), None)

    def all_pending(self, conversation_id: str) -> Sequence[Inbound]:
        with self._lock:
            conversation = self._get(conversation_id)
            return [item for key, item in conversation.inbound.items() if key not in conversation.handled]

    def conversations_with_pending(self) -> Sequence[str]:
        with self._lock:
            return [key for key in self._conversations if self.next_pending(key)]

    def finish(
        self, inbound: Inbound, replies: Sequence[Reply], *, sender: Sender, at: datetime, notice: bool = False
    ) -> bool:
        with self._lock:
            conversation = self._get(inbound.conversation_id)
            if inbound.message_id in conversation.handled:
                return True
            conversation.handled.add(inbound.message_id)
            waits = conversation.owner is Owner.QUEUE and (notice or bool(conversation.queued_by))
            said = not replies or waits or conversation.owner is Owner.BOT
            for reply in replies if said else ():
                self._add(conversation, sender, reply, at)
        return said

    def append(self, conversation_id: str, reply: Reply, *, sender: Sender, at: datetime) -> int:
        with self._lock:
            return self._add(self._get(conversation_id), sender, reply, at)

    def saw(self, conversation_id: str, seq: int, at: datetime) -> bool:
        with self._lock:
            conversation = self._get(conversation_id)
            seq = min(seq, len(conversation.messages))
            news = seq > conversation.seen
            conversation.seen = max(seq, conversation.seen)
            return news

    def seen_up_to(self, conversation_id: str) -> int:
        return self._get(conversation_id).seen

    def after(self, conversation_id: str, seq: int) -> Sequence[StoredMessage]:
        with self._lock:
            return tuple(self._get(conversation_id).messages[seq:])

    def owner(self, conversation_id: str) -> Owner:
        return self._get(conversation_id).owner

    def queued_by(self, conversation_id: str) -> str:
        return self._get(conversation_id).queued_by

    def set_owner(self, conversation_id: str, owner: Owner, at: datetime, *, message_id: str = "") -> None:
        self._get(conversation_id).owner = owner
        self._get(conversation_id).queued_by = message_id


TO_A_PERSON = {Why.SYSTEM_ERROR: "系统两次出错，转人工", Why.CUSTOMER_ASKED: "客户要求，转人工"}


class PeopleQueue:
    """A `People` that queues in a log of the test. `taken`: every request, in order."""

    def __init__(self, log: MessageLog) -> None:
        self._log = log
        self.taken: list[tuple[str, Why]] = []
        self.keeps = False  # a person must see it

    def take(self, inbound: Inbound, why: Why, at: datetime) -> Sequence[Reply]:
        self.taken.append((inbound.text, why))
        owner = self._log.owner(inbound.conversation_id)
        if owner is not Owner.BOT and self._log.queued_by(inbound.conversation_id) != inbound.message_id:
            return ()
        self._log.set_owner(inbound.conversation_id, Owner.QUEUE, at, message_id=inbound.message_id)
        return (Reply(TO_A_PERSON[why]),)

    def tell_place(self, conversation_id: str, at: datetime) -> Sequence[Reply]:
        waits = self._log.owner(conversation_id) is Owner.QUEUE
        return (Reply("前面还有 2 位。"),) if waits else ()

    def give_back(self, conversation_id: str, at: datetime) -> bool:
        if self._log.owner(conversation_id) is not Owner.QUEUE or self.keeps:
            return False
        self._log.set_owner(conversation_id, Owner.BOT, at)
        return True


class ScriptedAssistant:
    """Answers 「收到：…」 once `up`; `hold` keeps turns in flight until it is set. `seen` is every try, in order.

    A turn whose text is in `raises` fails though the assistant is up, one in `ends_it` ends the assistant, one in `too_long` is given up.
    """

    def __init__(self) -> None:
        self.up = True
        self.seen: list[Inbound] = []
        self.at_once = 0
        self.most_at_once = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.answer: Callable[[Inbound], Sequence[Reply]] = lambda inbound: [Reply(f"收到：{inbound.text}")]
        self.down_for: set[str] = set()
        self.raises: set[str] = set()
        self.ends_it: set[str] = set()
        self.too_long: set[str] = set()
        self._changed = asyncio.Condition()

    async def respond(self, inbound: Inbound) -> Sequence[Reply]:
        self.seen.append(inbound)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            async with self._changed:
                self._changed.notify_all()
            await self.hold.wait()
            if not self.up or inbound.conversation_id in self.down_for:
                raise AssistantUnavailableError(reason="connect")
            if inbound.text in self.too_long:
                raise AssistantUnavailableError(reason="timeout")
            if inbound.text in self.ends_it:
                raise TurnBrokenOffError(reason="broken_off")
            if inbound.text in self.raises:
                raise TurnFailedError(reason="http_500")
            return self.answer(inbound)
        finally:
            self.at_once -= 1

    async def tried(self, times: int) -> None:
        """Wait until there were so many tries."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.seen) >= times)


class SteppedPause:
    """A pause that lasts until the test says so; remembers what was asked for, in seconds."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._changed = asyncio.Condition()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        async with self._changed:
            self._changed.notify_all()
        await future

    async def step(self) -> None:
        """Wait until somebody pauses, then let the one who has paused longest go on."""
        async with self._changed:
            await self._changed.wait_for(lambda: any(not item.done() for item in self._waiting))
        next(item for item in self._waiting if not item.done()).set_result(None)

    async def paused(self, times: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.asked) >= times)


def texts(log: MemoryLog, conversation_id: str, sender: Sender | None = None) -> list[str]:
    return [m.text for m in log.after(conversation_id, 0) if sender is None or m.sender is sender]
