"""保单查询 as a conversation (F04): identity first, then one policy or a short list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy
from bot.services.answer_coverage import all_exclusions_button
from bot.services.journeys.controls import POINTED_AT
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
from bot.services.recent import points_to_policy, policy_pointed_to
from bot.services.reply import TO_HUMAN, Choice, Denial, Reply, choose, intend
from bot.services.show_policy import View, answer_topic, describe_policy, headline, is_shortened, topics_asked
from bot.services.understanding import Entity, Understood
from bot.services.verify_identity import current_identity

POLICY, QUESTION, TOLD = "policy_no", "policy_question", "policy_told"
POINTED = "pointed"  # what was told is a place in the list, or the policy of just now
SHOWN_AT_ONCE = 8
_TOPICS_ANSWERED = 2
_LONGEST_QUESTION = 200
_KINDS = re.compile(
    r"终身|定期|两全|重大疾病|百万|住院|医疗|意外伤害|意外|养老|年金|教育|商业|机动车|交通事故责任强制|家庭|财产|雇主责任|旅行|团体|综合|境外|寿险|保险|险|（[^）]*）"
)
# What customers call a product for short, and what of its name tells it from the others of its line.
_IN_FULL = {
    "定寿": "定期",
    "定期": "定期",
    "终身": "终身",
    "终身寿": "终身",
    "商业险": "商业",
    "交强险": "强制",
    "交强": "强制",
    "百万医疗": "百万",
}
NOT_YOURS = "您名下没有查到这个保单号，请核对一下，或者从列表里选。"


def _opening(situation: Situation) -> Opening:
    """The customer's question is kept: after the identity it says which policy, and what of it."""
    entity = situation.said.first("policy_no", "line_of_business")
    told = {QUESTION: situation.said.text[:_LONGEST_QUESTION], TOLD: _as_told(entity) if entity else ""}
    if entity is None and points_to_policy(situation.said.text):
        told[TOLD] = f"{POINTED}::{situation.said.text[-_LONGEST_QUESTION:]}"
    answers = {slot: value for slot, value in told.items() if value}
    if level_of(situation) >= IdentityLevel.L2:
        return Opening(answers=answers)
    return Opening((Reply("可以查。"),), answers=answers)


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
    meant = _told(situation, policies)
    if isinstance(meant, Rejected):
        of_line = _of_line(situation, policies)
        question = "" if of_line else "下面是您名下的保单，要看哪一份？"
        return Ask(f"{meant.reason}{question}", "choice", policy_choices(of_line or policies), meant.denied)
    more = (
        f"（共 {len(policies)} 份，先列 {SHOWN_AT_ONCE} 份，其余报保单号即可）" if len(policies) > SHOWN_AT_ONCE else ""
    )
    return Ask(f"您名下有这些保单{more}，要看哪一份？", "choice", policy_choices(policies))


_PLACES = frozenset("12345678"[:SHOWN_AT_ONCE])
_THAT_ONE = re.compile(
    r"^(?:是的?|对的?|嗯+|就?(?:是)?[这那]一?[个份张]|只有[这那]?一?[个份]|就一份)[吧啊呀了的。!！]*$"
)


def not_a_party(policy_no: str) -> Denial:
    """The same for another person's policy and for a number that nobody has."""
    return Denial("policy", policy_no, "not_a_party")


def read_policy(said: Understood, policies: Sequence[InsurancePolicy], recent: str = "") -> Reading:
    """Which of the customer's own policies the message means: by number, line of business, place in the list, or as the
    one just talked about (`recent`)."""
    entity = said.first("policy_no")
    wanted = entity.value if entity else said.text.strip().upper()
    exact = [policy for policy in policies if policy.policy_no == wanted]
    if exact:
        return Accepted(exact[0].policy_no)
    if entity:
        return Rejected(NOT_YOURS, not_a_party(entity.value))
    line = said.first("line_of_business")
    matching = [policy for policy in policies if line and policy.line.value == line.value]
    if len(matching) > 1 and line:  # 终身寿险 and 定期寿险 are one line, and two names
        name = _IN_FULL.get(line.text, line.text)
        matching = [policy for policy in matching if name in policy.product_name] or matching
    if len(matching) == 1:
        return Accepted(matching[0].policy_no)
    if matching:
        return Rejected(f"{line.text if line else ''}有 {len(matching)} 份，请点选其中一份。")
    if len(policies) == 1 and not said.aside and (said.means("affirm") or _THAT_ONE.match(said.text.strip())):
        return Accepted(policies[0].policy_no)
    pointed = policy_pointed_to(said.text, policies, recent)
    if pointed:
        return Accepted(pointed.policy_no)
    called = [policy for policy in policies if not said.aside and _is_called(policy, said.text)]
    if len(called) == 1:
        return Accepted(called[0].policy_no)
    digit = said.text.strip("个份张 。")
    if not said.aside and digit in _PLACES and int(digit) <= len(policies):
        return Accepted(policies[int(digit) - 1].policy_no)
    return NotAnAnswer()


