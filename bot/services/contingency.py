"""Claims of a disaster while its plan is in force (E26): what is simplified, and the shorter list of papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.insurance.contingency import ContingencyPlan
from bot.insurance.policy import LineOfBusiness
from bot.services.deadlines import speak_date

_LINES = {each.value: each for each in LineOfBusiness}


class EventFileError(DataFileError):
    """The file of plans is malformed; `data` names file, line, entry and key."""

    code = "event_file_invalid"


def load_plans(path: Path, *, demo: bool) -> tuple[ContingencyPlan, ...]:
    """The plans; made-up ones are nobody's outside the demo.

    Raises EventFileError for unknown keys and lines, a repeated id, an end before the start, and a plan without words.
    """
    top = read_row(path, EventFileError)
    top.expect(("demo", "events"))
    if top.flag("demo") and not demo:
        return ()
    plans = tuple(_plan(row) for row in top.rows("events"))
    if len({plan.id for plan in plans}) != len(plans):
        top.refuse("events", "编号写了两次")
    return plans


def _plan(row: Row) -> ContingencyPlan:
    row.expect(("id", "name", "regions", "from", "to", "about", "says", "papers", "source", "as_of"))
    if row.day("to") < row.day("from"):
        row.refuse("to", "结束早于开始")
    for key in ("regions", "about", "says"):
        if not row.texts(key):
            row.refuse(key, "至少写一项")
    return ContingencyPlan(
        id=row.text("id"),
        name=row.text("name"),
        regions=row.texts("regions"),
        starts=row.day("from"),
        ends=row.day("to"),
        about=row.texts("about"),
        says=row.texts("says"),
        papers=_papers(row),
        source=row.text("source"),
        as_of=row.day("as_of"),
    )


def _papers(row: Row) -> Mapping[LineOfBusiness, tuple[str, ...]]:
    lists = row.child("papers")
    unknown = set(lists.values) - set(_LINES)
    if unknown:
        row.refuse("papers", f"不认识的险种 {'、'.join(sorted(unknown))}")
    return {_LINES[line]: lists.texts(line) for line in lists.values}


def plan_for(
    plans: Iterable[ContingencyPlan], *, line: str, cause: str, place: str, day: date
) -> ContingencyPlan | None:
    """The plan that simplifies a loss of this line, cause and place reported on `day`; None when none is in force."""
    return next(
        (
            plan
            for plan in plans
            if plan.is_in_force(day) and line in {each.value for each in plan.papers} and plan.is_about(cause)
            and plan.reaches(place)
        ),
        None,
    )  # fmt: skip


def speak_plan(plan: ContingencyPlan, today: date) -> str:
    """What is simplified and until when."""
    return f"{plan.name}的理赔预案执行到 {speak_date(plan.ends, today)}：{'；'.join(plan.says)}。"


def speak_papers(plan: ContingencyPlan, line: str, today: date) -> str:
    """The shorter list, in place of the usual one."""
    papers = "\n".join(f"{number}. {paper}" for number, paper in enumerate(plan.papers[_LINES[line]], 1))
    return (
        f"{plan.name}的理赔预案正在执行（到 {speak_date(plan.ends, today)}，出险地点在{plan.spoken_regions}的），材料精简成：\n"
        f"{papers}\n其他情形要补什么，理赔人员会一次告诉您。\n依据：{plan.source}（{plan.as_of.isoformat()}）"
    )
