"""Papers of a claim, a complaint or a request come in: the files become the matter's, and what is missing grows shorter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.open_case import CaseKind
from bot.insurance.policy import is_compulsory_motor
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.services.deadlines import Deadlines
from bot.services.file_complaint import SUPPLEMENTED
from bot.services.ports import UnitOfWork
from bot.services.receive_documents import receive_documents
from bot.services.request_clock import complete
from bot.services.servicing.limits import Limits


@dataclass(frozen=True)
class HandIn:
    """What came: (file number, paper) pairs of one conversation, handed in by the request `request_no`. `wanted`: what the
    matter lacked before. `unnamed`: of somebody who stays unknown, so the files' own names are not kept either.
    `scanned`: at the desk, by `actor`."""

    matter_no: str
    given: Sequence[tuple[str, str]]
    wanted: Sequence[str]
    conversation_id: str
    request_no: str
    at: datetime
    actor: str = ""
    unnamed: bool = False
    scanned: bool = False

    @property
    def papers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(paper for _, paper in self.given))


def receive_papers(work: UnitOfWork, came: HandIn, deadlines: Deadlines, limits: Limits) -> tuple[str, ...]:
    """Write it all; what is still missing. Raises LookupError: no such matter."""
    for number, paper in came.given:
        file = work.files.get(number)
        if file and file.conversation_id == came.conversation_id and not file.is_handed_in:
            name = "" if came.unnamed else file.name
            work.files.save(
                replace(file, matter_no=came.matter_no, document=paper, request_no=came.request_no, name=name)
            )
    left = _receive(work, came, deadlines, limits)
    detail = {"request": came.request_no, "files": str(len(came.given)), "missing": str(len(left))}
    work.audit.append(
        "papers.received", subject=came.matter_no, actor=came.actor or "customer", at=came.at, detail=detail
    )
    return left


def _receive(work: UnitOfWork, came: HandIn, deadlines: Deadlines, limits: Limits) -> tuple[str, ...]:
    number = came.matter_no
    if number.startswith(CaseKind.CLAIM.value) and (claim := work.claims.get(number)):
        policy = work.policies.get(claim.report.policy_no) if claim.report.policy_no else None
        compulsory = policy is not None and is_compulsory_motor(policy)
        changed = receive_documents(claim, came.papers, came.wanted, came.at, deadlines, compulsory=compulsory)
        work.claims.save(changed)
        return changed.missing_documents
    if number.startswith(CaseKind.COMPLAINT.value) and (complaint := work.complaints.get(number)):
        supplemented = _of_complaint(complaint, came)
        work.complaints.save(supplemented)
        return supplemented.missing
    if number.startswith(CaseKind.REQUEST.value) and (request := work.requests.get(number)):
        filled = _of_request(request, came, deadlines, limits)
        work.requests.save(filled)
        return filled.papers
    raise LookupError(number)


def _of_complaint(complaint: Complaint, came: HandIn) -> Complaint:
    """No clock moves: it has counted from receipt all the while (X-02)."""
    left = tuple(item for item in complaint.missing if item not in came.papers)
    notices = complaint.notices
    if notices:
        notices = (*notices[:-1], replace(notices[-1], missing=left))
    waited = complaint.stage is ComplaintStage.AWAITING_SUPPLEMENT and not left
    return replace(
        complaint, notices=notices, stage=ComplaintStage.REVIEWING if waited else complaint.stage,
        last_notice=SUPPLEMENTED, last_notice_at=came.at,
    )  # fmt: skip


def _of_request(request: ServiceRequest, came: HandIn, deadlines: Deadlines, limits: Limits) -> ServiceRequest:
    left = tuple(paper for paper in request.papers if paper not in came.papers)
    waited = request.status is RequestStatus.WAITING_FOR_PAPERS and not left
    status = RequestStatus.ACCEPTED if waited else request.status
    note = f"收到材料：{'、'.join(came.papers)}" + (f"；还缺 {len(left)} 样" if left else "")
    changed = replace(
        request,
        papers=left,
        status=status,
        steps=(*request.steps, RequestStep(status, came.at, came.actor if came.scanned else "customer", note)),
    )
    return complete(changed, came.at, deadlines, limits) if waited else changed
