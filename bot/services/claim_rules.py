"""What the company lays down for its claims post, as data: the points of the review of papers, who approves what, what is looked at
twice, and who leads in a disaster. Read once, and refused where it is not whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.insurance.approval import ApprovalMatrix, ApprovalRow, Level
from bot.insurance.contingency import CommandPost
from bot.insurance.document_review import ReviewPoint
from bot.insurance.policy import LineOfBusiness
from bot.insurance.risk_flag import FlagKind, FlagRule
from bot.insurance.settlement import Decision
from bot.insurance.staff import POSTS

POINTS = 8  # company rules 004 §6.3
# Words that say what somebody did, where only something to check may be said.
_ACCUSES = ("骗", "欺诈", "造假", "假案", "作案", "撒谎", "嫌疑", "黑名单")
_T = TypeVar("_T")
_LINES = {each.value: each for each in LineOfBusiness}


class ClaimRulesError(DataFileError):
    """A file of data/claims is malformed; `data` names file, line, entry and key."""

    code = "claim_rules_invalid"


@dataclass(frozen=True)
class ClaimRules:
    points: tuple[ReviewPoint, ...]
    approval: ApprovalMatrix
    flags: tuple[FlagRule, ...]
    command: tuple[CommandPost, ...] = ()

    def name_of(self, point: str) -> str:
        """A point's name; its id where the file has it no more."""
        return next((each.name for each in self.points if each.id == point), point)


def load_claim_rules(folder: Path) -> ClaimRules:
    """All of `folder`. Raises ClaimRulesError: an unknown key or word, a repeated id, a review without its eight points, a decision
    that some claim would have no row for, a denial that one person could decide, a row that can never hold, a flag that accuses."""
    return ClaimRules(
        load_points(folder / "document_review.yml"),
        load_approval(folder / "approval.yml"),
        load_flags(folder / "risk_flags.yml"),
        load_command(folder / "command.yml"),
    )


def load_points(path: Path) -> tuple[ReviewPoint, ...]:
    top, rows = _rows(path, "points")
    for row in rows:
        row.expect(("id", "name", "look_at", "source"))
    found = tuple(ReviewPoint(*(row.text(key) for key in ("id", "name", "look_at", "source"))) for row in rows)
    _refuse_repeated(top, "points", [each.id for each in found])
    if len(found) != POINTS:
        top.refuse("points", f"要有 {POINTS} 项，现在是 {len(found)} 项")
    return found


def load_approval(path: Path) -> ApprovalMatrix:
    top, rows = _rows(path, "approval")
    found = tuple(_approval(row) for row in rows)
    for place, (row, one) in enumerate(zip(rows, found, strict=True)):
        if one.decision is Decision.DENY and one.level is Level.CLAIMS:
            row.refuse("level", "不予赔付一定要第二个人同意")
        if any(_hides(earlier, one) for earlier in found[:place]):
            row.refuse("decision", "前面有一条已经把它盖住，永远轮不到")
    whole = {one.decision for one in found if not one.lines and one.up_to is None}
    if missing := [each.value for each in Decision if each not in whole]:
        top.refuse("approval", f"{'、'.join(missing)} 缺一条不分险种和金额的")
    return ApprovalMatrix(found)


def _hides(earlier: ApprovalRow, later: ApprovalRow) -> bool:
    same_lines = not earlier.lines or (bool(later.lines) and later.lines <= earlier.lines)
    higher = earlier.up_to is None or (later.up_to is not None and later.up_to <= earlier.up_to)
    return earlier.decision is later.decision and same_lines and higher


def _approval(row: Row) -> ApprovalRow:
    row.expect(("decision", "level"), ("lines", "up_to"))
    decision = _word(row, "decision", {each.value: each for each in Decision})
    level = _word(row, "level", {each.value: each for each in Level})
    if decision is Decision.DENY and "up_to" in row.values:
        row.refuse("up_to", "不予赔付没有金额")
    return ApprovalRow(decision, level, _lines(row), _yuan(row) if "up_to" in row.values else None)


def _yuan(row: Row) -> Decimal:
    try:
        amount = Decimal(row.text("up_to"))
    except InvalidOperation:
        amount = Decimal(0)
    if not (amount.is_finite() and amount > 0):
        row.refuse("up_to", "应为引号里大于 0 的金额，单位元")
    return amount


def load_flags(path: Path) -> tuple[FlagRule, ...]:
    top, rows = _rows(path, "risk_flags")
    found = tuple(_flag(row) for row in rows)
    _refuse_repeated(top, "risk_flags", [each.id for each in found])
    return found


def _flag(row: Row) -> FlagRule:
    row.expect(("id", "kind", "name", "check", "source"), ("lines", "days", "count"))
    kind = _word(row, "kind", {each.value: each for each in FlagKind})
    given = {key for key in ("days", "count") if key in row.values}
    if given != kind.needs:
        row.refuse("kind", f"{kind.value} 要写的数：{'、'.join(sorted(kind.needs)) or '没有'}")
    numbers = {key: row.integer(key) for key in given}
    for key, number in numbers.items():
        if number < 1:
            row.refuse(key, "应为大于 0 的整数")
    for key in ("name", "check"):
        if any(word in row.text(key) for word in _ACCUSES):
            row.refuse(key, "只写要核对什么，不写结论")
    return FlagRule(
        id=row.text("id"),
        kind=kind,
        name=row.text("name"),
        check=row.text("check"),
        source=row.text("source"),
        lines=_lines(row),
        days=numbers.get("days", 0),
        count=numbers.get("count", 0),
    )


def load_command(path: Path) -> tuple[CommandPost, ...]:
    top, rows = _rows(path, "command")
    found = tuple(_command(row) for row in rows)
    _refuse_repeated(top, "command", [each.id for each in found])
    known: set[str] = set()
    for row, one in zip(rows, found, strict=True):
        if one.under and one.under not in known:
            row.refuse("under", "听谁的要写在前面的那个 id")
        known.add(one.id)
    return found


def _command(row: Row) -> CommandPost:
    row.expect(("id", "name", "under", "duty", "post", "person", "phone"))
    under, post, person, phone = (_maybe(row, key) for key in ("under", "post", "person", "phone"))
    if post and post not in POSTS:
        row.refuse("post", "没有这个岗位")
    return CommandPost(row.text("id"), row.text("name"), under, row.text("duty"), post, person, phone)


def _maybe(row: Row, key: str) -> str:
    return "" if row.values.get(key) == "" else row.text(key)


def _rows(path: Path, key: str) -> tuple[Row, tuple[Row, ...]]:
    top = read_row(path, ClaimRulesError)
    top.expect((key,))
    return top, top.rows(key)


def _refuse_repeated(top: Row, key: str, ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids):
        top.refuse(key, "编号写了两次")


def _lines(row: Row) -> frozenset[LineOfBusiness]:
    named = row.texts("lines")
    if set(named) - set(_LINES):
        row.refuse("lines", "不认识的险种")
    return frozenset(_LINES[each] for each in named)


def _word(row: Row, key: str, known: Mapping[str, _T]) -> _T:
    word = row.text(key)
    if word not in known:
        row.refuse(key, f"只能是 {'、'.join(known)}")
    return known[word]
