"""The questions of a follow-up: closed ones with what each answer means, and open ones for the customer's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.insurance.follow_up import FollowUp, FollowUpKind


@dataclass(frozen=True)
class Problem:
    """What an answer can name. `mis_selling`: the fifteen working days of 基本服务规定 art 18 run too. `say` is told at
    once; `complain`: a complaint is offered."""

    id: str
    zh: str
    say: str
    mis_selling: bool = False
    complain: bool = False


@dataclass(frozen=True)
class Option:
    """One answer. `words`: what means it as an answer to its question, `elsewhere`: what means it at any other question too;
    `plain`: a bare "yes" or "no" to the question means it.

    `ends`: with it the questions stop (another person answers). `good`: counts as satisfied.
    """

    id: str
    title: str
    words: re.Pattern[str] | None = None
    elsewhere: re.Pattern[str] | None = None
    plain: str = ""  # yes | no
    problem: str = ""
    good: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Question:
    """`point`: which of the points of 基本服务规定 art 15 it asks for, 0 for none. `when`: asked only of a contract that
    has it. `after`: asked only after one of these answers (question → options). Open when it has no options."""

    id: str
    text: str
    options: tuple[Option, ...] = ()
    mandatory: bool = True
    point: int = 0
    when: str = ""  # instalments
    after: Mapping[str, tuple[str, ...]] | None = None
    satisfaction: bool = False

    def option(self, value: str) -> Option | None:
        return next((each for each in self.options if each.id == value), None)

    def is_asked(self, answers: Mapping[str, str], facts: frozenset[str]) -> bool:
        if self.when and self.when not in facts:
            return False
        return all(answers.get(question) in options for question, options in (self.after or {}).items())


@dataclass(frozen=True)
class Questionnaire:
    """`facts` below: what is true of the subject, for `Question.when`."""

    kind: FollowUpKind
    opening: str
    questions: tuple[Question, ...]

    def question(self, number: str) -> Question | None:
        return next((each for each in self.questions if each.id == number), None)

    def asked(self, answers: Mapping[str, str], facts: frozenset[str]) -> Sequence[Question]:
        return [each for each in self.questions if each.is_asked(answers, facts)]

    def is_complete(self, follow_up: FollowUp, facts: frozenset[str]) -> bool:
        """Every mandatory question that is asked has its answer, and none of them ended it."""
        answers = {each.question: each.value for each in follow_up.answers}
        return all(
            not each.mandatory or (answers.get(each.id) and not self._ended(each, answers[each.id]))
            for each in self.asked(answers, facts)
        )

    def problems(self, follow_up: FollowUp) -> tuple[str, ...]:
        """The ids of what the answers name, each once, in the order of the questions."""
        found = (each.option(follow_up.answer(each.id)) for each in self.questions)
        return tuple(dict.fromkeys(option.problem for option in found if option and option.problem))

    def satisfied(self, follow_up: FollowUp) -> bool | None:
        """None where it was not asked or not answered."""
        question = next((each for each in self.questions if each.satisfaction), None)
        option = question.option(follow_up.answer(question.id)) if question else None
        return option.good if option else None

    @staticmethod
    def _ended(question: Question, value: str) -> bool:
        option = question.option(value)
        return bool(option and option.ends)


@dataclass(frozen=True)
class Questionnaires:
    """All of them by kind, and every problem by id."""

    forms: Mapping[FollowUpKind, Questionnaire]
    problems: Mapping[str, Problem]
    source: str = ""

    def of(self, follow_up: FollowUp) -> Questionnaire:
        return self.forms[follow_up.kind]

    def problems_of(self, follow_up: FollowUp) -> tuple[Problem, ...]:
        return tuple(self.problems[each] for each in self.of(follow_up).problems(follow_up))
