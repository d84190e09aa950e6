"""赔款收款账户: where a claim is paid to, the claimant's own account and nobody else's (business flows 0.1, 0.4 C3)."""

from __future__ import annotations

from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.insurance.settlement import Decision
from bot.services.deadlines import speak_date
from bot.services.journeys.journey import Ask, Situation, Step
from bot.services.reply import TO_HUMAN, intend
from bot.services.servicing.accounts import give_up_account, read_own_card
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, ConsentQuestion, Promise, Refusal, Transaction
from bot.text.masking import mask_name

CARD = "payee_card"
ADULT = 18


def _refuses(claim: Claim, situation: Situation) -> Refusal | None:
    settlement, ways = claim.settlement, (intend("查理赔进度", "query_claim"), TO_HUMAN)
    if settlement is None or settlement.decision is Decision.DENY:
        return Refusal(f"案件 {claim.claim_no} 现在是“{claim.stage.zh}”，还没有要支付的金额。", choices=ways)
    if claim.stage not in (ClaimStage.AWAITING_AGREEMENT, ClaimStage.PAYING):
        return Refusal(f"案件 {claim.claim_no} 现在是“{claim.stage.zh}”，不用再登记账户。", choices=ways)
    return None


_CLAIM = OwnClaim("登记收款账户", _refuses)


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    return (_CLAIM.fact(case), ("户名", mask_name(case.party.name) if case.party else ""))


def _person(case: Case) -> str:
    age = case.party.age_on(case.today) if case.party else None
    return "收款人未成年，由监护人办" if age is not None and age < ADULT else ""


def _what_next(case: Case, request: ServiceRequest) -> str:
    with case.situation.services.reading() as work:
        claim = work.claims.get(dict(request.fields)["案件"])
    pay_by = claim.settlement.pay_by if claim and claim.settlement else None
    own = "付款前核对户名，和您的姓名一致才付。"
    if pay_by is None:
        return f"{own}您同意核定金额之后 10 天内支付；还没同意的，查理赔进度时点“同意这个金额”。"
    return f"{own}最晚 {speak_date(pay_by, case.today)} 支付（保险法第二十三条）。"


TRANSACTION = Transaction(
    kind="claim_payee",
    zh="登记赔款收款账户",
    intents=(),
    post="理赔",
    level=IdentityLevel.L3,
    opening="好的，登记收赔款的账户。",
    questions=NEVER_ONLY_ASKED,
    refuses=_CLAIM.refusal,
    person=_person,
    facts=_facts,
    steps=(
        _CLAIM.step(),
        Step(CARD, "收款账户", lambda _: Ask("赔款打到您本人名下的哪张银行卡？请告诉我卡号。", "text"), read_own_card,
             ("bank_card",), gives_up=give_up_account),
    ),
    consent=ConsentQuestion(
        "C3", "付款要用到您的银行卡信息，属于敏感个人信息，只用于支付这笔赔款。您同意吗？",
        "没有银行卡信息就没法在线登记。您可以带身份证到柜台办，或转人工；这次没有提交。", before=CARD,
    ),
    promise=Promise(working_days="payee.check_days", word="核对"),
    what_next=_what_next,
)  # fmt: skip
