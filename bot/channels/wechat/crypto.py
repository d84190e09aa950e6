"""Proving that a request comes from WeChat's server, and its cipher (安全模式). Source: official account documentation, 消息加解密说明."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import xmltodict
from wechatpy.crypto import WeChatCrypto

from bot.errors import BotError

# WeChat delivers one message for about fifteen seconds; a request much older was recorded by somebody.
MOST_SECONDS_APART = 600


class ForgedRequestError(BotError):
    """The signature, the time, the account or the cipher is wrong: not from WeChat, or not for this account."""

    code = "wechat_forged"


@dataclass(frozen=True)
class Envelope:
    """What the query string of a request says."""

    signature: str
    timestamp: str
    nonce: str
    message_signature: str = ""
    encrypted: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Envelope:
        return cls(
            signature=query.get("signature", ""),
            timestamp=query.get("timestamp", ""),
            nonce=query.get("nonce", ""),
            message_signature=query.get("msg_signature", ""),
            encrypted=query.get("encrypt_type", "raw") == "aes",
        )


class SeenRequests:
    """A signature covers time and nonce, not what is said: it is good for the body that came with it and no other, as long
    as its time is. Of this process; bounded, the oldest are forgotten first."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._seen: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    def check(self, envelope: Envelope, body: bytes, now: float) -> None:
        """Raises ForgedRequestError. `envelope` was found to be signed."""
        while self._seen and now - next(iter(self._seen.values()))[1] > 2 * MOST_SECONDS_APART:
            self._seen.popitem(last=False)
        digest = hashlib.sha256(body).digest()
        first, _ = self._seen.setdefault(envelope.signature, (digest, now))
        if first != digest:
            raise ForgedRequestError("another body with this signature")
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)


@dataclass(frozen=True)
class Seal:
    """`token` and `aes_key` as set at WeChat; with an `aes_key` nothing is taken in plain text."""

    app_id: str
    token: str
    aes_key: str = ""
    _cipher: WeChatCrypto | None = field(default=None, init=False, repr=False)
    _seen: SeenRequests = field(default_factory=SeenRequests, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.aes_key:
            object.__setattr__(self, "_cipher", WeChatCrypto(self.token, self.aes_key, self.app_id))

    def check(self, envelope: Envelope, now: float) -> None:
        """Raises ForgedRequestError."""
        expected = _digest(self.token, envelope.timestamp, envelope.nonce)
        if not _same(expected, envelope.signature):
            raise ForgedRequestError("signature")
        if (
            not re.fullmatch(r"[0-9]{1,12}", envelope.timestamp)
            or abs(now - int(envelope.timestamp)) > MOST_SECONDS_APART
        ):
            raise ForgedRequestError("timestamp")

    def check_body(self, envelope: Envelope, body: bytes, now: float) -> None:
        """After `check`. In plain text one seen address would else speak as any customer. Raises ForgedRequestError."""
        if self._cipher is None:
            self._seen.check(envelope, body, now)

    def open(self, body: bytes, envelope: Envelope) -> str:
        """The XML of the message. Raises ForgedRequestError; ValueError where it is no XML."""
        text = body.decode("utf-8")
        if self._cipher is None:
            return text
        if not envelope.encrypted:
            raise ForgedRequestError("plain text where the account is encrypted")
        sealed = str(_root(text).get("Encrypt") or "")
        expected = _digest(self.token, envelope.timestamp, envelope.nonce, sealed)
        if not _same(expected, envelope.message_signature):
            raise ForgedRequestError("message signature")
        try:
            opened: bytes | str = self._cipher.decrypt_message(
                text, envelope.message_signature, envelope.timestamp, envelope.nonce
            )
        except Exception as error:  # the library raises what its parts raise: padding, base64, struct, its own
            raise ForgedRequestError("cipher") from error
        return opened.decode("utf-8") if isinstance(opened, bytes) else opened

    def close(self, xml: str, envelope: Envelope) -> str:
        """A passive reply as WeChat expects it: enciphered where the account is."""
        if self._cipher is None:
            return xml
        closed: str = self._cipher.encrypt_message(xml, envelope.nonce, envelope.timestamp)
        return closed


def _same(expected: str, told: str) -> bool:
    """In constant time; as bytes, because what is told may be anything."""
    return hmac.compare_digest(expected.encode(), told.encode("utf-8", "replace"))


def _digest(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _root(text: str) -> Mapping[str, object]:
    """Raises ValueError."""
    try:
        root = xmltodict.parse(text).get("xml")
    except Exception as error:  # expat's error is no ValueError
        raise ValueError("no XML") from error
    if not isinstance(root, dict):
        raise ValueError("no message")
    return root
