"""查增值服务 (C21): what of it the customer's own policies have, and how often it can still be used."""

from __future__ import annotations

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy, Role
from bot.services.deadlines import speak_date
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Transaction

_AFTER = (intend("叫救援", "request_roadside_service"), intend("约人回电", "request_callback"), TO_HUMAN)


def _shows(case: Case) -> tuple[Reply, ...]:
    services, now = case.situation.services, case.situation.now
    if case.party is None:
        return (Reply("身份核验已过期。请再说一次“查我的权益”，我们重新核对。", (TO_HUMAN,)),)
    with services.unit_of_work() as work:
        own = [policy for policy in work.policies.naming(case.party.party_id) if _has_services(case, policy)]
        for policy in own:
            detail = {"kind": "own_value_added"}
            work.audit.append(
                "policy.shown", subject=policy.policy_no, actor=case.party.party_id, at=now, detail=detail
            )
        work.commit()
    if not own:
        return (
            Reply(
                "您名下有效的保单没有登记增值服务。印在保单“增值服务特约条款”里、这里却没有的，请转人工核实。",
                _AFTER[1:],
            ),
        )
    table = services.entitlements
    lines = [line for policy in own for line in _describe(case, policy)]
    return (Reply("\n".join([*lines, f"依据：{table.source}（{table.as_of.isoformat()}）"]), _AFTER),)


def _has_services(case: Case, policy: InsurancePolicy) -> bool:
    """A beneficiary alone has none: they are for who insures and who is insured."""
    assert case.party is not None
    mine = set(policy.roles_of(case.party.party_id, case.party.id_number)) - {Role.BENEFICIARY}
    return (
        bool(mine) and policy.status.is_live and policy.product_code in case.situation.services.entitlements.of_product
    )


def _describe(case: Case, policy: InsurancePolicy) -> list[str]:
    table, today = case.situation.services.entitlements, case.today
    anniversary = policy.next_anniversary(today)
    until = min(anniversary, policy.expires_on) if policy.expires_on else anniversary
    lines = [f"{policy.product_name} {policy.policy_no}，本保单年度到 {speak_date(until, today)}："]
    for service in table.of_product[policy.product_code]:
        left = table.left(policy.policy_no, service)
        lines.append(f"· {service.name}：还剩 {left} 次，一共 {service.times} 次。{service.how}")
    return lines


TRANSACTION = Transaction(
    kind="own_value_added",
    zh="查增值服务",
    intents=(),
    post="综合",
    level=IdentityLevel.L2,
    opening="我来看您的保单有哪些增值服务、还剩几次。",
    questions=NEVER_ONLY_ASKED,
    shows=_shows,
)
