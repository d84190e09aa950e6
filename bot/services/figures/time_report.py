"""How long claims, requests and complaints took against their limits, and how many were closed (E22, H07, H09; 004 §7.3.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from statistics import mean

from bot.calendars.clocks import SHANGHAI, ClockRule
from bot.insurance.claim import ClaimStage
from bot.services.claim_stages import StageTargets
from bot.services.deadlines import Deadlines
from bot.services.figures.complaint_analysis import Kept, in_time
from bot.services.figures.period import Period
from bot.services.figures.report import NOT_KNOWN, Chart, Report, Section, Series, Sheet, per_cent
from bot.services.figures.where import COMPANY, NOTE, Where
from bot.services.ports import UnitOfWork
from bot.services.time_ports import Asked, Stay, Took

DAY = 86400
PAYING = "D-L05"  # 保险法 art 23: ten days from the agreement
CHANGE = "变更受益人"
_NO_DATA = "没有数据：投保日和出单日在核心系统"


@dataclass(frozen=True)
class TimeLimits:
    """What times are measured by: the law's and the company's deadlines, and which of them holds at a claim's stage."""

    deadlines: Deadlines
    targets: StageTargets

    def rule(self, stay: Stay) -> str | None:
        return PAYING if stay.stage is ClaimStage.PAYING else self.targets.rule(stay.stage, stay.line, stay.up_to)

    def kept(self, stays: Sequence[Stay]) -> Mapping[ClaimStage, Kept]:
        """Of each stage that has a limit: the stays that ended by it, of all."""
        within: Counter[ClaimStage] = Counter()
        judged: Counter[ClaimStage] = Counter()
        for stay in stays:
            if rule := self.rule(stay):
                due = self.deadlines.due(rule, datetime.combine(stay.began, time(), SHANGHAI)).internal_due
                judged[stay.stage] += stay.claims
                within[stay.stage] += stay.claims if stay.ended <= due else 0
        return {stage: Kept(within[stage], count) for stage, count in judged.items()}

    def told(self, stage: ClaimStage) -> str:
        """2 / 5 个工作日; a dash for a stage without a limit."""
        names = {each.rule for each in self.targets.targets if each.stage is stage}
        names |= {PAYING} if stage is ClaimStage.PAYING else set()
        rules: list[ClockRule] = sorted(map(self.deadlines.rule, names), key=lambda rule: rule.duration or 0)
        lengths = " / ".join(dict.fromkeys(str(rule.duration) for rule in rules))
        return f"{lengths} 个{rules[0].unit.zh}" if rules else NOT_KNOWN


def time_report(
    work: UnitOfWork, period: Period, today: date, limits: TimeLimits, names: Mapping[str, str], where: Where = COMPANY
) -> Report:
    """Of what ended in the period. `names`: Chinese names of the kinds of requests."""
    whose, span = where.institution, (period.start, period.end)
    months = period.months_until(today)
    claims = work.times.claims_in([span, *((month.start, month.end) for month in months)], whose)
    settled = work.times.settled(*span, whose)
    requests = _requests(work, period, whose)
    complaints = _Complaints.of(work, period, today, whose)
    return Report(
        "时效和结案率",
        where.span(period.zh),
        _figures(claims[0], settled, requests, complaints),
        (
            _stages(work, period, today, whose, limits),
            _claims(work, period, today, whose, months, claims[1:]),
            _of_requests(requests, names),
            complaints.section(),
            _slow(work, period, whose, settled),
        ),
        (
            "九成以内：把用时从短到长排，第九成那一件的用时。按期间内结束的算，不是按开始的算。",
            "结案率 = 期间内结案的 ÷ 期间内新收的；会超过 100%，因为也结以前的案。",
            *((NOTE,) if whose else ()),
        ),
    )


def length(seconds: float | None) -> str:
    """3.2 天, 5.5 小时, 12 分; a dash of nothing."""
    if seconds is None:
        return NOT_KNOWN
    if abs(seconds) >= DAY:
        return f"{seconds / DAY:.1f} 天"
    return f"{seconds / 3600:.1f} 小时" if abs(seconds) >= 3600 else f"{round(seconds / 60)} 分"


