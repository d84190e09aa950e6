"""The analysis of complaints for the management by month or quarter (company rules 002 art 20; 投诉办法2020 art 18 for the limits)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from bot.complaints.rule import KIND_NAMES
from bot.insurance.complaint import OVER, ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.policy import LineOfBusiness
from bot.insurance.root_cause import RootCause
from bot.services.figure_ports import ComplaintFact
from bot.services.figures.period import Period
from bot.services.figures.report import NOT_KNOWN, Chart, Report, Section, Series, Sheet, bars, counts, per_cent
from bot.services.figures.where import COMPANY, NOTE, Where
from bot.services.ports import UnitOfWork

NO_LINE, NO_CAUSE = "没有关联保单或报案", "没有填原因"
LINE_NOTE = "险种按投诉里写的保单号或报案号查到；没有写号的归“没有关联保单或报案”。"
CAUSE_NOTE = "原因由作出决定的人选（004 §8.1）；只算已作出决定的。"
PER = 10_000


class Limit(str, Enum):
    """What became of the limit of the law."""

    IN_15 = "15 日内决定"
    EXTENDED = "延长后期限内决定"
    LATE = "超期（已决定或仍未决定）"
    RUNNING = "办理中，未到期"
    ENDED = "未作决定即结束（撤回、不予受理、转出）"


@dataclass(frozen=True)
class Kept:
    """How many of those for which a limit has come were within it."""

    kept: int
    of: int

    @property
    def zh(self) -> str:
        return f"{per_cent(self.kept, self.of)}（{self.kept}/{self.of}）" if self.of else NOT_KNOWN


def limit_of(fact: ComplaintFact, today: date) -> Limit:
    """By the dates of the complaint's own clock, which stopped times and new facts have moved already."""
    latest = max(fact.decide_by, fact.extended_to or fact.decide_by)
    if fact.decided_on is not None:
        if fact.decided_on <= fact.decide_by:
            return Limit.IN_15
        return Limit.EXTENDED if fact.decided_on <= latest else Limit.LATE
    if ComplaintStage(fact.stage) in OVER:
        return Limit.ENDED
    stands = fact.stage == ComplaintStage.MEDIATING.value
    return Limit.LATE if latest < today and not stands else Limit.RUNNING


def triaged_by(facts: Sequence[ComplaintFact], today: date, limit: str) -> Kept:
    """Kept of a date of acceptance, by the name of its field; who still waits counts once the date is past."""
    come = [fact for fact in facts if fact.triaged_on is not None or getattr(fact, limit) < today]
    kept = [fact for fact in come if fact.triaged_on is not None and fact.triaged_on <= getattr(fact, limit)]
    return Kept(len(kept), len(come))


def in_time(facts: Sequence[ComplaintFact], today: date) -> Kept:
    """Kept of the limit of the law, of those for which it has come."""
    limits = Counter(limit_of(fact, today) for fact in facts)
    kept = limits[Limit.IN_15] + limits[Limit.EXTENDED]
    return Kept(kept, kept + limits[Limit.LATE])


def complaint_analysis(work: UnitOfWork, period: Period, today: date, where: Where = COMPANY) -> Report:
    """Of the complaints received in the period."""
    whose = where.institution
    facts = work.figures.complaints(period.start, period.end, whose)
    before = work.figures.complaints_in([(period.before.start, period.before.end)], whose)[0]
    policies = work.figures.policies_live(min(today, period.after))
    months = period.months_until(today)
    trend = work.figures.complaints_in([(month.start, month.end) for month in months], whose)
    return Report(
        "消费投诉分析",
        where.span(period.zh),
        _figures(facts, before, policies.get(whose, 0) if whose else sum(policies.values()), today),
        (
            _trend(months, trend),
            _by("按类别", facts, lambda fact: KIND_NAMES.get(fact.kind, fact.kind)),
            *(() if whose else (_by_institution(facts, policies, today, where),)),
            _by("按渠道", facts, lambda fact: ComplaintChannel(fact.channel).zh),
            _by("按险种", facts, _line, LINE_NOTE),
            _by("按原因", [fact for fact in facts if fact.decided_on], _cause, CAUSE_NOTE),
            _limits(facts, today),
        ),
        (
            "每万张保单投诉量 = 期间收到的投诉 ÷ 期末（或今天）有效、宽限期和挂失的保单 × 10000，保单按现在的状态算。",
            "重复投诉：写明了以前的投诉编号，或同一位已核实的投诉人、同一个手机从期初前一年起投诉过。",
        ),
    )


