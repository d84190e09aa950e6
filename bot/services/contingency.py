"""Claims of a disaster while its plan is in force (E26): what is simplified, what is not asked, the shorter list of papers.

A plan stands in data/events.yml, or a manager has switched it on at the desk (`bot.services.run_event`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.insurance.contingency import MAY_BE_LEFT_OUT, ContingencyPlan, DisasterKind
from bot.insurance.policy import LineOfBusiness
from bot.services.deadlines import speak_date
from bot.services.ports import UnitOfWorkFactory

_LINES = {each.value: each for each in LineOfBusiness}


class EventFileError(DataFileError):
    """The file of plans is malformed; `data` names file, line, entry and key."""

    code = "event_file_invalid"


def load_plans(path: Path, *, demo: bool) -> tuple[ContingencyPlan, ...]:
    """The plans; made-up ones are nobody's outside the demo.

    Raises EventFileError for unknown keys and lines, a repeated id, an end before the start, and a plan without words.
    """
    top = read_row(path, EventFileError)
    top.expect(("demo", "events", "kinds"))
    if top.flag("demo") and not demo:
        return ()
    plans = tuple(_plan(row) for row in top.rows("events"))
    if len({plan.id for plan in plans}) != len(plans):
        top.refuse("events", "编号写了两次")
    return plans


def load_kinds(path: Path) -> tuple[DisasterKind, ...]:
    """The kinds of disaster that a manager may switch on. Raises EventFileError as `load_plans`."""
    top = read_row(path, EventFileError)
    top.expect(("demo", "events", "kinds"))
    kinds = tuple(_kind(row) for row in top.rows("kinds"))
    if len({kind.id for kind in kinds}) != len(kinds):
        top.refuse("kinds", "编号写了两次")
    return kinds


def _kind(row: Row) -> DisasterKind:
    row.expect(("id", "name", "about", "says", "papers", "left_out", "advice", "source", "as_of"))
    _refuse_empty(row, "about", "says")
    return DisasterKind(
        id=row.text("id"),
        name=row.text("name"),
        about=row.texts("about"),
        says=row.texts("says"),
        papers=_papers(row),
        left_out=_left_out(row),
        advice=row.text("advice"),
        source=row.text("source"),
        as_of=row.day("as_of"),
    )


def _left_out(row: Row) -> frozenset[str]:
    named = frozenset(row.texts("left_out"))
    if named - MAY_BE_LEFT_OUT:
        row.refuse("left_out", f"不能省掉的问题 {'、'.join(sorted(named - MAY_BE_LEFT_OUT))}")
    return named


def _refuse_empty(row: Row, *keys: str) -> None:
    for key in keys:
        if not row.texts(key):
            row.refuse(key, "至少写一项")


def _plan(row: Row) -> ContingencyPlan:
    row.expect(("id", "name", "regions", "from", "to", "about", "says", "papers", "source", "as_of"), ("left_out",))
    if row.day("to") < row.day("from"):
        row.refuse("to", "结束早于开始")
    _refuse_empty(row, "regions", "about", "says")
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
        left_out=_left_out(row),
    )


def _papers(row: Row) -> Mapping[LineOfBusiness, tuple[str, ...]]:
    lists = row.child("papers")
    unknown = set(lists.values) - set(_LINES)
    if unknown:
        row.refuse("papers", f"不认识的险种 {'、'.join(sorted(unknown))}")
    return {_LINES[line]: lists.texts(line) for line in lists.values}


class HasPlans(Protocol):
    """What knows the plans: those of the file, the kinds of disaster, and the store of what was switched on."""

    @property
    def plans(self) -> tuple[ContingencyPlan, ...]: ...
    @property
    def disasters(self) -> tuple[DisasterKind, ...]: ...
    @property
    def reading(self) -> UnitOfWorkFactory: ...


def plans_on(day: date, using: HasPlans) -> tuple[ContingencyPlan, ...]:
    """Those in force: switched on at the desk first, then those of the file."""
    kinds = {kind.id: kind for kind in using.disasters}
    with using.reading() as work:
        events = work.events.on(day)
    switched_on = (event.plan(kinds[event.kind]) for event in events if event.kind in kinds)
    return (*switched_on, *(plan for plan in using.plans if plan.is_in_force(day)))


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
