"""One phone call: silences, keys, what is read back before it counts, and the turn of the assistant in between.

Silence, what the recogniser made nothing of, and what was read back wrong are counted apart; each is asked again, then by keys, and
the third time a person takes the call. What the dialogue does not understand it counts itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Protocol

from bot.channels.ivr.listening import asks_again, goes_on, is_no, is_yes
from bot.channels.ivr.payload import Actions, CallEvent, EventType, Gather
from bot.channels.ivr.reading_back import best_of, fewest_keyed, names_a_code, number_aloud, wanted_by
from bot.channels.ivr.speech import Speech, next_of, speech_of, whole
from bot.conversations.messages import InputHint, Sender, StoredMessage
from bot.insurance.hand_off import Owner
from bot.services.hand_off import LEAVE_A_NUMBER, WAITED_FOR_HERE
from bot.text.aloud import digits_aloud

GREETING = "您好，我是智能客服，是机器人。报案、查保单、查进度、投诉，直接说您的事；要人工请说转人工，或者按零。"
AGAIN = "没有听到您的声音。"
BY_KEYS = "还是没有听到。"
PLEASE_WAIT = "正在为您办理，请稍等。"
STILL_WAITING = "系统还没有回应，您说的已经收到。可以接着等，要人工请说转人工，或者按零。"
SAY_AGAIN = "好的，请再说一遍。"
STILL_WRONG = "不好意思，又听错了。"
YES_OR_NO = "请说对，或者不对。"
YES_OR_NO_BY_KEYS = "按1是对，按2是不对，要人工按零。"
NOT_HEARD = "刚才没有听清，请再说一遍。"
STILL_NOT_HEARD = "还是没有听清。"
TO_PERSON = "转人工"
CALLED_BACK = "排队时挂断了，我们打您这个来电号码。"
LEAST_CONFIDENCE = 0.45
MOST_REFUSED = 3
LOOKS_BEFORE_OFFER, LOOKS_BEFORE_PERSON = 3, 8  # at an answer that does not come; about ten and thirty seconds
_KEYS_OF = {"phone": 11, "id_number": 18, "otp": 6, "number": 18, "amount": 9}


@dataclass(frozen=True)
class CallState:
    """What a call remembers between two events. `spoken_seq`: up to which message it was said; `pending`: heard, and waiting for
    a yes to `doubt`; `last`: said last before that, with what was listened for (`expect`, the kind of the field); `options`: the buttons of the open question, for
    the keys; `unconfirmed`: what waited for its yes when a person was called."""

    silences: int = 0
    unheard: int = 0  # in a row: the recogniser made nothing of it
    refused: int = 0  # in a row: it was read back wrong
    spoken_seq: int = 0
    pending: str = ""
    doubt: str = ""
    unconfirmed: str = ""
    rest: str = ""
    last: str = ""
    expect: str = "text"
    slot: str = ""  # what the open question fills
    options: tuple[str, ...] = ()
    waiting: bool = False  # a turn is not done yet
    looks: int = 0  # in a row, and it still was not
    caller: str = ""  # the number that the call shows; proves nothing
    ended: bool = False
    transferred: bool = False  # a person has the call

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> CallState:
        """From what `asdict` gave; a field that an older version did not keep has its default."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in kept.items() if name in known}
        return cls(**values | {"options": tuple(values.get("options", ()))})

    @property
    def wanted(self) -> str:
        return wanted_by(self.expect, self.slot)


class Line(Protocol):
    """The conversation behind the call."""

    async def say(self, event_id: str, text: str, at: datetime) -> None:
        """Store what was said and wait for its turn, as long as a caller bears."""
        ...

    async def heard(self, event_id: str, text: str, at: datetime) -> None:
        """Record what the caller said that no turn is made of."""
        ...

    async def is_done(self) -> bool: ...
    async def news(self, after: int) -> Sequence[StoredMessage]: ...
    async def owner(self) -> Owner: ...
    async def hand_off(self, caller: str) -> tuple[str, str]:
        """The post that takes over, and a summary for it."""
        ...

    async def hung_up(self, caller: str, at: datetime, answered: bool) -> None:
        """The call is over; who waited for a person is to be called back."""
        ...


Handler = Callable[["Call", CallEvent], Awaitable[Actions]]


