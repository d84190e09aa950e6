"""Customers of the three channels who keep a ledger of what the front desk acknowledged.

On the page a message has one id and is sent until it is acknowledged. WeChat delivers one three times and then tells its customer that
nobody answers, who types it again: it may be stored twice, for it is two messages. A gateway sends an event until it is answered.
Then each waits for the answer. Nothing is assumed of the processes: every call may fail at any time.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

import aiohttp

from benchmarks.said import claim_conversation
from bot.channels.ivr.call import PLEASE_WAIT, STILL_WAITING
from bot.channels.ivr.channel import conversation_of as conversation_of_call
from bot.channels.ivr.speech import sentences_of
from bot.channels.wechat.channel import conversation_of as conversation_of_customer
from bot.conversations.notices import WAITING
from bot.insurance.hand_off import Owner
from simulators.wechat.server import Seen, WeChatServer

AGAIN = 0.2  # seconds between two tries
TYPES_AGAIN = 1.0  # seconds until a customer on WeChat writes anew what nobody answered
LOOK = 5.0  # seconds without a word on a phone until it is asked who has the conversation
SENT_TWICE = 0.1  # of the gateway's events come once more though they were answered
_BE_PATIENT = {PLEASE_WAIT, STILL_WAITING, "".join(sentences_of(WAITING.text))}
_LIMIT = aiohttp.ClientTimeout(total=30)
QUESTION, ANSWER = "等待期是什么意思", "等待期"
COMPLAINT = "理赔拖了三个月还不给钱，我要投诉你们"
SCRIPTS: tuple[Callable[[], list[str]], ...] = (
    claim_conversation,
    lambda: [QUESTION] * 8,
    lambda: ["你好", COMPLAINT],
)


@dataclass
class Doors:
    """Where customers come in: each request goes to any of the front desks, as behind a proxy. `turn` is awaited before each
    message: together they keep the rate. `owner_of`: who has a conversation, for whom no page shows it."""

    http: aiohttp.ClientSession
    addresses: Sequence[str]
    wechat: WeChatServer
    gateway_key: str
    id_key: str
    turn: Callable[[], Awaitable[None]]
    owner_of: Callable[[str], Awaitable[Owner]]

    @property
    def address(self) -> str:
        return random.choice(self.addresses)


@dataclass
class Acknowledged:
    """One message of a customer that the front desk took, and what came after it. `message_id` as the log has it; `text` as it
    must stand there."""

    message_id: str
    text: str
    tries: int = 1
    heard: bool = False
    seconds: float = 0.0  # until it was answered


@dataclass
class Customer(ABC):
    """One conversation from its greeting to the end of its script. `uncertain`: so many messages more may be in the log, that
    nobody acknowledged; `flaws`: what was answered differently the second time."""

    doors: Doors
    script: Sequence[str]
    id: str = ""
    owner: Owner = Owner.BOT
    acknowledged: list[Acknowledged] = field(default_factory=list)
    uncertain: int = 0
    flaws: list[str] = field(default_factory=list)
    channel: ClassVar[str] = ""

    async def run(self) -> None:
        """Until the script is over, or a person has the conversation."""
        await self.arrive()
        for text in self.script:
            if self.owner is not Owner.BOT:
                return
            await self.doors.turn()
            await self.say(text)

    @abstractmethod
    async def arrive(self) -> None: ...

    @abstractmethod
    async def say(self, text: str) -> None:
        """Until it was acknowledged and answered."""


@dataclass
class WebCustomer(Customer):
    """At the chat API, as the page."""

    token: str = ""
    channel: ClassVar[str] = "web"

    async def arrive(self) -> None:
        session = await self._until_done("POST", "/api/chat/sessions", None)
        self.id, self.token = session["conversation_id"], session["token"]

    async def messages(self) -> list[Mapping[str, Any]]:
        """All that the page shows."""
        page = await self._until_done("GET", "/api/chat/messages?after=0&wait=0", None)
        found: list[Mapping[str, Any]] = page["messages"]
        return found

    async def say(self, text: str) -> None:
        message_id = str(uuid.uuid4())
        tries: list[int] = []
        taken = await self._until_done("POST", "/api/chat/messages", {"id": message_id, "text": text}, tries)
        entry = Acknowledged(message_id, text, len(tries))
        self.acknowledged.append(entry)
        began, seen = asyncio.get_running_loop().time(), int(taken["seq"])
        while not entry.heard:
            page = await self._until_done("GET", f"/api/chat/messages?after={seen}&wait=15", None)
            seen = max([seen, *(each["seq"] for each in page["messages"])])
            self.owner = Owner(page["owner"])
            spoke = any(each["from"] == "bot" for each in page["messages"])
            entry.heard = spoke or self.owner is not Owner.BOT
            entry.seconds = asyncio.get_running_loop().time() - began

    async def _until_done(
        self, method: str, path: str, body: Mapping[str, str] | None, tries: list[int] | None = None
    ) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return await _until_answered(self.doors, method, path, body, headers, tries)


@dataclass
class WeChatCustomer(Customer):
    """On a phone, behind WeChat's server. `given_up`: ids of messages that WeChat got no answer to."""

    open_id: str = field(default_factory=lambda: f"o{uuid.uuid4().hex[:27]}")
    given_up: list[str] = field(default_factory=list)
    channel: ClassVar[str] = "wechat"

    async def arrive(self) -> None:
        self.id = conversation_of_customer(self.open_id, self.doors.wechat.account.app_id, self.doors.id_key)

    async def say(self, text: str) -> None:
        server, before = self.doors.wechat, len(self.phone)
        began, tries = asyncio.get_running_loop().time(), 0
        while True:
            tries += 1
            server.callback = f"{self.doors.address}/wechat"
            number = await server.say(self.open_id, text)
            if number in server.taken:
                break
            self.given_up.append(f"wx-{number}")
            self.uncertain += 1
            await asyncio.sleep(TYPES_AGAIN)
        entry = Acknowledged(f"wx-{number}", text, tries)
        self.acknowledged.append(entry)
        while not entry.heard:
            spoke = any(map(_is_an_answer, self.phone[before:]))
            if not spoke:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(server.sees(self.open_id, len(self.phone) + 1), LOOK)
            self.owner = await self.doors.owner_of(self.id)
            entry.heard = spoke or self.owner is not Owner.BOT
            entry.seconds = asyncio.get_running_loop().time() - began

    @property
    def phone(self) -> list[Seen]:
        return self.doors.wechat.phones[self.open_id]


