"""/desk/figures: the reports for managers and compliance, each as a page with plots and as a PDF to download; every look is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.case_sheet import TRANSACTION_NAMES
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages, as_pdf
from bot.console.times import CHINA
from bot.insurance.staff import May, Staff
from bot.services.figures.complaint_analysis import complaint_analysis
from bot.services.figures.follow_up_report import follow_up_report
from bot.services.figures.funnels import funnel_report
from bot.services.figures.monthly_report import TITLE, monthly_report, take_report
from bot.services.figures.period import Period, offered, read_period
from bot.services.figures.quality_report import quality_report
from bot.services.figures.report import Report
from bot.services.figures.scorecards import scorecard_report
from bot.services.figures.time_report import TimeLimits, time_report
from bot.services.figures.topics import topic_report
from bot.services.figures.where import COMPANY, Where, read_where
from bot.services.ports import UnitOfWork

INDEX, MINE = "/desk/figures", "/desk/my-figures"


@dataclass(frozen=True)
class Asked:
    """What a report is made with: whose figures, and the desk's parts."""

    where: Where
    deps: ConsoleDeps

    @property
    def limits(self) -> TimeLimits:
        return TimeLimits(self.deps.deadlines, self.deps.stage_targets)


@dataclass(frozen=True)
class Kind:
    """A report: its title and meaning on the list, who may read it, and what makes it. `whole`: it counts conversations, which are no
    institution's, and is of the company alone."""

    title: str
    meaning: str
    may: May
    build: Callable[[UnitOfWork, Period, date, Asked], Report]
    whole: bool = False

    def is_for(self, staff: Staff) -> bool:
        return staff.may(self.may) and not (self.whole and staff.institution)


