"""The analysis of a month's follow-ups: coverage, timeliness, satisfaction, problems (G04, G14 to G18; company rules 004 §9.3).

Selling is no figure of it: nothing is sold in a follow-up (X-12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpState
from bot.insurance.questionnaire import Questionnaires

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class FollowUpFigures:
    """Of those raised in a month ("2026-11") of one kind. `judged`: answered the question how satisfied they are."""

    month: str
    kind: FollowUpKind
    raised: int
    done: int
    in_time: int
    judged: int
    satisfied: int
    with_problem: int
    unreached: int

    @property
    def coverage(self) -> float:
        return self.done / self.raised if self.raised else 0.0

    @property
    def timeliness(self) -> float:
        return self.in_time / self.raised if self.raised else 0.0

    @property
    def satisfaction(self) -> float | None:
        return self.satisfied / self.judged if self.judged else None

    @property
    def problem_rate(self) -> float | None:
        return self.with_problem / self.done if self.done else None


def figures_by_month(follow_ups: Sequence[FollowUp], forms: Questionnaires) -> Sequence[FollowUpFigures]:
    """The newest month first, kinds in their order; what was called off counts nowhere."""
    counted = [each for each in follow_ups if each.state is not FollowUpState.CALLED_OFF]
    months = sorted({f"{each.raised_at:%Y-%m}" for each in counted}, reverse=True)
    found = []
    for month in months:
        for kind in FollowUpKind:
            these = [each for each in counted if each.kind is kind and f"{each.raised_at:%Y-%m}" == month]
            found += [_figures(month, kind, these, forms)] if these else []
    return found


def _figures(month: str, kind: FollowUpKind, these: Sequence[FollowUp], forms: Questionnaires) -> FollowUpFigures:
    done = [each for each in these if each.state is FollowUpState.DONE]
    opinions = [opinion for each in done if (opinion := forms.of(each).satisfied(each)) is not None]
    return FollowUpFigures(
        month=month,
        kind=kind,
        raised=len(these),
        done=len(done),
        in_time=sum(each.in_time() for each in done),
        judged=len(opinions),
        satisfied=sum(opinions),
        with_problem=sum(bool(forms.problems_of(each)) for each in done),
        unreached=sum(each.state in (FollowUpState.UNREACHABLE, FollowUpState.DECLINED) for each in these),
    )


def since(now: datetime) -> datetime:
    """From when the report counts."""
    return now - A_YEAR