@dataclass(frozen=True)
class _Complaints:
    """`days`: from receipt to the first decision, of those decided in the period."""

    received: int
    days: tuple[int, ...]
    kept: Kept

    @classmethod
    def of(cls, work: UnitOfWork, period: Period, today: date, whose: str) -> _Complaints:
        facts = work.figures.complaints_decided(period.start, period.end, whose)
        days = sorted((fact.decided_on - fact.received_at.date()).days for fact in facts if fact.decided_on)
        received = work.figures.complaints_in([(period.start, period.end)], whose)[0]
        return cls(received, tuple(days), in_time(facts, today))

    def section(self) -> Section:
        average = f"{mean(self.days):.1f} 天" if self.days else NOT_KNOWN
        ninth = f"{self.days[ceil(0.9 * len(self.days)) - 1]} 天" if self.days else NOT_KNOWN
        row = (
            str(self.received),
            str(len(self.days)),
            average,
            ninth,
            self.kept.zh,
            per_cent(len(self.days), self.received),
        )
        head = ("收到", "作出决定", "平均用时", "九成以内", "决定在法定期限内", "结案率")
        note = "从收到到第一次作出决定，按自然日；结案只算作出决定的，撤回、并案、转出的不算。"
        return Section("投诉", (), (Sheet(head, (row,)),), (note,))


def _requests(work: UnitOfWork, period: Period, whose: str) -> Mapping[str, tuple[Asked, Took | None]]:
    """Of each kind that was made or ended in the period; changes of beneficiaries are a register of their own."""
    made = work.times.requests_made(period.start, period.end, whose)
    took = work.times.requests(period.start, period.end, whose)
    found: dict[str, tuple[Asked, Took | None]] = {
        kind: (made.get(kind, Asked(0, 0)), took.get(kind)) for kind in sorted({*made, *took})
    }
    changes, issued = work.times.changes(period.start, period.end, whose)
    return {**found, CHANGE: (Asked(changes, 0), issued)} if changes or issued else found


def _figures(
    claims: tuple[int, int],
    settled: Took | None,
    requests: Mapping[str, tuple[Asked, Took | None]],
    complaints: _Complaints,
) -> tuple[tuple[str, str], ...]:
    made = sum(asked.made for asked, _ in requests.values())
    ended = sum(asked.at_once + (took.count if took else 0) for asked, took in requests.values())
    kept = sum(took.kept for _, took in requests.values() if took)
    judged = sum(took.judged for _, took in requests.values() if took)
    return (
        ("理赔结案率", Kept(claims[1], claims[0]).zh),
        ("报案到结案", f"平均 {length(settled.mean)}，九成在 {length(settled.ninth)}以内" if settled else NOT_KNOWN),
        ("申请办结率", Kept(ended, made).zh),
        ("申请在期限内办结", Kept(kept, judged).zh),
        ("投诉结案率", Kept(len(complaints.days), complaints.received).zh),
        ("投诉决定在法定期限内", complaints.kept.zh),
    )


def _stages(work: UnitOfWork, period: Period, today: date, whose: str, limits: TimeLimits) -> Section:
    took = work.times.stages(period.start, period.end, whose)
    kept = limits.kept(work.times.stays(period.start, period.end, limits.targets.amounts, whose))
    late = work.claim_figures.late_by_stage(today, whose)
    shown = [stage for stage in ClaimStage if stage in took or stage in late]
    rows = tuple(_stage_row(stage, took.get(stage), kept.get(stage), late.get(stage, 0), limits) for stage in shown)
    measured = [(stage.zh, round(took[stage].mean / DAY, 1)) for stage in shown if stage in took]
    chart = Chart(
        "各环节平均用时",
        tuple(name for name, _ in measured),
        (Series("平均", tuple(days for _, days in measured)),),
        "天",
        lying=True,
    )
    head = ("环节", "离开的案件", "平均用时", "九成以内", "公司时限", "时限内", "在办中超法定期限")
    notes = (
        "时限按险种和定损金额分档，从进入环节那天算（data/servicing/claim_stages.yml，公司目标）；支付中按达成协议后 10 日（保险法第二十三条）。",
        "金额按最近一次发布的定损；没有时限的环节写“—”：等客户交材料、等客户签协议的时间不由公司定。",
    )
    return Section("理赔各环节", (chart,), (Sheet(head, rows),), notes)


