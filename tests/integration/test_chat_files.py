"""Uploads on a real server: only when asked for, by what they are, within size and number, once, and for nobody else."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.conversations.messages import Inbound, InputHint, Reply, Sender
from bot.insurance.hand_off import Owner
from bot.insurance.matter_file import MAX_BYTES, Flaw, MatterFile
from tests.chat_server import ChatServer, Customer, sqlite_log
from tests.fakes import START
from tests.photos import HEIC, HTML, PDF, photo

ASKS = Reply("请发病历。", (), InputHint("claim_files", "file"))


def answer(inbound: Inbound) -> list[Reply]:
    if inbound.text == "补交":
        return [ASKS]
    return [Reply(f"收到 {inbound.payload}"), ASKS] if inbound.payload else [Reply("好的")]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ChatServer]:
    async with ChatServer(sqlite_log(tmp_path)).running() as server:
        server.assistant.answer = answer
        yield server


@pytest.fixture
async def customer(server: ChatServer) -> AsyncIterator[Customer]:
    """Somebody who has been asked for a file."""
    async with aiohttp.ClientSession() as http:
        one = await Customer.arrive(http, server.url)
        await one.say("补交")
        await one.until_said(ASKS.text)
        yield one


def stored(server: ChatServer, customer: Customer) -> list[MatterFile]:
    with server.unit_of_work() as work:
        return list(work.files.of_conversation(customer.conversation_id))


async def test_a_file_becomes_a_message_that_the_assistant_answers(server: ChatServer, customer: Customer) -> None:
    status, accepted = await customer.hand_in(photo(), name="我的病历.png")
    assert status == 202
    (file,) = stored(server, customer)
    await customer.until_said(f'收到 /inform{{"choice": "@file:{file.file_no}"}}')
    page = await customer.poll(accepted["seq"] - 1)
    assert (page["messages"][0]["from"], page["messages"][0]["text"]) == ("customer", "[文件] 我的病历.png")
    with server.unit_of_work() as work:
        assert work.files.content(file.file_no) == photo()
    assert (file.name, file.received_at, file.flaws) == ("我的病历.png", START, ())


@pytest.mark.parametrize("content", [photo(form="JPEG"), HEIC, PDF])
async def test_photos_and_pdf_are_taken(server: ChatServer, customer: Customer, content: bytes) -> None:
    assert (await customer.hand_in(content))[0] == 202
    assert len(stored(server, customer)) == 1


async def test_a_poor_photo_is_taken_with_its_flaw(server: ChatServer, customer: Customer) -> None:
    assert (await customer.hand_in(photo(light=30)))[0] == 202
    assert stored(server, customer)[0].flaws == (Flaw.DARK,)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (HTML, 415, "file_type"),
        (b"MZ\x90\x00" + bytes(100), 415, "file_type"),
        (b"GIF89a" + bytes(100), 415, "file_type"),
        (photo()[:300], 400, "file_broken"),
        (b"", 400, "file_empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES), 413, "file_too_large"),
    ],
)
async def test_what_is_no_paper_is_refused_whatever_it_is_called(
    server: ChatServer, customer: Customer, content: bytes, status: int, code: str
) -> None:
    got, told = await customer.hand_in(content, name="病历.png", Content_Type="image/png")
    assert (got, told["code"]) == (status, code)
    assert stored(server, customer) == []


async def test_a_large_file_without_a_length_is_stopped_on_the_way(server: ChatServer, customer: Customer) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield bytes(1024 * 1024)

    headers = {**customer.headers, "X-Message-Id": str(uuid.uuid4())}
    async with customer.http.post(f"{server.url}/api/chat/files", data=endless(), headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (413, "file_too_large")
    assert stored(server, customer) == []


async def test_nobody_sends_a_file_unasked(server: ChatServer, customer: Customer) -> None:
    other = await Customer.arrive(customer.http, server.url)
    got, told = await other.hand_in(photo())
    assert (got, told["code"]) == (409, "file_not_asked_for")
    await customer.say("不传了")
    await customer.until_said("好的")
    assert (await customer.hand_in(photo()))[1]["code"] == "file_not_asked_for"
    assert stored(server, other) == stored(server, customer) == []


async def test_a_person_who_answers_asks_for_no_file(server: ChatServer, customer: Customer) -> None:
    server.log.set_owner(customer.conversation_id, Owner.HUMAN, START)
    server.log.append(customer.conversation_id, Reply("您好，我是坐席"), sender=Sender.HUMAN, at=START)
    assert (await customer.hand_in(photo()))[1]["code"] == "file_not_asked_for"


async def test_a_strangers_token_opens_no_conversation(server: ChatServer, customer: Customer) -> None:
    for authorization, code in (("", "token_missing"), ("Bearer x", "token_invalid")):
        got, told = await customer.hand_in(photo(), Authorization=authorization)
        assert (got, told["code"]) == (401, code)
    got, told = await customer.hand_in(photo(), Origin="https://evil.example")
    assert (got, told["code"]) == (403, "cross_site")
    assert stored(server, customer) == []


async def test_the_same_file_twice_is_stored_once(server: ChatServer, customer: Customer) -> None:
    for name in ("病历.png", "病历（1）.png"):
        assert (await customer.hand_in(photo(), name=name))[0] == 202
    assert [file.name for file in stored(server, customer)] == ["病历.png"]
    other = await Customer.arrive(customer.http, server.url)
    await other.say("补交")
    await other.until_said(ASKS.text)
    assert (await other.hand_in(photo()))[0] == 202
    assert len(stored(server, other)) == 1


async def test_a_file_sent_again_with_its_id_is_one_message(server: ChatServer, customer: Customer) -> None:
    message_id = str(uuid.uuid4())
    first = await customer.hand_in(photo(), message_id=message_id)
    again = await customer.hand_in(photo(), message_id=message_id.upper())
    assert (first[0], again[0], first[1]) == (202, 200, again[1])
    assert sum(text.startswith("[文件]") for text in await customer.texts()) == 1


async def test_the_same_file_at_the_same_moment_is_stored_once(server: ChatServer, customer: Customer) -> None:
    answers = await asyncio.gather(*(customer.hand_in(photo()) for _ in range(4)))
    assert {status for status, _ in answers} == {202}
    assert len(stored(server, customer)) == 1


async def test_twenty_files_are_enough_for_one_hand_in(server: ChatServer, customer: Customer) -> None:
    for number in range(20):
        assert (await customer.hand_in(PDF + b"%d\n%%%%EOF" % number))[0] == 202
    got, told = await customer.hand_in(PDF)
    assert (got, told["code"]) == (409, "too_many_files")
    assert len(stored(server, customer)) == 20


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X_Message_Id": "1"}, "bad_id"),
        ({"X_File_Name": "%FF%FE"}, "bad_file_name"),
        ({"X_File_Name": "a" * 1201}, "bad_file_name"),
        ({"Content_Encoding": "gzip"}, "bad_encoding"),
    ],
)
async def test_headers_are_read_strictly(
    server: ChatServer, customer: Customer, headers: dict[str, str], code: str
) -> None:
    got, told = await customer.hand_in(photo(), **headers)
    assert (got, told["code"]) == (400, code)
    assert stored(server, customer) == []


async def test_a_name_keeps_no_folder_and_nothing_that_does_not_show(server: ChatServer, customer: Customer) -> None:
    await customer.hand_in(photo(), name="../../etc/\u202egnp.病历\n.png")
    assert stored(server, customer)[0].name == "etcgnp.病历.png"


async def test_what_nobody_handed_in_is_forgotten_after_a_week(server: ChatServer, customer: Customer) -> None:
    await customer.hand_in(photo(1))
    server.clock.now = START + timedelta(days=7, seconds=1)
    late = await Customer.arrive(customer.http, server.url)
    await late.say("补交")
    await late.until_said(ASKS.text)
    await late.hand_in(photo(2))
    assert stored(server, customer) == []
    assert len(stored(server, late)) == 1


async def test_nothing_of_a_file_is_readable_in_the_database(
    server: ChatServer, customer: Customer, tmp_path: Path
) -> None:
    canary = PDF + b"\n% canary-in-the-file\n%%EOF"
    await customer.hand_in(canary, name="金丝雀.pdf")
    assert len(stored(server, customer)) == 1
    held = _everything_in(tmp_path)
    assert b"canary-in-the-file" not in held
    assert "金丝雀".encode() not in held


def _everything_in(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.glob("assistant.db*"))
