"""The real front desk is killed (SIGKILL) again and again while a customer writes and two agents serve him: every word is there once, in order."""

from __future__ import annotations

import hashlib
import http.client
import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from random import Random
from urllib.parse import urlencode

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.console.auth import COOKIE
from bot.conversations.messages import Sender
from bot.insurance.hand_off import HandOff, Owner
from bot.insurance.staff import Credentials, DeskSession, Role, Staff, Stage
from tests.stack import Chat, Stack, wait_until

pytest_plugins = ["tests.stack"]
pytestmark = pytest.mark.timeout(600)  # the first test also trains, where the model is not the data's
KILLS, PATIENCE = 5, 180.0
AWAY = (OSError, http.client.HTTPException, json.JSONDecodeError)  # what a page sees of a server that is killed


@dataclass
class Agent:
    """One agent's browser; what a killed server leaves without an answer is sent again, as the page asks for."""

    stack: Stack
    name: str

    def __post_init__(self) -> None:
        now, cookie = datetime.now(SHANGHAI), f"cookie-of-{self.name}"
        staff = Staff(self.name, frozenset({Role.AGENT}), frozenset({"综合", "理赔"}))
        session = DeskSession(hashlib.sha256(cookie.encode()).hexdigest(), self.name, "token", Stage.DONE, now, now)
        with self.stack.unit_of_work() as work:
            if work.staff.get(self.name) is None:
                work.staff.add(staff, Credentials("no password", handed_out=False), now)
                work.desk_sessions.open(session)
                work.commit()
        self.headers = {"Cookie": f"{COOKIE}={cookie}", "Content-Type": "application/x-www-form-urlencoded"}

    def post(self, path: str, **fields: str) -> int:
        """The status; 0 where nobody answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.ports["desk"], timeout=10)
        try:
            connection.request("POST", path, urlencode({"csrf": "token", **fields}), self.headers)
            response = connection.getresponse()
            assert not (response.headers["Location"] or "").endswith("login"), "signed out"
            return response.status
        except AWAY:
            return 0
        finally:
            connection.close()

    def do(self, path: str, done: Callable[[], bool], **fields: str) -> None:
        """Until it is done, whoever answers what in between."""

        def once_more() -> bool:
            return done() or (self.post(path, **fields), done())[1]

        wait_until(once_more, f"{self.name}: {path}", PATIENCE)

    def say(self, conversation_id: str, words: str) -> None:
        path = f"/desk/{conversation_id}/answer"
        wait_until(lambda: self.post(path, text=words, form_id=words) == 303, f"{self.name}: {words}", PATIENCE)


def keep_killing(stack: Stack, stopped: threading.Event, killed: list[int]) -> None:
    chance = Random(20261123)
    while not stopped.is_set():
        stopped.wait(chance.uniform(0.05, 1.5))  # at whatever it is just then
        stack.restart("desk")
        killed.append(1)


def keep_writing(chat: Chat, said: list[str], stopped: threading.Event) -> None:
    """One message after the other; the next when the one before is acknowledged."""
    for number in count(1):
        if stopped.is_set():
            return
        text, message_id = f"还有一件事，第 {number} 件", str(uuid.uuid4())
        said.append(text)
        wait_until(partial(is_taken, chat, text, message_id), text, PATIENCE)
        stopped.wait(0.1)


def is_taken(chat: Chat, text: str, message_id: str) -> bool:
    try:
        return chat.send(text=text, message_id=message_id) > 0
    except AWAY:
        return False


def waiting(stack: Stack, chat: Chat) -> HandOff | None:
    with stack.unit_of_work() as work:
        return work.hand_offs.open_for(chat.id)


def taken_by(stack: Stack, chat: Chat, name: str) -> bool:
    found = waiting(stack, chat)
    return found is not None and found.taken_by == name


def test_no_word_is_lost_doubled_or_reordered_while_the_front_desk_is_killed_under_two_agents(stack: Stack) -> None:
    stack.heal()
    first, second, chat = Agent(stack, "4001"), Agent(stack, "4002"), stack.chat()
    chat.say("转人工")
    assert chat.owner == "queue"
    said, spoken, killed, stopped, quiet = ["转人工"], [], [], threading.Event(), threading.Event()
    threads = [
        threading.Thread(target=keep_killing, args=(stack, stopped, killed)),
        threading.Thread(target=keep_writing, args=(chat, said, quiet)),
    ]
    for thread in threads:
        thread.start()
    try:
        desk = f"/desk/{chat.id}"
        first.do(f"{desk}/take", lambda: taken_by(stack, chat, "4001"))
        while len(killed) < KILLS - 2:
            spoken.append(f"我是 1001，第 {len(spoken)} 句")
            first.say(chat.id, spoken[-1])
        first.do(f"{desk}/pass-on", lambda: waiting(stack, chat).post == "理赔", post="理赔", why="要查理赔进度")
        second.do(f"{desk}/take", lambda: taken_by(stack, chat, "4002"))
        while len(killed) < KILLS:
            spoken.append(f"我是 1002，第 {len(spoken)} 句")
            second.say(chat.id, spoken[-1])
        quiet.set()
        threads[1].join(PATIENCE)
        wait_until(lambda: stack.has_nothing_pending(chat.id), "a look at every message", PATIENCE)
        second.do(f"{desk}/return", lambda: waiting(stack, chat) is None)
    finally:
        stopped.set()
        quiet.set()
        for thread in threads:
            thread.join(PATIENCE)
        stack.heal()
    assert not any(thread.is_alive() for thread in threads)
    said.append("犹豫期是什么意思")
    assert "犹豫期" in chat.say(said[-1]).text  # the assistant goes on
    check(stack, chat, said, spoken)


def check(stack: Stack, chat: Chat, said: list[str], spoken: list[str]) -> None:
    history = chat.history()
    assert [one.seq for one in history] == list(range(1, len(history) + 1))
    assert [one.text for one in history if one.sender == Sender.CUSTOMER] == said
    assert [one.text for one in history if one.sender == Sender.HUMAN] == spoken
    assert min(len(said), len(spoken)) > KILLS  # both went on all the time
    told = [one.text for one in history if one.sender == Sender.SYSTEM]
    assert [text for text in told if "您的问题由理赔岗办理" in text] == [
        "您的问题由理赔岗办理，已为您转过去。您说过的都带过去了，不用重说。"
    ]
    assert len([text for text in told if "人工服务结束" in text]) == 1
    begin = next(one.seq for one in history if one.sender == Sender.HUMAN)
    end = next(one.seq for one in history if "人工服务结束" in one.text)
    assert not [one.text for one in history if one.sender == Sender.BOT and begin < one.seq < end]
    with stack.unit_of_work() as work:
        assert work.ownerships.owner(chat.id) is Owner.BOT
