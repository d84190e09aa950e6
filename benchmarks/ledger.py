"""What the customers' ledgers (`benchmarks.customers`) say against what is stored: client, inbox, outbox and cases."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from benchmarks.customers import ANSWER, QUESTION, Customer, PhoneCaller, WebCustomer, WeChatCustomer
from benchmarks.talk import CLAIMED
from bot.channels.ivr.call import TO_PERSON
from bot.channels.wechat.render import render
from bot.channels.wechat.telling import PassiveReplies
from bot.conversations.messages import Sender, StoredMessage
from bot.conversations.ports import MessageLog
from bot.insurance.hand_off import Owner
from bot.services.ports import UnitOfWorkFactory

LOOK = 0.5  # seconds
LATE = 300.0  # seconds for one answer, over as many restarts as it takes
LAST_TEXTS = 60.0  # seconds for what WeChat's customers are still to be sent
REGISTERED = "T20"


@dataclass(frozen=True)
class Store:
    """Where it is looked up."""

    log: MessageLog
    contacts: PassiveReplies
    unit_of_work: UnitOfWorkFactory


@dataclass
class Balance:
    """What does not add up; from `lost` on all zero is the promise."""

    conversations: int = 0
    acknowledged: int = 0
    by_wechat: int = 0  # of those
    by_phone: int = 0
    sent_again: int = 0
    given_up: int = 0  # WeChat got no answer to any of its deliveries, and the customer typed it anew
    unheard: int = 0  # stood in the answer to one of those: the customer saw that nobody answers
    late: int = 0  # answered, after more than five minutes of kills
    given_to_person: int = 0
    claims: int = 0
    complaints: int = 0
    lost: int = 0  # acknowledged, and not in the log, not handled, never answered, or not on the phone
    twice: int = 0  # a message, an answer, a claim or a complaint more than once
    untrue: int = 0  # a success that was said without the row, or a row without its word
    differing: int = 0  # conversations where the page and the log are not the same
    flaws: list[str] = field(default_factory=list)

    def note(self, kind: str, customer: Customer, what: str) -> None:
        setattr(self, kind, getattr(self, kind) + 1)
        self.flaws.append(f"{kind}: {customer.channel} {customer.id[:8]} {what}")


async def reconcile(customers: Sequence[Customer], store: Store) -> Balance:
    """Client, inbox, outbox and cases, conversation by conversation."""
    balance = Balance(conversations=len(customers))
    await _until_sent(customers, store.contacts)
    for customer in customers:
        stored = await asyncio.to_thread(store.log.after, customer.id, 0)
        if isinstance(customer, WebCustomer):
            shown = [(each["seq"], each["text"]) for each in await customer.messages()]
            if shown != [(each.seq, each.text) for each in stored]:
                balance.note("differing", customer, "the page and the log")
        await asyncio.to_thread(_check, customer, stored, store, balance)
    return balance


async def _until_sent(customers: Sequence[Customer], contacts: PassiveReplies) -> None:
    """What is on its way to phones arrives."""
    until = asyncio.get_running_loop().time() + LAST_TEXTS
    waiting = [each.id for each in customers if isinstance(each, WeChatCustomer)]
    while waiting and asyncio.get_running_loop().time() < until:
        waiting = [each for each in waiting if await asyncio.to_thread(contacts.unsent, each)]
        await asyncio.sleep(LOOK if waiting else 0)


def _check(customer: Customer, stored: Sequence[StoredMessage], store: Store, balance: Balance) -> None:
    if [each.seq for each in stored] != list(range(1, len(stored) + 1)):
        balance.note("differing", customer, "numbers with holes")
    _count(customer, balance)
    talk = [each for each in stored if not each.noted]
    _check_taken(customer, [each for each in talk if each.sender is Sender.CUSTOMER], store.log, balance)
    _check_heard(customer, talk, balance)
    _check_answers(customer, talk, balance)
    if isinstance(customer, WeChatCustomer):
        _check_phone(customer, talk, store.contacts, balance)
    with store.unit_of_work() as work:
        claims = [one.claim_no for one in work.claims.of_conversation(customer.id)]
        complaints = [one.complaint_no for one in work.complaints.of_conversation(customer.id)]
    told = [each.text for each in talk if each.sender is not Sender.CUSTOMER]
    _check_cases(customer, told, "claims", claims, CLAIMED, balance)
    _check_cases(customer, told, "complaints", complaints, REGISTERED, balance)


def _count(customer: Customer, balance: Balance) -> None:
    taken = customer.acknowledged
    balance.acknowledged += len(taken)
    balance.by_wechat += len(taken) * isinstance(customer, WeChatCustomer)
    balance.by_phone += len(taken) * isinstance(customer, PhoneCaller)
    balance.sent_again += sum(one.tries > 1 for one in taken)
    balance.late += sum(one.heard and one.seconds > LATE for one in taken)
    balance.given_to_person += customer.owner is not Owner.BOT
    balance.given_up += len(customer.given_up) if isinstance(customer, WeChatCustomer) else 0
    for flaw in customer.flaws:
        balance.note("twice", customer, flaw)


def _check_taken(customer: Customer, words: Sequence[StoredMessage], log: MessageLog, balance: Balance) -> None:
    """Every acknowledged message is in the log once, has had its turn and an answer; `words`: the customer's in the log."""
    text_of = {each.seq: each.text for each in words}
    for one in customer.acknowledged:
        seq = log.seq_of(customer.id, one.message_id)
        if seq is None or text_of.get(seq) != one.text:
            balance.note("lost", customer, f"message {seq} is not in the log")
        elif not one.heard:
            balance.note("lost", customer, f"message {seq} was not answered")
    if len(words) - len(customer.acknowledged) > customer.uncertain:
        balance.note("twice", customer, f"{len(words)} messages for {len(customer.acknowledged)}")
    if log.next_pending(customer.id) is not None:
        balance.note("lost", customer, "a message is not handled")


