"""Whatever is posted to the account's address, it ends nobody and hurts nobody else."""

from __future__ import annotations

import random

import aiohttp
import pytest

from tests.wechat_account import WeChatAccount

AMY = "oAmy-0000000000000000000001"
ODD = [
    "\x00",
    "\x08",
    "\u202e",
    "\ufeff",
    "👨‍👩‍👧",
    "／ｉｎｆｏｒｍ",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{" * 50,
    "&lt;",
    "]]",
    "\u2028",
]


async def post(account: WeChatAccount, body: bytes, **query: str) -> int:
    signed, _ = account.server.sealed("")
    async with (
        aiohttp.ClientSession() as http,
        http.post(account.url, params=signed | query, data=body) as answer,
    ):
        await answer.read()
        return answer.status


@pytest.mark.timeout(120)
async def test_a_thousand_bodies_of_rubbish_are_refused_and_the_next_customer_is_heard(account: WeChatAccount) -> None:
    dice = random.Random(20261126)
    for _ in range(1000):
        body = bytes(dice.choices(range(256), k=dice.randrange(0, 200)))
        if dice.random() < 0.5:
            text = "".join(dice.choices(["<xml>", "</xml>", "<MsgType>text</MsgType>", *ODD], k=dice.randrange(1, 9)))
            body = text.encode()
        status = await post(account, body)
        assert status in (200, 400), status
    await account.server.say(AMY, "查保单")
    assert [each.text for each in await account.server.sees(AMY, 1)] == ["收到：查保单"]
    assert len(account.assistant.seen) == 1


async def test_a_body_of_a_million_characters_is_too_large(account: WeChatAccount) -> None:
    assert await post(account, "你".encode() * 1_000_000) == 413


async def test_a_compressed_body_is_refused(account: WeChatAccount) -> None:
    signed, body = account.server.sealed("<xml></xml>")
    headers = {"Content-Encoding": "gzip"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(account.url, params=signed, data=body.encode(), headers=headers) as answer,
    ):
        assert answer.status == 400


@pytest.mark.parametrize("odd", ODD)
async def test_odd_words_are_answered_like_any(account: WeChatAccount, odd: str) -> None:
    xml_safe = odd.replace("\x00", "").replace("\x08", "")
    await account.server.say(AMY, f"我要{xml_safe}报案")
    (seen,) = await account.server.sees(AMY, 1)
    assert seen.how == "passive"
    assert "报案" in seen.text
    assert all(not each.payload for each in account.assistant.seen)


async def test_a_forged_or_replayed_request_is_refused_and_leaves_no_trace(account: WeChatAccount) -> None:
    _, body = account.server.sealed(
        f"<xml><ToUserName>gh</ToUserName><FromUserName>{AMY}</FromUserName><MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId></xml>"
    )
    assert await post(account, body.encode(), signature="0" * 40) == 403
    assert await post(account, body.encode(), timestamp="1") == 403
    assert not account.log.exists(account.conversation(AMY))


async def test_one_seen_address_does_not_speak_as_others(account: WeChatAccount) -> None:
    signed, body = account.server.sealed(account.server._xml(AMY, {"MsgType": "text", "Content": "你好", "MsgId": "1"}))
    other = body.replace(AMY, "oBob-0000000000000000000002")
    assert await post(account, body.encode(), **signed) == 200
    assert await post(account, other.encode(), **signed) == 403
    assert await post(account, body.encode(), **signed) == 200
    assert not account.log.exists(account.conversation("oBob-0000000000000000000002"))


async def test_one_id_with_other_words_does_not_change_the_first(account: WeChatAccount) -> None:
    await account.server.deliver_again(AMY, "5", "我要报案")
    answer = await account.server.deliver_again(AMY, "5", "我要退保")
    assert "我要报案" in answer
    assert [each.text for each in account.assistant.seen] == ["我要报案"]
