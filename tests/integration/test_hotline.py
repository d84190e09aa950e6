"""Phone calls over real HTTP: events in, what to say and to listen for out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from openapi_spec_validator import validate_spec

from bot.channels.ivr.call import CALLED_BACK, LOOKS_BEFORE_OFFER, LOOKS_BEFORE_PERSON, STILL_WAITING
from bot.channels.ivr.channel import BUSY
from bot.conversations import notices
from bot.conversations.messages import Inbound, InputHint, OfferedChoice, Reply, Sender
from bot.errors import StoreUnavailableError
from bot.insurance.hand_off import Owner
from bot.services.hand_off import LEAVE_A_NUMBER
from bot.services.servicing.transactions.policy_loan import read_money
from bot.services.understanding import Entity, Understood
from tests.hotline import CONTRACT, KEY, AlibabaGateway, Gateway, Hotline, VoiceXmlGateway

CHOICES = (OfferedChoice("没人受伤", "/a"), OfferedChoice("一人受伤", "/b"), OfferedChoice("情况危急", "/c"))


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[Hotline]:
    async with Hotline(tmp_path).running() as running:
        yield running


@pytest.fixture
async def call(hotline: Hotline) -> Gateway:
    gateway = hotline.call()
    await gateway.send("start", **{"from": "13800000000", "to": "95000"})
    return gateway


def ask(hotline: Hotline, text: str, kind: str, *choices: OfferedChoice, slot: str = "slot") -> None:
    hotline.assistant.answer = lambda _: [Reply(text, choices, InputHint(slot, kind))]


async def test_a_call_begins_with_who_speaks_and_how_to_reach_a_person(hotline: Hotline) -> None:
    actions = await hotline.call().send("start")
    assert "机器人" in actions["say"]["text"]
    assert "转人工" in actions["say"]["text"]
    assert actions["say"]["ssml"].startswith("<speak")
    assert actions["gather"]["expect"] == "text"


async def test_what_is_said_is_a_turn_and_its_answer_is_spoken(hotline: Hotline, call: Gateway) -> None:
    assert await call.says("我要报案") == "收到：我要报案。"
    assert [each.channel for each in hotline.assistant.seen] == ["ivr"]


async def test_the_same_event_again_is_answered_the_same_and_done_once(hotline: Hotline, call: Gateway) -> None:
    first = await call.send("speech", text="我要报案", event_id="same")
    assert await call.send("speech", text="我要报案", event_id="same") == first
    assert len(hotline.assistant.seen) == 1


async def test_events_at_the_same_time_are_taken_one_after_the_other(hotline: Hotline, call: Gateway) -> None:
    await asyncio.gather(*(call.send("speech", text=f"第{number}句", event_id=f"x{number}") for number in range(5)))
    assert hotline.assistant.most_at_once == 1
    assert len(hotline.assistant.seen) == 5


async def test_silence_is_asked_again_then_by_keys_and_the_third_time_a_person_comes(
    hotline: Hotline, call: Gateway
) -> None:
    ask(hotline, "有人受伤吗？", "choice", *CHOICES)
    await call.says("我要报案")
    once = (await call.send("no_input"))["say"]["text"]
    assert "没有听到" in once
    assert "有人受伤吗" in once
    twice = (await call.send("no_input"))["say"]["text"]
    assert "没人受伤按 1" in twice
    assert "转人工按零" in twice
    await call.send("no_input")
    assert hotline.assistant.seen[-1].text == "转人工"


async def test_a_word_between_two_silences_counts_anew(hotline: Hotline, call: Gateway) -> None:
    await call.send("no_input")
    await call.send("no_input")
    await call.says("等一下")
    await call.send("no_input")
    await call.send("no_input")
    assert [each.text for each in hotline.assistant.seen] == ["等一下"]


async def test_a_key_presses_the_button_of_its_place(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "有人受伤吗？", "choice", *CHOICES)
    await call.says("我要报案")
    await call.send("dtmf", digits="2")
    assert (hotline.assistant.seen[-1].text, hotline.assistant.seen[-1].payload) == ("一人受伤", "/b")


async def test_keys_answer_a_question_for_a_number(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    actions = await call.send("speech", text="我要报案")
    assert actions["gather"]["dtmf"]["max_digits"] == 11
    heard = await call.send("dtmf", digits="13900003011#")
    assert heard["say"]["text"] == "我读一遍：幺三九，零零零零，三零幺幺，对吗？"
    await call.send("dtmf", digits="1")
    assert hotline.assistant.seen[-1].text == "13900003011"


@pytest.mark.parametrize(("kind", "slot"), [("number", "slot"), ("text", "payee_card"), ("text", "salesperson_no")])
async def test_a_short_number_that_was_asked_for_is_read_back_said_or_keyed(
    hotline: Hotline, call: Gateway, kind: str, slot: str
) -> None:
    ask(hotline, "请问号码？", kind, slot=slot)
    await call.says("我要办事")
    assert await call.says("四三二一") == "我读一遍：四三二幺，对吗？"
    await call.says("不对")
    heard = await call.send("dtmf", digits="4321#")
    assert heard["say"]["text"] == "我读一遍：四三二幺，对吗？"
    await call.says("对")
    assert [each.text for each in hotline.assistant.seen] == ["我要办事", "4321"]


async def test_a_code_of_a_consent_is_said_back_to_nobody(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请把短信里的 8 位确认码发给我。", "text", slot="consent_code")
    await call.says("同意")
    assert "对吗" not in await call.says("一二三四五六七八", confidence=0.3)
    assert "对吗" not in (await call.send("dtmf", digits="12345678#"))["say"]["text"]
    assert [each.text for each in hotline.assistant.seen] == ["同意", "一二三四五六七八", "12345678"]


async def test_zero_is_a_person_and_star_says_it_again(hotline: Hotline, call: Gateway) -> None:
    said = await call.says("我要报案")
    assert (await call.send("dtmf", digits="*"))["say"]["text"] == said
    await call.send("dtmf", digits="0")
    assert hotline.assistant.seen[-1].text == "转人工"


async def test_a_number_is_read_back_and_counts_after_a_yes(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    await call.says("我要报案")
    assert await call.says("幺三九 零零零零 三零幺幺") == "我读一遍：幺三九，零零零零，三零幺幺，对吗？"
    assert await call.says("不对") == "好的，请再说一遍。"
    await call.says("幺三九 零零零零 三零幺二")
    assert len(hotline.assistant.seen) == 1
    await call.says("对的")
    assert hotline.assistant.seen[-1].text == "幺三九 零零零零 三零幺二"


async def test_an_amount_that_was_repaired_is_read_back_as_it_will_be_taken(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "要借多少？", "amount")
    await call.says("我要借款")
    assert await call.says("五万三，不对，三万五") == "我读一遍：35000 元，对吗？"
    await call.says("对")
    said = hotline.assistant.seen[-1].text
    entity = Entity("amount", "三万五", "35000", said.index("三万五"), len(said))
    heard = Understood("c", "m", hotline.now(), "ivr", said, "", 0.0, entities=(entity,))
    assert read_money(heard.as_answer()) == 35000


async def test_a_policy_number_among_the_guesses_is_the_one_that_counts(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "要看哪一份？", "choice", OfferedChoice("安康医疗", "/a"), slot="policy_no")
    await call.says("查保单")
    heard = await call.says("屁二零二三零零一二三", alternatives=["批二零二三零零一二三四", "P2023001234"])
    assert heard == "我读一遍：P，二零二三，零零幺二，三四，对吗？"
    await call.says("对")
    assert hotline.assistant.seen[-1].text == "P2023001234"


async def test_plates_dates_and_shares_are_read_back_wherever_they_are_said(hotline: Hotline, call: Gateway) -> None:
    assert await call.says("我的车京A八八八八八被追尾了") == "我读一遍：京，A，八八八八，八，对吗？"
    assert not hotline.assistant.seen
    assert await call.says("不对，是京A八八八八六") == "我读一遍：京，A，八八八八，六，对吗？"
    await call.says("对")
    assert [each.text for each in hotline.assistant.seen] == ["不对，是京A八八八八六"]
    ask(hotline, "请问还有什么？", "text")
    assert await call.says("二零二三年五月十二号买的") == "我读一遍：二零二三年五月十二号，对吗？"
    await call.says("对")
    assert await call.says("给他百分之四十") == "我读一遍：百分之四十，对吗？"


async def test_the_last_digits_choose_among_the_policies_that_were_offered(hotline: Hotline, call: Gateway) -> None:
    offered = (OfferedChoice("安康医疗 P2026000201", "/a"), OfferedChoice("乐享寿险 P2024000552", "/b"))
    ask(hotline, "要看哪一份？", "choice", *offered)
    await call.says("查保单")
    assert await call.says("尾号零五五二那份") == "我读一遍：尾号零五五二，对吗？"
    await call.says("对")
    assert (hotline.assistant.seen[-1].text, hotline.assistant.seen[-1].payload) == ("尾号零五五二那份", "/b")


async def test_what_was_hardly_heard_is_confirmed_and_what_was_heard_well_is_not(
    hotline: Hotline, call: Gateway
) -> None:
    assert await call.says("我要退保", confidence=0.3) == "您说的是：我要退保，对吗？"
    assert not hotline.assistant.seen
    await call.send("dtmf", digits="1")
    assert [each.text for each in hotline.assistant.seen] == ["我要退保"]
    await call.says("我要报案", confidence=0.9)
    assert len(hotline.assistant.seen) == 2


async def test_say_it_again_repeats_without_a_turn(hotline: Hotline, call: Gateway) -> None:
    said = await call.says("我要报案")
    assert await call.says("没听清，再说一遍") == said
    assert len(hotline.assistant.seen) == 1


async def test_a_long_answer_comes_two_sentences_at_a_time(hotline: Hotline, call: Gateway) -> None:
    hotline.assistant.answer = lambda _: [
        Reply("第一句。第二句。第三句。第四句。第五句。\n依据：保险法第十六条（2026-11-22）")
    ]
    assert await call.says("等待期是什么") == "第一句。第二句。要接着听，请说“继续”。"
    assert await call.says("继续") == "第三句。第四句。要接着听，请说“继续”。"
    assert await call.says("继续") == "第五句。"
    assert len(hotline.assistant.seen) == 1


async def test_a_card_is_heard_whole_with_its_numbers_digit_by_digit(hotline: Hotline, call: Gateway) -> None:
    card = "请核对报案的内容：\n· 车牌 京A12345\n· 电话 139****3011\n· 出险时间 11 月 25 日 15:00\n· 地点 北四环"
    ask(hotline, card, "confirm", OfferedChoice("确认提交", "/affirm"), OfferedChoice("先不办了", "/cancel"))
    said = await call.says("没有了")
    for heard in ("京，A，幺二三四，五", "11月25日", "北四环", "可以说：确认提交，或者先不办了"):
        assert heard in said, said


async def test_a_slow_turn_asks_for_patience_and_is_told_at_the_next_silence(tmp_path: Path) -> None:
    async with Hotline(tmp_path, patience=0.1).running() as hotline:
        call = hotline.call()
        await call.send("start")
        hotline.assistant.hold.clear()
        assert "请稍等" in await call.says("查保单")
        assert "请稍等" in (await call.send("no_input"))["say"]["text"]
        hotline.assistant.hold.set()
        heard = ""
        while "收到" not in heard:
            heard = (await call.send("no_input"))["say"]["text"]
        assert heard == "收到：查保单。"
        assert len(hotline.assistant.seen) == 1


@pytest.mark.parametrize("asks", [{"kind": "dtmf", "digits": "0"}, {"kind": "speech", "text": "转人工"}])
async def test_a_caller_in_an_outage_is_offered_a_person_and_gets_one(tmp_path: Path, asks: dict[str, str]) -> None:
    async with Hotline(tmp_path, patience=0.1).running() as hotline:
        hotline.assistant.up = False
        call = hotline.call()
        await call.send("start")
        await call.says("查保单")
        heard = [(await call.send("no_input"))["say"]["text"] for _ in range(LOOKS_BEFORE_OFFER)]
        assert heard[-1] == STILL_WAITING
        assert STILL_WAITING not in heard[:-1]
        assert "transfer" in await call.send(**asks)
        assert hotline.log.owner(hotline.conversation()) is Owner.QUEUE


async def test_a_caller_who_waits_in_vain_is_put_through(tmp_path: Path) -> None:
    async with Hotline(tmp_path, patience=0.1).running() as hotline:
        hotline.assistant.up = False
        call = hotline.call()
        await call.send("start")
        await call.says("查保单")
        answers = [await call.send("no_input") for _ in range(LOOKS_BEFORE_PERSON)]
        assert ["transfer" in each for each in answers] == [False] * (LOOKS_BEFORE_PERSON - 1) + [True]


async def test_a_person_gets_the_call_with_a_summary_and_the_bot_is_silent(hotline: Hotline, call: Gateway) -> None:
    await call.says("你好")
    hotline.log.set_owner(hotline.conversation(), Owner.QUEUE, hotline.now())
    actions = await call.send("speech", text="有人吗")
    assert actions["transfer"]["queue"] == "理赔"
    assert actions["transfer"]["summary"].startswith("客户要人工")
    assert "gather" not in actions
    assert [each.text for each in hotline.assistant.seen] == ["你好"]


@pytest.mark.parametrize(("shown", "promised"), [("13900003011", CALLED_BACK), ("anonymous", "")])
async def test_who_waits_on_the_phone_is_not_asked_to_write_but_called_back(
    hotline: Hotline, shown: str, promised: str
) -> None:
    def hand_over(inbound: Inbound) -> list[Reply]:
        hotline.log.set_owner(inbound.conversation_id, Owner.QUEUE, hotline.now(), message_id=inbound.message_id)
        return [Reply(f"现在没有人值班，9 点以后依次回您。{LEAVE_A_NUMBER}")]

    hotline.assistant.answer = hand_over
    call = hotline.call("call-2")
    await call.send("start", **{"from": shown})
    actions = await call.send("speech", text="转人工")
    assert actions["say"]["text"] == f"现在没有人值班，9 点以后依次回您。{promised}"


async def test_after_hanging_up_nothing_is_listened_for(call: Gateway) -> None:
    assert await call.send("hangup") == {}
    assert set(await call.send("speech", text="喂")) == {"hangup"}


async def test_barging_in_is_listened_to(call: Gateway) -> None:
    assert set(await call.send("barge_in")) == {"gather"}


async def test_a_call_goes_on_after_a_restart(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path)
    async with hotline.running():
        ask(hotline, "请问您的手机号？", "phone")
        await hotline.call().send("start", event_id="a")
        await hotline.call().send("speech", text="我要报案", event_id="b")
        await hotline.call().send("speech", text="幺三九零零零零三零幺幺", event_id="c")
    async with hotline.running():
        await hotline.call().send("speech", text="对", event_id="d")
    assert hotline.assistant.seen[-1].text == "幺三九零零零零三零幺幺"


async def test_calls_do_not_hear_each_other(hotline: Hotline) -> None:
    one, two = hotline.call("one"), hotline.call("two")
    assert await one.says("甲") == "收到：甲。"
    assert await two.says("乙") == "收到：乙。"
    assert hotline.conversation("one") != hotline.conversation("two")


@pytest.mark.parametrize("key", ["", "wrong", "密钥"])
async def test_who_has_no_key_is_refused(hotline: Hotline, key: str) -> None:
    gateway = hotline.call()
    gateway.key = key.encode().decode("latin-1")
    status, _ = await gateway.post({"id": "1", "type": "start"})
    assert status == 401
    assert not hotline.log.exists(hotline.conversation())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"id": "1", "type": "dance"}, "bad_event"),
        ({"id": "1"}, "bad_event"),
        ({"id": "", "type": "start"}, "bad_id"),
        ({"id": "1", "type": "start", "sender": "x"}, "unknown_key"),
        ({"id": "1", "type": "speech", "text": 3}, "bad_event"),
        ({"id": "1", "type": "hangup", "answered": "yes"}, "bad_event"),
        ({"id": "1", "type": "speech", "text": "x", "confidence": 7}, "bad_event"),
        ({"id": "1", "type": "speech", "text": "长" * 2001}, "text_too_long"),
        ({"id": "1", "type": "dtmf", "digits": "12a"}, "bad_event"),
        ([1], "not_an_object"),
    ],
)
async def test_malformed_events_are_coded_errors(call: Gateway, body: object, code: str) -> None:
    status, answer = await call.post(body)
    assert 400 <= status < 500
    assert answer["code"] == code


def test_the_contract_is_a_contract() -> None:
    validate_spec(CONTRACT)


@pytest.mark.timeout(120)
async def test_five_hundred_bodies_of_rubbish_hurt_nobody(call: Gateway) -> None:
    dice = random.Random(20261126)
    parts = [b'{"id":"1","type":"speech","text":"', b"\x00", "\u202e👍".encode(), b"\\ud800", b'"}', b"[" * 50, b"}"]
    for _ in range(500):
        raw = b"".join(dice.choices(parts, k=dice.randrange(1, 6))) or b"{}"
        status, _ = await call.post(None, raw=raw)
        assert status < 500
    assert await call.says("查保单") == "收到：查保单。"


@pytest.mark.parametrize("gateway", [AlibabaGateway, VoiceXmlGateway])
async def test_a_call_in_another_gateways_format_is_the_same_dialogue(
    hotline: Hotline, gateway: type[AlibabaGateway] | type[VoiceXmlGateway]
) -> None:
    call = gateway(hotline.http, hotline.url, "call-9")
    assert "机器人" in await call.start()
    ask(hotline, "有人受伤吗？", "choice", *CHOICES)
    assert "可以说：没人受伤" in await call.says("我要报案")
    ask(hotline, "好的。", "text")
    await call.says("一人受伤")
    assert [each.payload for each in hotline.assistant.seen] == ["", "/b"]


async def test_a_delivery_again_is_the_same_event_in_every_format(hotline: Hotline) -> None:
    body = {"call_id": "call-8", "timestamp": 1, "content_type": "normal", "content": {"words": "我要报案"}}
    headers = {"Authorization": f"Bearer {KEY}"}
    told = []
    for _ in range(2):
        async with hotline.http.post(f"{hotline.url}/api/ivr/alibaba", json=body, headers=headers) as answer:
            told.append(await answer.json())
    browser = VoiceXmlGateway(hotline.http, hotline.url, "call-7")
    for _ in range(2):
        told.append(await browser.fetch(event="speech", id="n1", said="我要报案", confidence=""))
    assert told[0] == told[1]
    assert told[2] == told[3]
    assert len(hotline.assistant.seen) == 2


@pytest.mark.parametrize("address", ["/api/ivr/alibaba", "/api/ivr/voicexml/call-1"])
async def test_no_gateway_gets_in_without_the_key(hotline: Hotline, address: str) -> None:
    wrong = {"Authorization": aiohttp.BasicAuth("gateway", "x" * 30).encode()}
    for headers, code in (
        ({}, "token_missing"),
        (wrong, "token_invalid"),
        ({"Authorization": "Basic %%"}, "token_missing"),
    ):
        async with hotline.http.post(hotline.url + address, data=b"{}", headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (401, code)
    assert not hotline.assistant.seen


async def test_a_correction_to_a_number_that_was_read_back_is_read_back_anew(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    await call.says("我要报案")
    await call.says("我的号码是幺三九零零零零三零幺幺")
    assert await call.says("不对，是幺三八零零零零三零幺幺") == "我读一遍：幺三八，零零零零，三零幺幺，对吗？"
    assert await call.says("等等") == "请说对，或者不对。我读一遍：幺三八，零零零零，三零幺幺，对吗？"
    assert await call.says("没听清") == "请说对，或者不对。我读一遍：幺三八，零零零零，三零幺幺，对吗？"
    await call.says("嗯，对。")
    assert [each.text for each in hotline.assistant.seen] == ["我要报案", "不对，是幺三八零零零零三零幺幺"]


async def test_an_event_that_crosses_a_transfer_does_not_end_the_call(hotline: Hotline, call: Gateway) -> None:
    hotline.log.set_owner(hotline.conversation(), Owner.QUEUE, hotline.now())
    first = await call.send("speech", text="转人工")
    assert first["transfer"]["queue"]
    late = await call.send("no_input")
    assert late == {"transfer": first["transfer"]}
    await call.send("hangup")
    assert set(await call.send("no_input")) == {"hangup"}


async def test_an_event_that_another_front_desk_overtook_is_looked_at_anew(hotline: Hotline, call: Gateway) -> None:
    calls, conversation = hotline.calls, hotline.conversation()
    keep = calls.keep

    def overtaken(*given: str, **states: Any) -> bool:
        calls.keep = keep  # type: ignore[method-assign]
        other = {**states["before"], "silences": 1}
        assert keep(conversation, "elsewhere", before=states["before"], after=other, actions="{}")
        return keep(*given, **states)

    calls.keep = overtaken  # type: ignore[method-assign,assignment]
    heard = await call.send("no_input")
    assert "要人工请按零" in heard["say"]["text"]  # the second silence of the call, not the first


async def test_a_key_of_bytes_that_are_no_text_is_refused(hotline: Hotline) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(hotline.url.rsplit(":", 1)[1]))
    writer.write(
        b"POST /api/ivr/calls/c1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n"
        b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
    )
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401")


async def test_what_nothing_was_made_of_is_asked_again_then_by_keys_and_the_third_time_a_person_comes(
    hotline: Hotline, call: Gateway
) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    await call.says("我要报案")
    once = await call.says("")
    assert "请再说一遍" in once
    assert "手机号" in once
    await call.send("no_input")  # counted apart
    assert "请按键输入" in await call.says("")
    await call.says("")
    assert hotline.assistant.seen[-1].text == "转人工"


async def test_silence_is_not_forgotten_for_noise(hotline: Hotline, call: Gateway) -> None:
    for _ in range(2):
        await call.send("no_input")
        await call.says("")
    await call.send("no_input")
    assert [each.text for each in hotline.assistant.seen] == ["转人工"]


async def test_a_number_read_back_wrong_three_times_is_a_persons(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    await call.says("我要报案")
    heard = []
    for _ in range(3):
        await call.says("幺三九零零零零三零幺幺")
        heard.append(await call.says("不对"))
    assert heard[0] == "好的，请再说一遍。"
    assert "请按键输入" in heard[1]
    assert [each.text for each in hotline.assistant.seen] == ["我要报案", "转人工"]


def lose_the_store(hotline: Hotline, times: int) -> None:
    """For the next reads of the calls' answers."""
    answered, outages = hotline.calls.answered, iter(range(times))

    def away(conversation_id: str, event_id: str) -> str | None:
        if next(outages, None) is not None:
            raise StoreUnavailableError(error="OperationalError")
        return answered(conversation_id, event_id)

    hotline.calls.answered = away  # type: ignore[method-assign]


