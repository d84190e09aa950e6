"""Who a customer is to the site that the widget stands on: a short-lived JWT that the site's server signs.

It gives back the customer's conversation on a new device and nothing else: no policy is shown and nothing is changed on the strength of
it (the journeys prove identity themselves). HS256 with the key that both sides know (RFC 7519); no other algorithm is read.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from bot.channels.errors import RefusedRequestError

AUDIENCE = "service-chat"
LONGEST_LIFE = timedelta(hours=1)
_LONGEST_SUBJECT, _LONGEST_TOKEN = 128, 2048
_CLOCKS_DIFFER = timedelta(seconds=60)


@dataclass(frozen=True)
class SiteCustomer:
    """`key` stands for the customer in our tables: a keyed digest, so that the site's own number is kept nowhere.
    `statement` stands for what the site signed, good from `signed_at` (by the site's clock) until `expires_at`."""

    key: str
    signed_at: datetime
    expires_at: datetime
    statement: str


@dataclass(frozen=True)
class SiteIdentity:
    """Reads the site's statements. `secret` "" where no site signs any: then none is believed."""

    secret: str

    def read(self, token: str, now: datetime) -> SiteCustomer:
        """What the statement says.

        Raises:
            RefusedRequestError: identity_invalid: not signed with our key, malformed, out of date, or good for too long.
        """
        if not self.secret or len(token) > _LONGEST_TOKEN:
            raise RefusedRequestError("identity_invalid")
        try:
            said = jwt.decode(
                token,
                self.secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                options={
                    "require": ["sub", "iat", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            signed_at = datetime.fromtimestamp(said["iat"], tz=now.tzinfo)
            expires_at = datetime.fromtimestamp(said["exp"], tz=now.tzinfo)
            subject = said["sub"]
        except (jwt.PyJWTError, TypeError, ValueError, OverflowError, OSError) as error:
            raise RefusedRequestError("identity_invalid") from error
        # By our clock, which tests turn; PyJWT knows only the machine's.
        lives = signed_at - _CLOCKS_DIFFER <= now < expires_at <= signed_at + LONGEST_LIFE
        if not lives or not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise RefusedRequestError("identity_invalid")
        named = f"site-customer:{subject}".encode(errors="surrogatepass")  # JSON may write half a pair
        digest = hmac.digest(self.secret.encode(), named, hashlib.sha256)
        # Of what was signed: a signature might be written in more than one way.
        statement = hashlib.sha256(token.rpartition(".")[0].encode()).hexdigest()
        return SiteCustomer(digest.hex(), signed_at, expires_at, statement)
