"""The report on quality reviews (H05, H11): scores by dimension, what was found, appeals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from statistics import mean

from bot.insurance.quality import AppealOutcome, QualityReview, Rubric, Sampled, Severity
from bot.services.figures.period import Period
from bot.services.figures.report import NOT_KNOWN, Chart, Report, Section, Series, Sheet, bars
from bot.services.ports import UnitOfWork
from bot.services.quality_ports import Shown


def quality_report(work: UnitOfWork, period: Period, rubric: Rubric, today: date) -> Report:
    """Of what was scored in the period."""
    scored = work.reviews.scored(period.start, period.end)
    counting = [one for one in scored if one.counts]
    appeals = [one.appeal for one in scored if one.appeal]
    annulled = sum(appeal.outcome is AppealOutcome.ANNULLED for appeal in appeals)
    waiting = work.reviews.counted()[Shown.TO_SCORE]
    return Report(
        "服务质检报告",
        period.zh,
        (
            ("抽到", f"{work.reviews.drawn_in(period.start, period.end)} 段，现在待评分 {waiting} 段"),
            ("评分", f"{len(counting)} 段有效，平均 {_mean([one.score.total for one in counting if one.score])}"),
            *((f"{kind.zh}会话平均分", _mean(_totals(counting, kind))) for kind in Sampled),
            ("申诉", f"{len(appeals)} 件，撤销 {annulled} 件"),
            (
                "整改",
                f"待整改 {work.reviews.counted()[Shown.FINDINGS]} 件，超期 {work.reviews.overdue_findings(today)} 件",
            ),
        ),
        (_dimensions(counting, rubric), _months(counting), _findings(counting), _agents(counting)),
        (
            "抽样：按密钥哈希抽取，谁也不能预先知道或挑选；举报的会话不抽。各项平均按现行评分表；撤销的评分不计。",
            "问题分轻、中、重，用于整改；不算薪酬、不作处罚。",
        ),
    )


def _totals(reviews: Sequence[QualityReview], kind: Sampled) -> list[int]:
    return [one.score.total for one in reviews if one.score and one.sampled is kind]


def _dimensions(reviews: Sequence[QualityReview], rubric: Rubric) -> Section:
    own = [one.score for one in reviews if one.score and one.score.rubric == rubric.version]
    labels = tuple(each.zh for each in rubric.dimensions)
    means = tuple(
        round(50 * mean(score.points[each.id] for score in own), 1) if own else None for each in rubric.dimensions
    )
    return Section("各项得分（满分 100）", (Chart("各项得分", labels, (Series("平均", means),), "分", lying=True),))


def _months(reviews: Sequence[QualityReview]) -> Section:
    steps = ((0, 60, "60 以下"), (60, 75, "60–74"), (75, 90, "75–89"), (90, 101, "90 以上"))
    totals = [one.score.total for one in reviews if one.score]
    values = tuple(float(sum(low <= total < high for total in totals)) for low, high, _ in steps)
    return Section("得分分布", (Chart("得分分布", tuple(name for *_, name in steps), (Series("会话", values),), "段"),))


def _findings(reviews: Sequence[QualityReview]) -> Section:
    counted = Counter(one.finding.severity for one in reviews if one.finding)
    return Section("发现的问题", (bars("问题", {one.zh: counted[one] for one in Severity if counted[one]}, "件"),))


def _agents(reviews: Sequence[QualityReview]) -> Section:
    agents = sorted({one.agent for one in reviews if one.agent})
    rows = []
    for agent in agents:
        own = [one for one in reviews if one.agent == agent]
        rows.append(
            (
                agent,
                str(len(own)),
                _mean([one.score.total for one in own if one.score]),
                str(sum(bool(one.finding) for one in own)),
            )
        )
    return Section("各人", (), (Sheet(("工号", "抽到并评分", "平均分", "问题"), tuple(rows)),))


def _mean(totals: Sequence[int]) -> str:
    return f"{mean(totals):.1f} 分" if totals else NOT_KNOWN
