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
    heard_text,
    is_keyed,
    parse_call_id,
    parse_caller,
    parse_object,
)

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
_LARGEST = 10**32  # of a number in JSON; Python writes none of thousands of digits
_PAUSE_MS = 800  # of silence that end what the caller says


@dataclass(frozen=True)
class Callback:
    call_id: str
    event: CallEvent


def parse_callback(body: bytes) -> Callback:
    """A refusal is nothing that this gateway could play, so the only one is for a body that tells no call. A type that we do not know
    leaves the caller where he is; words or keys that cannot be read were not heard; keys that we do not use are ignored. The
    vendor adds both from time to time.

    Raises:
        RefusedRequestError: bad_json, not_an_object, bad_id.
    """
    fields = parse_object(body)
    kind, call_id = _TYPES.get(_string(fields, "content_type")), parse_call_id(_string(fields, "call_id"))
    if kind is None:
        log.warning("ivr.unknown_type", extra={"data": {"type": _name_of(fields.get("content_type"))}})
        return Callback(call_id, CallEvent(_id_of(body), EventType.BARGE_IN))
    content = _content(fields.get("content"))
    if kind is EventType.SPEECH and _string(content, "role") in _OURS:
        kind = EventType.BARGE_IN  # our own voice, or the person's who took over: nobody asked us
    words = heard_text(_string(content, "words")) if kind is EventType.SPEECH else ""
    digits = _string(content, "dtmf") or _string(content, "digits")
    if kind is EventType.DTMF and not is_keyed(digits):
        kind = EventType.SPEECH
    keyed = digits if kind is EventType.DTMF else ""
    return Callback(
        call_id, CallEvent(_id_of(body), kind, words, None, keyed, caller=parse_caller(_string(content, "caller")))
    )


def _id_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def _name_of(kind: object) -> str:
    """A type as the log may show it: a word, and nothing that a caller said."""
    return kind if isinstance(kind, str) and re.fullmatch(r"[a-z_]{1,30}", kind) else "other"


def _content(value: object) -> Mapping[str, object]:
    """Nothing where it is no object."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _string(fields: Mapping[str, object], name: str) -> str:
    """Numbers, as some gateways write telephone numbers and keys, as their digits; "" for what is neither."""
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < _LARGEST else ""
    return value if isinstance(value, str) else ""


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
        "record_flag": False,  # nobody tells the caller that he is recorded
    }
    if transfer:
        number = destinations.get(str(transfer["queue"])) or destinations.get("*")
        data |= {"action": "transfer", "transfer_to": number} if number else {"action": "hangup"}
    elif listen is None:
        data["action"] = "hangup"
    return {"result": "success", "code": 200, "data": data}