def _stage_row(
    stage: ClaimStage, took: Took | None, kept: Kept | None, late: int, limits: TimeLimits
) -> tuple[str, ...]:
    return (
        stage.zh, str(took.count if took else 0), length(took.mean if took else None), length(took.ninth if took else None),
        limits.told(stage), kept.zh if kept else NOT_KNOWN, str(late),
    )  # fmt: skip


def _claims(
    work: UnitOfWork,
    period: Period,
    today: date,
    whose: str,
    months: Sequence[Period],
    counted: Sequence[tuple[int, int]],
) -> Section:
    """Closing by month, and against what was open when the period began: from what is open now, back to then."""
    labels = tuple(f"{month.first.month}月" for month in months)
    chart = Chart(
        "近十二个月",
        labels,
        (Series("报案", tuple(each[0] for each in counted)), Series("结案", tuple(each[1] for each in counted))),
        "件",
    )
    rows = tuple(
        (month.zh, str(reported), str(closed), per_cent(closed, reported))
        for month, (reported, closed) in zip(months, counted, strict=True)
    )
    reported, closed = work.times.claims_in([(period.start, max(period.end, _end(today)))], whose)[0]
    before = work.times.claims_open(whose) + closed - reported
    own_reported, own_closed = work.times.claims_in([(period.start, period.end)], whose)[0]
    note = (
        f"期初未结 {before} 件，期间报案 {own_reported} 件、结案 {own_closed} 件；"
        f"结案 ÷（期初未结＋期间报案）= {per_cent(own_closed, before + own_reported)}。"
    )
    notes = (note, "结案含不予赔付和撤案。未决赔款要核心系统的准备金数据，这里没有。")
    return Section("理赔结案", (chart,), (Sheet(("月份", "报案", "结案", "结案率"), rows),), notes)


def _end(today: date) -> datetime:
    """The last moment of today: what was done until now is before it."""
    return datetime.combine(today, time.max, SHANGHAI)


def _of_requests(requests: Mapping[str, tuple[Asked, Took | None]], names: Mapping[str, str]) -> Section:
    ranked = sorted(requests.items(), key=lambda row: (-row[1][0].made, row[0]))
    rows = tuple(
        (
            names.get(kind, kind), str(asked.made), str(asked.at_once), str(took.count if took else 0),
            length(took.mean if took else None), length(took.ninth if took else None),
            Kept(took.kept, took.judged).zh if took else NOT_KNOWN,
            per_cent(asked.at_once + (took.count if took else 0), asked.made),
        )
        for kind, (asked, took) in ranked
    )  # fmt: skip
    head = ("业务", "申请", "当场办结", "岗位办结", "平均用时", "九成以内", "期限内", "办结率")
    notes = (
        "用时从申请到岗位办结或答复不能办；当场办结的不算用时。期限是申请时算好的最晚日期，没有期限的不算。",
        "客户撤回的不算办结；举报不在这里。",
    )
    return Section("保全和其他申请", (), (Sheet(head, rows),), notes)


def _slow(work: UnitOfWork, period: Period, whose: str, settled: Took | None) -> Section:
    """三快三慢: what the company rules call slow (002 part 3)."""
    paid = work.times.premiums(period.first, period.after, whose)
    rows = (
        ("承保出单", NOT_KNOWN, NOT_KNOWN, _NO_DATA),
        ("理赔结案", length(settled.mean if settled else None), length(settled.ninth if settled else None), "报案到结案或不予赔付"),
        (
            "续期收费", length(paid.mean if paid else None), length(paid.ninth if paid else None),
            f"应缴日到收到；应缴日或以前收到的 {Kept(paid.kept, paid.judged).zh}" if paid else "期间没有收到续期保费",
        ),
    )  # fmt: skip
    return Section("三快三慢", (), (Sheet(("环节", "平均用时", "九成以内", "怎么算"), rows),))
