"""A SIP gateway with a VoiceXML 2.1 browser (W3C, 2007): each event is a fetch, each answer a document with one field.

The document names the id of the event that comes next, so that a fetch that is tried again is the same event.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

from bot.channels.errors import RefusedRequestError
from bot.channels.ivr.payload import (
    CallEvent,
    EventType,
    heard_text,
    is_keyed,
    parse_caller,
    parse_confidence,
    parse_event_id,
)

log = logging.getLogger(__name__)
_TYPES = {
    "start": EventType.START,
    "speech": EventType.SPEECH,
    "nomatch": EventType.SPEECH,
    "dtmf": EventType.DTMF,
    "noinput": EventType.NO_INPUT,
    "hangup": EventType.HANGUP,
}
_MOST_FIELDS = 64
_COUNTED = re.compile(r"(n|x[0-9a-f]{16}-)([0-9]{1,8})")
CONTENT_TYPE = "application/voicexml+xml"


def parse_form(body: bytes) -> CallEvent:
    """A form as the document's <submit> sends it; one without `event` is the first fetch of a call. A refusal is nothing that a browser
    could play, so there is none: what cannot be read was not heard, an event that we do not know leaves the caller where he is."""
    fields = _fields(body)
    kind = _TYPES.get(fields.get("event", "start" if fields or not body else ""))
    if kind is None:
        log.warning("ivr.unknown_type", extra={"data": {"type": "other"}})
        return CallEvent(_id_of(body, fields), EventType.BARGE_IN)
    number = "start" if kind is EventType.START and "id" not in fields else _id_of(body, fields)
    caller = parse_caller(fields.get("caller", ""))
    said = "" if fields.get("event") == "nomatch" else fields.get("said", "")
    if kind is EventType.DTMF and is_keyed(keys := said.replace(" ", "")):
        return CallEvent(number, kind, digits=keys, caller=caller)
    if kind is EventType.DTMF:
        return CallEvent(number, EventType.SPEECH, caller=caller)
    if kind is not EventType.SPEECH:
        return CallEvent(number, kind, caller=caller)
    return CallEvent(number, kind, heard_text(said), _confidence(fields.get("confidence", "")), caller=caller)


def _fields(body: bytes) -> Mapping[str, str]:
    """Bytes that are no text are no words either."""
    try:
        written = body.decode("utf-8", "ignore")
        return dict(parse_qsl(written, keep_blank_values=True, errors="ignore", max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}


def _id_of(body: bytes, fields: Mapping[str, str]) -> str:
    """What the document called it; of a form that tells none, the digest of the form."""
    try:
        return parse_event_id(fields.get("id"))
    except RefusedRequestError:
        return f"x{hashlib.sha256(body).hexdigest()[:16]}-0"


def _confidence(written: str) -> float | None:
    try:
        return parse_confidence(float(written))
    except (ValueError, RefusedRequestError):  # "undefined", or a scale of its own: as if the recogniser told none
        return None


def unused_id(at: datetime) -> str:
    """For the event after one that told no id."""
    return f"x{int(at.timestamp() * 1000):016x}-1"


def next_id_of(event_id: str) -> str:
    """The event after that one, as its document names it: n1, n2, …; the first document of a call answers `start`."""
    found = _COUNTED.fullmatch(event_id)
    return f"{found[1]}{int(found[2]) + 1}" if found else "n1"


def show_document(
    actions: list[dict[str, object]], *, next_id: str, address: str, grammar: str, destinations: Mapping[str, str]
) -> str:
    """The document: say, then transfer, or end, or listen by voice and keys and submit what came."""
    by_type = {str(action["type"]): action for action in actions}
    prompt = f"<prompt bargein='true'>{_spoken(by_type['say'])}</prompt>" if "say" in by_type else ""
    transfer, listen = by_type.get("transfer"), by_type.get("gather")
    if transfer:
        number = destinations.get(str(transfer["queue"])) or destinations.get("*")
        to = (
            f"<transfer name='person' type='blind' dest={quoteattr(number)}/>"
            if number
            else "<block><disconnect/></block>"
        )
        body = f"<block>{prompt}</block>{to}"
    elif listen:
        body = _field(prompt, listen, grammar)
    else:
        body = f"<block>{prompt}<disconnect/></block>"
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<vxml version='2.1' xmlns='http://www.w3.org/2001/vxml' xml:lang='zh-CN'>"
        f"<var name='event' expr=\"'speech'\"/><var name='id' expr=\"'{next_id}'\"/><var name='confidence' expr=\"''\"/>"
        f"<var name='said' expr=\"''\"/><catch event='connection.disconnect.hangup'><assign name='event' expr=\"'hangup'\"/>"
        # An id of its own: the event under way has the next one.
        f"<assign name='id' expr=\"'{next_id}-hangup'\"/>{_submit(address)}</catch>"
        f"<form id='turn'>{body.replace('@SUBMIT@', _submit(address))}</form></vxml>"
    )


def _field(prompt: str, listen: Mapping[str, object], grammar: str) -> str:
    dtmf = listen["dtmf"]
    assert isinstance(dtmf, dict)
    most = int(dtmf["max_digits"])
    keys = _keys(most) if most else ""
    went = "<assign name='event' expr=\"'{}'\"/>@SUBMIT@".format
    return (
        f"<property name='timeout' value='{int(str(listen['timeout_ms']))}ms'/><property name='termchar' value='#'/>"
        f"<field name='heard'>{prompt}<grammar mode='voice' src={quoteattr(grammar)}/>{keys}"
        f"<noinput>{went('noinput')}</noinput><nomatch>{went('nomatch')}</nomatch>"
        "<filled><assign name='said' expr='heard'/><assign name='confidence' expr='heard$.confidence'/>"
        "<if cond=\"heard$.inputmode == 'dtmf'\"><assign name='event' expr=\"'dtmf'\"/></if>@SUBMIT@</filled></field>"
    )


def _keys(most: int) -> str:
    """A grammar of SRGS (W3C, 2004): up to so many digits, or the star alone, which builtin:dtmf/digits does not know."""
    digits = "".join(f"<item>{digit}</item>" for digit in range(10))
    return (
        "<grammar mode='dtmf' version='1.0' root='keys' xmlns='http://www.w3.org/2001/06/grammar'><rule id='keys' scope='public'>"
        f"<one-of><item repeat='1-{most}'><one-of>{digits}</one-of></item><item>*</item></one-of></rule></grammar>"
    )


def _submit(address: str) -> str:
    return f"<submit next={quoteattr(address)} method='post' namelist='event id said confidence'/>"


def _spoken(say: Mapping[str, object]) -> str:
    """Text with the breaths of its SSML; a VoiceXML prompt is SSML inside."""
    ssml = str(say["ssml"])
    inner = ssml[ssml.index(">") + 1 : ssml.rindex("<")]
    return inner or escape(str(say["text"]))