def _check_heard(customer: Customer, talk: Sequence[StoredMessage], balance: Balance) -> None:
    """Something was said after every message and before the next: of the assistant, or at the end that a person takes it. On WeChat
    a customer may type a message again, or hear an answer twice, and write on: there are as many answers as messages."""
    if isinstance(customer, WeChatCustomer):
        words, answers = _turns(talk), sum(each.sender is Sender.BOT for each in talk)
        if answers < words and customer.owner is Owner.BOT:
            balance.note("lost", customer, f"{answers} answers to {words} messages")
        return
    if customer.uncertain:  # a call that waited in vain was put through: nobody waited for an answer to that word
        talk = [each for each in talk if (each.sender, each.text) != (Sender.CUSTOMER, TO_PERSON)]
    for place, one in enumerate(talk):
        if one.sender is not Sender.CUSTOMER:
            continue
        after = list(takewhile(lambda each: each.sender is not Sender.CUSTOMER, talk[place + 1 :]))
        is_last = place + 1 + len(after) == len(talk)
        if not any(each.sender is Sender.BOT or (is_last and customer.owner is not Owner.BOT) for each in after):
            balance.note("lost", customer, f"nothing was said to message {one.seq}")


def _check_answers(customer: Customer, talk: Sequence[StoredMessage], balance: Balance) -> None:
    """One answer to each question of the same words, where nothing else was asked."""
    if set(customer.script) != {QUESTION}:
        return
    answers = sum(each.sender is Sender.BOT and ANSWER in each.text for each in talk)
    asked = len(customer.acknowledged)
    if isinstance(customer, WeChatCustomer):
        asked = min(asked, _turns(talk))
    least = asked if customer.owner is Owner.BOT else asked - 1  # the last one's turn failed, and a person has it
    most = asked + customer.uncertain
    if not least <= answers <= most:
        balance.note("twice" if answers > most else "lost", customer, f"{answers} answers to {asked} questions")


def _turns(talk: Sequence[StoredMessage]) -> int:
    """The customer's messages, the same words again before their answer counted once: they have one answer."""
    spoken = [each for each in talk if each.sender is not Sender.SYSTEM]
    again = sum(one.sender is two.sender is Sender.CUSTOMER and one.text == two.text for one, two in pairwise(spoken))
    return sum(each.sender is Sender.CUSTOMER for each in spoken) - again


def _check_phone(
    customer: WeChatCustomer, talk: Sequence[StoredMessage], contacts: PassiveReplies, balance: Balance
) -> None:
    """What the log holds for a customer is on the phone, but for what stood in an answer that WeChat never got and has not
    asked for again."""
    on_phone = "\n".join(each.text for each in customer.phone if each.how != "notice")
    cut_off = [between for each in customer.given_up if (between := contacts.passive_reply(customer.id, each))]
    for message in talk:
        if message.sender is Sender.CUSTOMER or all(line.strip() in on_phone for line in render(message).splitlines()):
            continue
        if any(after.seq < message.seq <= up_to.seq for after, up_to in cut_off):
            balance.unheard += 1
        else:
            balance.note("lost", customer, f"message {message.seq} is not on the phone")


def _check_cases(
    customer: Customer, told_all: Sequence[str], kind: str, numbers: Sequence[str], success: str, balance: Balance
) -> None:
    setattr(balance, kind, getattr(balance, kind) + len(numbers))
    told = Counter(number for number in numbers for text in told_all if number in text and success in text)
    if len(numbers) > 1:
        balance.note("twice", customer, f"{len(numbers)} {kind}")
    if any(times > 1 for times in told.values()) and not customer.uncertain:  # who asks again is told again
        balance.note("twice", customer, f"a success told {max(told.values())} times")
    announced = any(success in text for text in told_all)
    if announced and not numbers:
        balance.note("untrue", customer, f"{kind} announced and not stored")
    # Whose turn failed after the row was written hears of it from whoever passes him on, in other words.
    if not all(any(number in text for text in told_all) for number in numbers):
        balance.note("untrue", customer, f"{kind} stored and not told")