KINDS: Mapping[str, Kind] = {
    "complaints": Kind(
        "消费投诉分析", "按类别、机构、渠道、险种、原因、时限，每万张保单，重复投诉", May.READ_FIGURES,
        lambda work, period, today, asked: complaint_analysis(work, period, today, asked.where),
    ),
    "monthly": Kind(
        TITLE, "投诉、回访和时效合在一份里；每月第一个工作日备好上个月的，下载后任务结束", May.READ_FIGURES,
        lambda work, period, today, asked: monthly_report(
            work, period, today, forms=asked.deps.questionnaires, limits=asked.limits, names=TRANSACTION_NAMES,
            where=asked.where,
        ),
    ),
    "topics": Kind(
        "客户来意和解决情况", "客户问什么，机器人办结、转人工、中途离开、7 日内又来", May.READ_FIGURES,
        lambda work, period, today, asked: topic_report(work, period, today, asked.deps.intent_names),
        whole=True,
    ),
    "funnels": Kind(
        "办理漏斗", "各项业务开始、走到哪一题、提交、离开", May.READ_FIGURES,
        lambda work, period, _, __: funnel_report(work, period),
        whole=True,
    ),
    "scorecards": Kind(
        "坐席服务指标", "接手、首次响应、处理时长、转出、满意度、质检、投诉按期", May.READ_FIGURES,
        lambda work, period, today, asked: scorecard_report(work, period, today, where=asked.where),
    ),
    "times": Kind(
        "时效和结案率", "理赔各环节、申请、投诉用了多久，时限内的比例，结案率，三快三慢", May.READ_FIGURES,
        lambda work, period, today, asked: time_report(
            work, period, today, asked.limits, TRANSACTION_NAMES, asked.where
        ),
    ),
    "follow-ups": Kind(
        "回访分析", "覆盖率、及时率、满意度和平均分、问题的原因和整改", May.READ_FOLLOW_UPS,
        lambda work, period, today, asked: follow_up_report(
            work, period, today, asked.deps.questionnaires, asked.where
        ),
    ),
    "quality": Kind(
        "服务质检报告", "抽样、各项得分、问题、申诉", May.READ_QUALITY,
        lambda work, period, today, asked: quality_report(work, period, asked.deps.rubric, today),
        whole=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Links:
    """Of a report's page: its own address, that of its document ("" for none), and where one came from. `choose`: the institutions
    among which one may choose, code → name."""

    path: str
    document: str
    back: str
    back_title: str
    choose: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """Somebody asks for a report; `event`: as what it is recorded."""

    name: str
    period: Period
    where: Where
    staff: Staff
    event: str


@dataclass(frozen=True)
class FigurePages:
    """Who may read no report finds no such page; the own scorecard is there for whoever talks to customers."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        one = rf"{INDEX}/{{name:{'|'.join(KINDS)}}}"
        return [
            web.get(INDEX, signed_in(self.show_list)),
            web.get(one, signed_in(self.show)),
            web.get(f"{one}.pdf", signed_in(self.download)),
            web.get(MINE, signed_in(self.show_own)),
        ]

    async def show_list(self, request: web.Request, session: Session) -> web.StreamResponse:
        staff = session.staff
        links = [(f"{INDEX}/{name}", kind.title, kind.meaning) for name, kind in KINDS.items() if kind.is_for(staff)]
        if not links:
            return self._nothing()
        if staff.may(May.READ_BOARD):
            links.insert(0, ("/desk/board", "实时看板", "等待、最长等待、处理中、今天到期、已超期，自动更新"))
        if staff.may(May.READ_QUALITY):
            links.append(("/desk/quality", "质检", "抽到的会话：评分、问题、申诉"))
        return self.pages.show("figures.html", session=session, links=links)

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        name, period, where = request.match_info["name"], self._period(request), self._where(request, session.staff)
        looked = Look(name, period, where, session.staff, "desk.report_viewed")
        report = await asyncio.to_thread(self._build, looked)
        if report is None:
            return self._nothing()
        path, fixed = f"{INDEX}/{name}", KINDS[name].whole or session.staff.institution
        links = Links(path, f"{path}.pdf", INDEX, "统计报表", {} if fixed else where.names)
        return self._page(session, report, period, links, where)

    async def download(self, request: web.Request, session: Session) -> web.StreamResponse:
        name, period, where = request.match_info["name"], self._period(request), self._where(request, session.staff)
        look = Look(name, period, where, session.staff, "desk.report_downloaded")
        report = await asyncio.to_thread(self._build, look)
        if report is None:
            return self._nothing()
        made_at = self.deps.clock().astimezone(CHINA)
        printed = await asyncio.to_thread(self.deps.print_report, report, made_at, self.deps.settings.company)
        if name == "monthly" and not where.institution:
            await asyncio.to_thread(self._take, period)
        of = f"-{where.institution}" if where.institution and not KINDS[name].whole else ""
        return as_pdf(f"{name}-{period.code}{of}.pdf", printed)

    async def show_own(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The own scorecard: of oneself anybody may know."""
        if not session.staff.may(May.TALK):
            return self._nothing()
        period = self._period(request)
        report = await asyncio.to_thread(self._own, period, session.agent)
        return self._page(session, report, period, Links(MINE, "", "/desk/my-reviews", "我的质检"))

    def _page(
        self, session: Session, report: Report, period: Period, links: Links, where: Where = COMPANY
    ) -> web.StreamResponse:
        periods = offered(self._today())
        return self.pages.show(
            "report.html", session=session, report=report, period=period, periods=periods, links=links, where=where
        )

    def _build(self, look: Look) -> Report | None:
        """None where it is not theirs to read."""
        kind, whose = KINDS[look.name], look.where.institution
        if not kind.is_for(look.staff):
            return None
        with self.deps.reading() as work:
            report = kind.build(work, look.period, self._today(), Asked(look.where, self.deps))
        with self.deps.unit_of_work() as work:
            detail, now = {"period": look.period.code}, self.deps.clock()
            detail |= {"institution": whose} if whose and not kind.whole else {}
            work.audit.append(look.event, subject=look.name, actor=f"agent:{look.staff.name}", at=now, detail=detail)
            work.commit()
        return report

    def _take(self, period: Period) -> None:
        """Once it is printed: who asked has it now."""
        with self.deps.unit_of_work() as work:
            take_report(work, period.code, self.deps.clock())
            work.commit()

    def _where(self, request: web.Request, staff: Staff) -> Where:
        return read_where(request.query.get("institution", ""), staff.institution, self.deps.institutions)

    def _own(self, period: Period, agent: str) -> Report:
        with self.deps.reading() as work:
            return scorecard_report(work, period, self._today(), only=agent)

    def _period(self, request: web.Request) -> Period:
        return read_period(request.query.get("period", ""), self._today())

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()

    def _nothing(self) -> web.Response:
        return self.pages.refuse(404, "没有这个页面。")
