"""Long stretches of speech as utterances: nothing that was said is cut off."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.transcripts.formats import read_calls
from bot.channels.transcripts.payload import LONGEST_TEXT, UNMARKED, Utterance
from bot.channels.transcripts.splitting import split_long


def spoken(name: str, content: object) -> tuple[Utterance, ...]:
    [call] = read_calls(name, json.dumps(content, ensure_ascii=False).encode())[1]
    return call.utterances


def timed(text: str, *, holds: dict[int, int] | None = None) -> list[list[int]]:
    """A pair for each letter of `text` that is no mark, 200 ms each; `holds`: silence in ms before the letter of that number."""
    pairs, at = [], 0
    for number, _ in enumerate(letter for letter in text if letter.isalnum()):
        at += (holds or {}).get(number, 0)
        pairs.append([at, at + 200])
        at += 200
    return pairs


def test_a_whole_call_in_one_text_is_its_sentences_and_its_last_words_are_heard() -> None:
    text = "您好，请讲。" * 600 + "有人受伤了快救命！我要投诉你们"
    said = spoken("a.json", [{"key": "a", "text": text, "timestamp": timed(text, holds={2400: 45_000})}])
    assert "".join(each.text for each in said) == text
    assert [each.text for each in said[-2:]] == ["有人受伤了快救命！", "我要投诉你们"]
    assert said[0] == Utterance(UNMARKED, "您好，请讲。", 0, 800)
    assert said[-2].start - said[-3].end == 45_000  # type: ignore[operator]
    assert said[-1].end == 45_000 + 200 * len(timed(text))


def test_without_sentence_marks_a_text_is_split_at_pauses_and_words_of_letters_count_once() -> None:
    text = "我 要 查 policy number 好 的 请 讲"
    pairs = [
        [0, 200],
        [200, 400],
        [400, 600],
        [600, 900],
        [900, 1200],
        [2000, 2200],
        [2200, 2400],
        [2900, 3100],
        [3100, 3300],
    ]
    assert spoken("a.json", [{"key": "a", "text": text, "timestamp": pairs}]) == (
        Utterance(UNMARKED, "我要查 policy number", 0, 1200),
        Utterance(UNMARKED, "好的请讲", 2000, 3300),
    )


def test_times_that_fit_no_text_share_the_whole_among_its_sentences() -> None:
    said = spoken("a.json", [{"key": "a", "text": "保单号1234。怎么退？", "timestamp": [[0, 100], [100, 1200]]}])
    assert said == (Utterance(UNMARKED, "保单号1234。", 0, 800), Utterance(UNMARKED, "怎么退？", 800, 1200))


@pytest.mark.parametrize("mark", ["。", "，", "了", ""])
@pytest.mark.parametrize("times", [{"start": 0, "end": 60}, {"start": 7}, {}])
def test_a_long_utterance_of_any_format_is_split_and_never_cut(mark: str, times: dict[str, float]) -> None:
    text = f"这个保单退保能退多少钱{mark}" * 200 + "快救命"
    said = spoken("a.json", {"segments": [{"text": text, **times}, {"text": "好", "start": 100, "end": 101}]})[:-1]
    assert "".join(each.text for each in said) == text
    assert max(len(each.text) for each in said) <= LONGEST_TEXT
    assert said[0].start == (1000 * times["start"] if times else None)
    if "end" in times:
        assert [each.end for each in said[:-1]] == [each.start for each in said[1:]]
        assert said[-1].end == 60_000
    if mark == "。":
        assert said[-1].text == "快救命"


@settings(max_examples=200, deadline=None)
@given(
    text=st.text("好的。， 了a1!！", max_size=900),
    start=st.none() | st.integers(-1, 9_000),
    end=st.none() | st.integers(-1, 9_000),
)
def test_whatever_is_split_loses_no_letter(text: str, start: int | None, end: int | None) -> None:
    pieces = list(split_long(Utterance("0", text, start, end)))
    assert "".join(piece.text for piece in pieces).strip() == text.strip()
