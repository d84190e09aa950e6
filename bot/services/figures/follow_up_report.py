"""Follow-ups by month: coverage, timeliness, satisfaction, problems, and who called (G12, G14 to G18; 004 §9.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from statistics import mean

from bot.insurance.follow_up import FollowUp, FollowUpState
from bot.insurance.questionnaire import Questionnaires
from bot.services.figures.period import Period
from bot.services.figures.report import NOT_KNOWN, Chart, Report, Section, Series, Sheet, bars, per_cent, share
from bot.services.follow_ups.report_follow_ups import FollowUpFigures, figures_by_month
from bot.services.ports import UnitOfWork

CALLED = "follow_up.called"


def follow_up_report(work: UnitOfWork, period: Period, today: date, forms: Questionnaires) -> Report:
    """Of those raised in the period, with the year of months before its end."""
    months = period.months_until(today)
    raised = [one for one in work.follow_ups.since(months[0].start) if one.state is not FollowUpState.CALLED_OFF]
    these = [one for one in raised if period.start <= one.raised_at < period.end]
    by_kind = _by_kind(these, forms)
    callers = work.figures.done_by(CALLED, period.start, period.end)
    return Report(
        "回访分析",
        period.zh,
        _figures(these, by_kind),
        (
            _trend(months, raised, forms),
            Section("各种回访", (), (_sheet(by_kind),)),
            _problems(these, forms),
            Section("各人打的回访电话", (bars("回访电话", callers, "次"),)),
        ),
        (
            "覆盖率：答完且有效的 ÷ 应访。及时率：期限内答完的 ÷ 应访。满意度：满意和非常满意的 ÷ 答了这一题的。问题率：说出问题的 ÷ 答完的。",
            "按发起的月份算；取消的不算。回访里不销售，没有转化率。",
        ),
    )


def _by_kind(these: Sequence[FollowUp], forms: Questionnaires) -> tuple[FollowUpFigures, ...]:
    """One line a kind, whatever months the period has."""
    found: dict[str, FollowUpFigures] = {}
    for one in figures_by_month(these, forms):
        known = found.get(one.kind.value)
        found[one.kind.value] = one if known is None else _added(known, one)
    return tuple(found.values())


def _added(left: FollowUpFigures, right: FollowUpFigures) -> FollowUpFigures:
    names = ("raised", "done", "in_time", "judged", "satisfied", "with_problem", "unreached")
    return replace(left, **{name: getattr(left, name) + getattr(right, name) for name in names})


def _figures(these: Sequence[FollowUp], by_kind: Sequence[FollowUpFigures]) -> tuple[tuple[str, str], ...]:
    def total(name: str) -> int:
        return sum(getattr(one, name) for one in by_kind)

    days = [
        (one.finished_at - one.raised_at).days for one in these if one.finished_at and one.state is FollowUpState.DONE
    ]
    return (
        ("应访", f"{len(these)} 件"),
        ("覆盖率", per_cent(total("done"), len(these))),
        ("及时率", per_cent(total("in_time"), len(these))),
        ("满意度", per_cent(total("satisfied"), total("judged"))),
        ("问题率", per_cent(total("with_problem"), total("done"))),
        ("发起到答完", f"平均 {mean(days):.1f} 天" if days else NOT_KNOWN),
    )


def _trend(months: Sequence[Period], raised: Sequence[FollowUp], forms: Questionnaires) -> Section:
    found = {month.code: [one for one in raised if month.start <= one.raised_at < month.end] for month in months}
    done = {code: _by_kind(these, forms) for code, these in found.items()}
    labels = tuple(f"{month.first.month}月" for month in months)

    def rate(part: str, whole: str) -> tuple[float | None, ...]:
        return tuple(
            share(sum(getattr(one, part) for one in done[code]), sum(getattr(one, whole) for one in done[code]))
            for code in found
        )

    series = (
        Series("覆盖率", rate("done", "raised")),
        Series("及时率", rate("in_time", "raised")),
        Series("满意度", rate("satisfied", "judged")),
    )
    return Section("近十二个月", (Chart("覆盖率、及时率、满意度", labels, series, "%"),))


def _sheet(by_kind: Sequence[FollowUpFigures]) -> Sheet:
    rows = tuple(
        (
            one.kind.zh, str(one.raised), per_cent(one.done, one.raised), per_cent(one.in_time, one.raised),
            per_cent(one.satisfied, one.judged), per_cent(one.with_problem, one.done), str(one.unreached),
        )
        for one in by_kind
    )  # fmt: skip
    return Sheet(("回访", "应访", "覆盖率", "及时率", "满意度", "问题率", "没访成"), rows)


def _problems(these: Sequence[FollowUp], forms: Questionnaires) -> Section:
    counted = Counter(
        problem.zh for one in these if one.state is FollowUpState.DONE for problem in forms.problems_of(one)
    )
    return Section(
        "客户说出的问题", (bars("问题", counted, "次"),), (), ("每个问题生成一张问题单，由非销售岗位负责。",)
    )
