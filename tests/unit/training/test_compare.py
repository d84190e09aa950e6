"""Two models beside each other, here two tables of what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from bot.errors import ConfigurationError
from bot.nlu.sentence_reader import IntentRead, SentenceReader
from bot.services.models.gate import load_gate
from bot.services.models.ports import SaidOnce
from bot.services.models.report import ASKS, IntentFigures, Mixed, Verdict
from bot.services.understanding import Entity, Understood
from bot.settings import ROOT
from bot.training.compare import Ids, Pair, compare_customers, compare_held_out, labels_of, write_report
from bot.training.held_out import CASES_DIR, Case, read_cases
from bot.training.journeys import first_actions
from tests.fakes import START

FILE = Path("a.yml")


@dataclass
class Table:
    """Sentence → intent; one that begins with ? is doubtful."""

    answers: dict[str, str]

    def read_intent(self, text: str) -> IntentRead:
        intent = self.answers[text]
        return IntentRead(intent.removeprefix("?"), intent.startswith("?"))

    def __call__(self, text: str, at: datetime) -> Understood:
        start = text.find("张伟明")
        names = (Entity("person_name", "张伟明", "张伟明", start, start + 3),) if start >= 0 else ()
        return Understood("", "", at, "", text, "inform", 1.0, entities=names)


def pair(before: dict[str, str], after: dict[str, str], labels: dict[str, str] | None = None) -> Pair:
    return Pair(cast(SentenceReader, Table(before)), cast(SentenceReader, Table(after)), labels or {})


def test_held_out_sentences_are_counted_by_intent_and_the_mixed_up_ones_quoted() -> None:
    cases = [
        Case(text, intent, FILE, line)
        for line, (text, intent) in enumerate({"a": "greet", "b": "greet", "c": "thank", "d": "thank"}.items(), 1)
    ]
    shares: list[float] = []
    found = compare_held_out(
        pair(
            {"a": "greet", "b": "?thank", "c": "thank", "d": "greet"},
            {"a": "thank", "b": "greet", "c": "?thank", "d": "greet"},
        ),
        cases,
        shares.append,
    )
    assert found.intents == (IntentFigures("greet", 2, 1, 1, 1, 1), IntentFigures("thank", 2, 1, 1, 0, 0))
    assert (found.asks_before, found.asks_after) == (1, 1)
    assert found.mixed == (Mixed("greet", "thank", 1, 1, ("a",)), Mixed("thank", "greet", 1, 1, ("d",)))
    assert [(one.text, one.where, one.verdict) for one in found.changed] == [
        ("a", "a.yml:1", Verdict.WORSE), ("b", "a.yml:2", Verdict.BETTER),
    ]  # fmt: skip
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_customers_sentences_are_judged_by_what_trainers_said_and_shown_masked() -> None:
    before = {"我是张伟明，要退": "?inform", "保单呢": "query_policy", "在不在": "greet", "一样": "greet"}
    after = {"我是张伟明，要退": "surrender_policy", "保单呢": "query_claim", "在不在": "thank", "一样": "greet"}
    said = [
        SaidOnce("customer-1", "我是张伟明，要退"),
        SaidOnce("customer-2", "保单呢"),
        SaidOnce("customer-2", "在不在"),
        SaidOnce("c3", "一样"),
        SaidOnce("c3", "长" * 300),
    ]
    found = compare_customers(pair(before, after, {"保单呢": "query_policy"}), said, START, lambda _: None)
    assert (found.sentences, found.people) == (4, 3)
    assert [(one.text, one.where, one.before, one.after, one.verdict) for one in found.changed] == [
        ("我是张*明，要退", "custom", ASKS, "surrender_policy", Verdict.BETTER),
        ("保单呢", "custom", "query_policy", "query_claim", Verdict.WORSE),
        ("在不在", "custom", "greet", "thank", Verdict.LOOK),
    ]


def test_labels_come_from_the_corpus_without_its_marks() -> None:
    labels = labels_of([("change_contact", "我搬到[深圳](location)了")], [Case("您好", "greet", FILE, 1)])
    assert labels == {"我搬到深圳了": "change_contact", "您好": "greet"}


def test_the_gate_is_asked_about_what_was_found() -> None:
    held_out = compare_held_out(pair({"a": "greet"}, {"a": "thank"}), [Case("a", "greet", FILE, 1)], lambda _: None)
    customers = compare_customers(pair({}, {}), [], START, lambda _: None)
    gate = load_gate(ROOT / "data" / "training" / "gate.yml")
    report = write_report(Ids("old", "new"), held_out, customers, (), gate, {}, at=START, began=0.0)
    assert not report.passed
    assert report.blocked[0].what == "全部 1 句只听懂 0.0%，低于 88%"


def test_held_out_cases_know_their_place_and_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    first = read_cases()[0]
    assert first.text in (CASES_DIR / first.file).read_text(encoding="utf-8").splitlines()[first.line - 1]
    (tmp_path / "b.yml").write_text("- intent: greet\n")
    with pytest.raises(ConfigurationError, match=r"b\.yml"):
        read_cases(tmp_path)


def test_what_an_intent_opens_is_read_from_the_rules() -> None:
    opened = first_actions(ROOT / "data" / "rules")
    assert opened["report_claim"] == "claim_form"
    assert opened["greet"] == "utter_greet"
