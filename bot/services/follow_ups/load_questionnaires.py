"""Reads data/follow_up and refuses what it does not know, naming file, line and key."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.insurance.follow_up import FollowUpKind
from bot.insurance.questionnaire import Option, Problem, Question, Questionnaire, Questionnaires

MOST_QUESTIONS = 14
POINTS = frozenset(range(1, 8))  # of 基本服务规定 art 15
FACTS = ("instalments", "paid")
PLACES = frozenset({"subject", "product", "until", "term", "pay_mode", "payments"})
_PLACE = re.compile(r"\{(\w*)\}")


class QuestionnaireFileError(DataFileError):
    """A file of data/follow_up is malformed; `data` names file, line, entry and key."""

    code = "questionnaire_file_invalid"


def load_questionnaires(folder: Path) -> Questionnaires:
    """One for each kind. Raises QuestionnaireFileError: unknown keys, problems, places, facts or points; a question or
    answer twice; words that are no pattern; a new contract's that leaves out a point of art 15."""
    top = read_row(folder / "problems.yml", QuestionnaireFileError)
    top.expect(("source", "as_of", "problems"))
    top.day("as_of")
    problems = [_problem(row) for row in top.rows("problems")]
    by_id = {each.id: each for each in problems}
    if len(by_id) != len(problems):
        top.refuse("problems", "编号不能重复")
    forms = {kind: _form(folder / f"{kind.value}.yml", kind, by_id) for kind in FollowUpKind}
    return Questionnaires(forms, by_id, top.text("source"))


def _problem(row: Row) -> Problem:
    row.expect(("id", "zh", "say"), ("mis_selling", "complain"))
    return Problem(row.text("id"), row.text("zh"), row.text("say"), row.flag("mis_selling"), row.flag("complain"))


def _form(path: Path, kind: FollowUpKind, problems: Mapping[str, Problem]) -> Questionnaire:
    top = read_row(path, QuestionnaireFileError)
    top.expect(("source", "as_of", "opening", "questions"))
    top.text("source")
    top.day("as_of")
    rows = top.rows("questions")
    questions: list[Question] = []
    for row in rows:
        questions.append(_question(row, problems, questions))
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        top.refuse("questions", f"要 1 到 {MOST_QUESTIONS} 题")
    if kind is FollowUpKind.NEW_POLICY and {each.point for each in questions if each.mandatory} - {0} != POINTS:
        top.refuse("questions", "基本服务规定第十五条的七项，每项都要有一道必答题")
    return Questionnaire(kind, _words(top, "opening"), tuple(questions))


def _question(row: Row, problems: Mapping[str, Problem], before: Collection[Question]) -> Question:
    row.expect(("id", "ask"), ("point", "mandatory", "when", "after", "satisfaction", "options"))
    if any(each.id == row.text("id") for each in before):
        row.refuse("id", "写了两次")
    when = row.text("when") if "when" in row.values else ""
    if when and when not in FACTS:
        row.refuse("when", f"只能是 {'、'.join(FACTS)}")
    point = row.optional_integer("point") or 0
    if point and point not in POINTS:
        row.refuse("point", "基本服务规定第十五条只有七项")
    options = tuple(_option(each, problems) for each in row.rows("options"))
    if len(options) == 1 or len({each.id for each in options}) != len(options):
        row.refuse("options", "至少两个，编号不能重复；要客户自己写的就不写 options")
    return Question(
        id=row.text("id"),
        text=_words(row, "ask"),
        options=options,
        mandatory=row.flag("mandatory", default=True),
        point=point,
        when=when,
        after=_after(row.child("after"), before) if "after" in row.values else None,
        satisfaction=row.flag("satisfaction"),
    )


def _after(row: Row, before: Collection[Question]) -> Mapping[str, tuple[str, ...]]:
    known = {each.id: {option.id for option in each.options} for each in before}
    told = {question: row.texts(question) for question in row.values}
    for question, options in told.items():
        if not set(options) <= known.get(question, set()):
            row.refuse(question, "前面没有这道题或这个回答")
    return told


def _option(row: Row, problems: Mapping[str, Problem]) -> Option:
    row.expect(("id", "title"), ("words", "elsewhere", "plain", "problem", "good", "ends"))
    plain = row.text("plain") if "plain" in row.values else ""
    problem = row.text("problem") if "problem" in row.values else ""
    if plain not in ("", "yes", "no"):
        row.refuse("plain", "只能是 yes 或 no，要加引号")
    if problem and problem not in problems:
        row.refuse("problem", "problems.yml 里没有这个问题")
    return Option(
        id=row.text("id"),
        title=row.text("title"),
        words=_pattern(row, "words"),
        elsewhere=_pattern(row, "elsewhere"),
        plain=plain,
        problem=problem,
        good=row.flag("good"),
        ends=row.flag("ends"),
    )


def _pattern(row: Row, key: str) -> re.Pattern[str] | None:
    words = row.texts(key)
    try:
        return re.compile("|".join(f"(?:{each})" for each in words)) if words else None
    except re.error as error:
        row.refuse(key, f"不是正则：{error}")


def _words(row: Row, key: str) -> str:
    text = row.text(key)
    if set(_PLACE.findall(text)) - PLACES:
        row.refuse(key, f"花括号里只能是 {'、'.join(sorted(PLACES))}")
    return text
