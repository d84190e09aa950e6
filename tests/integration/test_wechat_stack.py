"""The real processes behind a WeChat account: one claim from the first word to its number, and a door that is killed."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from functools import partial

import pytest

from bot.channels.wechat.channel import conversation_of
from bot.store.contacts import SqlContacts
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from simulators.wechat.server import Account, WeChatServer
from tests.stack import Stack, free_ports, wait_until

pytestmark = pytest.mark.timeout(600)
ACCOUNT = Account(aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
AMY = "oAmy-0000000000000000000001"
KILLS = 8


@pytest.fixture(scope="module")
def phone_port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, phone_port: int):
    stack = Stack(tmp_path_factory.mktemp("wechat"))
    stack.environment |= ACCOUNT.environment(f"http://127.0.0.1:{phone_port}")
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture
async def server(whole: Stack, phone_port: int) -> AsyncIterator[WeChatServer]:
    async with WeChatServer(f"http://127.0.0.1:{whole.ports['desk']}/wechat", ACCOUNT).running(phone_port) as running:
        yield running


async def ask(server: WeChatServer, text: str, open_id: str = AMY) -> str:
    before = len(server.phones[open_id])
    await server.say(open_id, text)
    seen = await server.sees(open_id, before + 1)
    return "\n".join(each.text for each in seen[before:])


async def test_a_claim_is_reported_on_wechat_with_its_number(whole: Stack, server: WeChatServer) -> None:
    answer = await ask(server, "我的车京A12345昨天下午三点在北京北四环被追尾了，没人受伤")
    told = {
        "还能开吗": "能开",
        "对方": "对方跑了",
        "手机": "13900003011 王先生，车主本人",
        "报警": "没报警",
        "现在停": "家门口",
    }
    for _ in range(12):
        if "确认提交" in answer:
            break
        answer = await ask(server, next((words for key, words in told.items() if key in answer), "没有"))
    assert "确认提交" in answer, answer
    answer = await ask(server, "确认提交")
    with whole.unit_of_work() as work:
        key = whole.settings.secrets.pepper
        (claim,) = work.claims.of_conversation(conversation_of(AMY, ACCOUNT.app_id, key))
    assert claim.claim_no in answer
    assert max(server.acknowledged) < 4.6
    assert {each.how for each in server.phones[AMY]} <= {"passive", "pushed"}


async def test_no_acknowledged_message_is_lost_while_the_door_is_killed_again_and_again(
    whole: Stack, server: WeChatServer
) -> None:
    dice, sent = random.Random(11), {}

    over = asyncio.Event()

    async def customer(number: int) -> None:
        """Speaks all the time, and once more when the door stays open."""
        open_id, turns = f"oKill-{number:022}", itertools.count()
        while not over.is_set():
            sent[await server.say(open_id, f"你好，第{next(turns)}句")] = open_id
            await asyncio.sleep(dice.random())
        sent[await server.say(open_id, f"你好，第{next(turns)}句")] = open_id

    async def killer() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(dice.random())
            await asyncio.to_thread(whole.restart, "desk")
        over.set()

    await asyncio.gather(killer(), *(customer(number) for number in range(6)))
    engine = build_engine(whole.settings.database_url, whole.settings.secrets.data_key)
    log, contacts = SqlMessageLog(engine), SqlContacts(engine)
    key = whole.settings.secrets.pepper
    taken = {message_id: open_id for message_id, open_id in sent.items() if message_id in server.taken}
    assert {open_id for open_id in taken.values()} == set(sent.values())  # everybody was heard
    for open_id in set(taken.values()):
        conversation_id = conversation_of(open_id, ACCOUNT.app_id, key)
        ids = [message_id for message_id, who in taken.items() if who == open_id]
        assert all(log.seq_of(conversation_id, f"wx-{message_id}") for message_id in ids)
        await asyncio.to_thread(
            wait_until, partial(whole.has_nothing_pending, conversation_id), "every message has had its turn"
        )
        words = [each for each in log.after(conversation_id, 0) if each.sender.value == "customer"]
        assert len({each.text for each in words}) == len(words)  # nothing stored twice
        answered = [each.text for each in log.after(conversation_id, 0) if each.sender.value == "bot"]
        on_the_phone = "\n".join(each.text for each in server.phones[open_id])
        if await _all_may_be_sent(contacts, conversation_id):
            assert all(text in on_the_phone for text in answered)


async def _all_may_be_sent(contacts: SqlContacts, conversation_id: str) -> bool:
    """Wait until nothing is unsent, or nothing more may be sent until the customer speaks."""

    def done() -> bool:
        contact = contacts.get(conversation_id)
        return contact is None or not contact.message.texts or not contacts.unsent(conversation_id)

    await asyncio.to_thread(wait_until, done, "everything is sent that may be")
    return not contacts.unsent(conversation_id)
