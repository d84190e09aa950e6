"""What of a call the people at the desk see: every word that was heard, and whom to call back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.ivr.call import BY_KEYS, GREETING, LOOKS_BEFORE_OFFER, PLEASE_WAIT
from bot.conversations.messages import InputHint, OfferedChoice, Reply, Sender
from bot.errors import StoreUnavailableError
from bot.insurance.hand_off import Owner
from bot.settings import ROOT
from tests.hotline import AlibabaGateway, Gateway, Hotline, VoiceXmlGateway

PAYLOADS = ROOT / "tests" / "unit" / "channels" / "ivr_payloads"
CALLER = "13800000000"
READ_BACK = "我读一遍：幺三九，零零零零，三零幺幺，对吗？"


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[Hotline]:
    async with Hotline(tmp_path).running() as running:
        yield running


@pytest.fixture
async def call(hotline: Hotline) -> Gateway:
    gateway = hotline.call()
    await gateway.send("start", **{"from": f"+86{CALLER}", "to": "95000"})
    return gateway


def record(hotline: Hotline, call_id: str = "call-1") -> list[tuple[Sender, str]]:
    return [(each.sender, each.text) for each in hotline.log.after(hotline.conversation(call_id), 0)]


async def test_what_was_heard_and_confirmed_is_on_record_in_order(hotline: Hotline, call: Gateway) -> None:
    hotline.assistant.answer = lambda _: [Reply("请问您的手机号？", (), InputHint("slot", "phone"))]
    await call.says("我要报案")
    await call.says("幺三九 零零零零 三零幺幺")
    await call.says("不对")
    await call.send("dtmf", digits="13900003011#")
    await call.send("dtmf", digits="1")
    asked = (Sender.BOT, "请问您的手机号？")
    assert record(hotline) == [
        (Sender.SYSTEM, GREETING),
        (Sender.CUSTOMER, "我要报案"),
        asked,
        (Sender.SYSTEM, READ_BACK),
        (Sender.CUSTOMER, "不对"),
        (Sender.SYSTEM, "好的，请再说一遍。"),
        (Sender.SYSTEM, READ_BACK),
        (Sender.CUSTOMER, "按键 1"),
        (Sender.CUSTOMER, "13900003011"),
        asked,
    ]
    assert [each.text for each in hotline.assistant.seen] == ["我要报案", "13900003011"]


async def test_what_is_on_record_is_said_once_and_takes_no_button_away(hotline: Hotline, call: Gateway) -> None:
    choices = (OfferedChoice("没人受伤", "/a"), OfferedChoice("一人受伤", "/b"))
    hotline.assistant.answer = lambda _: [Reply("有人受伤吗？", choices, InputHint("slot", "choice"))]
    said = await call.says("我要报案")
    assert GREETING not in said
    assert "还是" not in (await call.send("no_input"))["say"]["text"]
    assert (await call.says("再说一遍")) == said
    for _ in range(2):
        await call.send("no_input")
    assert BY_KEYS in record(hotline)[-1][1]
    await call.says("一人受伤")
    assert hotline.assistant.seen[-1].payload == "/b"
    assert [text for sender, text in record(hotline) if sender is Sender.CUSTOMER] == [
        "我要报案",
        "再说一遍",
        "一人受伤",
    ]


async def test_an_event_again_is_on_record_once(hotline: Hotline, call: Gateway) -> None:
    for _ in range(3):
        await call.send("no_input", event_id="same")
    assert [sender for sender, _ in record(hotline)] == [Sender.SYSTEM, Sender.SYSTEM]


async def test_a_record_that_the_store_refused_is_written_when_the_event_comes_again(
    hotline: Hotline, call: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, away = hotline.log.note, [StoreUnavailableError()]

    def once_away(*arguments: object, **named: object) -> None:
        if away:
            raise away.pop()
        note(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(hotline.log, "note", once_away)
    said = (await call.send("no_input"))["say"]["text"]
    assert record(hotline) == [(Sender.SYSTEM, GREETING), (Sender.SYSTEM, said)]


async def test_patience_is_on_record_once_however_long_it_is_asked_for(tmp_path: Path) -> None:
    async with Hotline(tmp_path, patience=0.1).running() as hotline:
        call = hotline.call()
        hotline.assistant.hold.clear()
        await call.says("查保单")
        for _ in range(LOOKS_BEFORE_OFFER - 1):
            assert (await call.send("no_input"))["say"]["text"] == PLEASE_WAIT
        assert record(hotline).count((Sender.SYSTEM, PLEASE_WAIT)) == 1
        hotline.assistant.hold.set()


async def test_who_takes_over_is_told_the_number_and_who_hangs_up_is_called_back(
    hotline: Hotline, call: Gateway
) -> None:
    await call.says("你好")
    hotline.log.set_owner(hotline.conversation(), Owner.QUEUE, hotline.now())
    transfer = (await call.send("speech", text="有人吗"))["transfer"]
    assert transfer["summary"] == f"客户要人工，来电 {CALLER}"
    await call.send("hangup", event_id="end")
    await call.send("hangup", event_id="end")
    assert hotline.hung_up == [(hotline.conversation(), CALLER, hotline.now(), False)]


async def test_a_caller_whom_a_person_answered_is_not_called_back(hotline: Hotline, call: Gateway) -> None:
    await call.says("你好")
    hotline.log.set_owner(hotline.conversation(), Owner.QUEUE, hotline.now())
    await call.send("speech", text="有人吗")
    await call.send("hangup", answered=True)
    assert hotline.hung_up == [(hotline.conversation(), CALLER, hotline.now(), True)]


async def test_nobody_can_have_answered_a_call_that_was_not_put_through(hotline: Hotline, call: Gateway) -> None:
    await call.says("你好")
    await call.send("hangup", answered=True)
    assert hotline.hung_up == [(hotline.conversation(), CALLER, hotline.now(), False)]


async def test_the_number_is_kept_sealed(hotline: Hotline, call: Gateway) -> None:
    await call.says("你好")
    assert hotline.calls.state(hotline.conversation())["caller"] == CALLER
    kept = b"".join(path.read_bytes() for path in hotline.folder.iterdir() if path.is_file())
    assert b"call-1" not in kept
    assert CALLER.encode() not in kept


@pytest.mark.parametrize("kind", [AlibabaGateway, VoiceXmlGateway])
async def test_a_gateway_that_can_put_through_to_nobody_has_the_caller_called_back(
    tmp_path: Path, kind: type[AlibabaGateway] | type[VoiceXmlGateway]
) -> None:
    async with Hotline(tmp_path, destinations={}).running() as hotline:
        gateway = kind(hotline.http, hotline.url, "c1")
        if isinstance(gateway, VoiceXmlGateway):
            await gateway.fetch(caller=f"sip:{CALLER}@gateway")
        else:
            await gateway.send("callin", caller=CALLER, callee="95000")
        await gateway.says("你好")
        assert hotline.hung_up == []
        hotline.log.set_owner(hotline.conversation("c1"), Owner.QUEUE, hotline.now())
        await gateway.says("有人吗")
        assert gateway.put_through_to == ""
        assert hotline.hung_up == [(hotline.conversation("c1"), CALLER, hotline.now(), False)]


async def test_what_alibaba_reports_that_we_do_not_know_is_answered_in_its_own_format(hotline: Hotline) -> None:
    gateway = AlibabaGateway(hotline.http, hotline.url, "c1")
    await gateway.start()
    data = await gateway.send("emotion", mood="angry")
    assert (data["action"], json.loads(data["action_code_param"])["tts"], data["mute_time"]) == ("answer", "", 6000)


async def test_the_star_says_it_again_in_a_browser_too(hotline: Hotline) -> None:
    browser = VoiceXmlGateway(hotline.http, hotline.url, "c1")
    await browser.start()
    said = await browser.says("我要报案")
    assert await browser.fetch(event="dtmf", id="n2", said="*") == said


async def test_the_payloads_of_the_neutral_api_are_one_call_from_start_to_hangup(hotline: Hotline) -> None:
    hotline.assistant.answer = lambda _: [Reply("请问您的手机号？", (), InputHint("slot", "phone"))]
    call = hotline.call()
    heard = []
    for name in ("start", "speech", "no_input", "not_heard", "barge_in", "dtmf", "hangup"):
        status, told = await call.post(json.loads((PAYLOADS / f"neutral_{name}.json").read_bytes()))
        assert status == 200
        heard.append([action["type"] for action in told["actions"]])
    assert heard == [["say", "gather"]] * 4 + [["gather"], ["say", "gather"], []]
    assert [text for _, text in record(hotline)][-1] == READ_BACK
    assert hotline.hung_up == [(hotline.conversation(), "13900003011", hotline.now(), False)]
