"""领取账户变更 (F07 银行账户，收款): where 生存金, 年金 and 红利 are paid to, the entitled person's own account only."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.journey import Ask, Step
from bot.services.servicing.accounts import give_up_account, read_bank, read_own_card
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, ConsentQuestion, Promise, Refusal, Transaction
from bot.services.speak_money import money
from bot.text.masking import mask_name

CARD, BANK = "benefit_account_card", "benefit_account_bank"
_MONEY = (
    r"(?:领(?:钱|取|生存金|满期金|年金|分红|红利|养老金)?|收(?:款|钱)|到账|打款|年金|生存金|满期金|分红|红利|养老金)"
)
_ACCOUNT = r"(?:银行卡|卡号?|账户|帐户|账号|帐号|存折)"
_CHANGE = r"(?:换|改|变更|更换|更新|修改|换绑)"
_WORDS = re.compile(
    rf"{_MONEY}[^，。,扣缴交]{{0,6}}{_ACCOUNT}[^，。,]{{0,6}}{_CHANGE}|{_CHANGE}[^，。,扣缴交]{{0,6}}{_MONEY}[^，。,扣缴交]{{0,6}}{_ACCOUNT}"
)


def _refuses(case: Case) -> Refusal | None:
    policy = case.policy
    if policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    if policy.status is PolicyStatus.LOST:
        return Refusal("这份保单已经挂失，动钱的业务先停，补发后再改收款账户。要催补发我请人工帮您。", hand_off=True)
    roles = policy.roles_of(case.party.party_id, case.party.id_number) if case.party else ()
    payees = {benefit.payee for benefit in policy.benefits}
    if payees & set(roles):
        return None
    named = "、".join(dict.fromkeys(benefit.payee.zh for benefit in policy.benefits))
    return Refusal(f"这份保单的钱按合同由{named}本人领，收款账户也要由{named}本人来改。")


def _terms(case: Case) -> str:
    """What is paid next, so that everybody knows whether the old account may still get it."""
    assert case.policy is not None
    assert case.party is not None
    roles = case.policy.roles_of(case.party.party_id, case.party.id_number)
    coming = [each for each in case.policy.benefits if each.due_on > case.today and each.payee in roles]
    if not coming:
        return "新账户要是您本人名下的。"
    first = min(coming, key=lambda benefit: benefit.due_on)
    return (
        f"新账户要是您本人名下的。下一笔是{first.kind.zh} {money(first.amount)}，"
        f"{speak_date(first.due_on, case.today)} 起可以领。"
    )


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    return (("户名", mask_name(case.party.name)),) if case.party else ()


def _what_next(_: Case, __: ServiceRequest) -> str:
    return "付款前核对户名，和您的姓名一致才付。正在办的领取不受影响，还打到申请时填的卡。"


TRANSACTION = Transaction(
    kind="change_benefit_account",
    zh="改领钱的账户",
    intents=("change_payment", "collect_benefit", "change_personal_data"),
    words=_WORDS,
    post="保全",
    level=IdentityLevel.L3,
    opening="可以改领生存金、年金、红利的收款账户。",
    questions=NEVER_ONLY_ASKED,
    policies=lambda policy: bool(policy.benefits),
    refuses=_refuses,
    terms=_terms,
    facts=_facts,
    steps=(
        Step(CARD, "新的收款账户", lambda _: Ask("以后的钱打到您本人名下的哪张银行卡？请告诉我卡号，不要给密码和验证码。", "text"),
             read_own_card, ("bank_card",), alone=True, gives_up=give_up_account),
        Step(BANK, "开户银行", lambda _: Ask("开户行是哪家银行？", "text"), read_bank, closed=True),
    ),
    consent=ConsentQuestion(
        "C3", "付款要用到您的银行卡信息，属于敏感个人信息，只用于以后给您打这份保单的钱。您同意吗？",
        "没有银行卡信息就没法在线改。您可以带身份证到柜台改，或转人工；这次没有提交。", before=CARD,
    ),
    promise=Promise(clocks=("D-P03",)),
    what_next=_what_next,
)  # fmt: skip
