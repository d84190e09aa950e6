"""One phone call: silences, keys, what is read back before it counts, and the turn of the assistant in between.

Silence and misunderstanding are counted apart: the dialogue counts what it does not understand; silence is asked again, then by
keys, and the third time a person takes the call.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Protocol

from bot.channels.ivr.payload import Actions, CallEvent, EventType, Gather
from bot.channels.ivr.speech import Speech, next_of, speech_of, whole
from bot.conversations.messages import InputHint, StoredMessage
from bot.insurance.hand_off import Owner
from bot.text.aloud import digits_aloud
from bot.text.numerals import read_digits

GREETING = "您好，我是智能客服，是机器人。报案、查保单、查进度、投诉，直接说您的事；要人工请说转人工，或者按零。"
AGAIN = "没有听到您的声音。"
BY_KEYS = "还是没有听到。"
PLEASE_WAIT = "正在为您办理，请稍等。"
SAY_AGAIN = "好的，请再说一遍。"
NOT_HEARD = "刚才没有听清，请再说一遍。"
TO_PERSON = "转人工"
LEAST_CONFIDENCE = 0.45
READ_BACK = frozenset(("phone", "id_number", "number"))
FEWEST_READ_BACK = 5  # digits: "两个人" needs no reading back
_KEYS_OF = {"phone": 11, "id_number": 18, "otp": 6, "number": 18, "amount": 9}
_YES = re.compile(r"^(?:嗯|啊|呃|那个)*(?:对|是|是的|没错|对的|对对|正确|好的?|可以|嗯+)(?:的|了|啊|呀|吧)*[。！\s]*$")
_NO = re.compile(r"^(?:嗯|啊|呃|那个)*(?:不|不对|不是|错了|不是的|不对的|没有|听错了)(?:的|了|啊|呀)*[。！\s]*$")
_REPEAT = re.compile(r"(?:再说|再讲|重复|重说)(?:一遍|一下|一次)?|没听(?:清|见|到|明白)|^(?:啊|什么|你说什么)[？?]?$")
_GO_ON = re.compile(r"^(?:继续|接着(?:说|讲|听)?|往下(?:说|讲)?|还有呢)[。！\s]*$")


@dataclass(frozen=True)
class CallState:
    """What a call remembers between two events. `spoken_seq`: up to which message it was said; `pending`: heard, and waiting for
    a yes; `last`: said last, with what was listened for; `options`: the buttons of the open question, for the keys."""

    silences: int = 0
    spoken_seq: int = 0
    pending: str = ""
    rest: str = ""
    last: str = ""
    expect: str = "text"
    options: tuple[str, ...] = ()
    waiting: bool = False  # a turn is not done yet
    ended: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> CallState:
        """From what `asdict` gave; a field that an older version did not keep has its default."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in kept.items() if name in known}
        return cls(**values | {"options": tuple(values.get("options", ()))})


class Line(Protocol):
    """The conversation behind the call."""

    async def say(self, event_id: str, text: str, at: datetime) -> bool:
        """Store what was said and wait for its turn; False when the turn goes on."""
        ...

    async def is_done(self) -> bool: ...
    async def news(self, after: int) -> Sequence[StoredMessage]: ...
    async def owner(self) -> Owner: ...
    async def hand_off(self) -> tuple[str, str]:
        """The post that takes over, and a summary for it."""
        ...


Handler = Callable[["Call", CallEvent], Awaitable[Actions]]


