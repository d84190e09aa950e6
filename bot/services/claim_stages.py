"""By when each step of a claim is to be done before its decision: the law's date, and within it the company's own for the step.

The company's date is worked out from the day on which the claim came to its stage, so it moves with every change of stage
and is kept nowhere. Source: company rules 004 §7.3.1 (limits by kind and amount); 保险法 art 23; 基本服务规定 art 23.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row
from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.policy import LineOfBusiness
from bot.services.deadlines import Deadlines
from bot.services.receive_documents import due_with_pauses

SIMPLE, COMPLEX = "D-L08", "D-L03"


@dataclass(frozen=True)
class StageTarget:
    """One row: `lines` empty holds for all, `up_to` None for any amount; yuan of the assessed loss."""

    stage: ClaimStage
    rule: str
    lines: frozenset[LineOfBusiness] = frozenset()
    up_to: Decimal | None = None

    def fits(self, stage: ClaimStage, line: LineOfBusiness, amount: Decimal | None) -> bool:
        """`amount`: the assessed loss, None where there is none."""
        if stage is not self.stage or (self.lines and line not in self.lines):
            return False
        return self.up_to is None or (amount is not None and amount <= self.up_to)


@dataclass(frozen=True)
class StageDue:
    """The day of the step and the rule that says so; never after the legal date."""

    on: date
    rule: str


@dataclass(frozen=True)
class StageTargets:
    targets: tuple[StageTarget, ...] = ()

    @property
    def stages(self) -> frozenset[ClaimStage]:
        return frozenset(target.stage for target in self.targets)

    def due(self, claim: Claim, deadlines: Deadlines) -> StageDue | None:
        """None at a stage that has no target."""
        amount = claim.assessment.amount if claim.assessment else None
        rule = self.rule(claim.stage, claim.report.line, amount)
        if rule is None:
            return None
        on = deadlines.due(rule, stage_since(claim)).internal_due
        return StageDue(min(on, claim.due_on) if claim.due_on else on, rule)

    def rule(self, stage: ClaimStage, line: LineOfBusiness, amount: Decimal | None) -> str | None:
        return next((each.rule for each in self.targets if each.fits(stage, line, amount)), None)

    @property
    def amounts(self) -> frozenset[Decimal]:
        """Up to which rows hold."""
        return frozenset(target.up_to for target in self.targets if target.up_to is not None)


def stage_since(claim: Claim) -> datetime:
    """When the claim came to its present stage; further steps in it begin nothing anew."""
    since = claim.reported_at
    for step in reversed(claim.steps):
        if step.stage is not claim.stage:
            break
        since = step.at
    return since


def with_legal_date(claim: Claim, at: datetime, deadlines: Deadlines) -> Claim:
    """The claim with its legal date counted anew after a change of stage.

    An inquiry on the spot makes a case of persons one that is not simple: its five working days become the thirty days of
    art 23, unless they have run out already. The thirty days leave out what its article lets stand.
    """
    if claim.due_on is None:
        return claim
    inquires = claim.stage is ClaimStage.SURVEYING and claim.due_rule == SIMPLE and claim.due_on >= at.date()
    claim = replace(claim, due_rule=COMPLEX) if inquires else claim
    return replace(claim, due_on=due_with_pauses(claim, deadlines))


def load_stage_targets(path: Path, deadlines: Deadlines) -> StageTargets:
    """Raises DataFileError: an unknown key, stage, line or rule, or a stage of which no row holds for every claim."""
    top = read_row(path)
    top.expect(("stages",))
    rows = top.rows("stages")
    targets = tuple(_target(row, deadlines) for row in rows)
    whole = {each.stage for each in targets if not each.lines and each.up_to is None}
    for row, target in zip(rows, targets, strict=True):
        if target.stage not in whole:
            row.refuse("stage", "这个环节要有一条不分险种和金额的")
    return StageTargets(targets)


def _target(row: Row, deadlines: Deadlines) -> StageTarget:
    row.expect(("stage", "rule"), ("lines", "up_to"))
    stages = {each.value: each for each in ClaimStage if not each.is_decided}
    lines = {each.value: each for each in LineOfBusiness}
    named: Sequence[str] = row.texts("lines") if "lines" in row.values else ()
    if row.text("stage") not in stages:
        row.refuse("stage", "不认识的环节，或者是核定以后的")
    if row.text("rule") not in deadlines.rules:
        row.refuse("rule", "deadlines.yml 里没有这个期限")
    if set(named) - set(lines):
        row.refuse("lines", "不认识的险种")
    up_to = Decimal(row.text("up_to")) if "up_to" in row.values else None
    return StageTarget(stages[row.text("stage")], row.text("rule"), frozenset(lines[each] for each in named), up_to)
