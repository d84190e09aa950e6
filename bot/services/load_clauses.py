"""Reads the clause library, one file a product, and refuses what it does not know, naming file, line and key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.insurance.policy import Coverage, Exclusion, LineOfBusiness
from bot.insurance.terms import Clause, ClauseLibrary, Terms

_ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?(?:第[一二三四五六七八九十]+项)?")
_LONGEST_WAITING = 180  # 健康保险管理办法 art 27
_VERSION_KEYS = ("version", "effective_from", "coverages", "exclusions", "duties", "provisions")


class ClauseFileError(DataFileError):
    """A clause file is malformed. `data`: file, line, entry (the version), key, problem."""

    code = "clauses_invalid"


def load_clauses(folder: Path) -> ClauseLibrary:
    """Every `*.yml` of `folder`, named by its product's code.

    Raises `ClauseFileError` for unknown or missing keys, a name that is not the product's code, an article that is not
    numbered (第八条), covers without exclusions, two covers of one title, a waiting period over 180 days, versions that
    overlap or are not written newest first, and an empty folder.
    """
    versions: list[Terms] = []
    for path in sorted(folder.glob("*.yml")):
        versions.extend(_product(path))
    if not versions:
        raise ClauseFileError(file=str(folder), line=0, entry="", key="", problem="没有任何条款")
    return ClauseLibrary(tuple(versions))


def _product(path: Path) -> list[Terms]:
    top = read_row(path, ClauseFileError)
    top.expect(("product", "name", "line", "versions"), ("also",))
    if top.text("product") != path.stem:
        top.refuse("product", f"文件名应是产品代码：{top.text('product')}.yml")
    if top.text("line") not in {line.value for line in LineOfBusiness}:
        top.refuse("line", f"不认识的险种 {top.text('line')}")
    rows = top.rows("versions")
    if not rows:
        top.refuse("versions", "至少要有一个版本")
    versions = [_version(top, row) for row in rows]
    _refuse_overlaps(rows, versions)
    return versions


def _version(top: Row, row: Row) -> Terms:
    row.expect(_VERSION_KEYS, ("effective_to", "waiting", "deductible"))
    coverages = tuple(_coverage(item) for item in row.rows("coverages"))
    exclusions = tuple(_exclusion(item) for item in row.rows("exclusions"))
    if not coverages or not exclusions:
        row.refuse("exclusions", "保险责任和责任免除都要写，一样也不能少")
    if len({cover.title for cover in coverages}) < len(coverages):
        row.refuse("coverages", "有两条保险责任同名")
    starts = row.day("effective_from")
    ends = row.day("effective_to") if row.values.get("effective_to") is not None else None
    if ends and ends < starts:
        row.refuse("effective_to", "早于 effective_from")
    waiting_days, waiting = _waiting(row)
    deductible, own_part = _deductible(row)
    return Terms(
        code=top.text("product"),
        product_code=top.text("product"),
        product_name=top.text("name"),
        also=top.texts("also"),
        version=row.text("version"),
        line=LineOfBusiness(top.text("line")),
        coverages=coverages,
        exclusions=exclusions,
        waiting_days=waiting_days,
        deductible=deductible,
        effective_from=starts,
        effective_to=ends,
        waiting=waiting,
        own_part=own_part,
        duties=_clauses(row, "duties"),
        provisions=_clauses(row, "provisions"),
    )


def _coverage(item: Row) -> Coverage:
    item.expect(("article", "title", "text"))
    return Coverage(item.text("title"), Decimal(0), _article(item), item.text("text"))


def _exclusion(item: Row) -> Exclusion:
    item.expect(("article", "text"))
    return Exclusion(_article(item), item.text("text"))


def _clauses(row: Row, key: str) -> tuple[Clause, ...]:
    clauses = []
    for item in row.rows(key):
        item.expect(("article", "title", "text"))
        clauses.append(Clause(_article(item), item.text("title"), item.text("text")))
    if not clauses:
        row.refuse(key, "至少要有一条")
    return tuple(clauses)


def _waiting(row: Row) -> tuple[int, Clause | None]:
    if "waiting" not in row.values:
        return 0, None
    item = row.child("waiting")
    item.expect(("article", "days", "text"))
    days = item.integer("days")
    if not 0 < days <= _LONGEST_WAITING:
        item.refuse("days", f"等待期应在 1 到 {_LONGEST_WAITING} 天之间；没有等待期就不写 waiting")
    return days, Clause(_article(item), "等待期", item.text("text"))


def _deductible(row: Row) -> tuple[Decimal, Clause | None]:
    if "deductible" not in row.values:
        return Decimal(0), None
    item = row.child("deductible")
    item.expect(("article", "amount", "text"))
    if item.integer("amount") <= 0:
        item.refuse("amount", "免赔额应大于 0；没有免赔额就不写 deductible")
    return Decimal(item.integer("amount")), Clause(_article(item), "免赔额", item.text("text"))


def _article(item: Row) -> str:
    if not _ARTICLE.fullmatch(item.text("article")):
        item.refuse("article", "应写成“第八条”“第三条第二款”")
    return item.text("article")


def _refuse_overlaps(rows: Sequence[Row], versions: Sequence[Terms]) -> None:
    """Newest first; every version but the newest ends, the day before the next one begins or earlier."""
    if len({terms.version for terms in versions}) < len(versions):
        rows[-1].refuse("version", "有两个版本同号")
    for (newer, older), row in zip(pairwise(versions), rows[1:], strict=True):
        if older.effective_to is None or older.effective_to > newer.effective_from - timedelta(days=1):
            row.refuse("effective_to", f"应早于新版本 {newer.version} 的 effective_from（版本从新到旧写）")