async def test_a_store_that_comes_back_in_time_is_not_noticed(hotline: Hotline, call: Gateway) -> None:
    lose_the_store(hotline, 2)
    assert await call.says("我要报案") == "收到：我要报案。"


async def test_a_store_that_stays_away_is_told_in_the_gateways_own_format(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path, patience=0.2, outage_patience=0.2)
    async with hotline.running():
        lose_the_store(hotline, 10**6)
        status, told = await hotline.call().post({"id": "1", "type": "start"})
        assert (status, told["code"]) == (503, "temporarily_unavailable")
        alibaba = AlibabaGateway(hotline.http, hotline.url, "call-2")
        assert (await alibaba.start(), alibaba.last["action"]) == (BUSY, "hangup")
        browser = VoiceXmlGateway(hotline.http, hotline.url, "call-3")
        assert (await browser.start(), browser.put_through_to) == (BUSY, "")


async def test_while_the_store_is_away_a_person_takes_the_call_where_one_has_a_number(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path, patience=0.2, outage_patience=0.2, destinations={"*": "95500"})
    async with hotline.running():
        lose_the_store(hotline, 10**6)
        for gateway in (AlibabaGateway, VoiceXmlGateway):
            call = gateway(hotline.http, hotline.url, "call-4")
            assert (await call.start(), call.put_through_to) == (BUSY, "95500")


