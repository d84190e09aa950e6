"""What the Rasa server's desk channel answers, read strictly: an answer we do not understand is no answer."""

from __future__ import annotations

import json

from bot.conversations.messages import InputHint, OfferedChoice, Reply

INPUT_KINDS = frozenset(
    ("text", "name", "phone", "id_number", "otp", "date", "datetime", "number", "amount", "choice", "confirm", "file")
)


class AnswerError(ValueError):
    """The answer is not what docs/architecture.md promises; the message names the place, never a value."""


def parse_answer(body: bytes) -> tuple[Reply, ...]:
    """`{"messages": [{"text", "choices": [{"title", "payload"}], "input": {"slot", "kind"} | null}]}` → replies.

    Raises:
        AnswerError: anything missing, unknown, empty or of another type.
    """
    try:
        answer = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise AnswerError("not JSON") from error
    messages = _list(_object(answer, {"messages"}, "answer")["messages"], "messages")
    return tuple(_reply(message) for message in messages)


def _reply(message: object) -> Reply:
    fields = _object(message, {"text", "choices", "input"}, "message")
    return Reply(
        text=_text(fields["text"], "text"),
        choices=tuple(_choice(choice) for choice in _list(fields["choices"], "choices")),
        input=None if fields["input"] is None else _input(fields["input"]),
    )


def _choice(choice: object) -> OfferedChoice:
    fields = _object(choice, {"title", "payload"}, "choice")
    return OfferedChoice(title=_text(fields["title"], "title"), payload=_text(fields["payload"], "payload"))


def _input(hint: object) -> InputHint:
    fields = _object(hint, {"slot", "kind"}, "input")
    kind = _text(fields["kind"], "kind")
    if kind not in INPUT_KINDS:
        raise AnswerError("unknown input kind")
    return InputHint(slot=_text(fields["slot"], "slot"), kind=kind)


def _object(value: object, keys: set[str], place: str) -> dict[str, object]:
    if not isinstance(value, dict) or set(value) != keys:
        raise AnswerError(f"{place}: not an object with exactly {', '.join(sorted(keys))}")
    return value


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise AnswerError(f"{place}: not a list")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise AnswerError(f"{place}: not a non-empty text")
    return value
