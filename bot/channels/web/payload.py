"""What a page may send, parsed once and strictly: bytes and query strings in, frozen dataclasses out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.errors import RefusedRequestError

MAX_TEXT = 2000  # characters
MAX_WAIT = 25.0  # seconds
MAX_SEQ = 2**53 - 1
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_CHOICE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SEQ = re.compile(r"[0-9]{1,16}", re.ASCII)
_SECONDS = re.compile(r"\d{1,2}(\.\d{1,20})?", re.ASCII)


@dataclass(frozen=True)
class NewMessage:
    """A customer's message; exactly one of `text` and `choice_id` is non-empty. `text` is kept as it was typed."""

    id: str
    text: str
    choice_id: str


@dataclass(frozen=True)
class PollQuery:
    after: int
    wait: float


def parse_new_session(body: bytes) -> str:
    """A session needs nothing from the page: no body, or `{}`. `{"identity": …}` is a site's statement; "" for none."""
    fields = _parse_object(body) if body else {}
    if not set(fields) <= {"identity"}:
        raise RefusedRequestError("unknown_key")
    identity = fields.get("identity", "")
    if not isinstance(identity, str) or ("identity" in fields and not identity):
        raise RefusedRequestError("identity_invalid")
    return identity


def parse_new_message(body: bytes) -> NewMessage:
    """`{"id": uuid, "text": …}` or `{"id": uuid, "choice": …}`.

    Raises:
        RefusedRequestError: with the code that says what is wrong.
    """
    fields = _parse_object(body)
    if not set(fields) <= {"id", "text", "choice"}:
        raise RefusedRequestError("unknown_key")
    message_id = parse_message_id(fields.get("id"))
    if ("text" in fields) == ("choice" in fields):
        raise RefusedRequestError("text_or_choice")
    if "choice" in fields:
        return NewMessage(message_id, "", _parse_choice(fields["choice"]))
    return NewMessage(message_id, _parse_text(fields["text"]), "")


def parse_seen(body: bytes) -> int:
    """`{"seq": …}`: up to which message somebody has looked at the conversation. Raises RefusedRequestError."""
    fields = _parse_object(body)
    if not set(fields) <= {"seq"}:
        raise RefusedRequestError("unknown_key")
    seq = fields.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 < seq <= MAX_SEQ:
        raise RefusedRequestError("bad_query")
    return seq


def parse_poll(query: Mapping[str, str]) -> PollQuery:
    """`after` a sequence number, 0 when absent; `wait` 0 to 25 seconds, 0 when absent."""
    _refuse_unknown(query, {"after", "wait"})
    wait = query.get("wait", "0")
    if not _SECONDS.fullmatch(wait) or float(wait) > MAX_WAIT:
        raise RefusedRequestError("bad_query")
    return PollQuery(_parse_seq(query.get("after", "0")), float(wait))


def parse_stream(query: Mapping[str, str], last_event_id: str | None) -> int:
    """The sequence number after which to go on; a reconnecting page's Last-Event-ID wins over the address."""
    _refuse_unknown(query, {"after"})
    after = _parse_seq(query.get("after", "0"))
    return _parse_seq(last_event_id) if last_event_id else after


def _parse_object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise RefusedRequestError("bad_json") from error
    if not isinstance(value, dict):
        raise RefusedRequestError("not_an_object")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key twice")  # two readers of such a body could see two different messages
    return fields


def parse_message_id(value: object) -> str:
    """Canonical lower case: the same id spelled differently is still the same id."""
    if not isinstance(value, str) or not _UUID.fullmatch(value.lower()):
        raise RefusedRequestError("bad_id")
    return value.lower()


def _parse_choice(value: object) -> str:
    if not isinstance(value, str) or not _CHOICE.fullmatch(value):
        raise RefusedRequestError("unknown_choice")
    return value


def _parse_text(value: object) -> str:
    if not isinstance(value, str):
        raise RefusedRequestError("text_or_choice")
    if len(value) > MAX_TEXT:
        raise RefusedRequestError("text_too_long")
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in value):
        raise RefusedRequestError("control_characters")
    if not value.strip():
        raise RefusedRequestError("empty_text")
    return value


def _parse_seq(value: str) -> int:
    if not _SEQ.fullmatch(value) or int(value) > MAX_SEQ:
        raise RefusedRequestError("bad_query")
    return int(value)


def _refuse_unknown(query: Mapping[str, str], known: set[str]) -> None:
    if not set(query) <= known or len(query) != len(set(query)):
        raise RefusedRequestError("bad_query")
