"""核定结果说明: the computation or the reasons of what people decided on a claim, on paper, for its claimant (互联网办法 art 27)."""

from __future__ import annotations

from bot.insurance.claim import Claim
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Situation
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, intend
from bot.services.servicing.documents import can_download, issue_link, link_words, on_the_page
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Refusal, Transaction


def _refuses(claim: Claim, situation: Situation) -> Refusal | None:
    ways = (intend("查理赔进度", "query_claim"), TO_HUMAN)
    if not can_download(situation):
        return Refusal(f"核定结果说明是 PDF。{on_the_page('下载核定结果')}", choices=ways)
    if claim.settlement is None:
        return Refusal(f"案件 {claim.claim_no} 现在是“{claim.stage.zh}”，还没有核定结果。", choices=ways)
    if not claim.claimant_party_id:
        return Refusal(f"案件 {claim.claim_no} 还没有登记索赔人，我请理赔岗先核对。", hand_off=True)
    return None


_CLAIM = OwnClaim("下载核定结果", _refuses)


def _issue(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    issue_link(work, case, request, dict(request.fields)["案件"])


TRANSACTION = Transaction(
    kind="claim_paper",
    zh="下载核定结果说明",
    intents=(),
    post="理赔",
    level=IdentityLevel.L2,
    opening="好的，先核对一下身份。",
    questions=NEVER_ONLY_ASKED,
    refuses=_CLAIM.refusal,
    facts=lambda case: (_CLAIM.fact(case),),
    steps=(_CLAIM.step(),),
    effect=_issue,
    done_at_once=True,
    what_next=link_words,
    confirm_title="确认下载",
)
