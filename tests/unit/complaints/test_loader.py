"""A malformed rule file is refused with its file, rule and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.complaints.engine import Facts, judge, unproven
from bot.complaints.loader import RuleFileError, load_rules
from bot.complaints.rule import Post
from bot.insurance.hand_off import Priority

RULE = """\
complaint_rules:
  - id: claims.test
    title: 试
    kind: claims
    severity: 2
    priority: complaint
    post: 理赔
    hand_off: true
    reason: 试一试
    article: 保险法第二十三条
    any_of: ['{who}…拖着']
    matches: [你们拖着, 你们一直拖着, 贵司拖着不办]
    rejects: [你好, 拖车, 没事]
"""
FRAGMENTS = "complaint_fragments:\n  who: '你们|贵司'\n"


def write(folder: Path, rules: str, fragments: str = FRAGMENTS) -> Path:
    (folder / "rules.yml").write_text(rules, encoding="utf-8")
    (folder / "words.yml").write_text(fragments, encoding="utf-8")
    return folder


def test_a_well_formed_rule_loads(tmp_path: Path) -> None:
    (rule,) = load_rules(write(tmp_path, RULE))
    assert (rule.id, rule.kind, rule.post, rule.priority) == (
        "claims.test", "claims", Post.CLAIMS, Priority.COMPLAINT,
    )  # fmt: skip
    assert unproven(rule) == ()


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("title: 试", "titel: 试", "titel"),
        ("    title: 试\n", "", "title"),
        ("kind: claims", "kind: claim", "kind"),
        ("severity: 2", "severity: 4", "severity"),
        ("severity: 2", "severity: high", "severity"),
        ("priority: complaint", "priority: urgent", "priority"),
        ("post: 理赔", "post: 理陪", "post"),
        ("hand_off: true", "hand_off: 是", "hand_off"),
        ("['{who}…拖着']", "['{whom}…拖着']", "any_of"),
        ("['{who}…拖着']", "['({who}拖着']", "any_of"),
        ("['{who}…拖着']", "['a)', '(b']", "any_of"),
        ("['{who}…拖着']", "['拖.*着']", "any_of"),
        ("['{who}…拖着']", "拖着", "any_of"),
        ("['{who}…拖着']", "['']", "any_of"),
        ("    any_of: ['{who}…拖着']\n", "", "any_of"),
        ("    any_of: ['{who}…拖着']\n", "    min_age: 60\n    none_of: [不]\n", "any_of"),
        ("[你们拖着, 你们一直拖着, 贵司拖着不办]", "[你们拖着]", "matches"),
        ("    rejects: [你好, 拖车, 没事]\n", "", "rejects"),
        ("[你好, 拖车, 没事]", "[你好, 拖车, {text: 没事, mood: 好}]", "mood"),
        ("[你好, 拖车, 没事]", "[你好, 拖车, 3]", "rejects"),
        ("id: claims.test", "id: Claims-Test", "id"),
    ],
)
def test_a_malformed_rule_is_refused_by_name(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in RULE
    with pytest.raises(RuleFileError) as caught:
        load_rules(write(tmp_path, RULE.replace(old, new, 1)))
    assert caught.value.code == "complaint_rule_invalid"
    assert caught.value.data["file"] == str(tmp_path / "rules.yml")
    assert caught.value.data["key"] == key
    if key != "id":
        assert caught.value.data["entry"] == "claims.test"


def test_two_rules_of_one_id_are_refused_across_files(tmp_path: Path) -> None:
    write(tmp_path, RULE)
    (tmp_path / "again.yml").write_text(RULE, encoding="utf-8")
    with pytest.raises(RuleFileError, match="重复"):
        load_rules(tmp_path)


def test_two_fragments_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, RULE)
    (tmp_path / "more.yml").write_text(FRAGMENTS, encoding="utf-8")
    with pytest.raises(RuleFileError, match="重复"):
        load_rules(tmp_path)


@pytest.mark.parametrize("top", ["rules: []\n", "complaint_rules: []\nrules: []\n", "- a\n", "", "a: [\n"])
def test_a_file_with_another_top_is_refused(tmp_path: Path, top: str) -> None:
    write(tmp_path, RULE)
    (tmp_path / "odd.yml").write_text(top, encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_rules(tmp_path)
    assert caught.value.data["file"] == str(tmp_path / "odd.yml")


def test_an_empty_folder_is_refused_rather_than_judging_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError):
        load_rules(tmp_path)


def test_an_example_that_does_not_hold_is_named(tmp_path: Path) -> None:
    text = RULE.replace("贵司拖着不办", "谁拖着不办").replace("拖车", "你们拖着")
    (rule,) = load_rules(write(tmp_path, text))
    assert unproven(rule) == ("未触发：谁拖着不办", "误触发：你们拖着")


def test_intents_kept_out_for_a_file_can_be_let_in_by_a_rule(tmp_path: Path) -> None:
    text = "not_intents: [ask_term]\n" + RULE
    (rule,) = load_rules(write(tmp_path, text))
    facts = Facts("你们拖着", intent="ask_term")
    assert not judge([rule], facts).fired
    (rule,) = load_rules(write(tmp_path, text.replace("title: 试", "title: 试\n    not_intents: []")))
    assert judge([rule], facts).fired


def test_what_may_not_stand_with_the_words_is_sought_in_the_whole_sentence(tmp_path: Path) -> None:
    text = RULE.replace("    matches:", "    never_with: [玩笑]\n    matches:")
    (rule,) = load_rules(write(tmp_path, text))
    assert not judge([rule], Facts("你们拖着。开玩笑的")).fired


def test_words_and_facts_must_both_hold_unless_either_is_allowed(tmp_path: Path) -> None:
    both = RULE.replace("    matches:", "    min_age: 60\n    matches:")
    (rule,) = load_rules(write(tmp_path, both))
    assert not judge([rule], Facts("你们拖着")).fired
    assert judge([rule], Facts("你们拖着", age=60)).fired
    (rule,) = load_rules(write(tmp_path, both.replace("min_age: 60", "min_age: 60\n    words_or_facts: true")))
    assert judge([rule], Facts("你们拖着")).fired
    assert judge([rule], Facts("你好", age=60)).fired
