"""What a claim's form leaves out while a disaster's plan is in force for its line, cause and place (E26)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.insurance.contingency import ContingencyPlan
from bot.services.contingency import plan_for
from bot.services.journeys import claim_slots as slots
from bot.services.journeys.journey import Accepted, Reading, Situation
from bot.services.understanding import Understood


def plan_of(situation: Situation) -> ContingencyPlan | None:
    """The plan that this report falls under, as soon as line, cause and place say so."""
    line, cause, place = (situation.get(slot) for slot in (slots.LINE, slots.CAUSE, slots.PLACE))
    if not (line and cause and place):
        return None
    return plan_for(situation.plans(), line=line, cause=cause, place=place, day=situation.now.date())


def leaves_out(situation: Situation, question: str) -> bool:
    plan = plan_of(situation)
    return plan is not None and question in plan.left_out


def unless_left_out(question: str, slot: str, needed: Callable[[Situation], bool]) -> Callable[[Situation], bool]:
    """`needed` of a step whose `question` a plan may leave out; what was told unasked stays on the card."""

    def still_needed(situation: Situation) -> bool:
        return needed(situation) and (bool(situation.get(slot)) or not leaves_out(situation, question))

    return still_needed


def says_it_is_short(
    read: Callable[[Understood, Situation], Reading],
) -> Callable[[Understood, Situation], Reading]:
    """The reader of the place, which also says that less will be asked."""

    def reading(said: Understood, situation: Situation) -> Reading:
        found = read(said, situation)
        if not isinstance(found, Accepted) or said.aside:
            return found
        plan = plan_of(replace(situation, answers={**situation.answers, slots.PLACE: found.value}))
        if plan is None or not plan.left_out:
            return found
        return replace(found, remark=f"{plan.name}的理赔预案正在执行，您这件少问几项，先把案报上。{found.remark}")

    return reading
