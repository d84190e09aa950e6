"""阿里云 语音服务, inbound calls (呼入): its callbacks as our events, our actions as its replies.

Source: the vendor's document of the inbound callback, as told in the README. A callback has no id of its own: the digest of its body is
its id, so that a delivery again is the same event. `content` comes as an object or as its JSON text.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.ivr.payload import (
    CallEvent,
    EventType,
    parse_call_id,
    parse_caller,
    parse_digits,
    parse_object,
    plain_text,
)
from bot.channels.web.errors import RefusedRequestError

log = logging.getLogger(__name__)
_TYPES = {
    "callin": EventType.START,
    "normal": EventType.SPEECH,
    "mute": EventType.NO_INPUT,
    "timebreak": EventType.BARGE_IN,
    "dtmf": EventType.DTMF,
    "hangup": EventType.HANGUP,
}
_OURS = frozenset(("robot", "system", "agent", "seat"))
_PAUSE_MS = 800  # of silence that end what the caller says


@dataclass(frozen=True)
class Callback:
    call_id: str
    event: CallEvent


def parse_callback(body: bytes) -> Callback:
    """A type that we do not know leaves the caller where he is: a refusal is nothing that this gateway could play. Keys that we do
    not use are ignored. The vendor adds both from time to time.

    Raises:
        RefusedRequestError: bad_json, not_an_object, bad_id, bad_event, text_too_long.
    """
    fields = parse_object(body)
    kind, call_id = _TYPES.get(str(fields.get("content_type"))), fields.get("call_id")
    if not isinstance(call_id, str):
        raise RefusedRequestError("bad_id")
    if kind is None:
        log.warning("ivr.unknown_type", extra={"data": {"type": _name_of(fields.get("content_type"))}})
        return Callback(parse_call_id(call_id), CallEvent(_id_of(body), EventType.BARGE_IN))
    content = _content(fields.get("content"))
    if kind is EventType.SPEECH and _string(content, "role") in _OURS:
        kind = EventType.BARGE_IN  # our own voice, or the person's who took over: nobody asked us
    words = _string(content, "words") if kind is EventType.SPEECH else ""
    pressed = _string(content, "dtmf") or _string(content, "digits")
    digits = parse_digits(pressed) if kind is EventType.DTMF else ""
    caller = parse_caller(_string(content, "caller"))
    return Callback(
        parse_call_id(call_id), CallEvent(_id_of(body), kind, plain_text(words), None, digits, caller=caller)
    )


def _id_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def _name_of(kind: object) -> str:
    """A type as the log may show it: a word, and nothing that a caller said."""
    return kind if isinstance(kind, str) and re.fullmatch(r"[a-z_]{1,30}", kind) else "other"


def _content(value: object) -> Mapping[str, object]:
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise RefusedRequestError("bad_event") from error
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise RefusedRequestError("bad_event")
    return value


def _string(content: Mapping[str, object], name: str) -> str:
    value = content.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusedRequestError("bad_event")
    return value


def show_reply(call_id: str, actions: list[dict[str, object]], destinations: Mapping[str, str]) -> dict[str, object]:
    """What the vendor is told to do. A call that no destination is known for is ended after the words that announce it:
    they name the desk's hours and say that somebody calls."""
    by_type = {str(action["type"]): action for action in actions}
    said = str(by_type["say"]["text"]) if "say" in by_type else ""
    listen, transfer = by_type.get("gather"), by_type.get("transfer")
    data: dict[str, object] = {
        "call_id": call_id,
        "action": "answer",
        "action_code": "$tts$",
        "action_code_param": json.dumps({"tts": said}, ensure_ascii=False),
        "mute_time": int(str(listen["timeout_ms"])) if listen else 0,
        "pause_time": _PAUSE_MS,
        "record_flag": True,
    }
    if transfer:
        number = destinations.get(str(transfer["queue"])) or destinations.get("*")
        data |= {"action": "transfer", "transfer_to": number} if number else {"action": "hangup"}
    elif listen is None:
        data["action"] = "hangup"
    return {"result": "success", "code": 200, "data": data}
