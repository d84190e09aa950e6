from __future__ import annotations

import json

import pytest

from bot.channels.errors import CATALOGUE, RefusedRequestError
from bot.channels.web.payload import (
    NewMessage,
    PollQuery,
    parse_new_message,
    parse_new_session,
    parse_poll,
    parse_stream,
)

ID = "0b5a8a52-9a3c-4b6e-8f0e-3f0f5a2f9d10"


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def refused(raw: bytes) -> str:
    with pytest.raises(RefusedRequestError) as refusal:
        parse_new_message(raw)
    return refusal.value.reason


def test_text_is_kept_as_it_was_typed() -> None:
    assert parse_new_message(body(id=ID, text=" 报案\n\t京A12345 ")) == NewMessage(ID, " 报案\n\t京A12345 ", "")


def test_a_choice_has_no_text() -> None:
    assert parse_new_message(body(id=ID, choice="aB3_-")) == NewMessage(ID, "", "aB3_-")


def test_an_id_in_capitals_is_the_same_id() -> None:
    assert parse_new_message(body(id=ID.upper(), text="在")).id == ID


def test_text_that_looks_like_an_intent_is_text() -> None:
    assert parse_new_message(body(id=ID, text='/affirm{"a":1}')).text == '/affirm{"a":1}'


def test_exactly_two_thousand_characters_pass() -> None:
    assert len(parse_new_message(body(id=ID, text="保" * 2000)).text) == 2000


def test_emoji_and_rare_characters_pass() -> None:
    assert parse_new_message(body(id=ID, text="👨‍👩‍👧 𠮷")).text == "👨‍👩‍👧 𠮷"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"\xff\xfe{", "bad_json"),
        ("{}".encode("utf-16"), "bad_json"),
        (b"[" * 60_000, "bad_json"),
        (b'{"id": ' + b"1" * 60_000 + b"}", "bad_json"),
        (f'{{"id": "{ID}", "text": "a", "text": "b"}}'.encode(), "bad_json"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
        (body(id=ID, text="a", sender="b"), "unknown_key"),
        (body(id=ID), "text_or_choice"),
        (body(id=ID, text="a", choice="b"), "text_or_choice"),
        (body(id=ID, text=None), "text_or_choice"),
        (body(id=ID, text=["a"]), "text_or_choice"),
        (body(text="a"), "bad_id"),
        (body(id=7, text="a"), "bad_id"),
        (body(id="1", text="a"), "bad_id"),
        (body(id="{" + ID + "}", text="a"), "bad_id"),
        (body(id=ID.replace("-", ""), text="a"), "bad_id"),
        (body(id=ID + "\n", text="a"), "bad_id"),
        (body(id=ID.replace("0", "０"), text="a"), "bad_id"),
        (body(id=ID, text=""), "empty_text"),
        (body(id=ID, text=" \n\t　"), "empty_text"),
        (body(id=ID, text="a\0"), "control_characters"),
        (body(id=ID, text="a\x1b[2J"), "control_characters"),
        (body(id=ID, text="a\x85"), "control_characters"),
        (b'{"id": "' + ID.encode() + b'", "text": "\\ud800"}', "control_characters"),
        (body(id=ID, text="保" * 2001), "text_too_long"),
        (body(id=ID, choice=""), "unknown_choice"),
        (body(id=ID, choice=3), "unknown_choice"),
        (body(id=ID, choice="/affirm"), "unknown_choice"),
        (body(id=ID, choice="x" * 65), "unknown_choice"),
    ],
)
def test_what_is_not_a_message_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    assert refused(raw) == reason


@pytest.mark.parametrize("raw", [b"", b"{}"])
def test_a_session_needs_no_body(raw: bytes) -> None:
    parse_new_session(raw)


@pytest.mark.parametrize(("raw", "reason"), [(b'{"sender": "x"}', "unknown_key"), (b"[]", "not_an_object")])
def test_a_session_takes_nothing_from_the_page(raw: bytes, reason: str) -> None:
    with pytest.raises(RefusedRequestError, match=reason):
        parse_new_session(raw)


def test_a_poll_starts_at_the_beginning_and_does_not_wait_unless_told() -> None:
    assert parse_poll({}) == PollQuery(0, 0.0)
    assert parse_poll({"after": "17", "wait": "25"}) == PollQuery(17, 25.0)


@pytest.mark.parametrize(
    "query",
    [{"after": "-1"}, {"after": "x"}, {"after": ""}, {"after": "１"}, {"after": "9" * 17}, {"wait": "26"}, {"wait": "-1"},
     {"wait": "nan"}, {"wait": "1e1"}, {"token": "x"}],
)  # fmt: skip
def test_odd_queries_are_refused(query: dict[str, str]) -> None:
    with pytest.raises(RefusedRequestError, match="bad_query"):
        parse_poll(query)


def test_the_last_event_a_page_saw_wins_over_its_address() -> None:
    assert parse_stream({"after": "2"}, "5") == 5
    assert parse_stream({"after": "2"}, None) == 2


def test_an_odd_last_event_id_is_refused() -> None:
    with pytest.raises(RefusedRequestError, match="bad_query"):
        parse_stream({}, "abc")


def test_every_refusal_has_a_chinese_sentence() -> None:
    assert all("一" <= sentence[0] <= "鿿" for _, sentence in CATALOGUE.values())
