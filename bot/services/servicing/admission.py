"""Which policy (and which matter of it), and whether this customer may have it done: as soon as that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.insurance.policy import InsurancePolicy
from bot.services.journeys.controls import POINTING
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Situation, Step
from bot.services.journeys.query_policy import not_a_party, policy_choices, read_policy
from bot.services.reply import TO_HUMAN, Denial, Reply, choose
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.make_request import permission
from bot.services.servicing.transaction import POLICY, Transaction
from bot.services.servicing.who_may import Permission
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity


def policy_step(transaction: Transaction) -> tuple[Step, ...]:
    """The question for the policy, for a transaction that is about one."""
    if transaction.policies is None:
        return ()

    def ask(situation: Situation) -> Ask:
        found, what = _own_policies(transaction, situation), "看" if transaction.shows else transaction.zh
        if not found:
            return Ask(f"您名下没有可以{what}的保单，要请人工帮您看看吗？", "choice", (TO_HUMAN, choose("不用了")))
        which = "要看哪一份保单？" if transaction.shows else f"{what}，是哪一份保单？"
        return Ask(which, "choice", policy_choices(found))

    def read(said: Understood, situation: Situation) -> Reading:
        found = _own_policies(transaction, situation)
        if not found:
            if said.aside:
                return NotAnAnswer()
            named = said.first("policy_no")
            denied = not_a_party(named.value) if named else None
            return Ended((Reply("好的，需要时再跟我说。", denied=denied),))
        reading = read_policy(said, found, situation.recent_policy)
        if not isinstance(reading, Accepted):
            return reading
        return _admit(transaction, POLICY, reading, situation)

    return (Step(POLICY, "保单", ask, read, ("policy_no",), shows_as=_show_policy, restated=POINTING),)


def own_steps(transaction: Transaction) -> tuple[Step, ...]:
    """The declared steps, the deciding one among them."""
    return tuple(_deciding(transaction, step) for step in transaction.steps)


def _deciding(transaction: Transaction, step: Step) -> Step:
    """The step that says which kind of change it is: eligibility and terms follow its answer, another answer starts over."""
    if transaction.matter is None or step.slot != transaction.matter.slot:
        return step
    slots = [each.slot for each in transaction.steps]
    later = slots[slots.index(step.slot) + 1 :]

    def read(said: Understood, situation: Situation) -> Reading:
        reading = step.read(said, situation)
        if not isinstance(reading, Accepted):
            return reading
        before = situation.get(step.slot)
        if before and before != reading.value:
            reading = replace(reading, also={**dict.fromkeys(later, ""), **reading.also})
        return _admit(transaction, step.slot, reading, situation)

    return replace(step, read=read)


def _admit(transaction: Transaction, slot: str, reading: Accepted, situation: Situation) -> Reading:
    """Eligibility, as soon as the policy (and the matter) is known: nobody answers six questions to hear that it can't
    be done."""
    chosen = replace(situation, answers={**situation.answers, **reading.also, slot: reading.value})
    case = case_of(chosen)
    allowed = permission(case, transaction)
    if slot == POLICY and allowed is Permission.NO:
        denied = Denial(transaction.kind, reading.value, "role")
        words = f"{transaction.zh}要由投保人本人来办，您在这份保单里不是投保人。"
        return Ended((Reply(words, (TO_HUMAN,), denied=denied),))
    if (transaction.matter and not case.get(transaction.matter.slot)) or (transaction.policies and not case.policy):
        return reading
    refusal = transaction.refuses(case)
    if refusal:
        denied = Denial(transaction.kind, case.get(POLICY), "refused")
        refused = Reply(refusal.reason, refusal.choices, denied=denied)
        return Ended((refused,), hand_off="needs_person" if refusal.hand_off else "")
    remarks = [reading.remark, transaction.terms(case)]
    if allowed is Permission.CONSENT and transaction.signs(case):
        remarks.append(f"{transaction.signs(case)}：您先申请，提交后由人工联系被保险人签名。")
    return replace(reading, remark="\n".join(filter(None, remarks)))


def _own_policies(transaction: Transaction, situation: Situation) -> Sequence[InsurancePolicy]:
    assert transaction.policies is not None
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        named = work.policies.naming(party.party_id) if party else ()
    return [policy for policy in named if transaction.policies(policy)]


def _show_policy(value: str, situation: Situation) -> str:
    policy = case_of(replace(situation, answers={**situation.answers, POLICY: value})).policy
    return f"{policy.product_name} {value}" if policy else value
