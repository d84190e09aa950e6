"""What the widget sends, as it was recorded in Chromium on another site's page, is taken and answered as it was then.

Clock, keys and ids are the test's, so that the recorded tokens are good and the answers come out the same to the letter.
"""

from __future__ import annotations

import base64
import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.channels.web.channel import WebDeps
from bot.channels.web.identity import SiteIdentity
from bot.channels.web.payload import parse_new_message, parse_new_session
from bot.channels.web.sessions import SiteCustomers
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.messages import InputHint, Reply
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from bot.store.site_customers import SqlSiteCustomers
from tests.chat_server import ChatServer
from tests.fakes import DATA_KEY
from tests.migrated import migrated_store

RECORDED = Path(__file__).parent / "web_payloads"
SITE, WIDGET_KEY = "http://localhost:8099", "the key that the site and the chat share"
# In the order in which they were made.
NAMES = ("identify", "choice", "message", "file", "history", "logout")


class Repeatable(ChatServer):
    """A chat server whose every id can be foretold, with a site that names its customers."""

    @classmethod
    def on(cls, folder: Path) -> Repeatable:
        url = migrated_store(folder / "assistant.db")
        engine = build_engine(url, DATA_KEY)
        choices = (f"choice-{number:09}" for number in itertools.count())
        server = cls(SqlMessageLog(engine, new_choice_id=lambda: next(choices)))
        server.assistant.answer = lambda inbound: [Reply(f"收到：{inbound.text}", (), InputHint("claim_files", "file"))]
        server.customers = SqlSiteCustomers(engine)
        return server

    customers: SiteCustomers

    def _deps(self, dispatcher: Dispatcher) -> WebDeps:
        ids = (f"{number:032x}" for number in itertools.count(1))
        return replace(
            super()._deps(dispatcher),
            identity=SiteIdentity(WIDGET_KEY),
            customers=self.customers,
            origins=frozenset({SITE}),
            new_id=lambda: next(ids),
        )


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return found


def body_of(one: dict[str, Any]) -> bytes:
    return base64.b64decode(one["body_base64"]) if "body_base64" in one else one.get("body", "").encode()


async def test_the_recorded_conversation_goes_as_it_went(tmp_path: Path) -> None:
    async with Repeatable.on(tmp_path).running() as server, aiohttp.ClientSession() as http:
        answered = 1  # the greeting
        for name in NAMES:
            one = recorded(name)
            if name == "history":
                await until(server, one["answer"])
            async with http.request(
                one["method"], server.url + one["path"], headers=one["headers"], data=body_of(one)
            ) as response:
                got = await response.json() if one["answer"] is not None else None
                assert (name, response.status, got) == (name, one["status"], one["answer"])
                assert response.headers["Access-Control-Allow-Origin"] == SITE
            if one["path"].endswith(("/messages", "/files")) and one["method"] == "POST":
                answered += 2
                await until_seq(server, answered)


async def until(server: ChatServer, answer: dict[str, Any]) -> None:
    await until_seq(server, answer["messages"][-1]["seq"])


async def until_seq(server: ChatServer, seq: int) -> None:
    conversation_id = f"{1:032x}"
    with server.feed.watch(conversation_id) as watch:
        while len(server.log.after(conversation_id, 0)) < seq:
            assert await watch.wait(10), "no answer"


@pytest.mark.parametrize(("name", "is_choice"), [("message", False), ("choice", True)])
def test_a_recorded_message_is_read(name: str, is_choice: bool) -> None:
    one = recorded(name)
    message = parse_new_message(body_of(one))
    assert message.id == json.loads(one["body"])["id"]
    assert (bool(message.choice_id), bool(message.text)) == (is_choice, not is_choice)


def test_a_recorded_statement_is_read_and_never_an_empty_one() -> None:
    assert parse_new_session(body_of(recorded("identify"))).count(".") == 2
    assert not parse_new_session(b"{}")
