"""The one way into the Rasa server: a turn from the front desk, authenticated, text kept apart from intents."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.dialogue.action_calls import ActionUnreachableError
from bot.dialogue.processor import ActionFailedError
from bot.errors import StateChangedError, StoreUnavailableError

log = logging.getLogger(__name__)

TURN_KEYS = {"conversation_id", "message_id", "text", "payload", "received_at", "channel"}
# A full-width solidus: looks the same to a reader, and is no intent prefix to Rasa's parser.
HARMLESS_SLASH = "／"
# What the same turn may do without the next time.
_PASSES = (ActionUnreachableError, StoreUnavailableError, StateChangedError)


class CollectedReplies(OutputChannel):
    """Keeps each bot message as the channel's JSON: text, choices and the input hint from `custom`."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "desk"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        custom = message.get("custom") or {}
        choices = [{"title": b["title"], "payload": b["payload"]} for b in message.get("buttons") or []]
        if message.get("text"):
            self.messages.append({"text": message["text"], "choices": choices, "input": custom.get("input")})


class DeskChannel(InputChannel):
    """`POST /webhooks/desk/turn` with a bearer secret.

    200 messages, 400 bad body, 401, 500 turn_failed (this turn raised, and will again), 503 it may be tried again:
    something it needs is away (action_unreachable, store_unavailable), or another turn of the conversation was saved
    while it ran (state_changed). Nothing of a turn that was not answered 200 is kept.
    """

    def __init__(self, secret: str) -> None:
        self._expected = f"Bearer {secret}".encode()

    @classmethod
    def name(cls) -> str:
        return "desk"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        desk = Blueprint("desk_channel")

        @desk.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = agent is not None and agent.is_ready()
            return response.json({"ready": ready}, status=200 if ready else 503)

        @desk.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            sent = request.headers.get("Authorization", "").encode()
            if not hmac.compare_digest(sent, self._expected):
                return response.json({"code": "unauthorised"}, status=401)
            body = request.json
            if not isinstance(body, dict) or set(body) != TURN_KEYS:
                return response.json({"code": "bad_turn"}, status=400)
            return await self._run(body, on_new_message)

        return desk

    async def _run(self, body: dict[str, str], on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
        replies = CollectedReplies()
        try:
            await on_new_message(
                UserMessage(
                    text=body["payload"] or _only_text(body["text"]),
                    output_channel=replies,
                    sender_id=body["conversation_id"],
                    input_channel=self.name(),
                    message_id=body["message_id"],
                    metadata={
                        "message_id": body["message_id"],
                        "received_at": body["received_at"],
                        "channel": body["channel"],
                        "chosen": bool(body["payload"]),
                    },
                )
            )
        except Exception as error:
            # The last stop of a turn: whatever went wrong, nothing of it was saved.
            return _failure(error)
        return response.json({"messages": replies.messages})


def _failure(error: Exception) -> HTTPResponse:
    failed_action = error.data if isinstance(error, ActionFailedError) else {}
    cause = (error.__cause__ or error) if failed_action else error
    if isinstance(cause, _PASSES):
        log.error("turn.failed", extra={"data": {**failed_action, "code": cause.code}})
        return response.json({"code": cause.code}, status=503)
    log.error("turn.failed", extra={"data": failed_action}, exc_info=cause)
    return response.json({"code": "turn_failed"}, status=500)


def _only_text(text: str) -> str:
    stripped = text.strip()
    return HARMLESS_SLASH + stripped[1:] if stripped.startswith(INTENT_MESSAGE_PREFIX) else stripped
