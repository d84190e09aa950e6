"""Reading a new sum insured and saying what it changes: cash value back, covers, premium (F08 加保、减保; R-L13)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from bot.insurance.amounts import minor_death_cap, part_of, partial_surrender_value
from bot.insurance.policy import InsurancePolicy
from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Rejected, Situation
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.transaction import Case
from bot.services.speak_money import money
from bot.services.understanding import Understood
from bot.text.numerals import parse_number

_BY_HOW_MUCH = re.compile(r"(减少?|降|少|加|提高?|增加)(了|掉|个)?\s*[\d一二两三四五六七八九十百]")
_TO = re.compile(r"到|至|成|为")
_MORE = "加保"


def read_new_sum(said: Understood, situation: Situation) -> Reading:
    """The sum insured wanted, as yuan. "减 10 万" may mean two things and is asked about."""
    case = case_of(situation)
    entity, share = said.first("amount"), said.first("percentage")
    value = entity.value if entity else ("" if said.aside else str(parse_number(said.text.strip("元块。 ")) or ""))
    if share and not entity and case.policy and situation.get("contract_what") != _MORE:
        value = str(_share_left(case.policy, Decimal(share.value), said.text))
    if not value or case.policy is None:
        return NotAnAnswer()
    if entity and _BY_HOW_MUCH.search(said.text) and not _TO.search(said.text):
        return Rejected("没听清是改成这个数，还是在现在的基础上变这么多。请直接说改完以后的保额，比如“改到 20 万”。")
    wanted = Decimal(value)
    if wanted <= 0 or wanted != wanted.to_integral_value():
        return Rejected("保额是整数，请再说一次改完以后的保额。")
    more = situation.get("contract_what") == _MORE
    return _read_more(wanted, case, case.policy) if more else _read_less(wanted, case, case.policy)


def _share_left(policy: InsurancePolicy, percentage: Decimal, text: str) -> Decimal:
    """ "减一半", "降三成" take a share away; "降到一半", "改成 30%" say what is left. In whole yuan."""
    left = percentage if _TO.search(text) else 100 - percentage
    return (policy.sum_insured * left / 100).quantize(Decimal(1), ROUND_DOWN)


def _read_more(wanted: Decimal, case: Case, policy: InsurancePolicy) -> Reading:
    if wanted <= policy.sum_insured:
        return Rejected(f"现在的保额是 {money(policy.sum_insured)}，加保要比这个高。想降低保额，请说“减保”。")
    cap = death_cap(case, policy)
    if cap is not None and _dies_for(policy):
        others = sum((_death_cover(each) for each in _other_policies(case, policy)), Decimal(0))
        if others + wanted > cap:
            return Rejected(
                f"被保险人未成年，各家公司的身故保险金合计不能超过 {money(cap)}（保监发〔2015〕90号）。"
                f"在我们这里的其他保单已有 {money(others)}，请说一个合计不超过的保额。"
            )
    return Accepted(str(wanted))


def _read_less(wanted: Decimal, case: Case, policy: InsurancePolicy) -> Reading:
    if wanted >= policy.sum_insured:
        return Rejected(f"现在的保额是 {money(policy.sum_insured)}，减保要比这个低。想提高保额，请说“加保”。")
    least = case.limits.numbers.get(f"contract.least_sum.{policy.line.value}")
    if least is not None and wanted < least:
        return Rejected(f"减保以后不能低于 {money(least)}（产品的最低保额）。再低的话，可以请人工看退保或减额缴清。")
    return Accepted(str(wanted), remark=reduction_text(policy, wanted))


def reduction_text(policy: InsurancePolicy, wanted: Decimal) -> str:
    """What comes back, what stays of each cover, the next premium: in proportion, subject to the final account."""
    back = partial_surrender_value(policy.cash_value, policy.sum_insured, wanted)
    paid = f"退还减掉部分的现金价值约 {money(back)}" if back else "这份现在没有现金价值，减保没有钱退"
    covers = "；".join(
        f"{cover.title} {money(cover.sum_insured)} → {money(part_of(cover.sum_insured, policy.sum_insured, wanted))}"
        for cover in policy.coverages
    )
    due = policy.next_due
    premium = f"以后每期保费约 {money(part_of(due.amount, policy.sum_insured, wanted))}。" if due else ""
    return (
        f"减到 {money(wanted)}：{paid}（按比例估算，以核算为准）。{premium}\n保障变小：{covers}。\n"
        "减掉的再加回来要重新核保。只是暂时交不上，也可以先用宽限期；要减照样给您减。"
    )


def death_cap(case: Case, policy: InsurancePolicy) -> Decimal | None:
    """The cap on death benefits when an insured is a minor, else None."""
    with case.situation.services.reading() as work:
        insured = [work.parties.get(party_id) for party_id in policy.insured_ids]
    ages = [age for each in insured if each and (age := each.age_on(case.today)) is not None]
    caps = (
        minor_death_cap(
            age,
            case.limits.number("contract.minor_death.under_10"),
            case.limits.number("contract.minor_death.under_18"),
        )
        for age in ages
    )
    return min((cap for cap in caps if cap is not None), default=None)


def _other_policies(case: Case, policy: InsurancePolicy) -> Iterable[InsurancePolicy]:
    found: dict[str, InsurancePolicy] = {}
    with case.situation.services.reading() as work:
        for party_id in policy.insured_ids:
            found |= {
                each.policy_no: each
                for each in work.policies.naming(party_id)
                if party_id in each.insured_ids and each.status.is_live and each.policy_no != policy.policy_no
            }
    return found.values()


def _death_cover(policy: InsurancePolicy) -> Decimal:
    return sum((cover.sum_insured for cover in policy.coverages if "身故" in cover.title), Decimal(0))


def _dies_for(policy: InsurancePolicy) -> bool:
    return _death_cover(policy) > 0


def show_sum(value: str, _: Situation) -> str:
    return money(Decimal(value))
