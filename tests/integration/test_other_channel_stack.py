"""The real processes behind a hotline and a WeChat account at once: what was filed on one of them goes on on the other."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from bot.channels.ivr.channel import conversation_of as call_of
from bot.channels.wechat.channel import conversation_of as chat_of
from bot.store.demo_people import NAMED_CUSTOMERS
from simulators.wechat.server import Account, WeChatServer
from tests.hotline import Gateway
from tests.servicing_talk import filed
from tests.stack import Stack, free_ports

pytestmark = pytest.mark.timeout(600)
KEY = "a-gateway-key-of-the-tests-0001"
ACCOUNT = Account(aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
ZHENG = next(each for each in NAMED_CUSTOMERS if each.name == "郑浩")
SUN = next(each for each in NAMED_CUSTOMERS if each.name == "孙丽")


@pytest.fixture(scope="module")
def phone_port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, phone_port: int) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("channels"))
    stack.environment |= ACCOUNT.environment(f"http://127.0.0.1:{phone_port}")
    stack.environment |= {"BOT_IVR_KEY": KEY, "BOT_IVR_DESTINATIONS": "*=95000"}
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture
async def server(whole: Stack, phone_port: int) -> AsyncIterator[WeChatServer]:
    async with WeChatServer(f"http://127.0.0.1:{whole.ports['desk']}/wechat", ACCOUNT).running(phone_port) as running:
        yield running


async def ask(server: WeChatServer, open_id: str, text: str) -> str:
    before = len(server.phones[open_id])
    await server.say(open_id, text)
    seen = await server.sees(open_id, before + 1)
    return "\n".join(each.text for each in seen[before:])


async def code(whole: Stack, phone: str) -> str:
    return await asyncio.to_thread(whole.newest_code, phone)


async def test_what_was_complained_of_by_phone_is_found_on_wechat_by_its_customer_alone(
    whole: Stack, server: WeChatServer
) -> None:
    async with aiohttp.ClientSession() as http:
        call = Gateway(http, f"http://127.0.0.1:{whole.ports['desk']}", "call-complaint", KEY)
        await call.send("start")
        heard = await call.says("我要投诉 上周寄来的保单册子少了一页")
        for _ in range(12):
            if "确认补充" in heard:
                heard = await call.says("确认补充")
                break
            told = (
                "幺三九零零零零幺零零七" if re.search("手机|电话", heard) else "补寄一页" if "希望" in heard else "没有"
            )
            heard = await call.says("对" if heard.endswith("对吗？") else told)
    with whole.unit_of_work() as work:
        (complaint,) = work.complaints.of_conversation(call_of("call-complaint", whole.settings.secrets.pepper))
    assert complaint.phone == SUN.phone, heard

    words = "刚才打电话投诉的那个怎么样了"
    for open_id, person, sees in (("oSun-000000000000000001", SUN, True), ("oZheng-00000000000000001", ZHENG, False)):
        answer = await ask(server, open_id, words)
        assert "姓名" in answer, answer
        assert complaint.complaint_no not in answer
        await ask(server, open_id, person.name)
        await ask(server, open_id, person.id_number)
        answer = await ask(server, open_id, await code(whole, person.phone))
        assert (complaint.complaint_no in answer) is sees, answer
        assert ("（电话里办的）" in answer) is sees, answer
        assert "册子" not in answer


async def test_what_was_asked_for_on_wechat_goes_on_on_the_web(whole: Stack, server: WeChatServer) -> None:
    open_id = "oZheng-00000000000000002"
    assert "姓名" in await ask(server, open_id, "我搬家了，地址要改")
    await ask(server, open_id, ZHENG.name)
    await ask(server, open_id, ZHENG.id_number)
    await ask(server, open_id, await code(whole, ZHENG.phone))
    await ask(server, open_id, "成都市武侯区人民南路四段一号院二单元三号")
    await ask(server, open_id, "确认")
    with whole.unit_of_work() as work:
        (request,) = filed(work, chat_of(open_id, ACCOUNT.app_id, whole.settings.secrets.pepper))

    def on_the_page() -> str:
        chat = whole.chat()
        assert request.request_no not in chat.say("我在微信上申请的改地址办好了吗").text
        chat.say(ZHENG.name)
        chat.say(ZHENG.id_number)
        return chat.say(whole.newest_code(ZHENG.phone)).text

    answer = await asyncio.to_thread(on_the_page)
    assert f"改联系方式 {request.request_no}（微信里办的）" in answer
