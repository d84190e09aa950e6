"""Whatever the gateways that play what they get send, they are answered in their own format, and the call goes on."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.channels.ivr.call import NOT_HEARD
from bot.channels.ivr.channel import BUSY
from bot.conversations.messages import InputHint, Reply
from tests.hotline import VXML, AlibabaGateway, Hotline, VoiceXmlGateway

LONG = "长" * 2001
ODD = [
    b"",
    b"{",
    b"[]",
    b"[" * 5000,
    b"\xff\xfe\x00",
    b'{"call_id": null}',
    b"event=speech&id=%00&said=%ff",
    b"&" * 200,
    b"a=1&" * 200,
    b"x" * 70_000,
]


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[Hotline]:
    async with Hotline(tmp_path).running() as running:
        running.assistant.answer = lambda inbound: [Reply(f"收到：{inbound.text[:9]}", (), InputHint("slot", "phone"))]
        yield running


def alibaba(hotline: Hotline) -> AlibabaGateway:
    return AlibabaGateway(hotline.http, hotline.url, "call-1")


def browser(hotline: Hotline, call_id: str = "call-2") -> VoiceXmlGateway:
    return VoiceXmlGateway(hotline.http, hotline.url, call_id)


async def test_words_without_end_were_not_heard_and_a_person_comes_the_third_time(hotline: Hotline) -> None:
    for call in (alibaba(hotline), browser(hotline)):
        await call.start()
        before = len(hotline.assistant.seen)
        assert (await call.says(LONG)).startswith(NOT_HEARD)
        assert "没有听清" in await call.says(LONG + "一")
        await call.says(LONG + "二")
        assert [each.text for each in hotline.assistant.seen[before:]] == ["转人工"]


@pytest.mark.parametrize("body", ODD)
async def test_a_body_that_is_none_is_answered_in_words_and_the_call_goes_on(hotline: Hotline, body: bytes) -> None:
    call = alibaba(hotline)
    await call.start()
    assert await call.post(body) == NOT_HEARD
    assert (call.last["action"], call.last["mute_time"]) == ("answer", 6000)
    assert "收到：我要报案" in await call.says("我要报案")
    other = browser(hotline)
    await other.start()
    await other.post(body)
    assert other.page is not None
    assert other.page.find(f".//{VXML}field") is not None
    assert "收到：我要报案" in await other.says("我要报案")
    assert len(hotline.assistant.seen) == 2


async def test_a_compressed_body_is_answered_in_words_too(hotline: Hotline) -> None:
    gzip = {"Content-Encoding": "gzip"}
    assert await alibaba(hotline).post(b"{}", **gzip) == NOT_HEARD
    assert await browser(hotline).post(b"{}", **gzip) == NOT_HEARD


@pytest.mark.parametrize("call_id", ["%01", "a%20b", "%E5%8F%B7", "x" * 200, "%3Cb%3E&'\""])
async def test_a_call_that_cannot_be_told_from_others_ends_in_words(hotline: Hotline, call_id: str) -> None:
    call = browser(hotline, call_id)
    assert await call.start() == BUSY
    assert call.page is not None
    assert call.page.find(f".//{VXML}disconnect") is not None


async def test_a_number_that_calls_is_read_as_digits_or_as_text(hotline: Hotline) -> None:
    call = alibaba(hotline)
    await call.send("callin", caller=13900003011, callee=95000)
    await call.send("hangup")
    assert [number for _, number, _, _ in hotline.hung_up] == ["13900003011"]


async def test_rubbish_does_not_spare_anybody_the_key(hotline: Hotline) -> None:
    for address in ("/api/ivr/alibaba", "/api/ivr/voicexml/call-1", "/api/ivr/voicexml/%01"):
        for body in ODD:
            headers = {"Authorization": "Bearer " + "x" * 30}
            async with hotline.http.post(hotline.url + address, data=body, headers=headers) as answer:
                assert (answer.status, (await answer.json())["code"]) == (401, "token_invalid")


@pytest.mark.timeout(120)
async def test_three_hundred_bodies_of_rubbish_hurt_neither_gateway(hotline: Hotline) -> None:
    dice = random.Random(20261127)
    parts = [
        b'{"call_id":"call-1","content_type":"normal","content":', b'{"words":', b'"\\ud800"', b"13900003011", b"}", b"}}",
        b'"content":"{"', b"\x00", "\u202e👍".encode(), b"[" * 50, b"event=speech", b"&said=%ff%00", b"&id=n1", b"&confidence=1e999",
    ]  # fmt: skip
    call, other = alibaba(hotline), browser(hotline)
    for _ in range(300):
        raw = b"".join(dice.choices(parts, k=dice.randrange(1, 6)))
        await call.post(raw)
        await other.post(raw)
    fresh = AlibabaGateway(hotline.http, hotline.url, "call-9")
    assert "收到：查保单" in await fresh.says("查保单")


async def test_a_text_of_another_kind_than_a_form_is_a_fetch_like_any(hotline: Hotline) -> None:
    form = aiohttp.FormData({"event": "noinput", "id": "n1"})
    form.add_field("said", b"x", filename="x.bin")  # multipart, which no document of ours asks for
    headers = {"Authorization": f"Bearer {browser(hotline).key}"}
    async with hotline.http.post(f"{hotline.url}/api/ivr/voicexml/call-3", data=form, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "application/voicexml+xml")