def _figures(facts: Sequence[ComplaintFact], before: int, policies: int, today: date) -> tuple[tuple[str, str], ...]:
    decided = in_time(facts, today)
    change = f"，上期 {before} 件" if before else "，上期没有"
    return (
        ("收到投诉", f"{len(facts)} 件{change}"),
        (
            "每万张保单",
            f"{PER * len(facts) / policies:.2f} 件（{policies} 张有效）" if policies else "没有有效保单数据",
        ),
        ("受理告知在 3 个工作日内（公司目标）", triaged_by(facts, today, "acceptance_target").zh),
        ("受理告知在 10 个工作日内（规定）", triaged_by(facts, today, "acceptance_by").zh),
        ("决定在法定期限内", decided.zh),
        ("其中 15 日内", Kept(sum(limit_of(fact, today) is Limit.IN_15 for fact in facts), decided.of).zh),
        ("重复投诉", Kept(sum(fact.repeated for fact in facts), len(facts)).zh),
        ("监管转办", f"{sum(fact.channel == ComplaintChannel.REGULATOR.value for fact in facts)} 件"),
    )


def _trend(months: Sequence[Period], trend: Sequence[int]) -> Section:
    labels = tuple(f"{month.first.month}月" for month in months)
    chart = Chart("近十二个月收到的投诉", labels, (Series("投诉", tuple(trend)),), "件")
    rows = tuple((month.zh, str(count)) for month, count in zip(months, trend, strict=True))
    return Section("趋势", (chart,), (Sheet(("月份", "投诉（件）"), rows),))


def _by(title: str, facts: Sequence[ComplaintFact], name: Callable[[ComplaintFact], str], *notes: str) -> Section:
    counted: Mapping[str, int] = Counter(name(fact) for fact in facts)
    return Section(title, (bars(title, counted),), (counts(title.removeprefix("按"), counted),), notes)


def _by_institution(facts: Sequence[ComplaintFact], policies: Mapping[str, int], today: date, where: Where) -> Section:
    """Of each that had one: how many, how many in time, how many per 10,000 policies."""
    found: dict[str, list[ComplaintFact]] = defaultdict(list)
    for fact in facts:
        found[fact.institution].append(fact)
    ranked = sorted(found.items(), key=lambda row: (-len(row[1]), row[0]))
    rows = tuple(
        (
            where.name(code), str(len(these)), per_cent(len(these), len(facts)), in_time(these, today).zh,
            f"{PER * len(these) / policies[code]:.2f}" if policies.get(code) else NOT_KNOWN,
        )
        for code, these in ranked
    )  # fmt: skip
    chart = bars("按机构", {where.name(code): len(these) for code, these in ranked})
    return Section(
        "按机构", (chart,), (Sheet(("机构", "件", "占比", "决定在法定期限内", "每万张保单"), rows),), (NOTE,)
    )


def _limits(facts: Sequence[ComplaintFact], today: date) -> Section:
    found = Counter(limit_of(fact, today) for fact in facts)
    counted = {limit.value: found[limit] for limit in Limit if found[limit]}
    note = "期限：收到起 15 日；情况复杂延长至 30 日；特别复杂经批准再延长 30 日。鉴定、调解的日子不计（投诉办法第十八、二十三条）。"
    return Section("时限执行", (bars("时限执行", counted),), (counts("结果", counted),), (note,))


def _line(fact: ComplaintFact) -> str:
    return LineOfBusiness(fact.line).zh if fact.line else NO_LINE


def _cause(fact: ComplaintFact) -> str:
    return RootCause(fact.cause).zh if fact.cause else NO_CAUSE
