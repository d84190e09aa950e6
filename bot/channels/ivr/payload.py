"""A gateway's events and our actions, as JSON. docs/openapi-ivr.yml is the contract."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.channels.errors import RefusedRequestError
from bot.channels.ivr.speech import ssml_of
from bot.text.identifiers import is_mobile

_ID = re.compile(r"[A-Za-z0-9_.:^@~+=-]{1,128}")  # 阿里云 writes 116012854210^10281427, SIP a Call-ID with its host
_DTMF = re.compile(r"[0-9*#]{1,32}")
_CALLER = re.compile(r"\+?[0-9]{5,20}")
_KEYS = {"id", "type", "text", "confidence", "alternatives", "digits", "from", "to", "answered"}
MAX_TEXT, MAX_ALTERNATIVES = 2000, 10


class EventType(str, Enum):
    START = "start"
    SPEECH = "speech"
    DTMF = "dtmf"
    NO_INPUT = "no_input"
    BARGE_IN = "barge_in"
    HANGUP = "hangup"


@dataclass(frozen=True)
class CallEvent:
    """`confidence` from 0 to 1, None where the recogniser says none. `caller`: the number
    that the call shows, "" for none; it is no identity. `answered`: of a hangup, that a person took the call put through."""

    id: str
    type: EventType
    text: str = ""
    confidence: float | None = None
    digits: str = ""
    alternatives: tuple[str, ...] = ()  # what else the recogniser would have it be
    caller: str = ""
    answered: bool = False


@dataclass(frozen=True)
class Gather:
    """What to listen for: the kind of the open question, and how many keys at most; 0 where keys do not answer it."""

    expect: str = "text"
    most_digits: int = 1
    timeout_ms: int = 6000


@dataclass(frozen=True)
class Actions:
    """What the gateway does now, in this order: say, then transfer, or hang up, or listen."""

    say: str = ""
    gather: Gather | None = field(default_factory=Gather)
    transfer: str = ""  # a post of the desk
    summary: str = ""
    hang_up: bool = False

    def as_json(self) -> dict[str, object]:
        found: list[dict[str, object]] = []
        if self.say:
            found.append({"type": "say", "text": self.say, "ssml": ssml_of(self.say)})
        if self.transfer:
            found.append({"type": "transfer", "queue": self.transfer, "summary": self.summary})
        elif self.hang_up:
            found.append({"type": "hangup"})
        elif self.gather:
            dtmf = {"max_digits": self.gather.most_digits, "terminator": "#"}
            found.append(
                {"type": "gather", "expect": self.gather.expect, "dtmf": dtmf, "timeout_ms": self.gather.timeout_ms}
            )
        return {"actions": found}


def parse_call_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise RefusedRequestError("bad_id")
    return value


def parse_event(body: bytes) -> CallEvent:
    """Raises RefusedRequestError: bad_json, not_an_object, unknown_key, bad_id, bad_event, text_too_long."""
    fields = parse_object(body)
    if set(fields) - _KEYS:
        raise RefusedRequestError("unknown_key")
    number = parse_event_id(fields.get("id"))
    kind = next((each for each in EventType if each.value == fields.get("type")), None)
    if kind is None:
        raise RefusedRequestError("bad_event")
    if any(not isinstance(fields.get(name, ""), str) for name in ("from", "to")):
        raise RefusedRequestError("bad_event")
    answered = fields.get("answered", False)
    if not isinstance(answered, bool):
        raise RefusedRequestError("bad_event")
    pressed = parse_digits(fields.get("digits")) if kind is EventType.DTMF or "digits" in fields else ""
    digits = pressed if kind is EventType.DTMF else ""
    text, *others = _texts(fields, kind)
    caller = parse_caller(str(fields.get("from", "")))
    return CallEvent(
        number, kind, text, parse_confidence(fields.get("confidence")), digits, tuple(others), caller, answered
    )


def parse_caller(written: str) -> str:
    """A number that can be called, of +86138…, 0138… (as long-distance lines show it), sip:138…@host and the like; "" for none."""
    number = re.sub(r"^(?:sips?|tel):", "", written.strip(), flags=re.IGNORECASE).partition("@")[0].partition(";")[0]
    number = re.sub(r"^(?:\+86|0086)(?=\d{7})", "", re.sub(r"[\s().-]", "", number))
    mobile = number.removeprefix("0")
    return mobile if is_mobile(mobile) else number if _CALLER.fullmatch(number) else ""


def parse_event_id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise RefusedRequestError("bad_id")
    return value


def parse_object(body: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RefusedRequestError("bad_json") from error
    if not isinstance(found, dict):
        raise RefusedRequestError("not_an_object")
    return found


def _texts(fields: Mapping[str, object], kind: EventType) -> list[str]:
    """The best hypothesis first: `text`, else the first alternative; both are looked at whatever the event, as the contract has it."""
    told, others = fields.get("text", ""), fields.get("alternatives", [])
    if not isinstance(told, str) or not isinstance(others, list) or len(others) > MAX_ALTERNATIVES:
        raise RefusedRequestError("bad_event")
    if not all(isinstance(each, str) for each in others):
        raise RefusedRequestError("bad_event")
    heard = [words for each in (told, *others) if (words := plain_text(each))]
    return heard if heard and kind is EventType.SPEECH else [""]


def plain_text(text: str) -> str:
    """What was said, without what no voice says. Raises RefusedRequestError: text_too_long."""
    if len(text) > MAX_TEXT:
        raise RefusedRequestError("text_too_long")
    # Controls, half surrogates, and code points that are no character: XML has no place for U+FFFE.
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs", "Cn")).strip()


def heard_text(text: str) -> str:
    """The same where nothing can be refused: a voice says 2,000 characters to nobody, so more than that was not heard."""
    return plain_text(text) if len(text) <= MAX_TEXT else ""


def parse_confidence(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise RefusedRequestError("bad_event")
    return float(value)


def parse_digits(digits: object) -> str:
    if not isinstance(digits, str) or not is_keyed(digits):
        raise RefusedRequestError("bad_event")
    return digits


def is_keyed(digits: str) -> bool:
    return bool(_DTMF.fullmatch(digits))
