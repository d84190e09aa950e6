"""领取生存金、年金、满期金、红利 (F13): whose it is by the contract, what is due, what is set off, own account only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.insurance.amounts import benefit_net, loan_owed
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import Benefit, PolicyStatus, Role
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Opening, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.accounts import give_up_account, read_own_card
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.transaction import Case, ConsentQuestion, Promise, Refusal, Transaction
from bot.services.speak_money import money
from bot.services.understanding import Understood

KIND, WAY, CARD = "benefit_kind", "benefit_way", "benefit_card"
ALL, CASH, KEEP, PREMIUM = "全部", "领到银行卡", "累积生息", "抵缴保费"
ADULT = 18
_DEATH = re.compile(r"身故|去世|过世|逝世|死亡|病故|人没了|[爸妈爷奶公婆]没了|不在了|走了")


def _start(situation: Situation) -> Opening:
    if not _DEATH.search(situation.said.text):
        return Opening((Reply("可以领。先核对您本人的身份，再给您看有没有到期、能领多少。"),))
    text = (
        "请节哀。被保险人不在了，就不再领生存金、年金这一类，改由受益人申请身故保险金，没领完的部分一起核对。"
        "先报案登记，要的材料会一次告诉您。"
    )
    return Opening(ended=Ended((Reply(text, (intend("现在报案", "report_claim"), TO_HUMAN)),)))


def _roles(case: Case) -> tuple[Role, ...]:
    assert case.policy is not None
    return case.policy.roles_of(case.party.party_id, case.party.id_number) if case.party else ()


def _own(case: Case) -> Sequence[Benefit]:
    """What is due today to whoever asks."""
    return [] if case.policy is None else [b for b in case.policy.benefits_due(case.today) if b.payee in _roles(case)]


def wanted(case: Case) -> Sequence[Benefit]:
    """Those of the kind that was chosen; all, where there is no choice."""
    kind = case.get(KIND)
    return [benefit for benefit in _own(case) if kind in ("", ALL, benefit.kind.zh)]


def _owed(case: Case) -> Decimal:
    """Premiums in arrears and the loan with its interest."""
    policy = case.policy
    assert policy is not None
    days = (case.today - policy.loan_since).days if policy.loan_since else 0
    loan = loan_owed(policy.loan_balance, case.limits.number("loan.annual_rate"), days)
    return loan + sum((item.amount for item in policy.arrears(case.today)), Decimal(0))


def _sum(benefits: Sequence[Benefit]) -> Decimal:
    return sum((benefit.amount for benefit in benefits), Decimal(0))


def _refuses(case: Case) -> Refusal | None:
    policy = case.policy
    if policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    if policy.status is PolicyStatus.LOST:
        return Refusal("这份保单已经挂失，动钱的业务先停，补发后再领。要催补发我请人工帮您。", hand_off=True)
    if policy.insured_event_on is not None:
        return Refusal("这份保单有保险事故记录，能领的部分要由人工按条款核对。", hand_off=True)
    asked = _asked_before(case)
    if asked:
        return Refusal(f"这份保单的领取已经申请过，编号 {asked}，正在办。要催或要改，我请人工帮您。", hand_off=True)
    if not _own(case):
        return _nothing_due(case)
    if benefit_net(_sum(_own(case)), _owed(case)) == 0:
        return Refusal("到期的钱抵扣欠交保费和贷款后没有剩余，抵扣明细我请人工跟您核对。", hand_off=True)
    return None


def _nothing_due(case: Case) -> Refusal:
    assert case.policy is not None
    others = case.policy.benefits_due(case.today)
    if others:
        kinds = "、".join(dict.fromkeys(benefit.kind.zh for benefit in others))
        roles = "、".join(role.zh for role in _roles(case))
        return Refusal(
            f"这份保单现在能领的是{kinds}，按合同由{others[0].payee.zh}本人申请领取；您在这份保单里是{roles}，不能代领。"
        )
    coming = [b for b in case.policy.benefits if b.due_on > case.today and b.payee in _roles(case)]
    if not coming:
        return Refusal("这份保单现在没有到期可以领的钱。")
    first = min(coming, key=lambda benefit: benefit.due_on)
    return Refusal(
        f"现在没有到期可以领的；下一笔是{first.kind.zh} {money(first.amount)}，{speak_date(first.due_on, case.today)} 起可以领。"
    )


def _asked_before(case: Case) -> str:
    """The number of an open request for the same policy."""
    party, policy = case.party, case.policy
    assert policy is not None
    with case.situation.services.reading() as work:
        requests = work.requests.of_party(party.party_id) if party else ()
    own = (r for r in requests if r.kind == TRANSACTION.kind and r.policy_no == policy.policy_no and r.status.is_open)
    return next((request.request_no for request in own), "")


def _terms(case: Case) -> str:
    lines = [
        f"· {benefit.kind.zh} {money(benefit.amount)}（{speak_date(benefit.due_on, case.today)} 到期）"
        for benefit in _own(case)
    ]
    owed = _owed(case)
    total = _sum(_own(case))
    text = "今天可以领：\n" + "\n".join(lines) + f"\n合计 {money(total)}。"
    if owed:
        text += f"按合同先抵扣欠交保费和贷款本息 {money(owed)}，实际领 {money(benefit_net(total, owed))}。"
    return text


def _several_kinds(situation: Situation) -> bool:
    return len({benefit.kind for benefit in _own(case_of(situation))}) > 1


def _ask_kind(situation: Situation) -> Ask:
    kinds = tuple(dict.fromkeys(benefit.kind.zh for benefit in _own(case_of(situation))))
    return Ask("要领哪一项？", "choice", (choose(ALL), *(choose(kind) for kind in kinds)))


def _read_kind(said: Understood, situation: Situation) -> Reading:
    if re.search(r"全部|都|一起|所有", said.text):
        return Accepted(ALL)
    kinds = {benefit.kind.zh for benefit in _own(case_of(situation))}
    found = [kind for kind in kinds if kind in said.text or (kind == "红利" and "分红" in said.text)]
    return Accepted(found[0]) if len(found) == 1 else NotAnAnswer()


def _ways(situation: Situation) -> tuple[str, ...]:
    case = case_of(situation)
    policy = case.policy
    pays = policy is not None and policy.next_due is not None and Role.POLICYHOLDER in _roles(case)
    ends = policy is not None and policy.status is PolicyStatus.MATURED
    return (CASH, *(() if ends else (KEEP,)), *((PREMIUM,) if pays else ()))


def _read_way(said: Understood, situation: Situation) -> Reading:
    text = said.text
    words = ((r"抵|交保费|缴保费", PREMIUM), (r"累积|生息|留着|先不领|存着", KEEP), (r"卡|现金|取|领|打", CASH))
    way = next((way for pattern, way in words if re.search(pattern, text)), "")
    if not way:
        return NotAnAnswer()
    offered = _ways(situation)
    return Accepted(way) if way in offered else Rejected(f"这份保单可以选：{'、'.join(offered)}。")


def _person(case: Case) -> str:
    age = case.party.age_on(case.today) if case.party else None
    if age is not None and age < ADULT:
        return "领取人未成年，由监护人办"
    above = case.limits.number("benefit.call_above")
    return f"金额超过 {money(above)}，付款前人工电话确认" if _sum(wanted(case)) > above else ""


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    if case.policy is None or not wanted(case):
        return ()
    total, owed = _sum(wanted(case)), _owed(case)
    offset = (("先抵扣", money(owed)),) if owed else ()
    return (("应领", money(total)), *offset, ("实领", money(benefit_net(total, owed))))


def _what_next(case: Case, _: ServiceRequest) -> str:
    if case.get(WAY) == CASH:
        call = "付款前人工会打您登记的手机确认。" if _person(case) else ""
        return f"{call}核定后 10 天内打到您本人的卡，到账短信通知。"
    return "办好后金额记在保单里，随时可以在这里查。"


TRANSACTION = Transaction(
    kind="collect_benefit",
    zh="领取",
    intents=("collect_benefit",),
    post="保全",
    level=IdentityLevel.L3,
    policies=lambda policy: bool(policy.benefits),
    refuses=_refuses,
    person=_person,
    terms=_terms,
    facts=_facts,
    start=_start,
    steps=(
        Step(KIND, "领取项目", _ask_kind, _read_kind, (), _several_kinds),
        Step(WAY, "领取方式", lambda situation: Ask("怎么领？", "choice", tuple(choose(way) for way in _ways(situation))), _read_way),
        Step(CARD, "收款账户", lambda _: Ask("钱打到您本人名下的哪张银行卡？请告诉我卡号。", "text"), read_own_card, ("bank_card",),
             lambda situation: situation.get(WAY) == CASH, gives_up=give_up_account),
    ),
    consent=ConsentQuestion(
        "C3", "付款要用到您的银行卡信息，属于敏感个人信息，只用于这次领取。您同意吗？",
        "没有银行卡信息就没法在线付款。您可以带身份证到柜台领，或转人工；这次没有提交。", before=CARD,
    ),
    promise=Promise(clocks=("D-L08",), word="核定"),
    what_next=_what_next,
)  # fmt: skip
