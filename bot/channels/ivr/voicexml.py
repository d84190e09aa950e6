"""A SIP gateway with a VoiceXML 2.1 browser (W3C, 2007): each event is a fetch, each answer a document with one field.

The document names the id of the event that comes next, so that a fetch that is tried again is the same event.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

from bot.channels.ivr.payload import (
    CallEvent,
    EventType,
    parse_caller,
    parse_confidence,
    parse_digits,
    parse_event_id,
    plain_text,
)
from bot.channels.web.errors import RefusedRequestError

_TYPES = {
    "start": EventType.START,
    "speech": EventType.SPEECH,
    "nomatch": EventType.SPEECH,
    "dtmf": EventType.DTMF,
    "noinput": EventType.NO_INPUT,
    "hangup": EventType.HANGUP,
}
_KEYS = {"event", "id", "said", "confidence", "caller"}
CONTENT_TYPE = "application/voicexml+xml"


def parse_form(body: bytes) -> CallEvent:
    """A form as the document's <submit> sends it; an empty one, or `caller` alone, is the first fetch of a call.

    Raises:
        RefusedRequestError: bad_event, unknown_key, bad_id, text_too_long.
    """
    try:
        fields = dict(
            parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=16)
        )
    except ValueError as error:
        raise RefusedRequestError("bad_event") from error
    if set(fields) - _KEYS:
        raise RefusedRequestError("unknown_key")
    kind = _TYPES.get(fields.get("event", "start"))
    if kind is None:
        raise RefusedRequestError("bad_event")
    number, caller = parse_event_id(fields.get("id", "start")), parse_caller(fields.get("caller", ""))
    said = "" if fields.get("event") == "nomatch" else fields.get("said", "")
    if kind is EventType.DTMF:
        return CallEvent(number, kind, digits=parse_digits(said.replace(" ", "")), caller=caller)
    if kind is not EventType.SPEECH:
        return CallEvent(number, kind, caller=caller)
    return CallEvent(number, kind, plain_text(said), _confidence(fields.get("confidence", "")), caller=caller)


def _confidence(written: str) -> float | None:
    if written in ("", "undefined"):
        return None
    try:
        return parse_confidence(float(written))
    except ValueError as error:
        raise RefusedRequestError("bad_event") from error


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
