"""Changing what was answered before: "不对，是上周五", "地点说错了，是西单", "有人受伤，刚才说错了".

Each way says what changed, or why it cannot, and leaves every other answer alone.
"""

from __future__ import annotations

from dataclasses import replace

from bot.services.journeys import controls
from bot.services.journeys.journey import Accepted, Ended, Journey, Rejected, Situation, Step
from bot.services.journeys.turn import Turn
from bot.services.reply import Reply
from bot.text.repairs import restates_words

LEAST_ADDED = 6  # characters of what is added to a story


def correct(journey: Journey, situation: Situation, turn: Turn, but: str = "") -> bool:
    """Everything a message may restate besides the open question `but`; True when it did, or was refused with a reason.

    A line that is named without a new value is opened again: then `turn.requested` is that line's slot.
    """
    return (
        by_value(journey, situation, turn, but)
        or by_name(journey, situation, turn, but)
        or by_closed_words(journey, situation, turn, but)
        or by_repair(journey, situation, turn, but)
        or by_own_words(journey, situation, turn, but)
    )


def restates(journey: Journey, situation: Situation, but: str = "") -> bool:
    """The message says again what is known already: no answer to the open question, and no misunderstanding either."""
    said = replace(situation.said.as_answer(), aside=True)
    for step in journey.steps:
        known = situation.get(step.slot)
        points = bool(step.restated) and controls.points(said)
        if step.slot == but or not known or not (step.closed or points or said.of_type(*step.entities)):
            continue
        reading = step.read(replace(said, aside=not points), situation)
        if isinstance(reading, Accepted) and reading.value == known:
            return True
    return False


def by_value(journey: Journey, situation: Situation, turn: Turn, but: str = "") -> bool:
    """Answers that the message's entities restate: a phone, a plate, a date."""
    said = replace(situation.said.as_answer(), aside=True)
    changed: list[str] = []
    remarks: list[str] = []
    refused: list[Rejected] = []
    for step in journey.steps:
        if step.slot == but or not situation.get(step.slot) or not said.of_type(*step.entities):
            continue
        reading = step.read(said, situation)
        if isinstance(reading, Accepted) and reading.value and reading.value != situation.get(step.slot):
            turn.accept(step, reading, silently=True)
            changed.append(_change(step, reading.value, situation))
            remarks += [reading.remark] if reading.remark else []  # another policy has other terms
        elif isinstance(reading, Rejected):
            refused.append(reading)
    if changed:
        turn.replies.append(Reply(f"改好了：{'，'.join(changed)}。"))
        turn.replies.extend(map(Reply, remarks))
    elif refused:
        turn.replies.append(Reply(refused[0].reason, denied=refused[0].denied))
    return bool(changed or refused)


def by_name(journey: Journey, situation: Situation, turn: Turn, but: str = "") -> bool:
    """The line that the customer names ("诉求改成书面道歉"); named alone, it is asked again."""
    step = controls.named_step(journey, situation)
    if step is None or step.slot == but or not controls.corrects(situation.said):
        return False
    answer = situation.said.as_answer()
    reading = step.read(answer, situation) if answer.text != situation.said.text else None
    if isinstance(reading, Accepted) and reading.value:
        turn.accept(step, reading, silently=True)
        turn.replies.append(Reply(f"改好了：{_change(step, reading.value, situation)}。"))
        return True
    if isinstance(reading, Rejected):
        turn.replies.append(Reply(reading.reason, denied=reading.denied))
    turn.requested = step.slot
    return True


def by_closed_words(journey: Journey, situation: Situation, turn: Turn, but: str = "") -> bool:
    """Answers whose readers know only their own words ("有人受伤", "不能开"), wherever these stand."""
    said = replace(situation.said.as_answer(), aside=True)
    for step in journey.steps:
        if not step.closed or step.slot == but or not situation.get(step.slot):
            continue
        reading = step.read(said, situation)
        if isinstance(reading, Ended):
            turn.end(reading)
            return True
        if isinstance(reading, Accepted) and reading.value != situation.get(step.slot):
            turn.replies.append(Reply(f"改好了：{_change(step, reading.value, situation)}。"))
            turn.accept(step, reading)
            return True
    return False


