"""The assessed losses of claims: rows of a list inside the claim, each with its own lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

from sqlalchemy.engine import Connection

from bot.insurance.assessment import LossAssessment
from bot.insurance.claim import Claim
from bot.insurance.settlement import AmountLine
from bot.store.case_tables import CLAIM_ASSESSMENT_LINES, CLAIM_ASSESSMENTS
from bot.store.rows import lists_of, replace_list

_COLUMNS = tuple(field.name for field in fields(LossAssessment) if field.name != "lines")


def read_assessments(connection: Connection, claim_nos: Sequence[str]) -> dict[str, tuple[LossAssessment, ...]]:
    """By claim, the newest last; claims without one are left out."""
    lines = lists_of(connection, CLAIM_ASSESSMENT_LINES, "claim_no", claim_nos)
    return {
        claim_no: tuple(
            LossAssessment(
                tuple(
                    AmountLine(line["item"], line["amount"])
                    for line in lines[claim_no]
                    if line["assessment"] == row["position"]
                ),
                **{name: row[name] for name in _COLUMNS},
            )
            for row in rows
        )
        for claim_no, rows in lists_of(connection, CLAIM_ASSESSMENTS, "claim_no", claim_nos).items()
    }


def write_assessments(connection: Connection, claim: Claim) -> None:
    key = {"claim_no": claim.claim_no}
    rows = [{name: getattr(each, name) for name in _COLUMNS} for each in claim.assessments]
    replace_list(connection, CLAIM_ASSESSMENTS, key, rows)
    lines = (
        {"assessment": place, **asdict(line)} for place, each in enumerate(claim.assessments) for line in each.lines
    )
    replace_list(connection, CLAIM_ASSESSMENT_LINES, key, lines)
