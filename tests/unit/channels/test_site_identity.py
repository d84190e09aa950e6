"""What a site says of its customer is believed when it is signed with our key, fresh and short-lived, and never otherwise."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta

import jwt
import pytest

from bot.channels.errors import RefusedRequestError
from bot.channels.web.identity import AUDIENCE, SiteIdentity
from bot.text.dates import SHANGHAI

KEY = "the key that the site and the chat share"
NOW = datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)


def statement(key: str = KEY, algorithm: str = "HS256", **changed: object) -> str:
    moment = int(NOW.timestamp())
    claims = {"sub": "17", "aud": AUDIENCE, "iat": moment - 5, "exp": moment + 600, **changed}
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)


def test_the_same_customer_is_the_same_key_and_his_number_is_not_in_it() -> None:
    first, second = SiteIdentity(KEY).read(statement(), NOW), SiteIdentity(KEY).read(statement(nonce="x"), NOW)
    assert first.key == second.key
    assert first.key != SiteIdentity(KEY).read(statement(sub="18"), NOW).key
    assert first.signed_at == NOW - timedelta(seconds=5)


def test_a_statement_is_known_again_and_told_from_the_next() -> None:
    text = statement()
    first, again = SiteIdentity(KEY).read(text, NOW), SiteIdentity(KEY).read(text, NOW + timedelta(seconds=9))
    assert (first.statement, first.expires_at) == (again.statement, NOW + timedelta(seconds=600))
    assert first.statement != SiteIdentity(KEY).read(statement(nonce="x"), NOW).statement


def unsigned() -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    moment = int(NOW.timestamp())
    claims = {"sub": "17", "aud": AUDIENCE, "iat": moment, "exp": moment + 600}
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


MOMENT = int(NOW.timestamp())
FORGED = {
    "another key": statement(key="another key of the same length as ours.."),
    "no signature": unsigned(),
    "another algorithm": statement(algorithm="HS512"),
    "another audience": statement(aud="mail"),
    "no audience": statement(aud=None),
    "out of date": statement(exp=MOMENT - 1),
    "ends this second": statement(exp=MOMENT),
    "no end": statement(exp=None),
    "good for a day": statement(exp=MOMENT + 86400),
    "signed tomorrow": statement(iat=MOMENT + 86400, exp=MOMENT + 86700),
    "no beginning": statement(iat=None),
    "beginning in words": statement(iat="now"),
    "endless": statement(exp=1e300),
    "nobody": statement(sub=""),
    "no subject": statement(sub=None),
    "a list of people": statement(sub=["17"]),
    "a long name": statement(sub="x" * 129),
    "too long": statement(pad="x" * 3000),
    "no token": "",
    "half a token": statement().rpartition(".")[0],
    "cut": statement()[:-4],
    "not ASCII": "保险.单.号",
}


@pytest.mark.parametrize("forged", FORGED)
def test_anything_else_is_refused(forged: str) -> None:
    with pytest.raises(RefusedRequestError) as raised:
        SiteIdentity(KEY).read(FORGED[forged], NOW)
    assert raised.value.reason == "identity_invalid"


def test_where_no_site_signs_nobody_is_believed() -> None:
    for token in (statement(), unsigned()):
        with pytest.raises(RefusedRequestError):
            SiteIdentity("").read(token, NOW)
