"""Only WeChat's own requests are heard, and in the cipher where the account has one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.crypto import MOST_SECONDS_APART, Envelope, ForgedRequestError, Seal, SeenRequests
from simulators.wechat.server import Account, WeChatServer

PAYLOADS = Path(__file__).parent / "wechat_payloads"
NOW = 1764100000.0
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
XML = "<xml><Content>你好</Content></xml>"


def sent(account: Account, at: float = NOW) -> tuple[Envelope, bytes]:
    query, body = WeChatServer("", account, clock=lambda: at).sealed(XML)
    return Envelope.of(query), body.encode()


def seal(account: Account) -> Seal:
    return Seal(account.app_id, account.token, account.aes_key)


@pytest.mark.parametrize("account", [Account(), Account(aes_key=KEY)], ids=["plain", "enciphered"])
def test_what_wechat_sends_is_opened(account: Account) -> None:
    envelope, body = sent(account)
    seal(account).check(envelope, NOW)
    assert seal(account).open(body, envelope) == XML


def test_a_recorded_envelope_is_opened() -> None:
    """Made after the documentation (AES-256-CBC, padding to 32 bytes), not with the library that opens it."""
    envelope = Envelope.of(dict(parse_qsl((PAYLOADS / "enciphered.query").read_text().strip())))
    account = seal(Account(aes_key=KEY))
    account.check(envelope, NOW)
    opened = account.open((PAYLOADS / "enciphered.xml").read_bytes(), envelope)
    assert opened == (PAYLOADS / "text.xml").read_text(encoding="utf-8").strip()


def test_another_token_is_another_sender() -> None:
    envelope, _ = sent(Account(token="anothertoken"))
    with pytest.raises(ForgedRequestError):
        seal(Account()).check(envelope, NOW)


@pytest.mark.parametrize("at", [NOW - 3600, NOW + 3600])
def test_a_recorded_request_is_not_heard_an_hour_later(at: float) -> None:
    envelope, _ = sent(Account(), at)
    with pytest.raises(ForgedRequestError):
        seal(Account()).check(envelope, NOW)


def test_plain_text_is_refused_where_there_is_a_cipher() -> None:
    envelope, body = sent(Account())
    with pytest.raises(ForgedRequestError):
        seal(Account(aes_key=KEY)).open(body, envelope)


def test_a_message_for_another_account_is_refused() -> None:
    envelope, body = sent(Account(app_id="wxffffffffffffffff", aes_key=KEY))
    with pytest.raises(ForgedRequestError):
        seal(Account(aes_key=KEY)).open(body, envelope)


def test_a_changed_cipher_text_is_refused() -> None:
    envelope, body = sent(Account(aes_key=KEY))
    changed = body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[A")
    with pytest.raises(ForgedRequestError):
        seal(Account(aes_key=KEY)).open(changed, envelope)


def test_a_seen_signature_is_good_for_its_own_body_alone() -> None:
    envelope, body = sent(Account())
    account = seal(Account())
    account.check_body(envelope, body, NOW)
    account.check_body(envelope, body, NOW + 5)  # WeChat delivers a message up to three times
    with pytest.raises(ForgedRequestError):
        account.check_body(envelope, body + b" ", NOW + MOST_SECONDS_APART)
    other, _ = sent(Account())
    account.check_body(other, body + b" ", NOW)


def test_seen_requests_are_bounded_and_forgotten_once_too_old_to_come_again() -> None:
    seen = SeenRequests(most=10)
    for number in range(30):
        seen.check(Envelope(f"{number}", "1", "1"), b"", NOW)
    assert len(seen._seen) == 10
    seen.check(Envelope("new", "1", "1"), b"", NOW + 3 * MOST_SECONDS_APART)
    assert list(seen._seen) == ["new"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_guess_is_a_signature(signature: str, timestamp: str, nonce: str) -> None:
    with pytest.raises(ForgedRequestError):
        seal(Account()).check(Envelope(signature, timestamp, nonce), NOW)


@given(st.binary(max_size=300))
def test_rubbish_in_the_cipher_is_refused_or_no_xml(body: bytes) -> None:
    account = Account(aes_key=KEY)
    envelope, _ = sent(account)
    with pytest.raises((ForgedRequestError, ValueError)):
        seal(account).open(body, replace(envelope, message_signature="0" * 40))
