"""Asking: the next open question, the same one again, the card, and which line of it is to be changed."""

from __future__ import annotations

import hashlib

from bot.services.journeys.journey import CONFIRM, YES, Accepted, Ended, Journey, Rejected, Situation, Step
from bot.services.journeys.turn import Turn
from bot.services.privacy_notice import tell_once
from bot.services.reply import TO_HUMAN, Reply, choose, intend

SEEN = "card_seen"  # the slot that remembers what the card said besides the answers
EDIT = "@edit"  # the question which line of the card, and the prefix of its choices
_PERSONAL_KINDS = frozenset({"name", "id_number", "phone"})


def ask_next(journey: Journey, situation: Situation, turn: Turn) -> Turn:
    """Ask the first question that is still open; then the card, then the journey is confirmed."""
    open_steps = [step for step in journey.steps if not situation.get(step.slot) and step.needed(situation)]
    if open_steps:
        return _told(journey, situation, turn, open_steps[0]) or ask(journey, situation, turn, open_steps[0].slot)
    if journey.card_title:
        return ask(journey, situation, turn, CONFIRM)
    turn.outcome = "confirmed"
    return turn


def _told(journey: Journey, situation: Situation, turn: Turn, step: Step) -> Turn | None:
    """The turn after a question that the opening words answer already, None where it must be asked."""
    if turn.requested == step.slot:  # it has been asked since
        return None
    reading = journey.told(step, situation)
    if isinstance(reading, Ended):
        return turn.end(reading)
    if isinstance(reading, Rejected):
        turn.replies.append(Reply(reading.reason, denied=reading.denied))
    if not isinstance(reading, Accepted) or not reading.value:
        return None
    turn.accept(step, reading)
    return ask_next(journey, turn.seen_by(situation), turn)


def ask(journey: Journey, situation: Situation, turn: Turn, slot: str, *, offer_person: bool = False) -> Turn:
    """Ask for this slot; `offer_person` adds the ways out after a misunderstanding."""
    turn.requested = slot
    if slot == CONFIRM:
        turn.replies.append(_card(journey, situation))
        if seen := facts_digest(journey, situation):
            turn.answers[SEEN] = seen
        return turn
    if slot == EDIT and not _card_steps(journey, situation):
        turn.replies.append(Reply("这张卡上没有要填的，不用改。没问题请回“确认”，不办就回“先不办了”。"))
        return ask(journey, situation, turn, CONFIRM)
    if slot == EDIT:
        turn.replies.append(_ask_which_line(journey, situation))
        return turn
    step = journey.step(slot)
    assert step is not None, slot
    question = step.ask(situation)
    if question.hand_off:
        turn.replies.append(Reply(question.text))
        turn.outcome = f"handed_off:{question.hand_off}"
        return turn
    if question.kind in _PERSONAL_KINDS:
        _tell_about_privacy(situation, turn)
    ways_out = (TO_HUMAN, intend("先不办了", "cancel")) if offer_person else ()
    choices = tuple(dict.fromkeys((*question.choices, *ways_out)))
    text = question.text + _progress(journey, situation, step, turn)
    turn.replies.append(Reply(text, choices, step.hint or step.slot, question.kind, question.denied))
    return turn


def _tell_about_privacy(situation: Situation, turn: Turn) -> None:
    """Before the first question for a person's data, once a conversation."""
    services = situation.services
    words = tell_once(
        services.privacy,
        services.reading,
        services.unit_of_work,
        conversation_id=situation.conversation_id,
        channel=situation.said.channel,
        at=situation.now,
    )
    if words:
        turn.replies.append(Reply(words))


def _progress(journey: Journey, situation: Situation, step: Step, turn: Turn) -> str:
    """第 n/m 步 of the questions that this customer is asked; what was told unasked does not make the way longer."""
    if not step.counted:
        return ""
    turn.asked = turn.asked if step.slot in turn.asked else (*turn.asked, step.slot)
    ahead = [s for s in journey.steps if s.counted and s.needed(situation) and not situation.get(s.slot)]
    total = len(turn.asked) + sum(each.slot not in turn.asked for each in ahead)
    return f"（第 {turn.asked.index(step.slot) + 1}/{total} 步）" if total >= 3 else ""


def facts_digest(journey: Journey, situation: Situation) -> str:
    """What tells the lines that no question filled from other ones; "" where there are none. They hold amounts, so the
    conversation remembers no more than this of them."""
    facts = [f"{label} {value}" for label, value in journey.facts(situation)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16] if facts else ""


def _card(journey: Journey, situation: Situation) -> Reply:
    steps = _card_steps(journey, situation)
    lines = [f"· {s.label} {s.shows_as(situation.get(s.slot), situation)}" for s in steps]
    facts = [f"· {label} {value}" for label, value in journey.facts(situation)]
    text = "\n".join([journey.card_title, *lines, *facts])
    edit = (choose("改一项", EDIT),) if steps else ()
    choices = (choose(journey.confirm_title, YES), *edit, intend("先不办了", "cancel"))
    return Reply(text, choices, CONFIRM, "confirm")


def _ask_which_line(journey: Journey, situation: Situation) -> Reply:
    steps = _card_steps(journey, situation)
    choices = tuple(choose(step.label, f"{EDIT}:{step.slot}") for step in steps)
    return Reply(f"要改哪一项？直接说也行，比如“{steps[0].label}改成……”。", choices, "edit", "choice")


def _card_steps(journey: Journey, situation: Situation) -> list[Step]:
    return [s for s in journey.steps if s.label and situation.get(s.slot) and s.needed(situation)]
