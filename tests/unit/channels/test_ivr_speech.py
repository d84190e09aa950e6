"""Our messages for the ear."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.ivr.speech import sentences_of, ssml_of
from bot.text.aloud import digits_aloud, numbers_aloud


@pytest.mark.parametrize(
    ("digits", "aloud"),
    [
        ("13812345678", "幺三八，幺二三四，五六七八"),
        ("11010519900307123X", "幺幺零幺零五，幺九九零零三零七，幺二三X"),
        ("20261123000017", "二零二六，幺幺，二三，零零零零幺七"),
        ("95519", "九五五幺，九"),
    ],
)
def test_digits_in_the_groups_that_people_say(digits: str, aloud: str) -> None:
    assert digits_aloud(digits) == aloud


@pytest.mark.parametrize(
    ("text", "aloud"),
    [
        ("报案号 C20261123000017，请记好", "报案号 C，二零二六，幺幺，二三，零零零零幺七，请记好"),
        ("车牌京A12345", "车牌京，A，幺二三四，五"),
        ("赔款 123456.50 元", "赔款 123456.50 元"),
        ("最晚 12 月 23 日", "最晚 12 月 23 日"),
        ("保额 1000000元", "保额 1000000元"),
    ],
)
def test_numbers_that_name_things_are_spelled_and_sums_are_not(text: str, aloud: str) -> None:
    assert numbers_aloud(text) == aloud


@pytest.mark.parametrize(
    ("masked", "said"),
    [
        ("电话 139****3011", "电话 尾号三零幺幺。"),
        ("车牌 京A***45", "车牌 尾号四五。"),
        ("请核对：", "请核对："),
        ("没记下就回“没有”", "没记下就说没有。"),
    ],
)
def test_what_is_masked_is_known_by_its_end_and_words_are_said_not_written(masked: str, said: str) -> None:
    assert "".join(sentences_of(masked)) == said


def test_what_is_for_the_eye_is_not_said() -> None:
    said = "".join(
        sentences_of(
            "等待期内出险不赔（第 2/5 步）。详见 https://insurer.example/a\n依据：保险法第十六条（2026-11-22）\n👍好的"
        )
    )
    assert said == "等待期内出险不赔。详见。好的。"


@given(st.text(max_size=300))
def test_ssml_is_well_formed_whatever_was_said(text: str) -> None:
    clean = "".join(char for char in text if char.isprintable())
    ElementTree.fromstring(ssml_of(clean))


@given(st.text(max_size=300))
def test_a_sentence_ends_and_nothing_raises(text: str) -> None:
    for sentence in sentences_of(text):
        assert sentence[-1] in "。！？；，："
