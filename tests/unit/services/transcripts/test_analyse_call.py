"""What is found in a recorded call: wishes, outcome, silences; and what is kept of its words."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.complaints.loader import load_rules
from bot.services.mask_said import mask_said
from bot.services.transcripts.analyse_call import Analyst
from bot.services.transcripts.call import (
    Findings,
    Outcome,
    PhoneCall,
    SidesFlawError,
    Speaker,
    Spoken,
    named,
    parse_sides,
)
from bot.services.understanding import Entity, Understood
from bot.settings import ROOT
from bot.text.dates import SHANGHAI

NOW = datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)
RULES = load_rules(ROOT / "data" / "complaints")
# What a classifier would make of the sentences below; anything else is told as it is.
MEANT = {
    "理赔到哪一步了": "query_claim",
    "保单怎么退": "surrender_policy",
    "你们业务员骗我": "file_complaint",
    "好的谢谢": "thank",
    "那再见": "goodbye",
    "你好": "greet",
    "孩子被压在车底下了": "emergency",
    "嗯那个": "repeat",
}


def understand(text: str, at: datetime) -> Understood:
    intent = MEANT.get(text, "inform")
    return Understood("", "", at, "transcript", text, intent, 0.3 if text == "嗯那个" else 0.9)


def analyse(*said: tuple[str, str] | tuple[str, str, int, int]) -> Findings:
    spoken = tuple(Spoken(Speaker(who), text, *times) for who, text, *times in said)
    return Analyst(understand, lambda one: one.confidence < 0.5, RULES).analyse(PhoneCall("id", "a.json", spoken), NOW)


def test_a_customer_who_thanks_at_the_end_was_helped_and_his_wish_is_named_once() -> None:
    found = analyse(
        ("customer", "你好"),
        ("customer", "理赔到哪一步了"),
        ("agent", "在审核"),
        ("customer", "理赔到哪一步了"),
        ("customer", "好的谢谢"),
    )
    assert found.intents == ("query_claim",)
    assert found.outcome is Outcome.HELPED


@pytest.mark.parametrize("last", ["说了等于没说，那再见", "到底什么时候", "还是没解决"])
def test_a_customer_who_says_it_is_not_settled_was_not_helped(last: str) -> None:
    assert analyse(("customer", "理赔到哪一步了"), ("customer", last), ("customer", "那再见")).outcome is Outcome.OPEN


def test_a_call_that_just_breaks_off_is_open_and_one_without_a_wish_asked_nothing() -> None:
    assert analyse(("customer", "保单怎么退"), ("agent", "请稍等")).outcome is Outcome.OPEN
    assert analyse(("customer", "你好"), ("customer", "那再见")).outcome is Outcome.NOTHING_ASKED


def test_a_complaint_is_found_by_words_and_by_meaning_and_thanks_do_not_hide_it() -> None:
    found = analyse(("customer", "你们业务员骗我"), ("agent", "抱歉"), ("customer", "好的谢谢"))
    assert found.complaint_kind
    assert found.outcome is Outcome.OPEN
    by_words = analyse(("customer", "再不赔我就打12378投诉你们"))
    assert by_words.complaint_kind


def test_what_an_agent_says_is_no_complaint_and_no_wish() -> None:
    found = analyse(("agent", "你们业务员骗我"), ("agent", "保单怎么退"), ("machine", "再不赔我就打12378投诉你们"))
    assert (found.complaint_kind, found.intents, found.outcome) == ("", (), Outcome.NOTHING_ASKED)


def test_a_danger_to_life_is_found() -> None:
    assert analyse(("customer", "孩子被压在车底下了")).emergency
    assert analyse(("customer", "有人受伤了快救命我要投诉你们")).emergency
    assert not analyse(("customer", "这是我的救命钱，保单怎么退")).emergency
    assert not analyse(("customer", "保单怎么退")).emergency


def test_long_silences_are_measured_from_the_last_word_of_either_side() -> None:
    found = analyse(
        ("customer", "你好", 0, 1000),
        ("agent", "请稍等", 900, 3000),
        ("agent", "查到了", 53000, 60000),
        ("customer", "那再见", 61000, 62000),
    )
    assert found.holds == (50000,)
    assert analyse(("customer", "你好"), ("agent", "请讲")).holds == ()


def test_what_is_in_doubt_is_marked_and_is_no_wish() -> None:
    found = analyse(("customer", "嗯那个"))
    assert found.turns[0].in_doubt
    assert found.intents == ()


def test_names_numbers_and_doors_are_hidden_and_towns_are_not() -> None:
    text = "我叫王建国，住深圳市科苑路3号楼，电话13800001234，在深圳出的事"
    entities = tuple(
        Entity(kind, word, word, text.index(word), text.index(word) + len(word))
        for kind, word in (("person_name", "王建国"), ("location", "深圳市科苑路3号楼"), ("phone", "13800001234"))
    )
    masked = mask_said(text, Understood("", "", NOW, "transcript", text, "inform", 1.0, entities=entities))
    assert masked == "我叫王*国，住*********，电话***********，在深圳出的事"
    titled = Understood(
        "", "", NOW, "transcript", "王女士", "inform", 1.0, entities=(Entity("person_name", "王女士", "王女士", 0, 3),)
    )
    assert mask_said("王女士", titled) == "王女士"
    plain = Understood("", "", NOW, "transcript", "身份证11010519491231002X", "inform", 1.0)
    assert "19491231" not in mask_said(plain.text, plain)


def test_silences_are_found_by_time_whichever_side_is_written_first() -> None:
    found = analyse(
        ("customer", "你好", 0, 1000),
        ("customer", "那再见", 61000, 62000),
        ("agent", "请稍等", 1000, 30000),
        ("agent", "查到了", 31000, 60000),
    )
    assert found.holds == ()


def test_a_number_that_goes_on_over_several_turns_is_hidden() -> None:
    found = analyse(
        ("customer", "我的手机是一三八"),
        ("agent", "一三八"),
        ("customer", "零零零零"),
        ("agent", "嗯"),
        ("customer", "一二三四，没错"),
        ("customer", "三个人受伤"),
    )
    assert [turn.text for turn in found.turns if turn.speaker is Speaker.CUSTOMER] == [
        "我的手机是***",
        "****",
        "****，没错",
        "三个人受伤",
    ]


def test_the_map_of_sides_names_every_side_or_is_refused() -> None:
    sides = parse_sides("0=坐席，1=客户,ivr=语音播报")
    assert sides == {"0": Speaker.AGENT, "1": Speaker.CUSTOMER, "ivr": Speaker.MACHINE}
    named(("0", "1"), sides)
    with pytest.raises(SidesFlawError) as raised:
        named(("0", "2"), sides)
    assert raised.value.data["missing"] == ["2"]
    with pytest.raises(SidesFlawError) as raised:
        named(("王小明",), sides)
    assert "王小明" not in str(raised.value.data["flaw"])
    for wrong in ("0", "0=老板", "=客户", ""):
        with pytest.raises(SidesFlawError):
            parse_sides(wrong)
