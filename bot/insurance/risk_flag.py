"""What of a reported claim is to be looked at twice: for the claims post alone, a thing to check and never a judgement.

Source: company rules 001 (moral hazard); a late report matters only as far as 保险法 art 21 says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from bot.insurance.claim import Claim
from bot.insurance.policy import InsurancePolicy, LineOfBusiness


class FlagKind(str, Enum):
    """How it is found; each takes the numbers that `needs` says."""

    LATE_REPORT = "late_report"
    REPEATED_CLAIMS = "repeated_claims"
    SOON_AFTER_START = "soon_after_start"
    OUTSIDE_PERIOD = "outside_period"
    PLATE_DIFFERS = "plate_differs"
    INSURED_DIFFERS = "insured_differs"
    LINE_DIFFERS = "line_differs"

    @property
    def needs(self) -> frozenset[str]:
        return _NEEDS.get(self, frozenset())


_NEEDS: Mapping[FlagKind, frozenset[str]] = {
    FlagKind.LATE_REPORT: frozenset({"days"}),
    FlagKind.REPEATED_CLAIMS: frozenset({"days", "count"}),
    FlagKind.SOON_AFTER_START: frozenset({"days"}),
}


@dataclass(frozen=True)
class FlagRule:
    """`check` is what to do about it, for the post; `days` and `count` are 0 where the kind needs none."""

    id: str
    kind: FlagKind
    name: str
    check: str
    source: str
    lines: frozenset[LineOfBusiness] = frozenset()
    days: int = 0
    count: int = 0


@dataclass(frozen=True)
class ReportedClaim:
    """A claim with what is on file around it: the policy that it was matched with, the names of those insured by it, and how many
    claims of the same policy or car were reported within so many days before it, itself counted."""

    claim: Claim
    policy: InsurancePolicy | None
    insured_names: tuple[str, ...]
    reported_within: Callable[[int], int]


def flags_of(told: ReportedClaim, rules: Sequence[FlagRule]) -> tuple[FlagRule, ...]:
    """The rules that hold, in their order."""
    line = told.claim.report.line
    return tuple(rule for rule in rules if (not rule.lines or line in rule.lines) and _HOLDS[rule.kind](told, rule))


def _late(told: ReportedClaim, rule: FlagRule) -> bool:
    return told.claim.reported_at.date() - told.claim.report.event_day > timedelta(days=rule.days)


def _repeated(told: ReportedClaim, rule: FlagRule) -> bool:
    return told.reported_within(rule.days) >= rule.count


def _soon(told: ReportedClaim, rule: FlagRule) -> bool:
    since = told.policy.effective_on if told.policy else None
    return since is not None and timedelta(0) <= told.claim.report.event_day - since < timedelta(days=rule.days)


def _outside(told: ReportedClaim, _: FlagRule) -> bool:
    policy, day = told.policy, told.claim.report.event_day
    if policy is None:
        return False
    return day < policy.effective_on or (policy.expires_on is not None and day > policy.expires_on)


def _other_plate(told: ReportedClaim, _: FlagRule) -> bool:
    plate = told.claim.report.plate_no
    return bool(told.policy and plate and told.policy.plate_no and plate != told.policy.plate_no)


def _other_insured(told: ReportedClaim, _: FlagRule) -> bool:
    name = told.claim.report.insured_name
    return bool(name and told.insured_names) and name not in told.insured_names


def _other_line(told: ReportedClaim, _: FlagRule) -> bool:
    return told.policy is not None and told.policy.line is not told.claim.report.line


_HOLDS: Mapping[FlagKind, Callable[[ReportedClaim, FlagRule], bool]] = {
    FlagKind.LATE_REPORT: _late,
    FlagKind.REPEATED_CLAIMS: _repeated,
    FlagKind.SOON_AFTER_START: _soon,
    FlagKind.OUTSIDE_PERIOD: _outside,
    FlagKind.PLATE_DIFFERS: _other_plate,
    FlagKind.INSURED_DIFFERS: _other_insured,
    FlagKind.LINE_DIFFERS: _other_line,
}