def _is_called(policy: InsurancePolicy, text: str) -> bool:
    """ "岁悦那份" for 岁悦养老年金保险: what of a product's name is no kind of insurance."""
    own = _KINDS.sub("", policy.product_name)
    pointed = POINTED_AT.match(text.strip())
    return (len(own) >= 2 and own in text) or bool(pointed and pointed[1] in policy.product_name)


def _read_policy(said: Understood, situation: Situation) -> Reading:
    if level_of(situation) >= IdentityLevel.L2:
        return read_policy(said, own_policies(situation), situation.recent_policy)
    entity = said.first("policy_no")  # kept, and nothing said about it before we know who asks
    return Accepted("", also={TOLD: _as_told(entity)}) if entity else NotAnAnswer()


def _as_told(entity: Entity) -> str:
    return f"{entity.type}:{entity.value}:{entity.text}"


def _told(situation: Situation, policies: Sequence[InsurancePolicy]) -> Reading:
    """Which policy the opening words meant, now that there are policies to read them with."""
    if not situation.get(TOLD):
        return NotAnAnswer()
    kind, value, text = situation.get(TOLD).split(":", 2)
    if kind == POINTED:
        pointed = policy_pointed_to(text, policies, situation.recent_policy)
        return Accepted(pointed.policy_no) if pointed else NotAnAnswer()
    meant = read_policy(replace(situation.said, text="", entities=(Entity(kind, text, value),)), policies)
    if isinstance(meant, Accepted) or (isinstance(meant, Rejected) and kind != "policy_no"):
        return meant
    named = kind == "policy_no"
    return Rejected(f"您名下没有查到{'这个保单号' if named else text}。", not_a_party(value) if named else None)


def _of_line(situation: Situation, policies: Sequence[InsurancePolicy]) -> list[InsurancePolicy]:
    line = situation.get(TOLD).split(":")[1]
    return [policy for policy in policies if policy.line.value == line]


def _several(situation: Situation) -> bool:
    """More than one, and the opening words did not say which; below L2 nobody is asked."""
    if level_of(situation) < IdentityLevel.L2:
        return False
    policies = own_policies(situation)
    return len(policies) > 1 and not isinstance(_told(situation, policies), Accepted)


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Read the policy for its reader; nothing is written but an audit entry."""
    with situation.services.unit_of_work() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
        if identity.party is None:
            return (Reply("核验已过期，请再说一次“查保单”。"),)
        policies = work.policies.naming(identity.party.party_id)
        if not policies:
            words = "核对好身份了，您名下没有查到保单。可能在其他公司或登记了别的证件，要请人工帮您找吗？"
            named = _told(situation, policies)
            return (Reply(words, (TO_HUMAN,), denied=named.denied if isinstance(named, Rejected) else None),)
        chosen, missed = _choose(situation, policies)
        work.audit.append(
            "policy.shown", subject=chosen.policy_no, actor=identity.party.party_id, at=situation.now, detail={}
        )
        work.commit()
    view = View(chosen, identity.party, situation.now.date(), situation.services.service_phone)
    asked = topics_asked(situation.get(QUESTION))[:_TOPICS_ANSWERED]
    hidden = next((topic for topic in asked if not view.may_read(topic)), None)
    denied = Denial("policy", chosen.policy_no, f"topic_{hidden.name.lower()}") if hidden else None
    answer = [Reply("\n".join(answer_topic(view, topic) for topic in asked), denied=denied)] if asked else []
    choices = [intend("看另一份", "query_policy")] if len(policies) > 1 else []
    if is_shortened(chosen):
        choices.append(all_exclusions_button(chosen.policy_no))
    choices += [intend("要电子保单", "request_e_policy"), TO_HUMAN]
    return (*missed, *answer, Reply(describe_policy(view)), Reply("还要查别的吗？", tuple(choices)))


def _choose(situation: Situation, policies: Sequence[InsurancePolicy]) -> tuple[InsurancePolicy, tuple[Reply, ...]]:
    """The policy to show. That what was asked for is not among them is said in the same words whether another person
    has it or nobody."""
    wanted = situation.get(POLICY)
    meant = Accepted(wanted) if wanted else _told(situation, policies)
    if isinstance(meant, Accepted):
        return next((policy for policy in policies if policy.policy_no == meant.value), policies[0]), ()
    if isinstance(meant, Rejected):
        return policies[0], (Reply(f"{meant.reason}您名下查到的是这一份：", denied=meant.denied),)
    return policies[0], ()


def shown_policy(situation: Situation) -> str:
    """The number of the policy that `submit` shows, "" when it shows none."""
    policies = own_policies(situation)
    return _choose(situation, policies)[0].policy_no if policies else ""


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
    carries=(QUESTION, TOLD),
)
