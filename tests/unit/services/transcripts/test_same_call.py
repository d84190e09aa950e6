"""Which recorded call is one that was read before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.channels.transcripts.identity import id_of, marks_of
from bot.channels.transcripts.payload import Call, Utterance
from bot.services.transcripts.call import PhoneCall
from bot.services.transcripts.same_call import FormerCall, former_self, has_more

BEGAN = datetime(2026, 11, 20, 10)
STORED = FormerCall("id1", "A1", ("m1", "m2"), "13800000001", BEGAN)


def call(*marks: str, key: str = "A1", phone: str = "13800000001", began: datetime | None = BEGAN) -> PhoneCall:
    return PhoneCall("new", "a.csv#A1", (), phone, began, key, marks)


@pytest.mark.parametrize(
    ("again", "more"),
    [
        (call("m1", "m2", "m3"), True),
        (call("m0", "m1", "m2"), True),  # its first row was broken at first
        (call("m2", "m1"), False),
        (call("m1"), False),
        (call("m1", "m2", phone="", began=None), False),
        (call("m1", "other"), True),  # its number and its moment are its own, whatever was made of the words
    ],
)
def test_a_call_that_was_read_before_is_known_again(again: PhoneCall, more: bool) -> None:
    assert former_self(again, [STORED], ()) == STORED
    assert has_more(again, STORED) is more


@pytest.mark.parametrize(
    "other",
    [
        call("m1", "m2", key="A2"),
        call("m1", "m2", key=""),
        call("m1", "m2", phone="13800000002"),
        call("m1", "m2", began=BEGAN + timedelta(days=1)),
        call("m1", "other", began=None),
        call("m3", began=None),
    ],
)
def test_another_call_is_none_even_under_the_same_number(other: PhoneCall) -> None:
    assert former_self(other, [STORED, replace(STORED, call_id="id0", key="")], ()) is None


def test_of_several_the_one_with_most_in_common_counts_and_none_that_the_file_has_beside_it() -> None:
    longer = replace(STORED, call_id="id2", marks=("m1", "m2", "m3"))
    assert former_self(call("m1", "m2", "m3", "m4"), [STORED, longer], ()) == longer
    assert former_self(call("m1", "m2", "m3", "m4"), [STORED, longer], {"id2"}) == STORED


def test_a_calls_id_hangs_on_its_own_words_and_two_alike_are_two() -> None:
    one = Call("A1", (Utterance("客户", "你好", 0, 900),), "13800000001", "2026-11-20")
    assert id_of(one) == id_of(replace(one))
    others = [
        replace(one, key="A2"),
        replace(one, began="2026-11-21"),
        replace(one, utterances=(Utterance("坐席", "你好", 0, 900),)),
        replace(one, utterances=one.utterances * 2),
    ]
    assert len({id_of(one), id_of(one, 2), *map(id_of, others)}) == 6
    assert marks_of(replace(one, utterances=one.utterances * 2)) == marks_of(one) * 2
