"""The formats of 阿里云 and of VoiceXML browsers: payloads as their documents write them in, replies out, anything else refused."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.channels.errors import RefusedRequestError
from bot.channels.ivr import alibaba, voicexml
from bot.channels.ivr.payload import Actions, CallEvent, EventType, Gather, parse_caller, parse_event
from bot.settings import ROOT

CONTRACT: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi-ivr.yml").read_text(encoding="utf-8"))
PAYLOADS = Path(__file__).parent / "ivr_payloads"
CALL = "116012854210^10281427"
NS, SRGS = "{http://www.w3.org/2001/vxml}", "{http://www.w3.org/2001/06/grammar}"


def actions(one: Actions) -> list[dict[str, object]]:
    found = one.as_json()["actions"]
    assert isinstance(found, list)
    return found


NEUTRAL = {
    "start": CallEvent("e1", EventType.START, caller="13900003011"),
    "speech": CallEvent("e2", EventType.SPEECH, "我要报案，车被追尾了", 0.91),
    "alternatives": CallEvent("e3", EventType.SPEECH, "没人受商", 0.52, alternatives=("没人受伤", "没人瘦伤")),
    "not_heard": CallEvent("e4", EventType.SPEECH),
    "dtmf": CallEvent("e5", EventType.DTMF, digits="13900003011#"),
    "no_input": CallEvent("e6", EventType.NO_INPUT),
    "barge_in": CallEvent("e7", EventType.BARGE_IN),
    "hangup": CallEvent("e8", EventType.HANGUP, answered=True),
}


@pytest.mark.parametrize("name", NEUTRAL)
def test_a_payload_of_the_neutral_api_is_its_event_and_keeps_to_the_contract(name: str) -> None:
    body = (PAYLOADS / f"neutral_{name}.json").read_bytes()
    assert parse_event(body) == NEUTRAL[name]
    Draft202012Validator(CONTRACT["components"]["schemas"]["CallEvent"]).validate(json.loads(body))


def test_there_is_a_payload_of_every_event_and_none_that_no_test_reads() -> None:
    names = {path.stem for path in PAYLOADS.iterdir()}
    assert {each.type for each in NEUTRAL.values()} == set(EventType)
    assert names == {
        *(f"neutral_{name}" for name in NEUTRAL),
        *(f"alibaba_{name}" for name in ("callin", "normal", "mute", "timebreak", "dtmf", "hangup")),
        *(f"voicexml_{name}" for name in ("start", "speech", "nomatch", "dtmf", "noinput", "hangup")),
    }


@pytest.mark.parametrize(
    ("name", "kind", "text", "digits"),
    [
        ("callin", EventType.START, "", ""),
        ("normal", EventType.SPEECH, "我要报案，车被追尾了", ""),
        ("mute", EventType.NO_INPUT, "", ""),
        ("timebreak", EventType.BARGE_IN, "", ""),
        ("dtmf", EventType.DTMF, "", "1"),
        ("hangup", EventType.HANGUP, "", ""),
    ],
)
def test_a_callback_of_alibaba_is_an_event_of_its_call(name: str, kind: EventType, text: str, digits: str) -> None:
    body = (PAYLOADS / f"alibaba_{name}.json").read_bytes()
    found = alibaba.parse_callback(body)
    assert (found.call_id, found.event.type, found.event.text, found.event.digits) == (CALL, kind, text, digits)
    assert found.event.caller == ("13900003011" if name == "callin" else "")
    assert alibaba.parse_callback(body).event.id == found.event.id
    assert alibaba.parse_callback(body.replace(b"17642304", b"17642305")).event.id != found.event.id


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "bad_json"),
        (b"[]", "not_an_object"),
        (b"{}", "bad_id"),
        (b'{"call_id": "../x", "content_type": "mute"}', "bad_id"),
        (b'{"call_id": "../x", "content_type": "smoke"}', "bad_id"),
        (b'{"call_id": "1/2", "content_type": "mute"}', "bad_id"),
        (b'{"call_id": true, "content_type": "mute"}', "bad_id"),
        (b'{"call_id": 1' + b"0" * 90 + b', "content_type": "mute"}', "bad_id"),
    ],
)
def test_a_callback_that_tells_no_call_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(RefusedRequestError) as raised:
        alibaba.parse_callback(body)
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("kind", "content", "event"),
    [
        ("normal", "{", EventType.SPEECH),
        ("normal", [1], EventType.SPEECH),
        ("normal", {"words": {"best": "我要报案"}}, EventType.SPEECH),
        ("normal", {"words": "长" * 2001}, EventType.SPEECH),
        ("dtmf", {"dtmf": "1; DROP"}, EventType.SPEECH),
        ("dtmf", {}, EventType.SPEECH),
        ("mute", [1], EventType.NO_INPUT),
        ("callin", {"caller": ["13900003011"]}, EventType.START),
        ("hangup", "[[", EventType.HANGUP),
    ],
)
def test_what_cannot_be_read_of_a_callback_was_not_heard(kind: str, content: object, event: EventType) -> None:
    body = json.dumps({"call_id": "1", "content_type": kind, "content": content}).encode()
    found = alibaba.parse_callback(body).event
    assert found == CallEvent(found.id, event)


def test_numbers_of_json_are_their_digits() -> None:
    told = alibaba.parse_callback(b'{"call_id": 7, "content_type": "callin", "content": {"caller": 13900003011}}')
    assert (told.call_id, told.event.type, told.event.caller) == ("7", EventType.START, "13900003011")
    keyed = alibaba.parse_callback(b'{"call_id": "1", "content_type": "dtmf", "content": {"dtmf": 1}}')
    assert (keyed.event.type, keyed.event.digits) == (EventType.DTMF, "1")


@given(st.binary(max_size=120))
def test_no_callback_is_anything_else_than_refused_or_an_event(body: bytes) -> None:
    reason, call_id = "", ""
    try:
        call_id = alibaba.parse_callback(body).call_id
    except RefusedRequestError as error:
        reason = error.reason
    assert reason in ("", "bad_json", "not_an_object", "bad_id")
    assert len(call_id) <= 128


def test_a_type_that_alibaba_adds_one_day_is_listened_over() -> None:
    for body in (b'{"call_id": "1", "content_type": "smoke"}', b'{"call_id": "1", "content": {"words": "x"}}'):
        found = alibaba.parse_callback(body)
        assert (found.call_id, found.event.type, found.event.text) == ("1", EventType.BARGE_IN, "")


def test_fields_of_alibaba_may_be_null_and_our_own_voice_is_not_the_callers() -> None:
    null = alibaba.parse_callback(
        b'{"call_id": "1", "content_type": "normal", "content": {"words": null, "role": null}}'
    )
    assert (null.event.type, null.event.text) == (EventType.SPEECH, "")
    ours = '{"call_id": "1", "content_type": "normal", "content": {"words": "请讲", "role": "robot"}}'
    assert alibaba.parse_callback(ours.encode()).event.type is EventType.BARGE_IN


def test_alibaba_is_told_what_to_say_and_what_then() -> None:
    listen = alibaba.show_reply(CALL, actions(Actions("有人受伤吗？", Gather("choice", 1, 6000))), {})
    data = listen["data"]
    assert isinstance(data, dict)
    assert (listen["code"], data["action"], data["action_code"], data["mute_time"]) == (200, "answer", "$tts$", 6000)
    assert data["record_flag"] is False
    assert json.loads(data["action_code_param"]) == {"tts": "有人受伤吗？"}
    through = Actions("正在为您转接。", None, "理赔", "追尾")
    known = alibaba.show_reply(CALL, actions(through), {"理赔": "sip:claims@pbx"})["data"]
    other = alibaba.show_reply(CALL, actions(through), {"*": "95500"})["data"]
    nobody = alibaba.show_reply(CALL, actions(through), {})["data"]
    assert [each["action"] for each in (known, other, nobody)] == ["transfer", "transfer", "hangup"]  # type: ignore[index]
    assert (known["transfer_to"], other["transfer_to"]) == ("sip:claims@pbx", "95500")  # type: ignore[index]
    assert alibaba.show_reply(CALL, actions(Actions("再见", None, hang_up=True)), {})["data"]["action"] == "hangup"  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("speech", CallEvent("n1", EventType.SPEECH, "我要报案", 0.83)),
        ("dtmf", CallEvent("n2", EventType.DTMF, digits="139")),
        ("noinput", CallEvent("n3", EventType.NO_INPUT)),
        ("start", CallEvent("start", EventType.START, caller="13900003011")),
        ("nomatch", CallEvent("n4", EventType.SPEECH)),
        ("hangup", CallEvent("n5-hangup", EventType.HANGUP)),
    ],
)
def test_a_fetch_of_a_browser_is_an_event(name: str, event: CallEvent) -> None:
    assert voicexml.parse_form((PAYLOADS / f"voicexml_{name}.txt").read_bytes()) == event


def test_the_first_fetch_is_empty_and_what_was_not_understood_is_speech_without_words() -> None:
    assert voicexml.parse_form(b"") == CallEvent("start", EventType.START)
    assert voicexml.parse_form(b"event=nomatch&id=n4&said=undefined&confidence=undefined") == CallEvent(
        "n4", EventType.SPEECH
    )


def unheard(event_id: str) -> CallEvent:
    return CallEvent(event_id, EventType.SPEECH)


@pytest.mark.parametrize(
    ("form", "event"),
    [
        ("event=speech&id=n1&said=" + "%E9%95%BF" * 2001, unheard("n1")),
        ("event=dtmf&id=n1&said=1%3B+DROP", unheard("n1")),
        ("event=speech&id=n1&said=x&confidence=7", CallEvent("n1", EventType.SPEECH, "x")),
        ("event=speech&id=n1&said=x&confidence=nan", CallEvent("n1", EventType.SPEECH, "x")),
        ("event=dance&id=n1", CallEvent("n1", EventType.BARGE_IN)),
        ("id=n1", CallEvent("n1", EventType.START)),
        ("session=8a&caller=13900003011", CallEvent("start", EventType.START, caller="13900003011")),
    ],
)
def test_what_cannot_be_read_of_a_form_was_not_heard(form: str, event: CallEvent) -> None:
    assert voicexml.parse_form(form.encode()) == event


def test_a_form_that_tells_no_id_is_an_event_of_its_own_and_so_is_the_one_after_it() -> None:
    one, other = (voicexml.parse_form(f"event=speech&id=../x&said={said}".encode()).id for said in "一二")
    assert len({one, other, voicexml.next_id_of(one), voicexml.next_id_of(other), "n1", "start"}) == 6
    unused = voicexml.unused_id(datetime.fromisoformat("2026-11-27T09:00:00+08:00"))
    assert voicexml.parse_form(f"event=noinput&id={unused}".encode()).id == unused
    assert voicexml.next_id_of("start") == "n1"
    assert voicexml.next_id_of("n9") == "n10"
    assert voicexml.next_id_of(unused).endswith("-2")


@given(st.binary(max_size=120))
def test_any_form_is_an_event_with_an_id(body: bytes) -> None:
    assert 0 < len(voicexml.parse_form(body).id) <= 128


def document(one: Actions, **destinations: str) -> ET.Element:
    text = voicexml.show_document(
        actions(one),
        next_id="n2",
        address="/api/ivr/voicexml/call-1",
        grammar="builtin:grammar/text",
        destinations=destinations,
    )
    return ET.fromstring(text)


def test_a_document_says_listens_and_submits_under_the_next_id() -> None:
    page = document(Actions("<b>手机号</b>是多少？请说。", Gather("phone", 11, 6000)))
    field = page.find(f"{NS}form/{NS}field")
    assert field is not None
    prompt = field.find(f"{NS}prompt")
    assert prompt is not None
    assert "".join(prompt.itertext()) == "<b>手机号</b>是多少？请说。"
    assert len(prompt.findall(f"{NS}break")) == 1
    voice = field.find(f"{NS}grammar")
    assert voice is not None
    assert (voice.get("mode"), voice.get("src")) == ("voice", "builtin:grammar/text")
    assert {each.get("name"): each.get("expr") for each in page.findall(f"{NS}var")}["id"] == "'n2'"
    submits = page.findall(f".//{NS}submit")
    assert len(submits) == 4  # filled, noinput, nomatch, hung up
    assert {each.get("next") for each in submits} == {"/api/ivr/voicexml/call-1"}


@pytest.mark.parametrize("most", [1, 11])
def test_the_keys_of_a_document_are_digits_or_the_star_alone(most: int) -> None:
    keys = document(Actions("请按键。", Gather("phone", most, 6000))).find(f".//{SRGS}grammar")
    assert keys is not None
    assert (keys.get("mode"), keys.get("root")) == ("dtmf", "keys")
    rule = keys.find(f"{SRGS}rule")
    assert rule is not None
    assert rule.get("id") == keys.get("root")
    digits, star = rule.findall(f"{SRGS}one-of/{SRGS}item")
    assert digits.get("repeat") == f"1-{most}"
    assert [each.text for each in digits.iter(f"{SRGS}item")][1:] == list("0123456789")
    assert star.text == "*"
    assert voicexml.parse_form(b"event=dtmf&id=n1&said=*").digits == "*"
    assert document(Actions("请稍等。", Gather("none", 0, 2000))).find(f".//{SRGS}grammar") is None


def test_what_is_no_character_is_no_part_of_a_document_and_a_hangup_is_no_answer() -> None:
    said = voicexml.parse_form("event=speech&id=n1&said=好\ufffe\uffff的".encode()).text
    assert said == "好的"
    page = document(Actions(said))
    caught = page.find(f"{NS}catch")
    assert caught is not None
    assert [each.get("expr") for each in caught.findall(f"{NS}assign")] == ["'hangup'", "'n2-hangup'"]


def test_a_person_is_put_through_and_where_nobody_can_be_the_call_ends() -> None:
    through = Actions("正在为您转接。", None, "理赔", "追尾")
    transfer = document(through, 理赔="sip:claims@pbx").find(f"{NS}form/{NS}transfer")
    assert transfer is not None
    assert transfer.get("dest") == "sip:claims@pbx"
    for ended in (document(through), document(Actions("再见", None, hang_up=True))):
        assert ended.find(f".//{NS}disconnect") is not None
        assert ended.find(f".//{NS}field") is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13900003011", "13900003011"),
        ("+86 139-0000-3011", "13900003011"),
        ("013900003011", "13900003011"),
        ("sip:+8613900003011@10.0.0.1;user=phone", "13900003011"),
        ("tel:01066668888", "01066668888"),
        ("+85223456789", "+85223456789"),
        ("95588", "95588"),
        ("anonymous", ""),
        ("sip:anonymous@anonymous.invalid", ""),
        ("", ""),
        ("1" * 40, ""),
    ],
)
def test_a_callers_number_is_one_that_can_be_called(written: str, number: str) -> None:
    assert parse_caller(written) == number
    event = json.dumps({"id": "e1", "type": "start", "from": written, "to": "95000"}).encode()
    assert parse_event(event) == CallEvent("e1", EventType.START, caller=number)
