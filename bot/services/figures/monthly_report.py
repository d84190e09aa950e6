"""The regular report of customer service (002 arts 5, 20): complaints, follow-ups and times in one, and the task to take it each month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.insurance.questionnaire import Questionnaires
from bot.insurance.task import DueMatter, Register
from bot.services.deadlines import Deadlines
from bot.services.figures.complaint_analysis import complaint_analysis
from bot.services.figures.follow_up_report import follow_up_report
from bot.services.figures.period import Period, read_period
from bot.services.figures.report import Report
from bot.services.figures.time_report import TimeLimits, time_report
from bot.services.figures.where import COMPANY, Where
from bot.services.ports import UnitOfWork
from bot.services.servicing.limits import Limits

TITLE, POST, DAYS = "客服工作报告", "客服管理", "report.monthly_days"


def monthly_report(
    work: UnitOfWork,
    period: Period,
    today: date,
    *,
    forms: Questionnaires,
    limits: TimeLimits,
    names: Mapping[str, str],
    where: Where = COMPANY,
) -> Report:
    """The three reports of the period, one after the other; each section says which it is of. `names`: as of `time_report`."""
    parts = {
        "投诉": complaint_analysis(work, period, today, where),
        "回访": follow_up_report(work, period, today, forms, where),
        "时效": time_report(work, period, today, limits, names, where),
    }
    return Report(
        TITLE,
        where.span(period.zh),
        tuple((f"{part}：{name}", value) for part, report in parts.items() for name, value in report.figures),
        tuple(
            replace(section, title=f"{part}：{section.title}")
            for part, report in parts.items()
            for section in report.sections
        ),
        tuple(dict.fromkeys(note for report in parts.values() for note in report.notes)),
    )


def report_due(work: UnitOfWork, today: date, deadlines: Deadlines, limits: Limits) -> DueMatter | None:
    """Last month's report, from the first working day of this month until somebody took it; None where nothing happened in it."""
    month = read_period(f"{today:%Y-%m}", today).before
    first = deadlines.calendar.first_working_day_from(today.replace(day=1)).date
    if today < first or work.once.was_claimed(_key(month.code)) or not _anything(work, month):
        return None
    due = deadlines.calendar.add_working_days(first, limits.whole(DAYS)).date
    return DueMatter(month.code, Register.REPORT, "", "", POST, due, DAYS, alert_on=first)


def take_report(work: UnitOfWork, code: str, at: datetime) -> None:
    """Somebody has the report of that month: nobody is asked for it any more. The caller commits."""
    work.once.claim(_key(code), at)


def _key(code: str) -> str:
    return f"monthly-report:{code}"


def _anything(work: UnitOfWork, month: Period) -> bool:
    span = (month.start, month.end)
    return any(work.figures.complaints_in([span])) or any(map(any, work.times.claims_in([span])))
