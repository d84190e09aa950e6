"""Reads data/branches.yml and refuses what it does not know, naming file, line and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.insurance.branch import Branch, BranchDirectory, BranchService, City, ComplaintIntake, Shift, Week
from bot.insurance.institution import HEAD_OFFICE, Institution

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SERVICES = {each.value: each for each in BranchService}
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_SHIFT = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")


class BranchFileError(DataFileError):
    """The file of outlets is malformed; `data` names file, line, entry and key."""

    code = "branch_file_invalid"


def load_branches(path: Path, places: Path, *, demo: bool) -> BranchDirectory:
    """The outlets; `places` is the word list of places in general. Made-up ones are nobody's outside the demo.

    Raises BranchFileError for unknown keys, days, services, cities, institutions and timetables, a repeated id, a shift that ends
    before it begins, and a demo phone that could be somebody's.
    """
    top = read_row(path, BranchFileError)
    top.expect(("demo", "source", "as_of", "papers_post", "complaints", "institutions", "hours", "cities", "branches"))
    if top.flag("demo") and not demo:
        return BranchDirectory()
    weeks = _weeks(top)
    cities = tuple(_city(row) for row in top.rows("cities"))
    branches = tuple(_branch(row, weeks, cities) for row in top.rows("branches"))
    ids = [branch.id for branch in branches]
    for row in top.rows("branches"):
        if ids.count(row.text("id")) > 1:
            row.refuse("id", "写了两次")
        if top.flag("demo") and not re.fullmatch(r"0\d{2,3}-0000\d{4}", row.text("phone")):
            row.refuse("phone", "演示的电话要写成区号-0000 打头的八位，免得打到别人那里")
    return BranchDirectory(
        branches=branches,
        cities=cities,
        intake=_intake(top.child("complaints")),
        papers_post=top.text("papers_post"),
        source=top.text("source"),
        as_of=top.day("as_of"),
        places=_names(places),
        institutions=_institutions(top, cities),
    )


def _institutions(top: Row, cities: tuple[City, ...]) -> tuple[Institution, ...]:
    """Each area is one institution's, and each city with outlets is somebody's."""
    found: list[Institution] = []
    areas = {name for city in cities for name in (city.name, city.province)}
    for row in top.rows("institutions"):
        row.expect(("id", "name", "covers"))
        made = Institution(row.text("id"), row.text("name"), row.texts("covers"))
        if not _CODE.fullmatch(made.code) or made.code in (HEAD_OFFICE, *(each.code for each in found)):
            row.refuse("id", f"要写成两到八位大写字母和数字，不能重复，也不能是 {HEAD_OFFICE}")
        if set(made.covers) - areas:
            row.refuse("covers", "cities 里没有这个省或市")
        if any(area in each.covers for each in found for area in made.covers):
            row.refuse("covers", "已经归别的机构了")
        found.append(made)
    covered = {area for each in found for area in each.covers}
    for row, city in zip(top.rows("cities"), cities, strict=True):
        if not covered & {city.name, city.province}:
            row.refuse("name", "没有机构管这个城市")
    return tuple(found)


def _weeks(top: Row) -> Mapping[str, Week]:
    found: dict[str, Week] = {}
    for row in top.rows("hours"):
        row.expect(("id",), DAYS)
        if row.text("id") in found:
            row.refuse("id", "写了两次")
        found[row.text("id")] = tuple(tuple(_shift(row, day, text) for text in row.texts(day)) for day in DAYS)
        if not any(found[row.text("id")]):
            row.refuse("id", "一天也不开门")
    return found


def _shift(row: Row, day: str, text: str) -> Shift:
    written = _SHIFT.fullmatch(text)
    if written is None:
        row.refuse(day, '要写成 "08:30-17:30"')
    try:
        shift = Shift(time.fromisoformat(written.group(1)), time.fromisoformat(written.group(2)))
    except ValueError:
        row.refuse(day, "没有这个时刻")
    if shift.opens >= shift.closes:
        row.refuse(day, "关门要晚于开门")
    return shift


def _city(row: Row) -> City:
    row.expect(("name", "province", "districts"))
    return City(row.text("name"), row.text("province"), row.texts("districts"))


def _branch(row: Row, weeks: Mapping[str, Week], cities: tuple[City, ...]) -> Branch:
    row.expect(("id", "city", "district", "name", "address", "phone", "hours", "services", "step_free"))
    city = next((each for each in cities if each.name == row.text("city")), None)
    if city is None or row.text("district") not in city.districts:
        row.refuse("district", "cities 里没有这个城市或区县")
    if row.text("hours") not in weeks:
        row.refuse("hours", "hours 里没有这张时间表")
    names = row.texts("services")
    if not names or set(names) - set(_SERVICES):
        row.refuse("services", f"只能是 {'、'.join(_SERVICES)}")
    return Branch(
        id=row.text("id"),
        city=row.text("city"),
        district=row.text("district"),
        name=row.text("name"),
        address=row.text("address"),
        phone=row.text("phone"),
        week=weeks[row.text("hours")],
        services=tuple(_SERVICES[name] for name in names),
        step_free=row.flag("step_free"),
    )


def _intake(row: Row) -> ComplaintIntake:
    row.expect(("phone", "fax", "email", "post", "reception"))
    return ComplaintIntake(*(row.text(key) for key in ("phone", "fax", "email", "post", "reception")))


def _names(path: Path) -> frozenset[str]:
    """Towns and districts of the entity reader's list, with and without the word that says so; landmarks are none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as failure:
        raise BranchFileError(file=str(path), line=0, entry="", key="", problem="读不了") from failure
    words = {word for line in lines if not line.startswith("#") for word in line.split()}
    towns = {word for word in words if strip_kind(word) != word}
    return frozenset(towns | {strip_kind(word) for word in towns})


def strip_kind(place: str) -> str:
    """朝阳区 → 朝阳, 烟台市 → 烟台; two characters stay as they are."""
    return re.sub(r"(?<=..)(?:新区|特别行政区|自治区|[省市区县旗盟州])$", "", place)