@dataclass
class Call:
    """`state` is read and written around one event; the caller keeps it. `own`: what the event was answered with that the
    dialogue did not say, for the record."""

    line: Line
    now: datetime
    state: CallState = field(default_factory=CallState)
    own: str = ""

    async def take(self, event: CallEvent) -> Actions:
        if self.state.ended:
            return Actions(gather=None, hang_up=True)
        self.state = replace(self.state, caller=self.state.caller or event.caller)
        if self.state.transferred and event.type is not EventType.HANGUP:
            return await self._put_through("")  # an event that crossed the transfer must not end the call
        return await _HANDLERS[event.type](self, event)

    # -- events --------------------------------------------------------------------------------------------------------

    async def _start(self, _: CallEvent) -> Actions:
        self.own = GREETING
        return self._speak(Speech(GREETING))

    async def _hangup(self, event: CallEvent) -> Actions:
        await self.line.hung_up(self.state.caller, self.now, event.answered and self.state.transferred)
        self.state = replace(self.state, ended=True)
        return Actions(gather=None)

    async def _barge_in(self, _: CallEvent) -> Actions:
        """The caller speaks: listen."""
        return Actions(gather=self._gather())

    async def _no_input(self, event: CallEvent) -> Actions:
        if self.state.waiting:
            return await self._look_again(event)
        self.state = replace(self.state, silences=self.state.silences + 1)
        return await self._ask_again(event, self.state.silences, AGAIN + self._last(), BY_KEYS)

    async def _not_heard(self, event: CallEvent) -> Actions:
        if self.state.waiting:
            return await self._look_again(event)
        self.state = replace(self.state, unheard=self.state.unheard + 1)
        return await self._ask_again(event, self.state.unheard, NOT_HEARD + self._last(), STILL_NOT_HEARD)

    async def _ask_again(self, event: CallEvent, times: int, first: str, second: str) -> Actions:
        """In other words, then by keys, and at the third time a person."""
        if times == 1:
            return self._say_ourselves(first)
        if times == 2:
            return self._say_ourselves(second + self._keys())
        return await self._to_person(event)

    async def _dtmf(self, event: CallEvent) -> Actions:
        self.state = replace(self.state, silences=0)
        digits = event.digits.rstrip("#")
        if digits == "*":
            return await self._say_again(event)
        if digits == "0" and (self.state.waiting or self.state.pending or self.state.expect not in _KEYS_OF):
            return await self._to_person(event)
        if self.state.pending and digits in ("1", "2"):
            return await self._confirmed(event, digits == "1")
        if not digits or (self.state.pending and len(digits) == 1):
            return await self._not_heard(event)
        if self.state.options and len(digits) == 1 and 0 < int(digits) <= len(self.state.options):
            return await self._turn(event, self.state.options[int(digits) - 1])
        if len(digits) >= fewest_keyed(self.state.wanted) and digits.isdigit() and self.state.wanted != "otp":
            aloud = number_aloud(digits, self.state.wanted, self.now) or digits_aloud(digits)
            return await self._ask_whether(event, digits, f"我读一遍：{aloud}，对吗？")
        return await self._turn(event, digits)

    async def _speech(self, event: CallEvent) -> Actions:
        # In threads: ten guesses of a long sentence take a while, and other calls go on meanwhile.
        text = await asyncio.to_thread(best_of, (event.text, *event.alternatives), self.state.wanted, self.now)
        if not text:
            return await self._not_heard(event)
        self.state = replace(self.state, silences=0, unheard=0)
        if self.state.pending:
            if is_yes(text) or is_no(text):
                return await self._confirmed(event, is_yes(text))
            if self._is_beside_the_question(text):
                await self._heard(event)
                self.state = replace(self.state, doubt=YES_OR_NO + self._last())
                return self._say_ourselves(self.state.doubt)
        if asks_again(text) and self._last():
            return await self._say_again(event)
        if self.state.rest and goes_on(text) and not self.state.pending:
            await self._heard(event)
            return self._speak(next_of(self.state.rest))
        doubt = await asyncio.to_thread(self._read_back, text, event.confidence)
        return await (self._ask_whether(event, text, doubt) if doubt else self._turn(event, text))

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _read_back(self, text: str, confidence: float | None) -> str:
        """The question whether it was heard right, "" where it need not be asked."""
        number = number_aloud(text, self.state.wanted, self.now)
        if number:
            return f"我读一遍：{number}，对吗？"
        unsure = confidence is not None and confidence < LEAST_CONFIDENCE and not self._is_secret(text)
        return f"您说的是：{text.rstrip('。？！')}，对吗？" if unsure else ""

    def _is_secret(self, text: str) -> bool:
        """A one-time code: nobody else in the room need hear it."""
        return self.state.wanted == "otp" or names_a_code(text)

    def _is_beside_the_question(self, text: str) -> bool:
        """A few words that neither confirm nor tell anything new, the first time: what was heard is not given up for them."""
        asked_twice = self._last().startswith(YES_OR_NO)
        return len(text) <= 4 and not asked_twice and not asks_again(text) and "人工" not in text

    async def _ask_whether(self, event: CallEvent, heard: str, doubt: str) -> Actions:
        """It counts after a yes. What is said instead of one is a no to what was heard before."""
        refused = self.state.refused + bool(self.state.pending)
        self.state = replace(self.state, pending=heard, doubt=doubt, refused=refused)
        return await self._to_person(event) if refused >= MOST_REFUSED else self._say_ourselves(doubt)

    async def _confirmed(self, event: CallEvent, yes: bool) -> Actions:
        await self._heard(event)
        if yes:
            return await self._turn(event, self.state.pending)
        self.state = replace(self.state, pending="", doubt="", refused=self.state.refused + 1)
        return await self._ask_again(event, self.state.refused, SAY_AGAIN, STILL_WRONG)

    async def _to_person(self, event: CallEvent) -> Actions:
        """What was heard and not confirmed goes with the call."""
        return await self._turn(event, TO_PERSON, unconfirmed=self.state.pending)

    async def _turn(self, event: CallEvent, text: str, *, unconfirmed: str = "") -> Actions:
        self.state = replace(self.state, rest="", pending="", doubt="", unconfirmed=unconfirmed)
        self.state = replace(self.state, silences=0, unheard=0, refused=0, looks=0)
        await self.line.say(event.id, text, self.now)
        return await self._look()

    async def _look_again(self, event: CallEvent) -> Actions:
        """A caller who waits in vain is offered a person, and then gets one."""
        self.state = replace(self.state, looks=self.state.looks + 1)
        if self.state.looks >= LOOKS_BEFORE_PERSON and not await self.line.is_done():
            return await self._to_person(event)
        return await self._look()

    async def _look(self) -> Actions:
        """Say what is new; while a turn goes on, ask for patience and look again at the next silence."""
        waited, done = self.state.waiting, await self.line.is_done()
        messages = await self.line.news(self.state.spoken_seq)
        self.state = replace(self.state, waiting=not done)
        if not done and not messages:
            if self.state.looks == LOOKS_BEFORE_OFFER:
                self.own = STILL_WAITING
                return Actions(STILL_WAITING, Gather("text", 1, 4000))
            self.own = "" if waited else PLEASE_WAIT  # on record once, however often it is said
            listens = Gather("text", 1, 2000) if self.state.looks > LOOKS_BEFORE_OFFER else Gather("none", 0, 2000)
            return Actions(PLEASE_WAIT, listens)
        if messages:
            self.state = replace(self.state, spoken_seq=messages[-1].seq)
            messages = self._newest_question(messages)
        if await self.line.owner() is not Owner.BOT:
            return await self._put_through(whole(messages))
        return self._speak(speech_of(messages)) if messages else self._say_ourselves(self.state.last)

    def _newest_question(self, messages: Sequence[StoredMessage]) -> Sequence[StoredMessage]:
        """Remember what the newest answer asks; the messages with our notices first. A notice that a turn waits is no answer: the
        question stays open, as the dialogue has it (`MessageLog.open_question`)."""
        notices = [each for each in messages if each.sender is Sender.SYSTEM]
        answers = [each for each in messages if each.sender is not Sender.SYSTEM]
        if answers:
            newest = answers[-1]
            options = tuple(choice.title for choice in newest.choices)
            hint = newest.input or InputHint("", "text")
            self.state = replace(self.state, expect=hint.kind, slot=hint.slot, options=options)
        return (*notices, *answers)

    async def _put_through(self, words: str) -> Actions:
        """`words`: the last that the caller hears of us; what they say of writing and of waiting on a page is for another ear."""
        post, summary = await self.line.hand_off(self.state.caller)
        if LEAVE_A_NUMBER in words:
            self.own = CALLED_BACK if self.state.caller else ""
            words = words.replace(LEAVE_A_NUMBER, self.own)
        words = words.replace(WAITED_FOR_HERE, "")
        if self.state.unconfirmed:
            summary = f"{summary}；听到但没有确认：{self.state.unconfirmed}"
        self.state = replace(self.state, transferred=True)
        return Actions(words, None, post, summary)

    async def _heard(self, event: CallEvent) -> None:
        """On record, though it is no message of its own: a yes, a no, 再说一遍, a key."""
        await self.line.heard(event.id, event.text or f"按键 {event.digits}", self.now)

    async def _say_again(self, event: CallEvent) -> Actions:
        await self._heard(event)
        return self._say_ourselves(self._last())

    def _say_ourselves(self, words: str) -> Actions:
        self.own = words
        return Actions(words, self._gather())

    def _speak(self, speech: Speech) -> Actions:
        self.state = replace(self.state, last=speech.said, rest=speech.rest)
        return Actions(speech.said, self._gather())

    def _last(self) -> str:
        """What the caller was asked last."""
        return self.state.doubt or self.state.last

    def _gather(self) -> Gather:
        if self.state.pending:
            return Gather("confirm", 1)
        return Gather(self.state.expect, _KEYS_OF.get(self.state.expect, 1))

    def _keys(self) -> str:
        """The same question by keys."""
        if self.state.pending:
            return self._last() + YES_OR_NO_BY_KEYS
        if self.state.expect in _KEYS_OF:
            return "请按键输入，按井号结束；要人工请说转人工。"
        keys = "，".join(f"{title}按 {place}" for place, title in enumerate(self.state.options[:9], 1))
        return f"{keys}，转人工按零。" if keys else f"{self.state.last}要人工请按零。"


_HANDLERS: dict[EventType, Handler] = {
    EventType.START: Call._start,
    EventType.SPEECH: Call._speech,
    EventType.DTMF: Call._dtmf,
    EventType.NO_INPUT: Call._no_input,
    EventType.BARGE_IN: Call._barge_in,
    EventType.HANGUP: Call._hangup,
}
