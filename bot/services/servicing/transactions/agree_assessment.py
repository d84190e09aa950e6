"""同意定损金额 (E04): the claimant agrees to what the loss was assessed at; what is paid is decided later and by others."""

from __future__ import annotations

from bot.insurance.claim import Claim
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.assess_loss import agree_to_assessment, open_assessment
from bot.services.journeys.claim_assessment import item_list
from bot.services.journeys.journey import Situation
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, intend
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Refusal, Transaction
from bot.services.speak_money import money


def _refuses(claim: Claim, _: Situation) -> Refusal | None:
    if open_assessment(claim):
        return None
    return Refusal(
        f"案件 {claim.claim_no} 现在是“{claim.stage.zh}”，没有等您确认的定损金额。",
        choices=(intend("查理赔进度", "query_claim"), TO_HUMAN),
    )


_CLAIM = OwnClaim("确认定损", _refuses)


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    claim = _CLAIM.chosen(case.situation)
    latest = open_assessment(claim) if claim else None
    told = (
        (("定损金额", money(latest.amount)), ("明细", item_list(latest).replace("\n", "；").replace("· ", "")))
        if latest
        else ()
    )
    return (_CLAIM.fact(case), *told, ("您的意见", "同意"))


def _agree(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    agree_to_assessment(work, dict(request.fields)["案件"], request.applicant_id, case.situation.now)


TRANSACTION = Transaction(
    kind="agree_assessment",
    zh="同意定损金额",
    intents=(),
    post="理赔",
    level=IdentityLevel.L2,
    opening="好的，确认前请再看一遍金额和明细。这是定损金额，不是赔款。",
    questions=NEVER_ONLY_ASKED,
    refuses=_CLAIM.refusal,
    facts=_facts,
    steps=(_CLAIM.step(),),
    effect=_agree,
    done_at_once=True,
    what_next=lambda _, __: "接着核损、按条款核定赔款，结果会短信通知您；到时候对核定结果还可以同意或不同意。",
    confirm_title="确认同意",
    otherwise="dispute_claim",
)
