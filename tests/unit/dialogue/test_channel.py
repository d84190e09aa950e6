"""What the desk channel answers when a turn fails: 500 for this turn's own fault, 503 for what it needs and lacks."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.utils.endpoints import ClientResponseError

from bot.dialogue.action_calls import ActionUnreachableError, BadActionAnswerError
from bot.dialogue.channel import DeskChannel
from bot.dialogue.processor import ActionFailedError
from bot.errors import StateChangedError, StoreUnavailableError

TURN = {
    "conversation_id": "c1", "message_id": "m1", "text": "我叫金丝雀", "payload": "",
    "received_at": "2026-11-23T09:12:00+08:00", "channel": "web",
}  # fmt: skip


def because(cause: Exception) -> ActionFailedError:
    failed = ActionFailedError(action="action_submit_claim")
    failed.__cause__ = cause
    return failed


def raising(error: Exception) -> Callable[[UserMessage], Awaitable[None]]:
    async def turn(_: UserMessage) -> None:
        raise error

    return turn


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (because(ActionUnreachableError(action="a")), 503, "action_unreachable"),
        (because(StoreUnavailableError()), 503, "store_unavailable"),
        (StoreUnavailableError(), 503, "store_unavailable"),
        (StateChangedError(table="trackers", version=3), 503, "state_changed"),
        (because(ClientResponseError(500, "Internal Server Error", "")), 500, "turn_failed"),
        (because(BadActionAnswerError(action="a", place="events")), 500, "turn_failed"),
        (because(KeyError("made_up")), 500, "turn_failed"),
        (ActionFailedError(action="a"), 500, "turn_failed"),
        (ValueError("我叫金丝雀"), 500, "turn_failed"),
    ],
)
async def test_a_failed_turn_says_whose_fault_it_was(
    error: Exception, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await DeskChannel("s")._run(TURN, raising(error))
    assert (answer.status, json.loads(answer.body)) == (status, {"code": code})
    assert [record.msg for record in caplog.records] == ["turn.failed"]
