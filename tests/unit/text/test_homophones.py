"""Terms that only sound right are put right; everything else stays as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.complaints.engine import judge
from bot.complaints.heard import heard_terms
from bot.complaints.loader import load_rules
from bot.complaints.rule import Facts
from bot.errors import ConfigurationError
from bot.nlu.lexicon import read_lexicon
from bot.nlu.segmenter import Segmenter
from bot.settings import ROOT
from bot.text.homophones import HeardTerms
from bot.text.plain_words import plain_tokenizer

HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("line", _lines("heard_corrected.txt"))
def test_a_term_is_found_by_its_sound(line: str) -> None:
    written, meant = line.split(" → ")
    assert heard_terms().correct(written) == meant


@pytest.mark.parametrize("said", [*_lines("heard_stays.txt"), ""])
def test_what_means_something_else_stays(said: str) -> None:
    assert heard_terms().correct(said) == said


def test_a_trainer_can_say_that_words_stay() -> None:
    assert HeardTerms.parse(["宽限期"]).correct("款限期过了") == "宽限期过了"
    assert HeardTerms.parse(["宽限期", "- 款限期"]).correct("款限期过了") == "款限期过了"


def test_a_spelling_that_trainers_wrote_may_change_a_plain_word() -> None:
    assert HeardTerms.parse(["受益人"]).correct("收益人") == "收益人"
    assert HeardTerms.parse(["受益人: 收益人"]).correct("收益人") == "受益人"


def test_jieba_itself_learns_nothing_of_ours() -> None:
    import jieba

    before = dict(jieba.dt.FREQ)
    heard_terms().correct("由于期能退包吗")
    Segmenter(read_lexicon(ROOT / "data" / "lexicon"))
    assert before == jieba.dt.FREQ
    assert "免赔额" not in plain_tokenizer().FREQ


_LIKE_TERMS = st.sampled_from(sorted({*"".join(_lines("heard_corrected.txt")), *"".join(_lines("heard_stays.txt"))}))


@given(st.text(max_size=60) | st.text(_LIKE_TERMS, max_size=40))
def test_no_character_moves_and_a_second_time_changes_nothing(text: str) -> None:
    once = heard_terms().correct(text)
    assert len(once) == len(text)
    assert heard_terms().correct(once) == once


@pytest.mark.parametrize(
    "line", ["理赔", "理赔: 礼赔款", "理赔: 退保\n退保: 理赔", "claim", "理赔: claim", "理赔: 礼赔\n- 礼赔"]
)
def test_a_line_that_would_do_harm_is_refused(line: str) -> None:
    with pytest.raises(ConfigurationError):
        HeardTerms.parse(line.splitlines())


@pytest.mark.parametrize("said", ["再拖我去银宝监头诉", "业物员让我把宝费打到他个人账户"])
def test_rules_hear_what_was_meant(said: str) -> None:
    rules = load_rules(ROOT / "data" / "complaints")
    meant = heard_terms().correct(said)
    assert meant != said
    assert judge(rules, Facts(said, "file_complaint")) == judge(rules, Facts(meant, "file_complaint"))
    assert judge(rules, Facts(said, "file_complaint")).fired
