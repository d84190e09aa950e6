"""WeChat's XML as its documents write it, and everything that is none."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.payload import BadMessageError, Kind, WeChatMessage, clean, parse, text_reply, transfer_reply

PAYLOADS = Path(__file__).parent / "wechat_payloads"
AMY, ACCOUNT = "oAmy-0000000000000000000001", "gh_0123456789ab"


def documented(name: str) -> WeChatMessage:
    return parse((PAYLOADS / f"{name}.xml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", Kind.TEXT, "我的车被追尾了"),
        ("text_from_menu", Kind.TEXT, "查保单"),
        ("voice", Kind.VOICE, "我要报案。"),
        ("voice_not_heard", Kind.VOICE, ""),
        ("image", Kind.IMAGE, ""),
        ("video", Kind.UNREADABLE, ""),
        ("subscribe", Kind.SUBSCRIBE, ""),
        ("unsubscribe", Kind.UNSUBSCRIBE, ""),
        ("click", Kind.CLICK, ""),
        ("view", Kind.IGNORED, ""),
        ("subscribe_plain", Kind.SUBSCRIBE, ""),
        ("scan", Kind.SCAN, ""),
        ("location_event", Kind.IGNORED, ""),
        ("location", Kind.UNREADABLE, ""),
        ("link", Kind.UNREADABLE, ""),
        ("shortvideo", Kind.UNREADABLE, ""),
        ("agent_joined", Kind.AGENT_JOINED, ""),
        ("agent_switched", Kind.AGENT_JOINED, ""),
        ("agent_left", Kind.AGENT_LEFT, ""),
    ],
)
def test_documented_messages(name: str, kind: Kind, text: str) -> None:
    message = documented(name)
    assert (message.kind, message.text, message.open_id, message.account) == (kind, text, AMY, ACCOUNT)


def test_every_recorded_message_is_read_by_a_test() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    names = {path.stem for path in PAYLOADS.glob("*.xml")} - {"enciphered"}
    assert not [name for name in names if f'"{name}"' not in source]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("image", "[照片]"),
        ("voice_not_heard", "[语音]"),
        ("video", "[视频]"),
        ("shortvideo", "[小视频]"),
        ("location", "[位置] 广州市海珠区新港中路"),
        ("link", "[链接] 事故现场"),
        ("click", "[菜单]"),
    ],
)
def test_what_the_log_shows_of_what_is_no_text(name: str, shown: str) -> None:
    assert documented(name).shown == shown


def test_a_code_that_was_scanned_is_kept() -> None:
    assert (documented("subscribe").key, documented("scan").key) == ("123123", "123123")


def test_the_picture_and_the_menu_key_are_kept() -> None:
    assert documented("image").media_id == "media-2"
    assert documented("click").key == "report_claim"


def test_an_event_has_no_number_and_is_known_by_who_when_and_what() -> None:
    assert documented("text").message_id == "wx-24812345678901234"
    assert documented("click").message_id == documented("click").message_id
    assert documented("click").message_id != documented("subscribe").message_id


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><MsgType>text</MsgType><Content>&b;</Content><MsgId>1</MsgId></xml>"
)
FILE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><MsgType>text</MsgType><Content>&a;</Content><MsgId>1</MsgId></xml>"
)


@pytest.mark.parametrize(
    "xml", ["", "<xml>", "<xml></xml>", "nothing", "{}", BOMB, FILE, "<xml><MsgType>text</MsgType></xml>", "<a/>" * 9]
)
def test_what_is_no_message_is_one_coded_error(xml: str) -> None:
    with pytest.raises(BadMessageError):
        parse(xml)


@given(st.text())
def test_whatever_comes_it_is_a_message_or_that_error(xml: str) -> None:
    try:
        parse(xml)
    except BadMessageError:
        return
    raise AssertionError("random text is no message")


@given(
    st.dictionaries(
        st.sampled_from(["ToUserName", "FromUserName", "MsgType", "Event", "Content", "MsgId", "EventKey"]),
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=30),
    )
)
def test_any_fields_at_all(fields: dict[str, str]) -> None:
    body = xmltodict.unparse({"xml": fields})
    with contextlib.suppress(BadMessageError):
        assert parse(body).open_id


@pytest.mark.parametrize("length", [1, 2000, 2001, 16_000])
def test_a_long_text_is_a_turn_and_what_is_beyond_it(length: int) -> None:
    text = "车" * length
    fields = {"ToUserName": ACCOUNT, "FromUserName": AMY, "MsgType": "text", "Content": text, "MsgId": "1"}
    message = parse(xmltodict.unparse({"xml": fields}))
    assert message.text + "".join(message.beyond) == text
    assert max(map(len, (message.text, *message.beyond))) <= 2000


@given(st.text(max_size=3000))
def test_cleaned_text_can_be_stored_and_sent(text: str) -> None:
    clean(text).encode()
    assert "\x00" not in clean(text)


@pytest.mark.parametrize("text", ["好的", "]]>", "a]]]]>b", "<b>&amp;</b>", "👍"])
def test_a_reply_reads_back_as_it_was_meant(text: str) -> None:
    answer = xmltodict.parse(text_reply(documented("text"), text, 1764100000))["xml"]
    assert (answer["ToUserName"], answer["FromUserName"], answer["Content"]) == (AMY, ACCOUNT, text)


def test_a_transfer_names_nobody() -> None:
    answer = xmltodict.parse(transfer_reply(documented("text"), 1764100000))["xml"]
    assert (answer["ToUserName"], answer["MsgType"]) == (AMY, "transfer_customer_service")
