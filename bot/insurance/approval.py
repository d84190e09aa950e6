"""Who may decide which claim alone, and what was approved by whom (company rules 004 §7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import Decision, Settlement
from bot.insurance.staff import May, Staff

LEAST, LONGEST = 5, 300  # of an opinion, in characters


class Level(str, Enum):
    """Who must have said yes: whoever handles the case, a second one of the claims post, or a manager."""

    CLAIMS = "claims"
    SECOND_CLAIMS = "second_claims"
    MANAGER = "manager"

    @property
    def zh(self) -> str:
        return {"claims": "经办人", "second_claims": "理赔岗另一人", "manager": "主管"}[self.value]

    @property
    def rank(self) -> int:
        return tuple(Level).index(self)

    def is_met_by(self, staff: Staff) -> bool:
        """Whether this account may approve at the level; that nobody approves what is his own is asked elsewhere."""
        if staff.may(May.APPROVE):
            return True
        return self is not Level.MANAGER and staff.may(May.RECORD_CLAIMS)


def own_level(staff: Staff) -> Level:
    """Up to where an account decides alone."""
    return Level.MANAGER if staff.may(May.APPROVE) else Level.CLAIMS


@dataclass(frozen=True)
class ApprovalRow:
    """`lines` empty holds for all, `up_to` None for any amount, in yuan."""

    decision: Decision
    level: Level
    lines: frozenset[LineOfBusiness] = frozenset()
    up_to: Decimal | None = None

    def fits(self, line: LineOfBusiness, settlement: Settlement) -> bool:
        if settlement.decision is not self.decision or (self.lines and line not in self.lines):
            return False
        return self.up_to is None or settlement.amount <= self.up_to


@dataclass(frozen=True)
class ApprovalMatrix:
    """The first row that fits holds. Every decision of every line and amount has one once loaded."""

    rows: tuple[ApprovalRow, ...]

    def level(self, line: LineOfBusiness, settlement: Settlement) -> Level:
        """Raises LookupError where no row fits, which a loaded matrix never does."""
        found = next((row for row in self.rows if row.fits(line, settlement)), None)
        if found is None:
            raise LookupError(f"{line.value} {settlement.decision.value}")
        return found.level


def needs_second(decision: Decision, level: Level, own: Level) -> bool:
    """A denial always does; else what is above the level of who decided."""
    return decision is Decision.DENY or level.rank > own.rank


@dataclass(frozen=True)
class Judgement:
    """What a second person said: approved, or sent back."""

    approved: bool
    opinion: str
    judged_at: datetime
    judged_by: str  # agent:…


@dataclass(frozen=True)
class Proposal:
    """A decision as it was put down, `level` as the matrix wanted. Without `waited` it held at once, being within the level of
    who made it. Neither it nor its judgement is ever changed."""

    settlement: Settlement
    level: Level
    waited: bool
    judgement: Judgement | None = None

    @property
    def author(self) -> str:
        return self.settlement.decided_by

    @property
    def is_open(self) -> bool:
        return self.waited and self.judgement is None


@dataclass(frozen=True)
class WaitingApproval:
    """A claim whose decision waits, as a line of the approver's list."""

    claim_no: str
    line: LineOfBusiness
    level: Level
    author: str  # agent:…
    proposed_at: datetime


def newest_open(proposals: Sequence[Proposal]) -> Proposal | None:
    newest = proposals[-1] if proposals else None
    return newest if newest and newest.is_open else None
