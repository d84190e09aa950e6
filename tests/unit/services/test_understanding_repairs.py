"""A repaired message as the answer to a question: its words, and only the entities that still count."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.channels.ivr.reading_back import number_aloud
from bot.services.understanding import Entity, Understood
from tests.journey_run import read_entities

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=SHANGHAI)


def _hear(text: str) -> Understood:
    return Understood("c", "m", NOW, "web", text, "inform", 1.0, (), tuple(read_entities(text, NOW)))


@pytest.mark.parametrize(
    ("said", "counts", "entities"),
    [
        ("昨天晚上八点四十左右，哦不，八点二十", "昨天晚上八点二十", {"date": "2026-11-25", "time": "20:20"}),
        ("八点四十，不对，八点二十，哦不，八点半", "八点半", {"time": "08:30"}),
        ("昨天吧，等一下，是前天", "前天吧", {"date": "2026-11-24"}),
        ("贷五万，哦不，三万", "贷三万", {"amount": "30000"}),
        ("贷五千块，不对，800", "贷800", {"amount": "800"}),
        ("是京A12345，啊不，京B12345", "是京B12345", {"plate_no": "京B12345"}),
        ("幺三八零零幺三八零零零不对最后一位是幺", "13800138001", {"phone": "13800138001"}),
        (
            "卡号6222021234567890123，不对，6222021234567890124",
            "卡号6222021234567890124",
            {"bank_card": "6222021234567890124"},
        ),
        ("贷三万块 不是不是 四万 不对还是三万", "贷三万", {"amount": "30000"}),
        ("幺三九二八三三零零四六 不不不 零零六四", "13928330064", {"phone": "13928330064"}),
        ("幺三八，零零零零，幺幺二三，不对，幺幺二二", "13800001122", {"phone": "13800001122"}),
        ("幺三八，零零零幺，不对，零零零零，幺幺二二", "13800001122", {"phone": "13800001122"}),
        ("幺三，零零零零，幺幺二二，不对，幺三八", "13800001122", {"phone": "13800001122"}),
        ("幺三七，零零零幺，不对，零零零零，幺幺二三，不是，幺幺二二", "13700001122", {"phone": "13700001122"}),
        (
            "电话幺三八零零零零，不对，幺三九，零零零零，幺幺二二",
            "电话幺三九，零零零零，幺幺二二",
            {"phone": "13900001122"},
        ),
        ("13800001123，说错了，我再说一遍，13800001122", "13800001122", {"phone": "13800001122"}),
        ("幺三八，零零零零，等一下，幺幺二三", "13800001123", {"phone": "13800001123"}),
        ("C二零二六零零七幺四四七，不是，幺四四六", "C20260071446", {"claim_no": "C20260071446"}),
        ("把P二零二零，三三七八，等一下，是三三七七，幺五查一下", "把P2020337715查一下", {"policy_no": "P2020337715"}),
        ("保单号二零二三零零一二三四，不对，二三五", "保单号2023001235", {"policy_no": "2023001235"}),
        (
            "三二零幺零六二九七三零五幺幺三二五零，不对，零六幺九",
            "320106197305113250",
            {"id_number": "320106197305113250"},
        ),
        ("京A幺二三四五，不是，四六", "京A12346", {"plate_no": "京A12346"}),
        ("工号一零零二三四五，不对，三四六", "工号1002346", {}),
        (
            "修车花了二千二百六十，等一下，是一千二百六十元，能报吗",
            "修车花了一千二百六十元，能报吗",
            {"amount": "1260"},
        ),
        (
            "受益人改成我儿子张小明不对 改成我女儿张小红",
            "我女儿张小红",
            {"relationship": "子女", "person_name": "张小红"},
        ),
        ("不对，是13900138000", "13900138000", {"phone": "13900138000"}),
    ],
)
def test_only_what_counts_is_left_of_a_repaired_answer(said: str, counts: str, entities: dict[str, str]) -> None:
    heard = _hear(said)
    answer = heard.as_answer()
    assert heard.is_repair
    assert answer.text == counts
    assert {each.type: each.value for each in answer.entities} == entities
    assert all(answer.text[each.start : each.end] == each.text for each in answer.entities)


@pytest.mark.parametrize(
    "said",
    [
        "电话是幺三八，零零零零，幺幺二三，不对，九六五",
        "P二零二幺六六六九七，不对，三三",
        "保单号P二零二三，零零一二，三四，不是，八八八",
    ],
)
def test_a_number_of_which_nobody_knows_what_was_taken_back_is_not_kept(said: str) -> None:
    heard = _hear(said)
    assert heard.is_repair
    assert not heard.as_answer().entities
    assert not heard.mended().entities
    assert not number_aloud(said, "number", NOW)


@pytest.mark.parametrize(
    "said",
    [
        "电话13800001123，不对，三个人受伤",
        "电话13800001123，不对，8点30分出的险",
        "我的手机13800001123，等等，两千块什么时候到",
        "保单P2023001234，不是，我是问理赔",
        "P2023001234改成季交",
        "车开着不对劲，下来一看底盘漏油撞坏了",
        "他把我的名字写错了所以赔款打不进来",
        "理赔员说金额不对，要我重新交材料",
        "昨天八点二十",
    ],
)
def test_what_is_no_repair_stays_as_it_was_said(said: str) -> None:
    heard = _hear(said)
    assert not heard.is_repair
    assert heard.as_answer() == heard
    assert heard.mended() == heard


def test_a_wish_keeps_its_words_and_loses_the_value_taken_back() -> None:
    assert _hear("诉求改成书面道歉").mended().text == "诉求改成书面道歉"
    assert [each.value for each in _hear("我要贷款贷五万，哦不，三万").mended().of_type("amount")] == ["30000"]


def test_a_button_is_its_value_and_no_repair() -> None:
    pressed = Understood(
        "c", "m", NOW, "web", "不对", "choose", 1.0, entities=(Entity("choice", "x", "edit"),), chosen=True
    )
    assert pressed.as_answer().text == "edit"
    assert not pressed.is_repair
