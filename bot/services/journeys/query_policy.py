"""保单查询 as a conversation (F04): identity first, then one policy or a short list."""

from __future__ import annotations

from collections.abc import Sequence

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy
from bot.services.journeys.identity_steps import identity_steps, level_of
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Journey,
    NotAnAnswer,
    Opening,
    Reading,
    Rejected,
    Situation,
    Step,
)
from bot.services.reply import TO_HUMAN, Choice, Reply, choose, intend
from bot.services.show_policy import describe_policy, headline
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

POLICY = "policy_no"
SHOWN_AT_ONCE = 8


def _opening(situation: Situation) -> Opening:
    if level_of(situation) >= IdentityLevel.L2:
        return Opening()
    return Opening((Reply("可以查。"),))


def own_policies(situation: Situation) -> Sequence[InsurancePolicy]:
    """Policies naming whoever this conversation has proved to be; empty below L2."""
    with situation.services.reading() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
        if identity.party is None:
            return ()
        return work.policies.naming(identity.party.party_id)


def policy_choices(policies: Sequence[InsurancePolicy]) -> tuple[Choice, ...]:
    return tuple(choose(headline(policy), policy.policy_no) for policy in policies[:SHOWN_AT_ONCE])


def _ask_policy(situation: Situation) -> Ask:
    policies = own_policies(situation)
    more = (
        f"（共 {len(policies)} 份，先列 {SHOWN_AT_ONCE} 份，其余报保单号即可）" if len(policies) > SHOWN_AT_ONCE else ""
    )
    return Ask(f"您名下有这些保单{more}，要看哪一份？", "choice", policy_choices(policies))


def read_policy(said: Understood, policies: Sequence[InsurancePolicy]) -> Reading:
    """Which of the customer's own policies the message means: by number, line of business or place in the list."""
    entity = said.first("policy_no")
    wanted = entity.value if entity else said.text.strip().upper()
    exact = [policy for policy in policies if policy.policy_no == wanted]
    if exact:
        return Accepted(exact[0].policy_no)
    if entity:
        return Rejected("您名下没有查到这个保单号，请核对一下，或者从列表里选。")
    line = said.first("line_of_business")
    matching = [policy for policy in policies if line and policy.line.value == line.value]
    if len(matching) > 1 and line:  # 终身寿险 and 定期寿险 are one line, and two names
        matching = [policy for policy in matching if line.text in policy.product_name] or matching
    if len(matching) == 1:
        return Accepted(matching[0].policy_no)
    if matching:
        return Rejected(f"{line.text if line else ''}有 {len(matching)} 份，请点选其中一份。")
    ordinal = {"一": 0, "1": 0, "二": 1, "2": 1, "两": 1, "三": 2, "3": 2}.get(said.text.strip("第个份张 。"))
    if ordinal is not None and ordinal < len(policies):
        return Accepted(policies[ordinal].policy_no)
    return NotAnAnswer()


def _read_policy(said: Understood, situation: Situation) -> Reading:
    return read_policy(said, own_policies(situation))


def _several(situation: Situation) -> bool:
    return level_of(situation) >= IdentityLevel.L2 and len(own_policies(situation)) > 1


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Read the policy for its reader; nothing is written but an audit entry."""
    with situation.services.unit_of_work() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
        if identity.party is None:
            return (Reply("核验已过期，请再说一次“查保单”。"),)
        policies = work.policies.naming(identity.party.party_id)
        wanted = situation.get(POLICY)
        chosen = [policy for policy in policies if policy.policy_no == wanted or not wanted]
        if not chosen:
            return (
                Reply(
                    "核对好身份了，您名下没有查到保单。可能在其他公司或登记了别的证件，要请人工帮您找吗？", (TO_HUMAN,)
                ),
            )
        work.audit.append(
            "policy.shown", subject=chosen[0].policy_no, actor=identity.party.party_id, at=situation.now, detail={}
        )
        work.commit()
    text = describe_policy(chosen[0], identity.party, situation.now.date())
    choices = (intend("看另一份", "query_policy"), intend("要电子保单", "request_e_policy"), TO_HUMAN)
    return (Reply(text), Reply("还要查别的吗？", choices if len(policies) > 1 else choices[1:]))


JOURNEY = Journey(
    form="policy_form",
    zh="查保单",
    intent="query_policy",
    post="保全",
    opening=_opening,
    cancelled="好的，不查了。",
    steps=(
        *identity_steps("为了保护您的信息，"),
        Step(POLICY, "", _ask_policy, _read_policy, ("policy_no",), _several, counted=False),
    ),
)