async def test_a_defect_is_no_document_either(hotline: Hotline) -> None:
    def defect(*_: str) -> str:
        raise KeyError("a defect")

    hotline.calls.answered = defect  # type: ignore[method-assign]
    assert await VoiceXmlGateway(hotline.http, hotline.url, "call-5").start() == BUSY


async def test_a_notice_that_a_turn_waits_leaves_the_question_open(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请告诉我 6 位验证码。", "otp")
    await call.says("查保单")
    hotline.assistant.answer = lambda _: []
    hotline.log.append(hotline.conversation(), notices.WAITING, sender=Sender.SYSTEM, at=hotline.now())
    heard = await call.send("speech", text="等一下")
    assert "系统繁忙" in heard["say"]["text"]
    assert heard["gather"]["expect"] == "otp"
    assert "三四" not in await call.says("一二三四五六", confidence=0.3)
    assert hotline.assistant.seen[-1].text == "一二三四五六"


async def test_a_one_time_code_that_is_keyed_counts_at_once(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请告诉我 6 位验证码。", "otp")
    await call.says("查保单")
    await call.send("dtmf", digits="123456#")
    assert hotline.assistant.seen[-1].text == "123456"


async def test_silence_at_a_number_read_back_is_asked_by_keys_and_a_person_hears_of_it(
    hotline: Hotline, call: Gateway
) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    await call.says("我要报案")
    await call.says("幺三九零零零零三零幺幺")
    once = await call.send("no_input")
    assert "三零幺幺，对吗" in once["say"]["text"]
    assert once["gather"]["expect"] == "confirm"
    assert "按1是对，按2是不对" in (await call.send("no_input"))["say"]["text"]
    assert "三零幺幺，对吗" in (await call.send("dtmf", digits="7"))["say"]["text"]

    def queue(_: object) -> list[Reply]:
        hotline.log.set_owner(hotline.conversation(), Owner.QUEUE, hotline.now())
        return []

    hotline.assistant.answer = queue
    for _ in range(2):
        await call.send("no_input")
    told = await call.send("no_input")
    assert hotline.assistant.seen[-1].text == "转人工"
    assert "幺三九零零零零三零幺幺" in told["transfer"]["summary"]


async def test_after_a_no_the_question_is_asked_and_not_what_was_heard(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    await call.says("我要报案")
    await call.says("幺三九零零零零三零幺幺")
    await call.says("不对")
    asked = await call.send("no_input")
    assert "手机号" in asked["say"]["text"]
    assert "三零幺幺" not in asked["say"]["text"]
    assert asked["gather"]["dtmf"]["max_digits"] == 11


async def test_a_call_id_used_again_tells_nothing_of_the_earlier_call(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    await call.send("speech", text="我要报案", event_id="n1")
    await call.send("speech", text="幺三九零零零零三零幺幺", event_id="n2")
    await call.send("hangup", event_id="n3")
    assert await call.send("hangup", event_id="n3") == {}
    for kind, event_id, fields in (
        ("start", "e1", {}),
        ("speech", "n2", {"text": "幺三九零零零零三零幺幺"}),
        ("speech", "n2", {"text": "查保单"}),
        ("no_input", "n9", {}),
    ):
        assert set(await call.send(kind, event_id=event_id, **fields)) == {"hangup"}
    assert len(hotline.assistant.seen) == 1


async def test_an_event_id_with_other_words_is_another_callers(hotline: Hotline, call: Gateway) -> None:
    first = await call.send("speech", text="我要报案", event_id="n1")
    assert set(await call.send("speech", text="查保单", event_id="n1")) == {"hangup"}
    assert await call.send("speech", text="我要报案", event_id="n1") == first


async def test_a_browser_that_uses_a_call_id_again_gets_a_document_that_ends(hotline: Hotline) -> None:
    browser = VoiceXmlGateway(hotline.http, hotline.url, "call-6")
    await browser.start()
    await browser.says("我要报案")
    await browser.fetch(event="hangup", id="n9-hangup")
    assert await browser.start() == ""
    assert browser.page is not None
    assert browser.page.find(".//{http://www.w3.org/2001/vxml}disconnect") is not None


async def test_a_number_corrected_without_end_is_a_persons(hotline: Hotline, call: Gateway) -> None:
    ask(hotline, "请问您的手机号？", "phone")
    await call.says("我要报案")
    for last in "一二三":
        assert "对吗" in await call.says(f"不对，是幺三九零零零零三零幺{last}")
    await call.says("不对，是幺三九零零零零三零幺四")
    assert [each.text for each in hotline.assistant.seen] == ["我要报案", "转人工"]
