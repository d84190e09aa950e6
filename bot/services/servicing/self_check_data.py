"""The self-check's questions and what their answers point to, as data (data/self_check.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row
from bot.insurance.policy import LineOfBusiness

MOST_QUESTIONS = 6


@dataclass(frozen=True)
class Question:
    """A closed question."""

    id: str
    ask: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Risk:
    """A kind of risk, the answers (question → options) that make it worth a look, and the line to read about."""

    risk: str
    when: Mapping[str, tuple[str, ...]]
    read: LineOfBusiness
    title: str


@dataclass(frozen=True)
class SelfCheck:
    questions: tuple[Question, ...] = ()
    risks: tuple[Risk, ...] = ()

    def points_to(self, answers: Mapping[str, str]) -> tuple[Risk, ...]:
        """The risks that any answer (by question id) names, in the file's order."""
        return tuple(
            risk
            for risk in self.risks
            if any(answers.get(question) in options for question, options in risk.when.items())
        )


def load_self_check(path: Path) -> SelfCheck:
    """Raises DataFileError: unknown keys, questions, options or lines, a repeated id, an option that two questions share
    a name with, more questions than anybody answers."""
    top = read_row(path)
    top.expect(("source", "as_of", "questions", "risks"))
    top.text("source")
    top.day("as_of")
    questions = tuple(_question(row) for row in top.rows("questions"))
    if not 1 <= len(questions) <= MOST_QUESTIONS or len({each.id for each in questions}) != len(questions):
        top.refuse("questions", f"要 1 到 {MOST_QUESTIONS} 题，编号不能重复")
    by_id = {each.id: each.options for each in questions}
    return SelfCheck(questions, tuple(_risk(row, by_id) for row in top.rows("risks")))


def _question(row: Row) -> Question:
    row.expect(("id", "ask", "options"))
    options = row.texts("options")
    if len(options) < 2 or len(set(options)) != len(options):
        row.refuse("options", "至少两个选项，不能重复")
    return Question(row.text("id"), row.text("ask"), options)


def _risk(row: Row, by_id: Mapping[str, tuple[str, ...]]) -> Risk:
    row.expect(("risk", "when", "read", "title"))
    when = row.child("when")
    found: dict[str, tuple[str, ...]] = {}
    for question in when.values:
        options = when.texts(question)
        if question not in by_id or set(options) - set(by_id[question]):
            row.refuse("when", f"没有这道题或这个选项：{question}")
        found[question] = options
    lines = {each.value: each for each in LineOfBusiness}
    if row.text("read") not in lines:
        row.refuse("read", "不认识的险种")
    return Risk(row.text("risk"), found, lines[row.text("read")], row.text("title"))
