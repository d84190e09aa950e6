"""A paper for the one who asked: its link, good once, for a short time, in this conversation."""

from __future__ import annotations

from datetime import timedelta

from bot.insurance.document_link import DocumentLink
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Situation
from bot.services.open_document import DOCUMENTS_PATH, document_token, token_digest, verification_code
from bot.services.ports import UnitOfWork
from bot.services.servicing.transaction import Case

_MINUTES = "e_policy.link_minutes"
_PAGE = "web"  # the one channel that can fetch a file in the conversation it was made for


def can_download(situation: Situation) -> bool:
    """Whether a link does the customer any good where he is: not on WeChat, not on the phone."""
    return situation.said.channel == _PAGE


def on_the_page(words: str) -> str:
    """Where to fetch it, for who is elsewhere."""
    return f"这里发不了文件。请在网页客服里说“{words}”，核对身份后当场就能下载。"


def issue_link(work: UnitOfWork, case: Case, request: ServiceRequest, subject_no: str) -> None:
    """Store the link of the proved person's paper about that policy or claim."""
    assert case.party is not None
    services, now = case.situation.services, case.situation.now
    work.document_links.add(
        DocumentLink(
            token_hash=token_digest(document_token(request, services.pepper)),
            request_no=request.request_no,
            subject_no=subject_no,
            party_id=case.party.party_id,
            conversation_id=request.conversation_id,
            verification_code=verification_code(request, services.pepper),
            issued_at=now,
            expires_at=now + timedelta(minutes=services.limits.whole(_MINUTES)),
        )
    )


def link_words(case: Case, request: ServiceRequest) -> str:
    """Where to press, and for how long."""
    services = case.situation.services
    return (
        f"点这里下载：{DOCUMENTS_PATH}{document_token(request, services.pepper)}\n"
        f"链接只在这个对话里、{services.limits.whole(_MINUTES)} 分钟内打开一次；失效了再跟我要。"
    )
