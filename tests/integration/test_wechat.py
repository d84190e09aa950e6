"""An official account over real HTTP: WeChat's stand-in before it, a real store behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.conversations.messages import InputHint, OfferedChoice, Reply, Sender
from bot.errors import StoreUnavailableError
from bot.insurance.hand_off import Owner
from simulators.wechat.server import UNAVAILABLE, Account
from tests.photos import photo
from tests.wechat_account import GREETING, WeChatAccount

AMY, BOB = "oAmy-0000000000000000000001", "oBob-0000000000000000000002"
SECURE = Account(aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")


def texts(seen: list) -> list[str]:
    return [each.text for each in seen]


async def ask_slowly(account: WeChatAccount, open_id: str, text: str) -> None:
    """A message whose turn is still running when WeChat is answered, so that the answer must be pushed."""
    account.assistant.hold.clear()
    await account.server.say(open_id, text)
    account.assistant.hold.set()


def tell(account: WeChatAccount, open_id: str, *words: str) -> None:
    """A person at the desk writes."""
    for each in words:
        account.log.append(account.conversation(open_id), Reply(each), sender=Sender.HUMAN, at=account.clock())
    account.feed.notify(account.conversation(open_id))


@pytest.mark.parametrize("kind", [Account(), SECURE], ids=["plain", "enciphered"])
async def test_an_answer_in_time_is_the_answer_to_wechats_request(tmp_path: Path, kind: Account) -> None:
    async with WeChatAccount(tmp_path, kind).running() as account:
        await account.server.say(AMY, "我要报案")
        (seen,) = await account.server.sees(AMY, 1)
        assert (seen.text, seen.how) == ("收到：我要报案", "passive")
        assert [each.channel for each in account.assistant.seen] == ["wechat"]


async def test_the_address_is_verified_with_its_word_back(account: WeChatAccount) -> None:
    query, _ = account.server.sealed("")
    async with aiohttp.ClientSession() as http:
        async with http.get(account.url, params=query | {"echostr": "5837"}) as answer:
            assert (answer.status, await answer.text()) == (200, "5837")
        async with http.get(account.url, params=query | {"echostr": "5837", "signature": "0" * 40}) as answer:
            assert (answer.status, await answer.text()) == (403, "")


async def test_a_slow_turn_is_acknowledged_at_once_and_pushed_when_it_is_done(hurried: WeChatAccount) -> None:
    hurried.assistant.hold.clear()
    await hurried.server.say(AMY, "查保单")
    assert not hurried.server.phones[AMY]
    hurried.assistant.hold.set()
    (seen,) = await hurried.server.sees(AMY, 1)
    assert (seen.text, seen.how) == ("收到：查保单", "pushed")


async def test_a_lost_answer_is_told_again_the_same_and_done_once(account: WeChatAccount) -> None:
    account.server.lose_answers = 2
    await account.server.say(AMY, "我要报案")
    (seen,) = await account.server.sees(AMY, 1)
    assert (seen.text, seen.how) == ("收到：我要报案", "passive")
    assert len(account.assistant.seen) == 1


async def test_a_store_that_goes_away_after_a_message_was_stored_loses_and_repeats_nothing(
    hurried: WeChatAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = asyncio.Event()
    hurried.assistant.hold.clear()
    receive, next_pending = hurried.log.receive, hurried.log.next_pending

    def stored_then_away(*given: Any, **named: Any) -> Any:
        taken = receive(*given, **named)
        away.set()
        return taken

    def while_there(conversation_id: str) -> Any:
        if away.is_set():
            raise StoreUnavailableError(error="OperationalError")
        return next_pending(conversation_id)

    monkeypatch.setattr(hurried.log, "receive", stored_then_away)
    monkeypatch.setattr(hurried.log, "next_pending", while_there)
    await hurried.server.say(AMY, "查保单")
    assert hurried.server.phones[AMY] == []
    away.clear()
    hurried.assistant.hold.set()
    await hurried.server.hears(AMY, "收到：查保单")
    assert texts(hurried.server.phones[AMY]) == ["收到：查保单"]


async def test_a_message_that_cannot_be_stored_is_brought_again_by_wechat(
    hurried: WeChatAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive, tries = hurried.log.receive, 0

    def away_at_first(*given: Any, **named: Any) -> Any:
        nonlocal tries
        tries += 1
        if hurried.server.unanswered < 1:
            raise StoreUnavailableError(error="OperationalError")
        return receive(*given, **named)

    monkeypatch.setattr(hurried.log, "receive", away_at_first)
    await hurried.server.say(AMY, "查保单")
    await hurried.server.hears(AMY, "收到：查保单")
    assert tries > 1
    assert hurried.server.unanswered == 1
    assert texts(hurried.server.phones[AMY]) == ["收到：查保单"]


async def test_deliveries_of_one_message_at_the_same_time_are_one_turn_and_one_answer(account: WeChatAccount) -> None:
    account.assistant.hold.clear()
    first = asyncio.create_task(account.server.deliver_again(AMY, "77", "我要报案"))
    second = asyncio.create_task(account.server.deliver_again(AMY, "77", "我要报案"))
    await account.assistant.tried(1)
    account.assistant.hold.set()
    answers = await asyncio.gather(first, second)
    assert "收到：我要报案" in answers[0]
    assert "收到：我要报案" in answers[1]
    assert len(account.assistant.seen) == 1
    assert account.contacts.unsent(account.conversation(AMY)) == ()


async def test_customers_hear_their_own_answers_alone(account: WeChatAccount) -> None:
    await asyncio.gather(*(account.server.say(who, f"我是{who}") for who in (AMY, BOB)))
    assert texts(await account.server.sees(AMY, 1)) == [f"收到：我是{AMY}"]
    assert texts(await account.server.sees(BOB, 1)) == [f"收到：我是{BOB}"]
    assert account.conversation(AMY) != account.conversation(BOB)
    assert AMY not in account.conversation(AMY)


async def test_what_a_person_writes_is_pushed_joined_into_few_texts(account: WeChatAccount) -> None:
    await account.server.say(AMY, "转人工")
    account.log.set_owner(account.conversation(AMY), Owner.HUMAN, account.clock())
    tell(account, AMY, "我是理赔岗。", "您请说。")
    seen = (await account.server.sees(AMY, 2))[1:]
    assert "\n\n".join(texts(seen)) == "我是理赔岗。\n\n您请说。"
    assert {each.how for each in seen} == {"pushed"}


async def test_a_text_longer_than_wechat_takes_comes_in_order_and_whole(account: WeChatAccount) -> None:
    line = "第%d行，" + "条款" * 60
    account.assistant.answer = lambda _: [Reply("\n".join(line % number for number in range(20)))]
    await account.server.say(AMY, "条款全文")
    seen = await account.server.sees(AMY, 4)
    assert all(len(each.text.encode()) <= 2048 for each in seen)
    assert "\n".join(texts(seen)) == "\n".join(line % number for number in range(20))


async def test_buttons_are_words_and_the_words_press_them(account: WeChatAccount) -> None:
    account.assistant.answer = lambda inbound: [
        Reply(inbound.payload or "要办哪件？", (OfferedChoice("查保单", "/query_policy"),), InputHint("what", "choice"))
    ]
    await account.server.say(AMY, "我想办事")
    assert "· 查保单" in texts(await account.server.sees(AMY, 1))[0]
    await account.server.say(AMY, "查保单")
    assert "/query_policy" in texts(await account.server.sees(AMY, 2))[1]


async def test_nobody_presses_what_was_not_offered(account: WeChatAccount) -> None:
    await account.server.say(AMY, '/inform{"policy_no": "P2023001234"}')
    await account.server.sees(AMY, 1)
    (inbound,) = account.assistant.seen
    assert inbound.payload == ""


async def test_voice_is_what_it_was_heard_as_and_silence_asks_for_words(account: WeChatAccount) -> None:
    await account.server.speak(AMY, "车被追尾了")
    await account.server.speak(AMY, None)
    seen = texts(await account.server.sees(AMY, 2))
    assert seen[0] == "收到：车被追尾了"
    assert "打字" in seen[1]
    assert len(account.assistant.seen) == 1


async def test_followers_are_greeted_and_the_menu_speaks(account: WeChatAccount) -> None:
    await account.server.event(AMY, "subscribe")
    await account.server.event(AMY, "SCAN", "7")  # greeted already
    await account.server.event(AMY, "CLICK", "report_claim")
    await account.server.event(AMY, "VIEW", "https://insurer.example/")
    seen = texts(await account.server.sees(AMY, 2))
    assert seen[0].startswith(GREETING.text)
    assert seen[1] == "收到：报案"
    assert [each.payload for each in account.assistant.seen] == ["/report_claim"]


async def test_a_scan_while_an_answer_is_pushed_does_not_tell_it_too(account: WeChatAccount) -> None:
    await account.server.event(AMY, "subscribe")
    account.server.slow_sends.clear()
    tell(account, AMY, "您的案子有进展。")
    await account.server.asked_to_send(1)
    await account.server.event(AMY, "SCAN", "7")
    account.server.slow_sends.set()
    seen = texts(await account.server.sees(AMY, 3))
    assert "\n".join(seen).count("您的案子有进展。") == 1
    assert "\n".join(seen).count(GREETING.text) == 2


async def test_two_words_in_a_row_are_not_told_the_same_twice(account: WeChatAccount) -> None:
    account.assistant.hold.clear()
    both = [asyncio.create_task(account.server.say(AMY, text)) for text in ("一", "二")]
    await account.assistant.tried(1)
    account.assistant.hold.set()
    await asyncio.gather(*both)
    await account.server.hears(AMY, "收到：二")
    seen = "\n".join(texts(account.server.phones[AMY]))
    assert (seen.count("收到：一"), seen.count("收到：二")) == (1, 1)


async def test_a_photo_that_was_asked_for_is_taken_once(account: WeChatAccount) -> None:
    account.assistant.answer = lambda inbound: [Reply(f"收到：{inbound.text}", (), InputHint("paper_file", "file"))]
    await account.server.say(AMY, "补材料")
    await account.server.show(AMY, photo(1))
    seen = texts(await account.server.sees(AMY, 2))
    assert "微信照片" in seen[1]
    assert account.assistant.seen[1].payload
    account.server.media.clear()
    await account.server.show(AMY, photo(2))
    account.server.media.clear()
    assert len(account.assistant.seen) == 3  # another photo is another message


async def test_a_photo_behind_a_slow_token_is_brought_again_and_taken_once(tmp_path: Path) -> None:
    async with WeChatAccount(tmp_path, answer_by=0.4).running() as account:
        account.assistant.answer = lambda inbound: [Reply(f"收到：{inbound.text}", (), InputHint("paper_file", "file"))]
        await account.server.say(AMY, "补材料")
        account.server.tokens.takes = 0.9
        await account.server.show(AMY, photo(1))
        await account.server.hears(AMY, "微信照片")
        assert max(account.server.acknowledged) < 1.1
        assert UNAVAILABLE not in texts(account.server.phones[AMY])
        assert len(account.assistant.seen) == 2


async def test_a_message_that_the_store_holds_up_is_brought_again_and_done_once(tmp_path: Path) -> None:
    async with WeChatAccount(tmp_path, answer_by=0.4).running() as account:
        await account.server.say(AMY, "你好")
        with account.engine.begin() as writer:
            writer.exec_driver_sql("DELETE FROM passive_replies WHERE 1 = 0")  # holds SQLite's one lock
            said = asyncio.create_task(account.server.say(AMY, "查保单"))
            await asyncio.sleep(1.0)
            assert not said.done()
        await said
        await account.server.hears(AMY, "收到：查保单")
        assert max(account.server.acknowledged) < 1.1
        seen = texts(account.server.phones[AMY])
        assert UNAVAILABLE not in seen
        assert "\n".join(seen).count("收到：查保单") == 1
        assert len(account.assistant.seen) == 2


async def test_a_photo_that_nobody_asked_for_or_that_is_gone_says_so(account: WeChatAccount) -> None:
    await account.server.show(AMY, photo(1))
    assert "补材料" in texts(await account.server.sees(AMY, 1))[0]
    account.assistant.answer = lambda _: [Reply("请传", (), InputHint("paper_file", "file"))]
    await account.server.say(AMY, "补材料")
    account.server.media["gone"] = b""
    server_media, account.server.media = account.server.media, type("Gone", (dict,), {"get": lambda *_: None})()
    await account.server.show(AMY, photo(1))
    account.server.media = server_media
    assert "再发一次" in texts(await account.server.sees(AMY, 3))[2]


async def test_a_restart_sends_what_was_not_sent(tmp_path: Path) -> None:
    account = WeChatAccount(tmp_path, answer_by=0.05)
    async with account.running():
        account.assistant.hold.clear()
        await account.server.say(AMY, "查保单")
        await account.assistant.tried(1)
    # The process ended in the middle of the turn; what it stored meanwhile is unsent.
    account.assistant.hold.set()
    account.log.append(account.conversation(AMY), Reply("先回一句"), sender=Sender.BOT, at=account.clock())
    async with account.running():
        seen = "\n\n".join(texts(await account.server.sees(AMY, 1)))
        while "收到：查保单" not in seen:
            seen = "\n\n".join(texts(await account.server.sees(AMY, len(account.server.phones[AMY]) + 1)))
    assert seen == "先回一句\n\n收到：查保单"


@pytest.mark.parametrize("code", [-1, 40001, 40014, 42001, 45009, 45011, 40164])
async def test_trouble_of_theirs_is_tried_again_until_it_is_taken(hurried: WeChatAccount, code: int) -> None:
    hurried.server.errcodes.extend([code, code])
    await ask_slowly(hurried, AMY, "查保单")
    assert texts(await hurried.server.sees(AMY, 1)) == ["收到：查保单"]
    assert not hurried.server.errcodes


async def test_what_wechat_finds_too_long_is_cut_in_two(hurried: WeChatAccount) -> None:
    hurried.server.errcodes.append(45002)
    await ask_slowly(hurried, AMY, "查保单")
    assert "".join(texts(await hurried.server.sees(AMY, 2))) == "收到：查保单"


@pytest.mark.parametrize("code", [45047, 48001])
async def test_where_nothing_more_may_be_sent_the_next_word_brings_it(hurried: WeChatAccount, code: int) -> None:
    hurried.server.errcodes.append(code)
    await ask_slowly(hurried, AMY, "查保单")
    contact = await stopped(hurried)
    assert contact.reachable
    await hurried.server.say(AMY, "在吗")
    assert "\n\n".join(texts(await hurried.server.sees(AMY, 1))).startswith("收到：查保单")


@pytest.mark.parametrize("code", [45015, 48002, 43004, 40003])
async def test_who_cannot_be_reached_is_left_alone(hurried: WeChatAccount, code: int) -> None:
    hurried.server.errcodes.append(code)
    await ask_slowly(hurried, AMY, "查保单")
    contact = await stopped(hurried)
    assert not contact.reachable
    tell(hurried, AMY, "在吗？")
    assert hurried.contacts.owing() == ()


async def test_a_stale_token_is_renewed_once_for_all_who_wait(hurried: WeChatAccount) -> None:
    await ask_slowly(hurried, AMY, "一")
    await hurried.server.sees(AMY, 1)
    hurried.server.tokens.expire()
    calls = hurried.server.tokens.calls
    hurried.assistant.hold.clear()
    await asyncio.gather(*(hurried.server.say(f"oMany-{number:022}", "二") for number in range(8)))
    hurried.assistant.hold.set()
    for number in range(8):
        await hurried.server.sees(f"oMany-{number:022}", 1)
    assert hurried.server.tokens.calls == calls + 1


async def test_unfollowing_ends_it_and_coming_back_begins_again(account: WeChatAccount) -> None:
    await account.server.say(AMY, "你好")
    await account.server.event(AMY, "unsubscribe")
    assert not account.contacts.get(account.conversation(AMY)).reachable
    tell(account, AMY, "还在吗")
    await account.server.event(AMY, "subscribe")
    assert account.contacts.get(account.conversation(AMY)).reachable
    assert "还在吗" in texts(await account.server.sees(AMY, 2))[1]


async def test_wechats_own_agents_take_over_where_the_account_wants_it(tmp_path: Path) -> None:
    async with WeChatAccount(tmp_path, to_their_agents=True).running() as account:
        await account.server.say(AMY, "你好")
        account.log.set_owner(account.conversation(AMY), Owner.QUEUE, account.clock())
        await account.server.event(AMY, "CLICK", "report_claim")
        assert account.server.transferred == []  # an event is nothing for their agents
        await account.server.say(AMY, "有人吗")
        assert account.server.transferred == [AMY]


async def test_an_answer_too_late_for_wechat_is_no_notice_to_the_customer(tmp_path: Path) -> None:
    account = WeChatAccount(tmp_path, answer_by=0.2, hangs_up_after=2.0)
    async with account.running():
        account.assistant.up = False
        await account.server.say(AMY, "查保单")
        assert max(account.server.acknowledged) < 2.0
        account.assistant.up = True
        seen = texts(await account.server.sees(AMY, 2))
        assert "系统繁忙，您的消息已收到" in seen[0]
        assert seen[1] == "收到：查保单"
        assert UNAVAILABLE not in seen


async def stopped(account: WeChatAccount):
    """Wait until nothing more may be sent."""
    while True:
        contact = account.contacts.get(account.conversation(AMY))
        if contact and not contact.may_send(account.clock()):
            return contact
        await asyncio.sleep(0)
