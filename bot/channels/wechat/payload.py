"""WeChat's XML ↔ our dataclasses. Source: official account documentation, 接收普通消息, 接收事件推送, 被动回复用户消息."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from wechatpy.parser import parse_message

MAX_TEXT = 2000  # characters of a turn, as on the page
_MAX_ID = 64


class BadMessageError(ValueError):
    """The XML is no message of WeChat's."""


class Kind(Enum):
    """AGENT_JOINED, AGENT_LEFT: of WeChat's own agents. IGNORED: an event that asks for nothing (VIEW, LOCATION, …).
    UNREADABLE: a kind we cannot read (video, …)."""

    TEXT = auto()
    VOICE = auto()
    IMAGE = auto()
    CLICK = auto()
    SUBSCRIBE = auto()
    UNSUBSCRIBE = auto()
    SCAN = auto()
    AGENT_JOINED = auto()
    AGENT_LEFT = auto()
    IGNORED = auto()
    UNREADABLE = auto()


_MESSAGES = {"text": Kind.TEXT, "voice": Kind.VOICE, "image": Kind.IMAGE}
_EVENTS = {
    "subscribe": Kind.SUBSCRIBE,
    "subscribe_scan": Kind.SUBSCRIBE,
    "unsubscribe": Kind.UNSUBSCRIBE,
    "scan": Kind.SCAN,
    "click": Kind.CLICK,
    "kf_create_session": Kind.AGENT_JOINED,
    "kf_switch_session": Kind.AGENT_JOINED,
    "kf_close_session": Kind.AGENT_LEFT,
}
# What the log shows of a message that is no text, and which of its fields beside.
_SHOWN = {
    "image": ("[照片]", ""),
    "voice": ("[语音]", ""),
    "video": ("[视频]", ""),
    "shortvideo": ("[小视频]", ""),
    "location": ("[位置]", "label"),
    "link": ("[链接]", "title"),
    "file": ("[文件]", "title"),
    "miniprogrampage": ("[小程序]", "title"),
    "event": ("[菜单]", ""),
}


@dataclass(frozen=True)
class WeChatMessage:
    """`message_id` tells a message from any other of the account: three deliveries have the same. `text`: what was typed,
    or what the voice was heard as; "" where it was not. `beyond`: what of it is more than a turn takes, in pieces that one would. `shown`: what the log
    shows of a message without text. `key`: of a menu click, a scanned code, an address."""

    kind: Kind
    message_id: str
    open_id: str
    account: str
    text: str = ""
    beyond: tuple[str, ...] = ()
    shown: str = ""
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
        name, beside = _SHOWN.get(found.type, ("[其他消息]", ""))
        shown = f"{name} {getattr(found, beside, '') or ''}" if beside else name
        media_id = str(getattr(found, "media_id", "") or "")[:256]
        key = str(found._data.get("EventKey") or "")[:128]
    except BadMessageError:
        raise
    except Exception as error:  # whatever the parser's parts raise on what is no message
        raise BadMessageError("no message of WeChat's") from error
    if number == "0" or not number:
        number = hashlib.sha256(f"{open_id}\n{created}\n{event}\n{key}".encode()).hexdigest()[:24]
    words = clean(str(text or ""))
    return WeChatMessage(
        kind=kind,
        message_id=f"wx-{number[:_MAX_ID]}",
        open_id=open_id,
        account=account,
        text=words[:MAX_TEXT],
        beyond=tuple(words[at : at + MAX_TEXT] for at in range(MAX_TEXT, len(words), MAX_TEXT)),
        shown=clean(shown)[:MAX_TEXT],
        media_id=media_id,
        key=key,
    )


def clean(text: str) -> str:
    """Without control characters and lone surrogates; nobody is refused for what his keyboard added."""
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return kept.strip()


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
