"""What of a policy each role may read (F04; 披露办法2022 art 14), as text for the customer.

The table `VISIBLE` decides; whoever has two roles may read what either may. Others' names are masked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from bot.insurance.party import Party
from bot.insurance.policy import ContractForm, InsurancePolicy, PolicyStatus, Role
from bot.services.deadlines import speak_date
from bot.services.speak_money import money
from bot.text.masking import mask_name, mask_phone

EXCLUSIONS_SHOWN = 6  # a longer list is shortened, and has a button that shows all of it


class Topic(Enum):
    """One line of a policy, in the order shown."""

    STATUS = "状态"
    PERIOD = "期间"
    COOLING_OFF = "犹豫期"
    SUM = "保额"
    VEHICLE = "车辆"
    PREMIUM = "保费"
    NEXT_DUE = "下次交费"
    CASH_VALUE = "现金价值"
    LOAN = "保单贷款余额"
    OWN_SHARE = "您的受益"
    BENEFICIARIES = "受益人"
    COVERS = "保障责任"
    EXCLUSIONS = "责任免除"
    LIMITS = "等待期和免赔额"
    SERVICER = "服务人员"
    CHANNEL = "销售渠道"
    PHONE = "查询电话"


_EVERYONE = frozenset((Topic.STATUS, Topic.PERIOD, Topic.COVERS, Topic.EXCLUSIONS, Topic.LIMITS, Topic.PHONE))
_INSURED = _EVERYONE | {
    Topic.SUM, Topic.VEHICLE, Topic.PREMIUM, Topic.NEXT_DUE, Topic.BENEFICIARIES, Topic.SERVICER, Topic.CHANNEL,
}  # fmt: skip
VISIBLE: Mapping[Role, frozenset[Topic]] = {
    Role.POLICYHOLDER: _INSURED | {Topic.COOLING_OFF, Topic.CASH_VALUE, Topic.LOAN},
    Role.INSURED: _INSURED,
    Role.BENEFICIARY: _EVERYONE | {Topic.OWN_SHARE},
}
# What an employer pays for a group is not its employees' to read.
_NOT_OF_A_GROUP = frozenset((Topic.PREMIUM, Topic.NEXT_DUE))


@dataclass(frozen=True)
class View:
    """A policy as one reader sees it on a day. `service_phone` is "" where it is only printed on policies."""

    policy: InsurancePolicy
    party: Party
    today: date
    service_phone: str = ""

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.policy.roles_of(self.party.party_id, self.party.id_number)

    def may_read(self, topic: Topic) -> bool:
        if self.policy.group and topic in _NOT_OF_A_GROUP:
            return False
        return any(topic in VISIBLE[role] for role in self.roles)


def headline(policy: InsurancePolicy) -> str:
    """One line of a list: product, number, state."""
    return f"{policy.product_name} {policy.policy_no}（{policy.status.zh}）"


def describe_policy(view: View) -> str:
    """The policy for this reader: name, version, number and roles, then a line for each topic that has one."""
    policy = view.policy
    lines = [
        f"{policy.product_name}（{_form(policy)}条款版本 {policy.terms_version}），保单号 {policy.policy_no}，"
        f"您是{'、'.join(role.zh for role in view.roles)}。"
    ]
    for topic in Topic:
        told = _TELL[topic](view) if view.may_read(topic) else ""
        if told:
            lines.append(f"· {topic.value}：{told}")
    return "\n".join(lines)


def _form(policy: InsurancePolicy) -> str:
    return "卡式保单，已激活，" if policy.form is ContractForm.CARD else ""


def answer_topic(view: View, topic: Topic) -> str:
    """One topic as the answer to a question about it, also when there is none of it or it is not this reader's."""
    if not view.may_read(topic):
        who = "投保人或被保险人" if topic in _INSURED else "受益人" if topic is Topic.OWN_SHARE else "投保人"
        return f"{topic.value}这一项，要{who}本人才能查。"
    return f"{topic.value}：{_TELL[topic](view) or _NONE.get(topic, '没有登记')}"


def is_shortened(policy: InsurancePolicy) -> bool:
    """Whether `describe_policy` leaves exclusions out."""
    return len(policy.exclusions) > EXCLUSIONS_SHOWN


def _status(view: View) -> str:
    return view.policy.status.zh + _state_note(view)


def _state_note(view: View) -> str:
    policy, today = view.policy, view.today
    if policy.status is PolicyStatus.GRACE and policy.grace_until:
        return f"，请在{speak_date(policy.grace_until, today)}前交费，这段时间出险仍按合同处理，可扣减欠交保费"
    if policy.status is PolicyStatus.SUSPENDED and policy.suspended_on:
        last = policy.reinstatable_until
        assert last is not None
        left = "前可以申请复效" if last >= today else "已满 2 年，能不能恢复请转人工核实"
        since = f"，{speak_date(policy.suspended_on, today)}起；{speak_date(last, today)}{left}"
        due = policy.next_due
        return f"{since}（{speak_date(due.due_on, today)}应交的保费没有交，过了 60 天宽限期）" if due else since
    return "（质押中）" if policy.pledged and view.may_read(Topic.LOAN) else ""


def _period(view: View) -> str:
    end = speak_date(view.policy.expires_on, view.today) if view.policy.expires_on else "终身"
    return f"{speak_date(view.policy.effective_on, view.today)}生效，至{end}"


def _cooling_off(view: View) -> str:
    until = view.policy.cooling_off_until
    if until is None or until < view.today:
        return ""
    return f"到{speak_date(until, view.today)}，这天之前退保退还保费，只可能扣工本费"


