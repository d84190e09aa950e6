"""The words of data/safety_first.yml: every kind proves itself, a malformed file is refused, and no message is slow."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from bot.calendars.strict_yaml import DataFileError
from bot.channels.ivr.speech import sentences_of
from bot.services.danger_words import DangerKind, DangerWords, load_danger_words
from bot.services.guard_reply import load_guard
from bot.settings import ROOT

COMPLAINTS = ROOT / "data" / "complaints"
WORDS = load_danger_words(ROOT / "data" / "safety_first.yml", COMPLAINTS)
KINDS = pytest.mark.parametrize("kind", WORDS.kinds, ids=[kind.id for kind in WORDS.kinds])
SMALL = """\
safety_now: [现在]
safety_blanked: [火锅]
safety_words:
  门: [门, 窗]
  处: [厨房, '{门}']
  火: [火]
  了: [了]
  灭: [灭了]
safety_kinds:
  - id: fire
    say: 先离开，到外面打 119。
    numbers: ['119']
    told_by: [处 > 火 ~ 了]
    over: [灭, long_ago]
    matches: [厨房着火了]
    rejects: [厨房灭火了]
"""


def ids(text: str, words: DangerWords = WORDS) -> set[str]:
    return {kind.id for kind in words.dangers(text)}


def small(folder: Path, old: str = "", new: str = "") -> DangerWords:
    assert old in SMALL
    (folder / "small.yml").write_text(SMALL.replace(old, new, 1), encoding="utf-8")
    return load_danger_words(folder / "small.yml", COMPLAINTS)


@KINDS
def test_a_kind_hears_its_matches_and_not_its_rejects(kind: DangerKind) -> None:
    assert len(kind.matches) >= 3
    assert len(kind.rejects) >= 3
    assert not [text for text in kind.matches if kind.id not in ids(text)]
    assert not [text for text in kind.rejects if kind.id in ids(text)]


@KINDS
def test_what_is_said_is_one_short_sentence_with_its_number_that_can_be_heard_and_may_be_said(kind: DangerKind) -> None:
    assert len(sentences_of(kind.say)) == 1
    assert len(kind.say) <= 50
    assert kind.is_said_in(kind.say)
    assert not load_guard(ROOT / "data" / "guard" / "never_say.yml").broken(kind.say)
    assert not re.search(r"尽快|近期|相关部门|[？?]", kind.say)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("厨房着火了", True),
        ("火在厨房着了", False),  # the other way round
        ("窗户着火了", True),  # a group inside another
        ("厨房的火都灭了", False),
        ("厨房没着火，门外的火了", True),
        ("去年厨房着火了", False),
        ("去年买的保险，厨房现在着火了", True),  # what goes on now is not past
        ("厨房的火锅凉了", False),  # no fire
        ("厨房要一直开到三十五分钟以后才能看见火了", False),
    ],
)
def test_a_form_is_its_groups_in_order_and_near_each_other(tmp_path: Path, text: str, *, told: bool) -> None:
    assert (ids(text, small(tmp_path)) == {"fire"}) is told


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("处 > 火 ~ 了", "屋 > 火 ~ 了", "told_by"),
        ("处 > 火 ~ 了", "处 > 火 + 了", "told_by"),
        ("处 > 火 ~ 了", "处 + 火 + 了 + 灭", "told_by"),
        ("over: [灭, long_ago]", "over: [灭, long_gone]", "over"),
        ("'{门}'", "'{窗}'", "处"),
        ("    say:", "    says:", "says"),
        ("safety_now: [现在]\n", "", "safety_now"),
    ],
)
def test_a_malformed_file_is_refused_by_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(DataFileError) as caught:
        small(tmp_path, old, new)
    assert caught.value.data["key"] == key


@pytest.mark.parametrize("denied", ["没", "没有", "不会", "怕", "防"])
def test_what_is_denied_or_feared_is_not_told(denied: str) -> None:
    assert not ids(f"家里{denied}着火了")


def test_a_product_with_the_word_for_hospital_is_no_hospital() -> None:
    assert "breath" in ids("胸口疼得喘不上气 住院险报吗")
    assert "breath" not in ids("胸口疼得喘不上气住院了 报吗")


def test_a_clause_that_sounds_like_a_call_for_help_is_believed_unless_it_asks_or_is_over() -> None:
    def alarmed(text: str, alarm: str) -> list[str]:
        return [kind.id for kind in WORDS.dangers(text, alarm)]

    assert alarmed("屋顶快撑不住了 房屋险保不保", "屋顶快撑不住了") == ["alarm"]
    assert alarmed("屋顶要是撑不住了 房屋险保不保", "屋顶要是撑不住了") == []
    assert alarmed("屋顶撑不住了保不保 房屋险", "屋顶撑不住了保不保") == []
    assert alarmed("去年屋顶撑不住了 房屋险保不保", "屋顶撑不住了") == []
    assert alarmed("插座冒烟 房屋险保不保", "插座冒烟") == ["fire"]  # whose words it has


def _seconds(texts: list[str]) -> float:
    """Processor seconds a text: a busy machine must not fail the test."""
    started = time.process_time()
    for text in texts:
        WORDS.dangers(text)
    return (time.process_time() - started) / len(texts)


def test_a_message_is_searched_in_under_a_millisecond() -> None:
    texts = [text for kind in WORDS.kinds for text in (*kind.matches, *kind.rejects)]
    assert min(_seconds(texts) for _ in range(3)) < 0.001


@pytest.mark.parametrize("text", ["我" * 2000, "着火" * 1000, "车里人" * 600, "老公拿刀" * 500, "电梯困孩子" * 400])
def test_the_longest_message_cannot_stall_it(text: str) -> None:
    assert min(_seconds([text]) for _ in range(2)) < 0.5
