"""同意核定金额: the claimant agrees to what people decided; from then it is paid within ten days (保险法 art 23)."""

from __future__ import annotations

from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.decide_claim import agree
from bot.services.journeys.claim_outcome import PAYEE
from bot.services.journeys.journey import Situation
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Refusal, Transaction
from bot.services.speak_money import money


def _refuses(claim: Claim, _: Situation) -> Refusal | None:
    if claim.stage is ClaimStage.AWAITING_AGREEMENT and claim.settlement:
        return None
    return Refusal(
        f"案件 {claim.claim_no} 现在是“{claim.stage.zh}”，没有等您确认的金额。",
        choices=(intend("查理赔进度", "query_claim"), TO_HUMAN),
    )


_CLAIM = OwnClaim("确认金额", _refuses)


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    claim = _CLAIM.chosen(case.situation)
    settlement = claim.settlement if claim else None
    amount = ((("核定金额", money(settlement.amount)), ("依据", settlement.clause))) if settlement else ()
    return (_CLAIM.fact(case), *amount, ("您的意见", "同意"))


def _agree(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    number = dict(request.fields)["案件"]
    agree(work, number, request.applicant_id, case.situation.now, case.situation.services.deadlines)


def _what_next(case: Case, request: ServiceRequest) -> str:
    """Read from the stored claim, so that a turn tried again says the same."""
    with case.situation.services.reading() as work:
        claim = work.claims.get(dict(request.fields)["案件"])
    settlement = claim.settlement if claim else None
    if settlement is None or settlement.pay_by is None:
        return ""
    return (
        f"赔款最晚 {speak_date(settlement.pay_by, case.today)} 支付（保险法第二十三条，合同约定更早的按合同），"
        "只打到您本人名下的账户。"
    )


def _ask_account(_: Case, __: ServiceRequest) -> tuple[Reply, ...]:
    return (Reply("还没登记过收款账户的，现在就登记。", (choose("登记收款账户", PAYEE), TO_HUMAN)),)


TRANSACTION = Transaction(
    kind="agree_settlement",
    zh="同意核定金额",
    intents=(),
    post="理赔",
    level=IdentityLevel.L2,
    opening="好的，确认前请再看一遍金额和依据。",
    questions=NEVER_ONLY_ASKED,
    refuses=_CLAIM.refusal,
    facts=_facts,
    steps=(_CLAIM.step(),),
    effect=_agree,
    done_at_once=True,
    afterwards=_ask_account,
    what_next=_what_next,
    confirm_title="确认同意",
    otherwise="dispute_claim",
)
