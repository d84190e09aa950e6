"""WeChat's XML ↔ our dataclasses. Source: official account documentation, 接收普通消息, 接收事件推送, 被动回复用户消息."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from wechatpy.parser import parse_message

MAX_TEXT = 2000
_MAX_ID = 64


class BadMessageError(ValueError):
    """The XML is no message of WeChat's."""


class Kind(Enum):
    """IGNORED: an event that asks for nothing (VIEW, LOCATION, …). UNREADABLE: a kind we cannot read (video, …)."""

    TEXT = auto()
    VOICE = auto()
    IMAGE = auto()
    CLICK = auto()
    SUBSCRIBE = auto()
    UNSUBSCRIBE = auto()
    SCAN = auto()
    IGNORED = auto()
    UNREADABLE = auto()


_MESSAGES = {"text": Kind.TEXT, "voice": Kind.VOICE, "image": Kind.IMAGE}
_EVENTS = {
    "subscribe": Kind.SUBSCRIBE,
    "subscribe_scan": Kind.SUBSCRIBE,
    "unsubscribe": Kind.UNSUBSCRIBE,
    "scan": Kind.SCAN,
    "click": Kind.CLICK,
}


@dataclass(frozen=True)
class WeChatMessage:
    """`message_id` tells a message from any other of the account: three deliveries have the same. `text`: what was typed,
    or what the voice was heard as; "" where it was not. `key`: of a menu click."""

    kind: Kind
    message_id: str
    open_id: str
    account: str
    text: str = ""
    media_id: str = ""
    key: str = ""


def parse(xml: str) -> WeChatMessage:
    """Raises BadMessageError."""
    try:
        found = parse_message(xml)
        event = str(getattr(found, "event", "") or "").lower()
        kind = _EVENTS.get(event, Kind.IGNORED) if found.type == "event" else _MESSAGES.get(found.type, Kind.UNREADABLE)
        open_id, account = _id(found.source), _id(found.target)
        number = str(found.id or "")
        created = str(found._data.get("CreateTime", ""))
        said = {Kind.TEXT: "content", Kind.VOICE: "recognition"}.get(kind, "")
        text = getattr(found, said, "") if said else ""
        media_id = str(getattr(found, "media_id", "") or "")[:256]
        key = str(getattr(found, "key", "") or "")[:128]
    except BadMessageError:
        raise
    except Exception as error:  # whatever the parser's parts raise on what is no message
        raise BadMessageError("no message of WeChat's") from error
    if number == "0" or not number:
        number = hashlib.sha256(f"{open_id}\n{created}\n{event}\n{key}".encode()).hexdigest()[:24]
    return WeChatMessage(kind, f"wx-{number[:_MAX_ID]}", open_id, account, clean(str(text or "")), media_id, key)


def clean(text: str) -> str:
    """Without control characters and lone surrogates; nobody is refused for what his keyboard added."""
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return kept.strip()[:MAX_TEXT]


def text_reply(to: WeChatMessage, text: str, seconds: int) -> str:
    """The XML of a passive text reply."""
    return _reply(to, seconds, f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{_cdata(text)}]]></Content>")


def transfer_reply(to: WeChatMessage, seconds: int) -> str:
    """Gives the customer to WeChat's own agents (转发消息到客服)."""
    return _reply(to, seconds, "<MsgType><![CDATA[transfer_customer_service]]></MsgType>")


def _reply(to: WeChatMessage, seconds: int, body: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{_cdata(to.open_id)}]]></ToUserName>"
        f"<FromUserName><![CDATA[{_cdata(to.account)}]]></FromUserName>"
        f"<CreateTime>{seconds}</CreateTime>{body}</xml>"
    )


def _cdata(text: str) -> str:
    """`]]>` would end the section and break the XML."""
    return text.replace("]]>", "]]]]><![CDATA[>")


def _id(value: object) -> str:
    text = str(value or "")
    if not 1 <= len(text) <= 128 or not text.isascii() or not text.isprintable():
        raise BadMessageError("no customer or account")
    return text
