"""A review of a claim's papers that found nothing missing, as the claims post would have made it."""

from __future__ import annotations

from datetime import datetime

from bot.insurance.document_review import DocumentReview, PointFinding
from bot.services.claim_rules import load_claim_rules
from bot.services.ports import UnitOfWork
from bot.settings import ROOT

RULES = load_claim_rules(ROOT / "data" / "claims")


def add_review(
    work: UnitOfWork, claim_no: str, at: datetime, *, missing: tuple[str, ...] = (), by: str = "agent:desk"
) -> DocumentReview:
    """Of the papers that are there now."""
    papers = tuple(file.file_no for file in work.files.of_matter(claim_no))
    findings = tuple(PointFinding(point.id, in_order=True) for point in RULES.points)
    review = DocumentReview(findings, "资料齐全，可以核赔", missing, papers, at, by)
    work.claim_records.add_review(claim_no, review)
    return review