@dataclass
class Call:
    """`state` is read and written around one event; the caller keeps it."""

    line: Line
    now: datetime
    state: CallState = field(default_factory=CallState)

    async def take(self, event: CallEvent) -> Actions:
        if self.state.ended:
            return Actions(gather=None, hang_up=True)
        return await _HANDLERS[event.type](self, event)

    # -- events --------------------------------------------------------------------------------------------------------

    async def _start(self, _: CallEvent) -> Actions:
        return self._speak(Speech(GREETING))

    async def _hangup(self, _: CallEvent) -> Actions:
        self.state = replace(self.state, ended=True)
        return Actions(gather=None)

    async def _barge_in(self, _: CallEvent) -> Actions:
        """The caller speaks: listen."""
        return Actions(gather=self._gather())

    async def _no_input(self, event: CallEvent) -> Actions:
        if self.state.waiting:
            return await self._look(event)
        self.state = replace(self.state, silences=self.state.silences + 1)
        if self.state.silences == 1:
            return Actions(AGAIN + self.state.last, self._gather())
        if self.state.silences == 2:
            return Actions(BY_KEYS + self._keys(), self._gather())
        return await self._turn(event, TO_PERSON)

    async def _dtmf(self, event: CallEvent) -> Actions:
        self.state = replace(self.state, silences=0)
        digits = event.digits.rstrip("#")
        if digits == "*":
            return Actions(self.state.last, self._gather())
        if digits == "0" and self.state.expect not in _KEYS_OF:
            return await self._turn(event, TO_PERSON)
        if self.state.pending and digits in ("1", "2"):
            return await self._confirmed(event, digits == "1")
        if self.state.options and len(digits) == 1 and 0 < int(digits) <= len(self.state.options):
            return await self._turn(event, self.state.options[int(digits) - 1])
        return await self._turn(event, digits) if digits else Actions(NOT_HEARD, self._gather())

    async def _speech(self, event: CallEvent) -> Actions:
        self.state = replace(self.state, silences=0)
        text = event.text
        if not text:
            return Actions(NOT_HEARD + self.state.last, self._gather())
        if self.state.pending and (_YES.match(text) or _NO.match(text)):
            return await self._confirmed(event, bool(_YES.match(text)))
        self.state = replace(self.state, pending="")
        if _REPEAT.search(text) and len(text) <= 10 and self.state.last:
            return Actions(self.state.last, self._gather())
        if self.state.rest and _GO_ON.match(text):
            return self._speak(next_of(self.state.rest))
        doubt = self._read_back(text, event.confidence)
        if doubt:
            self.state = replace(self.state, pending=text, last=doubt)
            return Actions(doubt, Gather("confirm", 1))
        return await self._turn(event, text)

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _read_back(self, text: str, confidence: float | None) -> str:
        """The question whether it was heard right, "" where it need not be asked."""
        digits = read_digits(text) or "".join(re.findall(r"\d", text))
        is_number = self.state.expect in READ_BACK or (self.state.expect != "otp" and len(text) - len(digits) <= 4)
        if is_number and len(digits) >= FEWEST_READ_BACK:
            return f"我读一遍：{digits_aloud(digits)}，对吗？"
        unsure = confidence is not None and confidence < LEAST_CONFIDENCE
        return f"您说的是：{text.rstrip('。？！')}，对吗？" if unsure else ""

    async def _confirmed(self, event: CallEvent, yes: bool) -> Actions:
        heard, self.state = self.state.pending, replace(self.state, pending="")
        return await self._turn(event, heard) if yes else Actions(SAY_AGAIN, self._gather())

    async def _turn(self, event: CallEvent, text: str) -> Actions:
        self.state = replace(self.state, rest="", pending="", silences=0)
        await self.line.say(event.id, text, self.now)
        return await self._look(event)

    async def _look(self, _: CallEvent) -> Actions:
        """Say what is new; while a turn goes on, ask for patience and look again at the next silence."""
        done = await self.line.is_done()
        messages = await self.line.news(self.state.spoken_seq)
        self.state = replace(self.state, waiting=not done)
        if not done and not messages:
            return Actions(PLEASE_WAIT, Gather("none", 0, 2000))
        if messages:
            newest = messages[-1]
            self.state = replace(
                self.state,
                spoken_seq=newest.seq,
                expect=_expected(newest.input),
                options=tuple(choice.title for choice in newest.choices),
            )
        if await self.line.owner() is not Owner.BOT:
            post, summary = await self.line.hand_off()
            self.state = replace(self.state, ended=True)
            return Actions(whole(messages), None, post, summary)
        return self._speak(speech_of(messages)) if messages else Actions(self.state.last, self._gather())

    def _speak(self, speech: Speech) -> Actions:
        self.state = replace(self.state, last=speech.said, rest=speech.rest)
        return Actions(speech.said, self._gather())

    def _gather(self) -> Gather:
        return Gather(self.state.expect, _KEYS_OF.get(self.state.expect, 1))

    def _keys(self) -> str:
        """The same question by keys."""
        if self.state.expect in _KEYS_OF:
            return "请按键输入，按井号结束；要人工请说转人工。"
        keys = "，".join(f"{title}按 {place}" for place, title in enumerate(self.state.options[:9], 1))
        return f"{keys}，转人工按零。" if keys else f"{self.state.last}要人工请按零。"


def _expected(hint: InputHint | None) -> str:
    return hint.kind if hint else "text"


_HANDLERS: dict[EventType, Handler] = {
    EventType.START: Call._start,
    EventType.SPEECH: Call._speech,
    EventType.DTMF: Call._dtmf,
    EventType.NO_INPUT: Call._no_input,
    EventType.BARGE_IN: Call._barge_in,
    EventType.HANGUP: Call._hangup,
}
