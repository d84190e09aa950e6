"""The words that must never be said: every rule proves itself, and nothing that we ship breaks one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.adapters import WordGuard
from bot.calendars.strict_yaml import DataFileError
from bot.complaints.loader import load_rules
from bot.conversations.messages import InputHint, OfferedChoice
from bot.conversations.messages import Reply as Message
from bot.services.guard_reply import SAFE, GuardRule, load_guard
from bot.settings import ROOT

GUARD = load_guard(ROOT / "data" / "guard" / "never_say.yml")


@pytest.mark.parametrize("rule", GUARD.rules, ids=lambda rule: rule.id)
def test_the_rule_catches_its_own_sentences_and_lets_the_others_pass(rule: GuardRule) -> None:
    missed = [text for text in rule.matches if rule not in GUARD.broken(text)]
    caught = [text for text in rule.rejects if rule in GUARD.broken(text)]
    assert (missed, caught) == ([], [])
    assert rule.matches
    assert rule.rejects


def test_no_shipped_answer_breaks_a_rule() -> None:
    broken = []
    for path in sorted((ROOT / "data" / "knowledge").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["answers"]:
            broken += [(entry["id"], rule.id) for rule in GUARD.broken(entry["answer"])]
    responses = yaml.safe_load((ROOT / "data" / "responses.yml").read_text(encoding="utf-8"))["responses"]
    for name, texts in responses.items():
        broken += [(name, rule.id) for text in texts for rule in GUARD.broken(text["text"])]
    assert broken == []


def test_no_clause_that_is_quoted_breaks_a_rule() -> None:
    broken = []
    for path in sorted((ROOT / "data" / "clauses").glob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            broken += [(path.name, rule.id, line.strip()) for rule in GUARD.broken(line)]
    assert broken == []


def test_no_words_of_a_complaint_rule_break_one() -> None:
    said = [(rule.id, rule.say) for rule in load_rules(ROOT / "data" / "complaints") if rule.say]
    assert len(said) > 10
    assert [name for name, words in said if GUARD.broken(words)] == []


def test_what_is_said_instead_breaks_none() -> None:
    assert GUARD.broken(SAFE) == ()


def test_a_rule_that_is_no_expression_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "never_say.yml"
    path.write_text("never_say:\n- {id: a, why: b, any_of: '(', matches: [x], rejects: [y]}\n", encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_guard(path)
    assert refused.value.data["key"] == "any_of"


@pytest.mark.parametrize("rule", GUARD.rules, ids=lambda rule: rule.id)
def test_a_card_may_repeat_whatever_the_customer_said(rule: GuardRule) -> None:
    for words in rule.matches:
        card = Message(f"请核对：\n· 经过 {words}", (), InputHint("confirm", "confirm"))
        assert WordGuard(GUARD).withheld(card) == []
        assert rule.id in WordGuard(GUARD).withheld(Message(words))


def test_what_is_said_instead_keeps_the_open_question() -> None:
    reply = Message("这个可以赔", (OfferedChoice("能开", "/inform"),), InputHint("claim_drivable", "choice"))
    said = WordGuard(GUARD).instead_of(reply)
    assert said.text == SAFE
    assert said.input == reply.input
    assert [choice.title for choice in said.choices] == ["能开", "转人工"]
