"""A service that was judged bad is a request of the post that follows up, never of who gave it (H10; company rules art 26).

The five working days of D-V03 run. Who left a proof or a phone is answered; of the others the post learns what went wrong.
"""

from __future__ import annotations

from dataclasses import replace

from bot.complaints.rule import Post
from bot.insurance.rating import SCORES, Rating
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.deadlines import Deadlines
from bot.services.institution_of import institution_of
from bot.services.ports import UnitOfWork
from bot.services.verify_identity import current_identity

BAD_RATING, COMPANY = "bad_rating", "D-V03"


def settle_bad_rating(work: UnitOfWork, rating: Rating, deadlines: Deadlines) -> ServiceRequest | None:
    """The open request for this rating, None where there is none: one for each matter of a conversation, brought up to date
    by a later rating and withdrawn by a good one as long as nobody worked on it. The caller commits."""
    key = f"{rating.conversation_id}:{rating.matter_no}:{BAD_RATING}"
    existing = work.requests.by_key(key)
    if existing is None:
        return _open(work, rating, key, deadlines) if rating.is_bad else None
    if not existing.status.is_open or existing.steps:
        return existing if existing.status.is_open else None
    status = RequestStatus.ACCEPTED if rating.is_bad else RequestStatus.WITHDRAWN
    changed = replace(existing, status=status, fields=_fields(work, rating))
    work.requests.save(changed)
    return changed if rating.is_bad else None


def may_be_answered(request: ServiceRequest) -> bool:
    """Somebody is known to be told what was done."""
    return bool(request.applicant_id) or "联系电话" in dict(request.fields)


def _open(work: UnitOfWork, rating: Rating, key: str, deadlines: Deadlines) -> ServiceRequest:
    party = current_identity(work, rating.conversation_id, rating.at).party
    request = ServiceRequest(
        request_no=work.numbers.next("S", rating.at.date()),
        kind=BAD_RATING,
        status=RequestStatus.ACCEPTED,
        policy_no="",
        applicant_id=party.party_id if party else _applicant(work, rating.matter_no),
        fields=_fields(work, rating),
        papers=(),
        requested_at=rating.at,
        due_on=deadlines.due(COMPANY, rating.at).internal_due,
        due_rule=COMPANY,
        post=Post.COMPLAINTS.value,
        conversation_id=rating.conversation_id,
        idempotency_key=key,
        institution=institution_of(work, rating.matter_no),
    )
    work.requests.add(request)
    detail = {"kind": BAD_RATING, "key": key}
    work.audit.append("request.made", subject=request.request_no, actor="customer", at=rating.at, detail=detail)
    return request


def _applicant(work: UnitOfWork, matter_no: str) -> str:
    """Who had that matter done, as far as that was proved."""
    if matter_no.startswith("S"):
        request = work.requests.get(matter_no)
        return request.applicant_id if request and not request.restricted else ""
    change = work.endorsements.get(matter_no) if matter_no.startswith("E") else None
    return change.applicant_id if change else ""


def _fields(work: UnitOfWork, rating: Rating) -> tuple[tuple[str, str], ...]:
    claim = work.claims.get(rating.matter_no) if rating.matter_no.startswith("C") else None
    complaint = work.complaints.get(rating.matter_no) if rating.matter_no.startswith("T") else None
    phone = claim.report.reporter_phone if claim else complaint.phone if complaint else ""
    lines = (
        ("评价", SCORES[rating.score]), ("相关单号", rating.matter_no), ("客户原话", rating.reason), ("联系电话", phone),
    )  # fmt: skip
    return tuple((label, value) for label, value in lines if value)
