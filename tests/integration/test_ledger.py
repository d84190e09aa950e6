"""The ledger of the kill benchmark: its customers at the real doors, and that it sees what does not add up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from benchmarks.customers import QUESTION, Acknowledged, Doors, PhoneCaller, WeChatCustomer
from benchmarks.ledger import Store, reconcile
from bot.conversations.contacts import NOWHERE, Act, Allowance, Place
from bot.conversations.messages import Reply, Sender
from bot.insurance.hand_off import Owner
from bot.store.contacts import SqlContacts
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from bot.store.unit_of_work import SqlUnitOfWork
from simulators.wechat.server import Seen, WeChatServer
from tests.fakes import DATA_KEY, START
from tests.hotline import ID_KEY, KEY, Hotline
from tests.migrated import migrated_store
from tests.wechat_account import WeChatAccount

ANSWERED = "等待期是合同生效后的一段时间。"


def store_at(url: str) -> Store:
    engine = build_engine(url, DATA_KEY)
    return Store(SqlMessageLog(engine), SqlContacts(engine), lambda: SqlUnitOfWork(engine))


def doors_at(address: str, wechat: WeChatServer, id_key: str, http: Any = None) -> Doors:
    async def at_once() -> None:
        return

    async def bot_has_it(_: str) -> Owner:
        return Owner.BOT

    return Doors(cast(Any, http), [address], wechat, KEY, id_key, at_once, bot_has_it)


async def test_a_call_is_made_and_every_word_of_it_adds_up(tmp_path: Path) -> None:
    async with Hotline(tmp_path).running() as hotline:
        caller = PhoneCaller(
            doors_at(hotline.url, WeChatServer(""), ID_KEY, hotline.http), ["你好", "我的手机是13900003011"]
        )
        await caller.run()
        balance = await reconcile([caller], store_at(f"sqlite:///{tmp_path / 'assistant.db'}"))
    assert (balance.flaws, balance.by_phone, balance.sent_again) == ([], 2, 0)


async def test_a_customer_on_wechat_types_again_what_nobody_answered_and_it_adds_up(tmp_path: Path) -> None:
    account = WeChatAccount(tmp_path)
    account.assistant.answer = lambda inbound: [Reply(ANSWERED)]
    async with account.running():
        customer = WeChatCustomer(doors_at("", account.server, "a key of the tests"), [QUESTION] * 3)
        customer.doors.addresses = [account.url.removesuffix("/wechat")]
        account.server.lose_answers = 3
        await customer.run()
        balance = await reconcile([customer], store_at(f"sqlite:///{tmp_path / 'assistant.db'}"))
    assert (balance.flaws, balance.by_wechat) == ([], 3)


class Books:
    """One customer on WeChat who asked once and was answered."""

    def __init__(self, folder: Path) -> None:
        self.store = store_at(migrated_store(folder / "assistant.db"))
        self.customer = WeChatCustomer(doors_at("", WeChatServer(""), "a key"), [QUESTION], open_id="oAmy")

    async def write(self) -> None:
        await self.customer.arrive()
        self.store.log.open(self.customer.id, channel="wechat", at=START)
        self.receive("wx-1")
        self.answer()
        self.customer.phone.append(Seen(ANSWERED, "passive"))
        self.customer.acknowledged.append(Acknowledged("wx-1", QUESTION, heard=True))

    def receive(self, message_id: str) -> None:
        self.store.log.receive(self.customer.id, message_id=message_id, text=QUESTION, choice_id="", at=START)

    def answer(self) -> None:
        inbound = self.store.log.next_pending(self.customer.id)
        assert inbound is not None
        self.store.log.finish(inbound, [Reply(ANSWERED)], sender=Sender.BOT, at=START)

    def answer_again(self) -> None:
        self.store.log.append(self.customer.id, Reply(ANSWERED), sender=Sender.BOT, at=START)

    def acknowledge_another(self) -> None:
        self.customer.acknowledged.append(Acknowledged("wx-2", QUESTION, heard=True))

    def forget_the_phone(self) -> None:
        self.customer.phone.clear()


@pytest.mark.parametrize(
    ("deed", "lost", "twice"),
    [
        (lambda books: None, False, False),
        (Books.answer_again, False, True),
        (lambda books: books.receive("wx-2"), True, True),
        (Books.acknowledge_another, True, False),
        (Books.forget_the_phone, True, False),
    ],
    ids=["all is well", "answered twice", "one that nobody acknowledged", "one that is not there", "nothing heard"],
)
async def test_what_does_not_add_up_is_seen(
    tmp_path: Path, deed: Callable[[Books], None], lost: bool, twice: bool
) -> None:
    books = Books(tmp_path)
    await books.write()
    deed(books)
    balance = await reconcile([books.customer], books.store)
    assert (balance.lost > 0, balance.twice > 0, bool(balance.flaws)) == (lost, twice, lost or twice)


async def test_what_stood_in_an_answer_that_wechat_never_got_is_told_apart(tmp_path: Path) -> None:
    books = Books(tmp_path)
    await books.write()
    books.forget_the_phone()
    books.customer.acknowledged.clear()
    books.customer.given_up.append("wx-1")
    books.customer.uncertain = 1
    books.customer.script = []
    books.store.contacts.heard(books.customer.id, "oAmy", Act("wx-1", True, Allowance(5, START)))
    books.store.contacts.answered(books.customer.id, "wx-1", after=NOWHERE, up_to=Place(2))
    balance = await reconcile([books.customer], books.store)
    assert (balance.unheard, balance.given_up, balance.flaws) == (1, 1, [])
