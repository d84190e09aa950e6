"""续期缴费 (F09): a query. What is due, until when, what happens otherwise, the official ways to pay; no payment here."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy, PolicyStatus, Role
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Situation, Step
from bot.services.reply import TO_HUMAN, Choice, Reply, intend
from bot.services.servicing.premium_text import OFFICIAL_WAYS, due_text
from bot.services.servicing.transaction import Case, Questions, Transaction
from bot.services.servicing.transactions.change_payment import REMINDER, pays_by_instalments
from bot.services.show_policy import headline
from bot.services.speak_money import money
from bot.services.understanding import Understood

WHY = "premium_why"
FAILED, HARDSHIP = "扣款没成功", "交着有困难"
_FAILED = re.compile(r"扣款(失败|不成功|没成功)|没扣|扣不|划不|没划")
_HARDSHIP = re.compile(r"交不起|交不上|没钱|失业|困难|压力|拿不出|断供|负担|缓交|有点吃力|手头紧")
_DEBIT_FAILED = (
    "扣款没成功常见四种原因：余额不够、卡换了或注销了、超过单日限额、户名不一致。先把钱存够；不想等再次扣款，就自己在官方渠道交。"
    "这一次的原因和再扣的日期我这里查不到，要查可以转人工。"
)
_OPTIONS = (
    "暂时交着吃力，可以比较这几种，各有得失，不急着决定：\n"
    "· 用满宽限期：保障不断，到期前要交齐\n"
    "· 改缴费频率：每次交得少，全年合计一般略高，从保单周年日起\n"
    "· 减保：保额变小，以后保费也少\n"
    "· 减额缴清：不再交，保额变小，合同继续\n"
    "· 自动垫缴或保单贷款：用现金价值先垫，要付利息\n"
    "按您的保单算数字，可以请人工。"
)


def _read_why(said: Understood, _: Situation) -> Reading:
    if said.text == HARDSHIP or _HARDSHIP.search(said.text):
        return Accepted(HARDSHIP)
    return Accepted(FAILED) if _FAILED.search(said.text) else NotAnAnswer()


def _payable(policy: InsurancePolicy) -> bool:
    return policy.status.is_live or policy.status is PolicyStatus.SUSPENDED


def _shows(case: Case) -> tuple[Reply, ...]:
    policy, party = case.policy, case.party
    assert policy is not None
    assert party is not None
    roles = policy.roles_of(party.party_id, party.id_number)
    if policy.group:
        return (Reply(f"{headline(policy)} 由单位交费，个人不用交。交费上的问题请找单位经办人。", (TO_HUMAN,)),)
    lines = [headline(policy)]
    if roles == (Role.BENEFICIARY,):
        lines += ["保费的金额和日期由投保人查。您可以代交，效力一样，用您自己的账户付到公司。", OFFICIAL_WAYS]
        return (Reply("\n".join(lines), (TO_HUMAN,)),)
    lines.append(due_text(case))
    if case.get(WHY) == FAILED:
        lines.append(_DEBIT_FAILED)
    if Role.POLICYHOLDER in roles and policy.loan_balance:
        lines.append(f"这份保单还有贷款 {money(policy.loan_balance)}。")
    if Role.POLICYHOLDER not in roles:
        lines.append("您不是投保人，也可以代交，用您自己的账户；以后退的钱退给投保人。")
    lines.append(OFFICIAL_WAYS)
    said = [Reply("\n".join(lines))]
    if case.get(WHY) == HARDSHIP and pays_by_instalments(policy):
        said.append(Reply(_OPTIONS))
    last = said.pop()
    return (*said, Reply(last.text, _ways_on(case, roles)))


def _ways_on(case: Case, roles: tuple[Role, ...]) -> tuple[Choice, ...]:
    policy = case.policy
    assert policy is not None
    if policy.status is PolicyStatus.SUSPENDED:
        return (intend("办复效", "reinstate_policy"), TO_HUMAN)
    if not pays_by_instalments(policy) or Role.POLICYHOLDER not in roles:
        return (TO_HUMAN,)
    if case.get(WHY) == HARDSHIP:
        number = policy.policy_no
        frequency = intend("改缴费频率", "change_payment", choice="缴费频率", policy_no=number)
        return (frequency, intend("减保", "change_contract", choice="减保", policy_no=number), TO_HUMAN)
    hard = intend(HARDSHIP, "pay_premium", choice=HARDSHIP, policy_no=policy.policy_no)
    if policy.next_due and policy.next_due.due_on < case.today:
        return (hard, TO_HUMAN)
    remind = intend("到期前提醒我", "change_payment", choice=REMINDER, policy_no=policy.policy_no)
    return (remind, hard, TO_HUMAN)


TRANSACTION = Transaction(
    kind="pay_premium",
    zh="查缴费",
    intents=("pay_premium",),
    post="收付费",
    level=IdentityLevel.L2,
    opening="可以帮您看该交多少、最晚哪天。",
    policies=_payable,
    steps=(
        # Never asked: what the first message says is enough.
        Step(WHY, "", lambda _: Ask(""), _read_why, needed=lambda _: False, closed=True),
    ),
    shows=_shows,
    questions=Questions(
        offer="查我的保单该交多少",
        answers_itself=frozenset({"pay_premium.when"}),
        first=True,
        in_general=re.compile(r"怎么|怎样|如何|咋|哪里|哪儿|渠道"),
    ),
)
