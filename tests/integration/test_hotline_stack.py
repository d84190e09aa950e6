"""The real processes behind a phone call: one claim from the first word to its number, for the ear."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import aiohttp
import pytest

from bot.channels.ivr.channel import conversation_of
from tests.hotline import AlibabaGateway, Gateway, VoiceXmlGateway
from tests.stack import Stack

pytestmark = pytest.mark.timeout(600)
KEY = "a-gateway-key-of-the-tests-0001"
TOLD = {
    "怎么联系您": "幺三九零零零零三零幺幺，王先生，车主本人，我开的",
    "还能开": "能开",
    "报警了吗": "没报警",
    "对方": "对方跑了",
    "受伤": "没有人受伤",
    "车牌": "京 A 幺二三四五",
    "什么时候": "昨天下午三点",
    "在哪": "北京北四环",
}


async def report(call: Gateway, story: str, told: Mapping[str, str] = TOLD) -> str:
    """Tell it, answer what is asked, say yes to what is read back, confirm; what is heard in the end."""
    heard = await call.says(story)
    for _ in range(20):
        if "确认提交" in heard:
            return await call.says("确认提交")
        if heard.endswith("对吗？"):
            heard = await call.says("对")
            continue
        heard = await call.says(next((words for key, words in told.items() if key in heard), "没有"))
    raise AssertionError(heard)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory):
    stack = Stack(tmp_path_factory.mktemp("hotline"))
    stack.environment["BOT_IVR_KEY"] = KEY
    stack.environment["BOT_IVR_DESTINATIONS"] = "理赔=sip:claims@pbx,*=95000"
    stack.start()
    yield stack
    stack.stop()


async def test_a_claim_is_reported_by_phone_with_its_number(whole: Stack) -> None:
    async with aiohttp.ClientSession() as http:
        call = Gateway(http, f"http://127.0.0.1:{whole.ports['desk']}", "call-1", KEY)
        await call.send("start")
        heard = await report(call, "呃 我的车京 A 幺二三四五 昨天下午三点在北京北四环被追尾了 没人受伤")
    with whole.unit_of_work() as work:
        key = whole.settings.secrets.pepper
        (claim,) = work.claims.of_conversation(conversation_of("call-1", key))
    assert claim.report.plate_no == "京A12345"
    assert not re.search(r"\d{6}|https?:|依据：|（第", heard), heard
    assert "C，二零二" in heard


@pytest.mark.parametrize("gateway", [AlibabaGateway, VoiceXmlGateway])
async def test_the_same_claim_comes_in_by_another_gateways_format(
    whole: Stack, gateway: type[AlibabaGateway] | type[VoiceXmlGateway]
) -> None:
    async with aiohttp.ClientSession() as http:
        call = gateway(http, f"http://127.0.0.1:{whole.ports['desk']}", f"call-{gateway.__name__}", KEY)
        assert "机器人" in await call.start()
        heard = await report(call, "我的车京 A 幺二三四五 昨天下午三点在北京北四环被追尾了 没人受伤")
        assert "C，二零二" in heard, heard
        await call.says("转人工")
        assert call.put_through_to
    with whole.unit_of_work() as work:
        key = whole.settings.secrets.pepper
        (claim,) = work.claims.of_conversation(conversation_of(f"call-{gateway.__name__}", key))
    assert claim.report.plate_no == "京A12345"


async def test_what_was_reported_by_phone_goes_on_on_the_web(whole: Stack) -> None:
    told = TOLD | {"怎么联系您": "幺三九零零零零三零幺二，王先生，车主本人，我开的"}
    async with aiohttp.ClientSession() as http:
        call = Gateway(http, f"http://127.0.0.1:{whole.ports['desk']}", "call-3", KEY)
        await call.send("start")
        await report(call, "我的车京 A 幺二三四六 昨天下午四点在北京北三环被追尾了 没人受伤", told)
    with whole.unit_of_work() as work:
        (claim,) = work.claims.of_conversation(conversation_of("call-3", whole.settings.secrets.pepper))

    def on_the_page() -> str:
        chat = whole.chat()
        assert claim.claim_no not in chat.say("刚才电话里报的案到哪一步了").text
        assert chat.say("13900003012").slot == "otp"
        return chat.say(whole.newest_code("13900003012")).text

    answer = await asyncio.to_thread(on_the_page)
    assert claim.claim_no in answer
    assert "12346" not in answer


async def test_who_wants_a_person_is_put_through_with_what_was_told(whole: Stack) -> None:
    async with aiohttp.ClientSession() as http:
        call = Gateway(http, f"http://127.0.0.1:{whole.ports['desk']}", "call-2", KEY)
        await call.send("start")
        await call.says("我的车被追尾了 没人受伤")
        actions = await call.send("speech", text="转人工")
    assert actions["transfer"]["queue"] == "理赔"
    assert "报案" in actions["transfer"]["summary"]
    assert "gather" not in actions
