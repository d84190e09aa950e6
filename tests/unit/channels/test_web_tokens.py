from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.errors import RefusedRequestError
from bot.channels.web.tokens import Tokens
from tests.fakes import START

TOKENS = Tokens("a key of the tests")


def refused(token: str, after: timedelta = timedelta()) -> str:
    with pytest.raises(RefusedRequestError) as refusal:
        TOKENS.check(token, START + after)
    return refusal.value.reason


def test_a_token_opens_its_own_conversation_for_a_day() -> None:
    token, expires_at = TOKENS.issue("abc", START)
    assert expires_at == START + timedelta(hours=24)
    assert TOKENS.check(token, START + timedelta(hours=23, minutes=59)).conversation_id == "abc"
    assert refused(token, timedelta(hours=24)) == "token_expired"


def test_a_token_cannot_be_pointed_at_another_conversation_or_prolonged() -> None:
    conversation_id, expiry, signature = TOKENS.issue("abc", START)[0].split(".")
    assert refused(f"abd.{expiry}.{signature}") == "token_invalid"
    assert refused(f"{conversation_id}.{int(expiry) + 1}.{signature}") == "token_invalid"


def test_every_single_changed_character_is_noticed() -> None:
    token = TOKENS.issue("abc", START)[0]
    for place, character in enumerate(token):
        other = "A" if character != "A" else "B"
        assert refused(token[:place] + other + token[place + 1 :]) == "token_invalid"


def test_a_token_of_another_key_is_refused() -> None:
    assert refused(Tokens("another key").issue("abc", START)[0]) == "token_invalid"


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "中文.1.签名", "a\udcff.1.x", "x" * 100_000, "abc.1", "=" * 40]
)
def test_nonsense_is_refused(token: str) -> None:
    assert refused(token) == "token_invalid"
