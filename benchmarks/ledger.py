"""Customers who keep a ledger of what the front desk acknowledged, and its comparison with what is stored.

They behave as the page does: a message has one id and is sent until it is acknowledged; then its answer is waited for. Nothing is
assumed of the processes: every call may fail at any time.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import aiohttp

from benchmarks.talk import CLAIMED, claim_conversation
from bot.conversations.messages import Sender, StoredMessage
from bot.conversations.ports import MessageLog
from bot.services.ports import UnitOfWork

AGAIN = 0.2  # seconds between two tries
LATE = 300.0  # seconds for one answer, over as many restarts as it takes
_LIMIT = aiohttp.ClientTimeout(total=30)
QUESTION, ANSWER = "等待期是什么意思", "等待期"
COMPLAINT, REGISTERED = "理赔拖了三个月还不给钱，我要投诉你们", "T20"
SCRIPTS: tuple[Callable[[], list[str]], ...] = (
    claim_conversation,
    lambda: [QUESTION] * 8,
    lambda: ["你好", COMPLAINT],
)


@dataclass
class Acknowledged:
    """One message of a customer that the front desk took, and what came after it."""

    message_id: str
    seq: int
    text: str
    tries: int
    heard: bool = False
    seconds: float = 0.0  # until it was answered


@dataclass
class Customer:
    """One conversation from its greeting to the end of its script."""

    http: aiohttp.ClientSession
    addresses: Sequence[str]  # of the front desks; each request goes to any of them, as behind a proxy
    turn: Callable[[], Any]  # awaited before each message: together they keep the rate
    script: Sequence[str]
    id: str = ""
    token: str = ""
    acknowledged: list[Acknowledged] = field(default_factory=list)
    owner: str = "bot"

    async def run(self) -> None:
        """Until the script is over, or a person has the conversation."""
        session = await self._until_done("POST", "/api/chat/sessions", None)
        self.id, self.token = session["conversation_id"], session["token"]
        for text in self.script:
            if self.owner != "bot":
                return
            await self.turn()
            await self._say(text)

    async def messages(self) -> list[Mapping[str, Any]]:
        """All that the page shows."""
        page = await self._until_done("GET", "/api/chat/messages?after=0&wait=0", None)
        found: list[Mapping[str, Any]] = page["messages"]
        return found

    async def _say(self, text: str) -> None:
        message_id = str(uuid.uuid4())
        tries: list[int] = []
        taken = await self._until_done("POST", "/api/chat/messages", {"id": message_id, "text": text}, tries)
        entry = Acknowledged(message_id, taken["seq"], text, len(tries))
        self.acknowledged.append(entry)
        began, seen = asyncio.get_running_loop().time(), entry.seq
        while not entry.heard:
            page = await self._until_done("GET", f"/api/chat/messages?after={seen}&wait=15", None)
            seen = max([seen, *(each["seq"] for each in page["messages"])])
            self.owner = page["owner"]
            entry.heard = any(each["from"] == "bot" for each in page["messages"]) or self.owner != "bot"
            entry.seconds = asyncio.get_running_loop().time() - began

    async def _until_done(
        self, method: str, path: str, body: Mapping[str, str] | None, tries: list[int] | None = None
    ) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        while True:
            if tries is not None:
                tries.append(1)
            try:
                async with self.http.request(
                    method, random.choice(self.addresses) + path, json=body, headers=headers, timeout=_LIMIT
                ) as answer:
                    if answer.status < 300:
                        found: Mapping[str, Any] = await answer.json()
                        return found
                    if answer.status not in (429, 503):
                        raise RuntimeError(f"{path.partition('?')[0]}: {answer.status} {await answer.text()}")
            except (aiohttp.ClientError, asyncio.TimeoutError, ConnectionError, ValueError):
                pass  # it died, or is not there yet
            await asyncio.sleep(AGAIN)


@dataclass
class Balance:
    """What does not add up; all zero is the promise."""

    conversations: int = 0
    acknowledged: int = 0
    sent_again: int = 0
    late: int = 0  # answered, after more than five minutes of kills
    given_to_person: int = 0
    claims: int = 0
    complaints: int = 0
    lost: int = 0  # acknowledged, and not in the log, not handled, or never answered
    twice: int = 0  # a message, an answer, a claim or a complaint more than once
    untrue: int = 0  # a success that was said without the row, or a row without its word
    differing: int = 0  # conversations where the page and the log are not the same
    flaws: list[str] = field(default_factory=list)

    def note(self, kind: str, customer: Customer, what: str) -> None:
        setattr(self, kind, getattr(self, kind) + 1)
        self.flaws.append(f"{kind}: {customer.id[:8]} {what}")


async def reconcile(customers: Sequence[Customer], log: MessageLog, unit_of_work: Callable[[], UnitOfWork]) -> Balance:
    """Client, inbox, outbox and cases, conversation by conversation."""
    balance = Balance(conversations=len(customers))
    for customer in customers:
        shown = await customer.messages()
        await asyncio.to_thread(_check, customer, shown, log, unit_of_work, balance)
    return balance


def _check(
    customer: Customer,
    shown: Sequence[Mapping[str, Any]],
    log: MessageLog,
    unit_of_work: Callable[[], UnitOfWork],
    balance: Balance,
) -> None:
    stored = log.after(customer.id, 0)
    if [(each["seq"], each["text"]) for each in shown] != [(each.seq, each.text) for each in stored]:
        balance.note("differing", customer, "the page and the log")
    if [each.seq for each in stored] != list(range(1, len(stored) + 1)):
        balance.note("differing", customer, "numbers with holes")
    by_seq = {each.seq: each for each in stored if each.sender is Sender.CUSTOMER}
    balance.acknowledged += len(customer.acknowledged)
    balance.sent_again += sum(one.tries > 1 for one in customer.acknowledged)
    balance.late += sum(one.heard and one.seconds > LATE for one in customer.acknowledged)
    balance.given_to_person += customer.owner != "bot"
    for one in customer.acknowledged:
        if one.seq not in by_seq or by_seq[one.seq].text != one.text:
            balance.note("lost", customer, f"message {one.seq} is not in the log")
        elif not one.heard:
            balance.note("lost", customer, f"message {one.seq} was not answered")
    if len(by_seq) != len(customer.acknowledged):
        balance.note("twice", customer, f"{len(by_seq)} messages for {len(customer.acknowledged)}")
    if log.next_pending(customer.id) is not None:
        balance.note("lost", customer, "a message is not handled")
    said = [each.text for each in stored if each.sender is Sender.BOT]
    _check_heard(customer, stored, balance)
    _check_answers(customer, said, balance)
    with unit_of_work() as work:
        claims = [one.claim_no for one in work.claims.of_conversation(customer.id)]
        complaints = [one.complaint_no for one in work.complaints.of_conversation(customer.id)]
    told = [each.text for each in stored if each.sender is not Sender.CUSTOMER]
    _check_cases(customer, told, "claims", claims, CLAIMED, balance)
    _check_cases(customer, told, "complaints", complaints, REGISTERED, balance)


def _check_heard(customer: Customer, stored: Sequence[StoredMessage], balance: Balance) -> None:
    """Something was said after every message and before the next: of the assistant, or at the end that a person takes it."""
    for place, one in enumerate(stored):
        if one.sender is not Sender.CUSTOMER:
            continue
        after = list(takewhile(lambda each: each.sender is not Sender.CUSTOMER, stored[place + 1 :]))
        is_last = place + 1 + len(after) == len(stored)
        if not any(each.sender is Sender.BOT or (is_last and customer.owner != "bot") for each in after):
            balance.note("lost", customer, f"nothing was said to message {one.seq}")


def _check_answers(customer: Customer, said: Sequence[str], balance: Balance) -> None:
    """One answer to each question of the same words, where nothing else was asked."""
    if set(customer.script) != {QUESTION}:
        return
    answers = sum(ANSWER in text for text in said[1:])  # the greeting is none
    asked = len(customer.acknowledged)
    least = asked if customer.owner == "bot" else asked - 1  # the last one's turn failed, and a person has it
    if not least <= answers <= asked:
        balance.note("twice" if answers > asked else "lost", customer, f"{answers} answers to {asked} questions")


def _check_cases(
    customer: Customer, told_all: Sequence[str], kind: str, numbers: Sequence[str], success: str, balance: Balance
) -> None:
    setattr(balance, kind, getattr(balance, kind) + len(numbers))
    told = Counter(number for number in numbers for text in told_all if number in text and success in text)
    if len(numbers) > 1:
        balance.note("twice", customer, f"{len(numbers)} {kind}")
    if any(times > 1 for times in told.values()):
        balance.note("twice", customer, f"a success told {max(told.values())} times")
    announced = any(success in text for text in told_all)
    if announced and not numbers:
        balance.note("untrue", customer, f"{kind} announced and not stored")
    # Whose turn failed after the row was written hears of it from whoever passes him on, in other words.
    if not all(any(number in text for text in told_all) for number in numbers):
        balance.note("untrue", customer, f"{kind} stored and not told")
