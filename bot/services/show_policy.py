"""What of a policy each role may read (F04; 披露办法2022 art 14), as text for the customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy, PolicyStatus, Role
from bot.services.deadlines import speak_date
from bot.text.masking import mask_name, mask_phone


def headline(policy: InsurancePolicy) -> str:
    """One line of a list: product, number, state."""
    return f"{policy.product_name} {policy.policy_no}（{policy.status.zh}）"


def describe_policy(policy: InsurancePolicy, party: Party, today: date) -> str:
    """The policy for this reader. Others' names are masked; money values only for the policyholder."""
    roles = policy.roles_of(party.party_id, party.id_number)
    end = speak_date(policy.expires_on, today) if policy.expires_on else "终身"
    lines = [
        f"{policy.product_name}，保单号 {policy.policy_no}，您是{'、'.join(role.zh for role in roles)}。",
        f"· 状态：{policy.status.zh}{_state_note(policy, today)}",
        f"· 期间：{speak_date(policy.effective_on, today)}生效，至{end}",
        f"· 保额：{money(policy.sum_insured)}",
    ]
    if policy.plate_no:
        lines.append(f"· 车辆：{policy.plate_no} {policy.vehicle}".rstrip())
    if roles == (Role.BENEFICIARY,):
        own = [b for b in policy.beneficiaries if b.is_person(party.party_id, party.id_number)]
        lines += [f"· 您的受益：第 {b.order} 顺位 {b.share.normalize():f}%" for b in own]
        return "\n".join([*lines, *_covers(policy)])
    lines += _premium_lines(policy, roles, today)
    lines += _covers(policy)
    if policy.beneficiaries and policy.line.about_people:
        people = "、".join(
            f"{mask_name(b.name)}（{b.relationship}）第{b.order}顺位 {b.share.normalize():f}%"
            for b in policy.beneficiaries
        )
        lines.append(f"· 受益人：{people}")
    if policy.servicer:
        lines.append(
            f"· 服务人员：{policy.servicer.name}（执业登记号 {policy.servicer.registration_no}）{mask_phone(policy.servicer.phone)}"
        )
    return "\n".join(lines)


def _state_note(policy: InsurancePolicy, today: date) -> str:
    if policy.status is PolicyStatus.GRACE and policy.grace_until:
        return f"，请在{speak_date(policy.grace_until, today)}前交费，这段时间出险仍按合同处理，可扣减欠交保费"
    if policy.status is PolicyStatus.SUSPENDED and policy.suspended_on:
        last = policy.reinstatable_until
        assert last is not None
        return f"，{speak_date(policy.suspended_on, today)}起；{speak_date(last, today)}前可以申请复效"
    return "（质押中）" if policy.pledged else ""


def _premium_lines(policy: InsurancePolicy, roles: tuple[Role, ...], today: date) -> list[str]:
    if policy.group:
        return []
    lines = [f"· 保费：{money(policy.premium)}，{policy.pay_mode}"]
    due = policy.next_due
    if due and policy.status.is_live:
        lines.append(f"· 下次交费：{speak_date(due.due_on, today)}，{money(due.amount)}")
    if Role.POLICYHOLDER in roles:
        if policy.cash_value:
            lines.append(f"· 现金价值：{money(policy.cash_value)}")
        if policy.loan_balance:
            lines.append(f"· 保单贷款余额：{money(policy.loan_balance)}")
    return lines


def _covers(policy: InsurancePolicy) -> list[str]:
    covers = "；".join(f"{c.title} {money(c.sum_insured)}" for c in policy.coverages)
    excluded = "；".join(e.text for e in policy.exclusions[:3])
    lines = [f"· 保障责任：{covers}", f"· 责任免除（部分）：{excluded}"]
    terms = []
    if policy.waiting_days:
        terms.append(f"等待期 {policy.waiting_days} 天")
    if policy.deductible:
        terms.append(f"免赔额 {money(policy.deductible)}（由您自己承担的部分）")
    if terms:
        lines.append(f"· {'，'.join(terms)}")
    return lines


def money(amount: Decimal) -> str:
    """12,000 元; whole 万 as 30 万元."""
    if amount >= 10000 and amount % 10000 == 0:
        return f"{int(amount // 10000)} 万元"
    text = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return f"{text} 元"
