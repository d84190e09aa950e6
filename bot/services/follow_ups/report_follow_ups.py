"""Figures of follow-ups: coverage, timeliness, satisfaction, problems (G04, G14 to G18; company rules 004 §9.3).

Counted by the store, month by month; no follow-up is read. Selling is no figure of it: nothing is sold in a follow-up (X-12).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from bot.insurance.follow_up import FollowUpKind
from bot.insurance.questionnaire import Questionnaires
from bot.services.feedback_ports import FollowUpTally, Opinions
from bot.services.ports import UnitOfWork


@dataclass(frozen=True)
class FollowUpFigures:
    """Counts of those that were raised. `answered`: with any answer, valid or not; `judged`: said how satisfied they are, `points` of one to
    five each together; `seconds`: from being raised to being answered, of all that are done together."""

    raised: int = 0
    done: int = 0
    in_time: int = 0
    judged: int = 0
    satisfied: int = 0
    points: int = 0
    with_problem: int = 0
    unreached: int = 0
    answered: int = 0
    seconds: float = 0.0

    def __add__(self, other: FollowUpFigures) -> FollowUpFigures:
        return FollowUpFigures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def score(self) -> float | None:
        """The mean of one to five."""
        return self.points / self.judged if self.judged else None

    @property
    def days(self) -> float | None:
        return self.seconds / 86400 / self.done if self.done else None


@dataclass(frozen=True)
class FollowUpCounts:
    """(month "2026-11", kind) → figures."""

    by_month: dict[tuple[str, FollowUpKind], FollowUpFigures]

    def total(self, months: Iterable[str], kind: FollowUpKind | None = None) -> FollowUpFigures:
        asked = set(months)
        found = (one for (month, of), one in self.by_month.items() if month in asked and kind in (None, of))
        return sum(found, FollowUpFigures())


@dataclass(frozen=True)
class ProblemFigures:
    """Of one problem: how often it was named, and what became of it; `late`: of the open ones, those past their date."""

    zh: str
    named: int = 0
    put_right: int = 0
    declined: int = 0
    open: int = 0
    late: int = 0


def opinions(forms: Questionnaires) -> Opinions:
    """What is counted of the answers, by the forms as they are now."""
    scores: dict[FollowUpKind, str] = {}
    problems: dict[tuple[FollowUpKind, str], tuple[str, ...]] = {}
    for kind, form in forms.forms.items():
        for question in form.questions:
            if question.satisfaction:
                scores[kind] = question.id
            if named := tuple(option.id for option in question.options if option.problem):
                problems[kind, question.id] = named
    return Opinions(scores, problems)


def count_follow_ups(
    work: UnitOfWork, start: datetime, end: datetime, forms: Questionnaires, institution: str = ""
) -> FollowUpCounts:
    """Of those raised in that time; what was called off counts nowhere."""
    tallies = work.follow_ups.tallies(start, end, opinions(forms), institution)
    return FollowUpCounts({(one.month, one.kind): _figures(one, forms) for one in tallies})


def _figures(one: FollowUpTally, forms: Questionnaires) -> FollowUpFigures:
    form = forms.forms[one.kind]
    question = next((each for each in form.questions if each.satisfaction), None)
    options = [(option, one.scores.get(option.id, 0)) for option in question.options] if question else []
    return FollowUpFigures(
        raised=one.raised,
        done=one.done,
        in_time=one.in_time,
        judged=sum(count for _, count in options),
        satisfied=sum(count for option, count in options if option.good),
        points=sum(int(option.id) * count for option, count in options),
        with_problem=one.with_problem,
        unreached=one.unreached,
        answered=one.answered,
        seconds=one.seconds,
    )


def count_problems(
    work: UnitOfWork, span: tuple[datetime, datetime], today: date, forms: Questionnaires, institution: str = ""
) -> Sequence[ProblemFigures]:
    """Of those raised in that span. The most frequent first, with what the post made of them (G18)."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for one in work.follow_ups.problems_named(span, today, opinions(forms), institution):
        question = forms.forms[one.kind].question(one.question)
        option = question.option(one.value) if question else None
        if option and option.problem:
            row = counted[option.problem]
            for place, here in enumerate((True, one.done, one.declined, one.open, one.late)):
                row[place] += one.count if here else 0
    found = [ProblemFigures(forms.problems[each].zh, *row) for each, row in counted.items()]
    return sorted(found, key=lambda each: (-each.named, each.zh))
