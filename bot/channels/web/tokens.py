"""Conversation tokens: who holds one may read and write that conversation until it expires, and nothing else.

`<conversation id>.<expiry, Unix seconds>[.<generation>].<HMAC-SHA256 of all before it, base64url>`; nothing is stored. A
conversation of a customer whom the site named has generations: a logout begins a new one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.errors import RefusedRequestError

LIFETIME = timedelta(hours=24)
_MAX_LENGTH = 256


@dataclass(frozen=True)
class Access:
    conversation_id: str
    expires_at: datetime
    generation: int = 0


class Tokens:
    def __init__(self, key: str) -> None:
        # A key of its own for this purpose: what another part signs with the same secret is never a chat token.
        self._key = hmac.digest(key.encode(), b"bot.channels.web/conversation-token/1", hashlib.sha256)

    def issue(self, conversation_id: str, now: datetime, generation: int = 0) -> tuple[str, datetime]:
        """A token for the conversation (its id without dots) and when it expires."""
        expires_at = (now + LIFETIME).replace(microsecond=0)
        claim = f"{conversation_id}.{int(expires_at.timestamp())}" + (f".{generation}" if generation else "")
        return f"{claim}.{self._sign(claim)}", expires_at

    def check(self, token: str, now: datetime) -> Access:
        """What the token allows.

        Raises:
            RefusedRequestError: token_invalid, token_expired.
        """
        if len(token) > _MAX_LENGTH or not token.isascii():
            raise RefusedRequestError("token_invalid")
        claim, _, signature = token.rpartition(".")
        # Compared as text of one spelling, so that no second encoding of a signature passes.
        if not hmac.compare_digest(signature.encode(), self._sign(claim).encode()):
            raise RefusedRequestError("token_invalid")
        conversation_id, expiry, *generation = claim.split(".")
        expires_at = datetime.fromtimestamp(int(expiry), tz=now.tzinfo)
        if now >= expires_at:
            raise RefusedRequestError("token_expired")
        return Access(conversation_id, expires_at, int(generation[0]) if generation else 0)

    def _sign(self, claim: str) -> str:
        digest = hmac.digest(self._key, claim.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
