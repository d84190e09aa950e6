"""Whether a claim's papers were reviewed as they are now: before that nothing is adjudicated or decided (company rules 004 §6.2)."""

from __future__ import annotations

from bot.errors import BotError
from bot.insurance.document_review import is_reviewed
from bot.services.ports import UnitOfWork


class ReviewMissingError(BotError):
    """The papers that are there now have no review that found them complete; `data["claim"]` is the claim's number."""

    code = "review_missing"


def present_papers(work: UnitOfWork, claim_no: str) -> tuple[str, ...]:
    """The numbers of the files that were handed in for the claim, in the order in which they came."""
    return tuple(file.file_no for file in work.files.of_matter(claim_no))


def papers_are_reviewed(work: UnitOfWork, claim_no: str) -> bool:
    return is_reviewed(work.claim_records.reviews(claim_no), present_papers(work, claim_no))


def require_review(work: UnitOfWork, claim_no: str) -> None:
    """Raises ReviewMissingError."""
    if not papers_are_reviewed(work, claim_no):
        raise ReviewMissingError(claim=claim_no)
