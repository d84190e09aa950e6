"""What the wish itself already says, so that it is not asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.services.journeys.journey import Accepted, Ended, Opening, Situation, Step
from bot.services.recent import points_to_policy
from bot.services.reply import Reply
from bot.services.servicing.transaction import POLICY
from bot.services.understanding import Understood


def told_in_closed_words(
    words: str, steps: Iterable[Step], situation: Situation, known: Mapping[str, str] | None = None
) -> Opening:
    """Begin with `words` and what the first message says in closed words ("年交改月交"), names as a policy number, or
    carries as a button, besides what is `known`; the remarks of these answers are said, and an answer that ends the journey ends it here.
    """
    told = dict(known or {})
    remarks: list[Reply] = []
    for step, heard in _readable(steps, situation.said):
        reading = step.read(heard, replace(situation, answers=told))
        if isinstance(reading, Ended):
            return Opening(ended=reading)
        if isinstance(reading, Accepted) and reading.value:
            told |= {step.slot: reading.value, **reading.also}
            remarks += [Reply(reading.remark)] if reading.remark else []
    return Opening((*((Reply(words),) if words else ()), *remarks), told)


def _readable(steps: Iterable[Step], said: Understood) -> Iterable[tuple[Step, Understood]]:
    """Which steps the message may answer. The policy comes last: what may be done with it depends on the others."""
    each, aside = tuple(steps), replace(said, aside=True)
    if said.choice is not None:
        aside = replace(said.as_answer(), aside=True)
    if said.choice is not None or not said.chosen:
        yield from ((step, aside) for step in each if step.closed)
    if said.first("policy_no") or points_to_policy(said.text):
        yield from ((step, replace(said, aside=True)) for step in each if step.slot == POLICY)
