"""Follow-ups by month: coverage, timeliness, satisfaction, problems and what was put right, and who called (G12, G14 to G18; 004 §9.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.insurance.follow_up import FollowUpKind
from bot.insurance.questionnaire import Questionnaires
from bot.services.figures.period import Period
from bot.services.figures.report import NOT_KNOWN, Chart, Report, Section, Series, Sheet, bars, per_cent, share
from bot.services.figures.where import COMPANY, NOTE, Where
from bot.services.follow_ups.report_follow_ups import (
    FollowUpCounts,
    FollowUpFigures,
    ProblemFigures,
    count_follow_ups,
    count_problems,
)
from bot.services.ports import UnitOfWork

CALLED = "follow_up.called"


def follow_up_report(
    work: UnitOfWork, period: Period, today: date, forms: Questionnaires, where: Where = COMPANY
) -> Report:
    """Of those raised in the period, with the year of months before its end."""
    months = period.months_until(today)
    whose, own = where.institution, [month.code for month in period.months]
    counted = count_follow_ups(work, months[0].start, max(months[-1].end, period.end), forms, whose)
    problems = count_problems(work, (period.start, period.end), today, forms, whose)
    calls = () if whose else (_calls(work, period),)
    return Report(
        "回访分析",
        where.span(period.zh),
        _figures(counted.total(own)),
        (
            _trend(months, counted),
            Section("各种回访", (), (_sheet(counted, own),)),
            _problems(problems),
            *calls,
        ),
        (
            "覆盖率：答完且有效的 ÷ 应访。及时率：期限内答完的 ÷ 应访。满意度：满意和非常满意的 ÷ 答了这一题的。问题率：说出问题的 ÷ 答完的。",
            "平均分：满意度一题，非常满意 5 分，非常不满意 1 分。平均用时：从发起到答完，按自然日。",
            "按发起的月份算；取消的不算。回访里不销售，没有转化率。",
            *((NOTE,) if whose else ()),
        ),
    )


def _figures(total: FollowUpFigures) -> tuple[tuple[str, str], ...]:
    return (
        ("应访", f"{total.raised} 件"),
        ("覆盖率", per_cent(total.done, total.raised)),
        ("有效问卷", f"{total.done} 份，占答过的 {per_cent(total.done, total.answered)}"),
        ("及时率", per_cent(total.in_time, total.raised)),
        ("发起到答完", f"平均 {total.days:.1f} 天" if total.days is not None else NOT_KNOWN),
        ("满意度", per_cent(total.satisfied, total.judged)),
        ("满意度平均分", _score(total)),
        ("问题率", per_cent(total.with_problem, total.done)),
    )


def _score(one: FollowUpFigures) -> str:
    return NOT_KNOWN if one.score is None else f"{one.score:.2f} 分（{one.judged} 次）"


def _trend(months: Sequence[Period], counted: FollowUpCounts) -> Section:
    labels = tuple(f"{month.first.month}月" for month in months)
    of = [counted.total([month.code]) for month in months]
    rates = (
        Series("覆盖率", tuple(share(one.done, one.raised) for one in of)),
        Series("及时率", tuple(share(one.in_time, one.raised) for one in of)),
        Series("满意度", tuple(share(one.satisfied, one.judged) for one in of)),
    )
    days = Series("平均用时", tuple(None if one.days is None else round(one.days, 1) for one in of))
    charts = (
        Chart("覆盖率、及时率、满意度", labels, rates, "%"),
        Chart("发起到答完平均几天", labels, (days,), "天"),
    )
    return Section("近十二个月", charts)


def _sheet(counted: FollowUpCounts, months: Sequence[str]) -> Sheet:
    found = [(kind, counted.total(months, kind)) for kind in FollowUpKind]
    rows = tuple(
        (
            kind.zh, str(one.raised), per_cent(one.done, one.raised), per_cent(one.in_time, one.raised),
            NOT_KNOWN if one.days is None else f"{one.days:.1f}", per_cent(one.satisfied, one.judged), _score(one),
            per_cent(one.with_problem, one.done), str(one.unreached),
        )
        for kind, one in found
        if one.raised
    )  # fmt: skip
    head = ("回访", "应访", "覆盖率", "及时率", "平均天数", "满意度", "平均分", "问题率", "没访成")
    return Sheet(head, rows)


def _problems(problems: Sequence[ProblemFigures]) -> Section:
    total = sum(one.named for one in problems)
    rows = tuple(
        (
            one.zh, str(one.named), per_cent(one.named, total), f"{one.put_right}（{per_cent(one.put_right, one.named)}）",
            str(one.declined), str(one.open), str(one.late),
        )
        for one in problems
    )  # fmt: skip
    return Section(
        "质量问题：原因和整改",
        (bars("问题", {one.zh: one.named for one in problems}, "次"),),
        (Sheet(("原因", "次数", "占比", "已整改", "未同意办理", "在办", "其中超期"), rows),),
        ("每份回访的问题合成一张问题单，由非销售岗位负责；问题单办结的算已整改。",),
    )


def _calls(work: UnitOfWork, period: Period) -> Section:
    callers = work.figures.done_by(CALLED, period.start, period.end)
    return Section("各人打的回访电话", (bars("回访电话", callers, "次"),))