@dataclass
class PhoneCaller(Customer):
    """Behind a gateway that turns speech into text. A number that is read back is confirmed; where one is asked for patience, one is."""

    call_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    channel: ClassVar[str] = "hotline"

    async def run(self) -> None:
        await super().run()
        await self._send({"type": "hangup"}, [])

    async def arrive(self) -> None:
        self.id = conversation_of_call(self.call_id, self.doors.id_key)
        await self._send({"type": "start"}, [])

    async def say(self, text: str) -> None:
        began, tries = asyncio.get_running_loop().time(), list[int]()
        event_id, heard = await self._send({"type": "speech", "text": text}, tries)
        if _is_read_back(heard):
            tries.clear()
            event_id, heard = await self._send({"type": "speech", "text": "对"}, tries)
        entry = Acknowledged(f"iv-{event_id}", text, len(tries))
        self.acknowledged.append(entry)
        while not _is_answered(heard):
            await asyncio.sleep(heard["gather"]["timeout_ms"] / 1000)
            _, heard = await self._send({"type": "no_input"}, [])
            self.uncertain = int("transfer" in heard)  # 转人工 is said for a caller who waits in vain
        entry.heard, entry.seconds = True, asyncio.get_running_loop().time() - began
        self.owner = Owner.QUEUE if "transfer" in heard else Owner.BOT

    async def _send(self, event: Mapping[str, str], tries: list[int]) -> tuple[str, Mapping[str, Any]]:
        """Its id, and the actions by their type. `tries` gets one more for each that was in vain."""
        event_id = uuid.uuid4().hex
        answer = await self._until_answered({"id": event_id, **event}, tries)
        if event["type"] != "hangup" and random.random() < SENT_TWICE:
            again = await self._until_answered({"id": event_id, **event}, [])
            if again != answer:
                self.flaws.append(f"event {event['type']} answered differently the second time")
        return event_id, {each["type"]: each for each in answer["actions"]}

    async def _until_answered(self, event: Mapping[str, str], tries: list[int]) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self.doors.gateway_key}"}
        return await _until_answered(self.doors, "POST", f"/api/ivr/calls/{self.call_id}/events", event, headers, tries)


def _is_an_answer(seen: Seen) -> bool:
    """No word of WeChat's own, nor that we are busy."""
    return seen.how != "notice" and bool(seen.text.replace(WAITING.text, "").strip())


def _is_answered(heard: Mapping[str, Any]) -> bool:
    words = heard.get("say", {}).get("text", "")
    return "transfer" in heard or (bool(words) and words not in _BE_PATIENT)


def _is_read_back(heard: Mapping[str, Any]) -> bool:
    """It counts after a yes; a card of the dialogue's ends with what can be said to it."""
    return "gather" in heard and str(heard.get("say", {}).get("text", "")).endswith("对吗？")


async def _until_answered(
    doors: Doors,
    method: str,
    path: str,
    body: Mapping[str, str] | None,
    headers: Mapping[str, str],
    tries: list[int] | None,
) -> Mapping[str, Any]:
    """Raises RuntimeError for an answer that says the request is wrong."""
    while True:
        if tries is not None:
            tries.append(1)
        try:
            async with doors.http.request(
                method, doors.address + path, json=body, headers=headers, timeout=_LIMIT
            ) as answer:
                if answer.status < 300:
                    found: Mapping[str, Any] = await answer.json()
                    return found
                if answer.status not in (429, 503):
                    raise RuntimeError(f"{path.partition('?')[0]}: {answer.status} {await answer.text()}")
        except (aiohttp.ClientError, asyncio.TimeoutError, ConnectionError, ValueError):
            pass  # it died, or is not there yet
        await asyncio.sleep(AGAIN)