def by_repair(journey: Journey, situation: Situation, turn: Turn, but: str = "") -> bool:
    """What a repair restates in words that no entity tells: the people of a card."""
    answer = situation.said.as_answer()
    if not situation.said.is_repair or answer.text == situation.said.text:
        return False
    for step in journey.steps:
        if not step.repairs or step.slot == but or not situation.get(step.slot):
            continue
        reading = step.read(answer, situation)
        if isinstance(reading, Accepted) and reading.value:
            turn.accept(step, reading, silently=True)
            turn.replies.append(Reply(f"改好了：{_change(step, reading.value, situation)}。"))
            return True
        if isinstance(reading, Rejected):
            turn.replies.append(Reply(reading.reason, denied=reading.denied))
            turn.requested = step.slot
            return True
    return False


def by_own_words(journey: Journey, situation: Situation, turn: Turn, but: str = "") -> bool:
    """A repair whose words can only be one answer's ("不对，是B2停车场"), or words that point ("传承那个"); of two such
    answers the later one."""
    answer = situation.said.as_answer()
    repairs = situation.said.is_repair and answer.text != situation.said.text
    if not repairs and not controls.points(situation.said):
        return False
    for step in reversed(journey.steps):
        words = step.restated
        if words is None or step.slot == but or not situation.get(step.slot) or not words.search(answer.text):
            continue
        reading = step.read(answer, situation)
        if isinstance(reading, Ended):  # what he points to cannot be had: the answer that stands still does
            turn.replies.extend(replace(reply, choices=()) for reply in reading.replies)
            turn.replies.append(Reply(f"还是{step.shows_as(situation.get(step.slot), situation)}。"))
            return True
        if isinstance(reading, Accepted) and reading.value and reading.value != situation.get(step.slot):
            turn.accept(step, reading, silently=True)
            turn.replies.append(Reply(f"改好了：{_change(step, reading.value, situation)}。"))
            turn.replies += [Reply(reading.remark)] if reading.remark else []  # another policy has other terms
            return True
    return False


def took_back(journey: Journey, situation: Situation, turn: Turn) -> bool:
    """An answer that stands, and that its customer takes back whatever is asked ("那是我爱人的卡")."""
    for step in journey.steps:
        if (
            step.gives_up is None
            or situation.said.chosen
            or not situation.get(step.slot)
            or turn.requested == step.slot
        ):
            continue
        given_up = step.gives_up(situation.said, situation)
        if given_up:
            turn.accept(step, given_up)
            return True
    return False


def added_to_story(journey: Journey, situation: Situation, turn: Turn) -> bool:
    """What is told when the card is up already is part of the story, and nothing of it is lost."""
    said = situation.said
    step = next((each for each in journey.steps if each.grows and situation.get(each.slot)), None)
    if step is None or said.chosen or len(said.text) < LEAST_ADDED or controls.is_question(said):
        return False
    reading = step.read(replace(said, text=f"{situation.get(step.slot)}；{said.text.strip()}"), situation)
    if not isinstance(reading, Accepted):
        return False
    turn.accept(step, reading, silently=True)
    turn.replies.append(Reply(f"补进“{step.label}”里了。"))
    return True


def last_answered(journey: Journey, situation: Situation, before: str) -> Step | None:
    """The answered question that came last before the question `before`; codes are not given again."""
    slots = [step.slot for step in journey.steps]
    asked = journey.steps[: slots.index(before)] if before in slots else journey.steps
    return next(
        (
            step
            for step in reversed(asked)
            if situation.get(step.slot) and step.hint != "otp" and step.needed(situation)
        ),
        None,
    )


def last_words(journey: Journey, situation: Situation, turn: Turn) -> bool:
    """A repair that fits nothing else restates the answer just given, where that was free text."""
    slots = [step.slot for step in journey.steps]
    if not situation.said.is_repair or turn.requested not in slots:
        return False
    before = [step for step in journey.steps[: slots.index(turn.requested)] if situation.get(step.slot)]
    answer = situation.said.as_answer()
    if not before or not before[-1].free_text or answer.text == situation.said.text:
        return False
    if not restates_words(answer.text):  # a clause of a story is no new place
        return False
    reading = before[-1].read(answer, situation)
    if not isinstance(reading, Accepted):
        return False
    turn.accept(before[-1], reading, silently=True)
    turn.replies.append(Reply(f"改好了：{_change(before[-1], reading.value, situation)}。"))
    return True


def _change(step: Step, value: str, situation: Situation) -> str:
    return f"{step.label or step.called or '这一项'}改为{step.shows_as(value, situation)}"
