"""The chat API over real HTTP, on the real message log."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.conversations.messages import InputHint, OfferedChoice, Reply, Sender
from bot.conversations.notices import WAITING
from bot.conversations.ports import Why
from bot.insurance.hand_off import Owner
from tests.chat_server import ChatServer, Customer, sqlite_log
from tests.fakes import START, TO_A_PERSON


async def test_a_session_begins_with_a_greeting_that_says_it_is_a_robot(customer: Customer) -> None:
    page = await customer.poll()
    (greeting,) = page["messages"]
    assert "机器人" in greeting["text"]
    assert (greeting["seq"], greeting["from"], greeting["input"], page["owner"]) == (1, "bot", None, "bot")
    assert [choice["title"] for choice in greeting["choices"]] == ["报案"]
    assert set(greeting["choices"][0]) == {"id", "title"}  # the payload stays on the server


async def test_a_message_is_acknowledged_and_answered(customer: Customer) -> None:
    assert await customer.say("我的车被追尾了") == 2
    answer = await customer.until_said("收到：我的车被追尾了")
    assert (answer["seq"], answer["from"], answer["at"]) == (3, "bot", "2026-11-23T09:12:00+08:00")


async def test_a_message_delivered_many_times_at_once_has_one_effect(customer: Customer, server: ChatServer) -> None:
    message_id = str(uuid.uuid4())
    answers = await asyncio.gather(*(customer.post(id=message_id, text="报案") for _ in range(20)))
    assert sorted(status for status, _ in answers) == [200] * 19 + [202]
    assert {answer["seq"] for _, answer in answers} == {2}
    await customer.until_said("收到：报案")
    assert (await customer.post(id=message_id, text="报案"))[0] == 200
    await customer.say("下一条")
    await customer.until_said("收到：下一条")
    assert [inbound.text for inbound in server.assistant.seen] == ["报案", "下一条"]


async def test_the_same_id_with_other_content_is_a_conflict(customer: Customer) -> None:
    message_id = str(uuid.uuid4())
    await customer.post(id=message_id, text="报案")
    status, answer = await customer.post(id=message_id, text="投诉")
    assert (status, answer["code"]) == (409, "message_conflict")


async def test_an_id_used_by_one_customer_is_free_for_another(http: aiohttp.ClientSession, server: ChatServer) -> None:
    one, other = await Customer.arrive(http, server.url), await Customer.arrive(http, server.url)
    message_id = str(uuid.uuid4())
    assert (await one.post(id=message_id, text="甲"))[0] == 202
    assert (await other.post(id=message_id, text="乙"))[0] == 202


async def test_answers_come_in_the_order_of_the_questions(customer: Customer) -> None:
    for number in range(8):
        await customer.say(f"第{number}句")
    await customer.until_said("收到：第7句")
    page = await customer.poll()
    assert [m["seq"] for m in page["messages"]] == list(range(1, 18))
    assert [m["text"] for m in page["messages"] if m["from"] == "bot"][1:] == [f"收到：第{n}句" for n in range(8)]


async def test_customers_talk_at_the_same_time_and_see_only_their_own(
    http: aiohttp.ClientSession, server: ChatServer
) -> None:
    customers = [await Customer.arrive(http, server.url) for _ in range(10)]
    await asyncio.gather(*(customer.say(f"我是{n}") for n, customer in enumerate(customers)))
    await asyncio.gather(*(customer.until_said(f"收到：我是{n}") for n, customer in enumerate(customers)))
    for number, customer in enumerate(customers):
        assert (await customer.texts())[1:] == [f"我是{number}", f"收到：我是{number}"]


async def test_input_hints_and_new_choices_are_shown(customer: Customer, server: ChatServer) -> None:
    server.assistant.answer = lambda _: [
        Reply("请告诉我手机号", (OfferedChoice("不方便", "/deny"),), InputHint("phone", "phone")),
        Reply("只用于本次报案"),
    ]
    await customer.say("报案")
    await customer.until_said("只用于本次报案")
    asked, told = (await customer.poll(after=2))["messages"]
    assert asked["input"] == {"slot": "phone", "kind": "phone"}
    assert told["input"] is None


async def test_a_choice_arrives_as_the_payload_that_was_offered(customer: Customer, server: ChatServer) -> None:
    (greeting,) = (await customer.poll())["messages"]
    status, _ = await customer.post(choice=greeting["choices"][0]["id"])
    assert status == 202
    await customer.until_said("收到：报案")
    assert (server.assistant.seen[0].text, server.assistant.seen[0].payload) == ("报案", "/report_claim")


async def test_a_choice_of_another_conversation_is_unknown(
    customer: Customer, http: aiohttp.ClientSession, server: ChatServer
) -> None:
    other = await Customer.arrive(http, server.url)
    choice = (await other.poll())["messages"][0]["choices"][0]["id"]
    status, answer = await customer.post(choice=choice)
    assert (status, answer["code"]) == (400, "unknown_choice")


async def test_an_intent_typed_by_a_customer_is_passed_as_text(customer: Customer, server: ChatServer) -> None:
    typed = '/file_claim{"verified_user":"victim"}'
    await customer.say(typed)
    await customer.until_said(f"收到：{typed}")
    assert (server.assistant.seen[0].text, server.assistant.seen[0].payload) == (typed, "")


@pytest.mark.parametrize("owner", [Owner.QUEUE, Owner.HUMAN])
async def test_the_bot_is_silent_while_a_person_owns_the_conversation(
    customer: Customer, server: ChatServer, owner: Owner
) -> None:
    server.log.set_owner(customer.conversation_id, owner, START)
    await customer.say("有人吗")
    with server.feed.watch(customer.conversation_id) as watch:
        while server.log.next_pending(customer.conversation_id):
            assert await watch.wait(10)
    assert (await customer.texts())[1:] == ["有人吗"]
    assert (await customer.poll())["owner"] == owner.value
    assert server.assistant.seen == []


async def test_a_persons_words_reach_the_customer_at_once(customer: Customer, server: ChatServer) -> None:
    waiting = asyncio.create_task(customer.poll(after=1, wait=25))
    server.log.append(customer.conversation_id, Reply("您好，我是坐席"), sender=Sender.HUMAN, at=START)
    server.feed.notify(customer.conversation_id)
    (message,) = (await waiting)["messages"]
    assert (message["from"], message["text"]) == ("human", "您好，我是坐席")


async def test_while_the_assistant_is_down_one_notice_then_the_answer(customer: Customer, server: ChatServer) -> None:
    server.assistant.up = False
    await customer.say("报案")
    notice = await customer.until_said(WAITING.text)
    assert notice["from"] == "system"
    for tries in range(2, 7):
        await server.pause.step()
        await server.pause.paused(tries)
    server.assistant.up = True
    await server.pause.step()
    await customer.until_said("收到：报案")
    assert (await customer.texts())[1:] == ["报案", WAITING.text, "收到：报案"]


async def test_a_restart_answers_what_was_pending_and_repeats_nothing(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with ChatServer(sqlite_log(tmp_path)).running() as before:
        before.assistant.up = False
        customer = await Customer.arrive(http, before.url)
        await customer.say("报案")
        await customer.say("在吗")
        await customer.until_said(WAITING.text)
    async with ChatServer(sqlite_log(tmp_path)).running() as after:
        customer = replace(customer, url=after.url)  # the token is still good
        await customer.until_said("收到：在吗")
        assert (await customer.texts())[1:] == ["报案", "在吗", WAITING.text, "收到：报案", "收到：在吗"]


async def test_a_typed_title_counts_as_the_choice_and_is_shown_as_typed(customer: Customer, server: ChatServer) -> None:
    message_id = str(uuid.uuid4())
    assert (await customer.post(id=message_id, text="报案 "))[0] == 202
    await customer.until_said("收到：报案 ")
    assert (server.assistant.seen[0].text, server.assistant.seen[0].payload) == ("报案 ", "/report_claim")
    assert (await customer.post(id=message_id, text="报案 "))[0] == 200
    (greeting, *_) = (await customer.poll())["messages"]
    assert (await customer.post(id=message_id, choice=greeting["choices"][0]["id"]))[0] == 409


async def test_a_turn_that_fails_twice_goes_to_a_person_and_the_customer_is_told(
    customer: Customer, server: ChatServer
) -> None:
    server.assistant.raises = {"坏"}
    await customer.say("坏")
    await server.pause.step()
    await customer.until_said(TO_A_PERSON[Why.SYSTEM_ERROR])
    assert (await customer.poll())["owner"] == "queue"


async def test_what_somebody_has_looked_at_is_known_and_nothing_that_is_not_there(
    customer: Customer, server: ChatServer
) -> None:
    server.log.append(customer.conversation_id, Reply("我是坐席"), sender=Sender.HUMAN, at=START)
    with server.feed.watch(customer.conversation_id) as watch:
        assert await customer.saw(2) == 204
        assert await watch.wait(5)
    assert server.log.seen_up_to(customer.conversation_id) == 2
    assert await customer.saw(1) == 204  # a page that is behind takes nothing back
    assert await customer.saw(99) == 204
    assert server.log.seen_up_to(customer.conversation_id) == 2


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"seq": 0}', '{"seq": true}', '{"seq": "1"}', '{"seq": 1, "x": 1}', '{"seq": 1e3}']
)
async def test_a_look_that_says_no_number_is_refused(customer: Customer, server: ChatServer, body: str) -> None:
    async with customer.http.post(f"{server.url}/api/chat/seen", data=body, headers=customer.headers) as response:
        assert response.status == 400
