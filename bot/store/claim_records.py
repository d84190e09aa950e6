"""Reviews and approvals of claims: rows that are only ever added."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from bot.insurance.approval import Judgement, Level, Proposal, WaitingApproval
from bot.insurance.claim import Claim
from bot.insurance.document_review import DocumentReview, PointFinding
from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.store.case_tables import CLAIMS, OPEN_CLAIM, WAITING_CLAIM
from bot.store.claim_record_tables import CLAIM_JUDGEMENTS, CLAIM_PROPOSALS, CLAIM_REVIEWS
from bot.store.rows import Row, lists_of


class SqlClaimRecords:
    """Implements bot.services.claim_ports.ClaimRecords."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_review(self, claim_no: str, review: DocumentReview) -> None:
        values = {
            "findings": [asdict(each) for each in review.findings],
            "opinion": review.opinion,
            "missing": list(review.missing),
            "papers": list(review.papers),
            "reviewed_at": review.reviewed_at,
            "reviewed_by": review.reviewed_by,
        }
        self._append(CLAIM_REVIEWS, claim_no, self._count(CLAIM_REVIEWS, claim_no), values)

    def reviews(self, claim_no: str) -> Sequence[DocumentReview]:
        rows = lists_of(self._connection, CLAIM_REVIEWS, "claim_no", [claim_no])[claim_no]
        return [
            DocumentReview(
                findings=tuple(PointFinding(**each) for each in row["findings"]),
                opinion=row["opinion"],
                missing=tuple(row["missing"]),
                papers=tuple(row["papers"]),
                reviewed_at=row["reviewed_at"],
                reviewed_by=row["reviewed_by"],
            )
            for row in rows
        ]

    def add_proposal(self, claim_no: str, proposal: Proposal) -> None:
        made = proposal.settlement
        values = {
            "decision": made.decision.value,
            "lines": [[line.item, f"{line.amount:f}"] for line in made.lines],
            "clause": made.clause,
            "reason": made.reason,
            "level": proposal.level.value,
            "waited": proposal.waited,
            "proposed_at": made.decided_at,
            "proposed_by": made.decided_by,
        }
        self._append(CLAIM_PROPOSALS, claim_no, self._count(CLAIM_PROPOSALS, claim_no), values)

    def judge(self, claim_no: str, judgement: Judgement) -> None:
        proposals = self.proposals(claim_no)
        if not proposals or not proposals[-1].is_open:
            raise LookupError(claim_no)
        self._append(CLAIM_JUDGEMENTS, claim_no, len(proposals) - 1, asdict(judgement))

    def proposals(self, claim_no: str) -> Sequence[Proposal]:
        rows = lists_of(self._connection, CLAIM_PROPOSALS, "claim_no", [claim_no])[claim_no]
        said = lists_of(self._connection, CLAIM_JUDGEMENTS, "claim_no", [claim_no])[claim_no]
        judged = {row["position"]: row for row in said}
        return [_proposal(row, judged.get(row["position"])) for row in rows]

    def awaiting(self, levels: Collection[Level], *, but_by: str, limit: int) -> tuple[Sequence[WaitingApproval], int]:
        others = CLAIM_PROPOSALS.alias("others")
        newest = select(func.max(others.c.position)).where(others.c.claim_no == CLAIMS.c.claim_no).scalar_subquery()
        of_claim = and_(CLAIM_PROPOSALS.c.claim_no == CLAIMS.c.claim_no, CLAIM_PROPOSALS.c.position == newest)
        wanted = CLAIMS.c.awaits.in_(sorted(each.value for each in levels))
        waits = and_(WAITING_CLAIM, OPEN_CLAIM, wanted, CLAIM_PROPOSALS.c.proposed_by != but_by)
        joined = CLAIMS.join(CLAIM_PROPOSALS, of_claim)
        columns = (
            CLAIMS.c.claim_no, CLAIMS.c.line, CLAIMS.c.awaits, CLAIM_PROPOSALS.c.proposed_by,
            CLAIM_PROPOSALS.c.proposed_at,
        )  # fmt: skip
        first = (CLAIMS.c.due_on.is_(None), CLAIMS.c.due_on, CLAIMS.c.claim_no)
        rows = self._connection.execute(select(*columns).select_from(joined).where(waits).order_by(*first).limit(limit))
        total = self._connection.execute(select(func.count()).select_from(joined).where(waits)).scalar_one()
        found = [WaitingApproval(row[0], LineOfBusiness(row[1]), Level(row[2]), row[3], row[4]) for row in rows]
        return found, total

    def reported_within(self, claim: Claim, days: int) -> int:
        report, since = claim.report, claim.reported_at - timedelta(days=days)
        same = [CLAIMS.c.policy_no == report.policy_no] if report.policy_no else []
        same += [CLAIMS.c.plate_no == report.plate_no] if report.plate_no else []
        if not same:
            return 1
        near = CLAIMS.c.reported_at.between(since, claim.reported_at)
        return int(self._connection.execute(select(func.count()).where(or_(*same), near)).scalar_one())

    def _count(self, table: Any, claim_no: str) -> int:
        count = select(func.count()).where(table.c.claim_no == claim_no)
        return int(self._connection.execute(count).scalar_one())

    def _append(self, table: Any, claim_no: str, position: int, values: dict[str, Any]) -> None:
        self._connection.execute(table.insert().values(claim_no=claim_no, position=position, **values))


def _proposal(row: Row, judged: Row | None) -> Proposal:
    lines = tuple(AmountLine(item, Decimal(amount)) for item, amount in row["lines"])
    decision = Decision(row["decision"])
    made = Settlement(decision, lines, row["clause"], row["reason"], row["proposed_at"], row["proposed_by"])
    said = None
    if judged is not None:
        said = Judgement(judged["approved"], judged["opinion"], judged["judged_at"], judged["judged_by"])
    return Proposal(made, Level(row["level"]), row["waited"], said)