def _vehicle(view: View) -> str:
    return f"{view.policy.plate_no} {view.policy.vehicle}".strip() if view.policy.plate_no else ""


def _premium(view: View) -> str:
    policy = view.policy
    paid = sum(1 for item in policy.instalments if item.paid_on)
    times = f"，已交 {paid}/{len(policy.instalments)} 期" if len(policy.instalments) > 1 else ""
    return f"{money(policy.premium)}，{policy.pay_mode}{times}"


def _next_due(view: View) -> str:
    due = view.policy.next_due
    return f"{speak_date(due.due_on, view.today)}，{money(due.amount)}" if due and view.policy.status.is_live else ""


def _own_share(view: View) -> str:
    own = [b for b in view.policy.beneficiaries if b.is_person(view.party.party_id, view.party.id_number)]
    return "；".join(f"第 {b.order} 顺位 {b.share.normalize():f}%" for b in own)


def _beneficiaries(view: View) -> str:
    policy = view.policy
    if not policy.line.about_people:
        return ""
    if not policy.beneficiaries:
        has_death_cover = any("身故" in cover.title for cover in policy.coverages)
        return "没有指定，身故保险金由法定继承人按法律领取" if has_death_cover else ""
    return "、".join(
        f"{mask_name(b.name)}（{b.relationship}）第{b.order}顺位 {b.share.normalize():f}%" for b in policy.beneficiaries
    )


def _covers(view: View) -> str:
    covers = view.policy.coverages
    if not view.may_read(Topic.SUM):
        return "；".join(f"{cover.title}（{cover.clause}）" for cover in covers)
    return "；".join(f"{cover.title} {money(cover.sum_insured)}（{cover.clause}）" for cover in covers)


def _exclusions(view: View) -> str:
    """One below the other: they are what nobody should overlook."""
    exclusions = view.policy.exclusions
    shown = [f"\n  {number}. {item.clause} {item.text}" for number, item in enumerate(exclusions[:EXCLUSIONS_SHOWN], 1)]
    left = f"\n  全部 {len(exclusions)} 条，点“看全部责任免除”" if is_shortened(view.policy) else ""
    return f"共 {len(exclusions)} 条{''.join(shown)}{left}" if exclusions else ""


def _limits(view: View) -> str:
    policy = view.policy
    waiting = f"等待期 {policy.waiting_days} 天" if policy.waiting_days else "没有等待期"
    own_part = f"免赔额 {money(policy.deductible)}（由您自己承担的部分）" if policy.deductible else "没有免赔额"
    return f"{waiting}，{own_part}"


def _servicer(view: View) -> str:
    person = view.policy.servicer
    return f"{person.name}（执业登记号 {person.registration_no}）{mask_phone(person.phone)}" if person else ""


_TELL: Mapping[Topic, Callable[[View], str]] = {
    Topic.STATUS: _status,
    Topic.PERIOD: _period,
    Topic.COOLING_OFF: _cooling_off,
    Topic.SUM: lambda view: money(view.policy.sum_insured),
    Topic.VEHICLE: _vehicle,
    Topic.PREMIUM: _premium,
    Topic.NEXT_DUE: _next_due,
    Topic.CASH_VALUE: lambda view: money(view.policy.cash_value) if view.policy.cash_value else "",
    Topic.LOAN: lambda view: money(view.policy.loan_balance) if view.policy.loan_balance else "",
    Topic.OWN_SHARE: _own_share,
    Topic.BENEFICIARIES: _beneficiaries,
    Topic.COVERS: _covers,
    Topic.EXCLUSIONS: _exclusions,
    Topic.LIMITS: _limits,
    Topic.SERVICER: _servicer,
    Topic.CHANNEL: lambda view: view.policy.channel,
    Topic.PHONE: lambda view: view.service_phone or "保单首页印的客服热线",
}
_NONE: Mapping[Topic, str] = {
    Topic.COOLING_OFF: "已经过了，或者这份保单没有犹豫期",
    Topic.NEXT_DUE: "没有要交的保费了",
    Topic.CASH_VALUE: "这份保单没有现金价值",
    Topic.LOAN: "没有未还的贷款",
    Topic.BENEFICIARIES: "这份保单没有身故受益人",
}


def topics_asked(text: str) -> Sequence[Topic]:
    """What a question about a policy is about, so that its answer comes first."""
    return [topic for topic, words in _WORDS.items() if any(word in text for word in words)]


_WORDS: Mapping[Topic, tuple[str, ...]] = {
    Topic.LOAN: ("贷款", "借款", "欠多少", "欠款"),
    Topic.COOLING_OFF: ("犹豫期", "冷静期"),
    Topic.CASH_VALUE: ("现金价值", "现价"),
    Topic.OWN_SHARE: ("份额", "我能拿", "我能领", "我占"),
    Topic.BENEFICIARIES: ("受益人是谁", "受益人现在", "受益人写", "受益人有", "受益人填", "谁是受益人", "受益人都"),
    Topic.LIMITS: ("免赔", "等待期"),
    Topic.EXCLUSIONS: ("责任免除", "免责", "不保什么"),
    Topic.NEXT_DUE: ("下次交", "下次缴", "哪天交", "什么时候交", "几号交", "最晚"),
    Topic.PERIOD: ("到期", "什么时候生效", "哪天生效", "到什么时候"),
    Topic.SUM: ("保额", "保多少"),
    Topic.STATUS: ("失效", "有效", "中止", "状态"),
    Topic.SERVICER: ("业务员", "服务人员", "谁服务"),
}
