"""One engine for every journey: reads answers, corrections, digressions, cancel, repeat, a person; asks the next step.

It decides nothing about insurance: the steps of a journey do. It keeps no state: slots go in and come out.
"""

from __future__ import annotations

from dataclasses import replace

from bot.insurance.hand_off import Priority
from bot.services.answer_from_data import answer_in_between
from bot.services.deny_access import record_refusals
from bot.services.journeys import controls
from bot.services.journeys.asking import EDIT, SEEN, ask, ask_next, facts_digest
from bot.services.journeys.complaint_beside import register_beside
from bot.services.journeys.corrections import added_to_story, correct, last_answered, last_words, restates, took_back
from bot.services.journeys.journey import (
    CONFIRM,
    YES,
    Accepted,
    Ended,
    Journey,
    NotAnAnswer,
    Situation,
    Step,
)
from bot.services.journeys.leaving import leave
from bot.services.journeys.small_talk import answer_interlude, answer_small_talk, chats
from bot.services.journeys.turn import Turn
from bot.services.recall import recall
from bot.services.reply import TO_HUMAN, Reply, choose
from bot.services.screen_message import complains
from bot.services.take_file import file_no_in
from bot.services.understanding import Understood
from bot.text.typed_choice import OFFER

# A person comes after two messages that were not understood (business flows 0.6), or four that could not be used.
NOT_UNDERSTOOD, NOT_USABLE, MISSES_BEFORE_PERSON = 2, 1, 4
RESUME = "@resume"
PERSON_AT_ONCE = "不方便打字的，说“人工”就转给同事，您说过的一起转过去；也可以先告诉我几句，我记下来。"
SHORT_QUESTION = 16  # characters


def open_journey(journey: Journey, situation: Situation) -> Turn:
    """Start: the journey's opening words, what the first message already told, and the first question."""
    return _audited(_open(journey, situation), situation)


def resume_journey(journey: Journey, situation: Situation) -> Turn:
    """Go on with what was saved: `situation` holds its answers."""
    words = Reply(f"接着办{journey.zh}，填过的都在；要从头来，先说“不办了”，再说一遍要办的事。")
    return ask_next(journey, situation, Turn(answers=dict(situation.answers), replies=[words]))


def take_turn(journey: Journey, requested: str, misses: int, situation: Situation) -> Turn:
    """Continue: one message while the question `requested` is open."""
    return _audited(_take(journey, requested, misses, situation), situation)


def _audited(turn: Turn, situation: Situation) -> Turn:
    if controls.tells_secret(situation.said):
        turn.replies.insert(0, Reply(controls.NO_SECRETS))
    record_refusals(turn.replies, situation.said, situation.services)
    return turn


def _open(journey: Journey, situation: Situation) -> Turn:
    told = recall(situation.said, situation.services) if controls.asks_what_was_filed(situation.said) else None
    if told:
        return Turn(replies=[told], outcome="ended")
    if journey.intent != "file_complaint" and not journey.restricted:  # a complaint is kept as it was said
        situation = replace(situation, said=situation.said.mended())
    opening = journey.opening(situation)
    turn = Turn(answers=dict(opening.answers), replies=list(opening.replies))
    if opening.ended:
        return turn.end(opening.ended)
    if controls.cannot_type(situation):
        turn.replies.append(Reply(PERSON_AT_ONCE, (TO_HUMAN,)))
    _fill_by_the_way(journey, turn.seen_by(situation), turn, but="")
    return ask_next(journey, turn.seen_by(situation), turn)


def _take(journey: Journey, requested: str, misses: int, situation: Situation) -> Turn:
    turn = Turn(answers=dict(situation.answers), requested=requested, misses=misses, asked=situation.asked)
    said = situation.said
    if controls.wants_person(said):
        turn.outcome = "handed_off:customer_asked"
        return turn
    beside = _complaint_beside(journey, situation, turn)
    if beside:
        return beside
    if _must_see_person(journey, situation, turn):
        return turn
    if leave(journey, situation, turn):
        return turn
    if took_back(journey, situation, turn):
        return ask_next(journey, turn.seen_by(situation), turn)
    if controls.pays_a_person(said) and not journey.restricted and journey.intent != "file_complaint":
        turn.replies.append(Reply(controls.PAY_NOBODY))
        return ask(journey, situation, turn, requested)
    if (words := answer_small_talk(said, journey.intent)) or controls.asks_again(said) or said.choice == RESUME:
        turn.replies += [Reply(words)] if words else []
        return ask(journey, situation, turn, requested)
    asks = controls.asks_for_result(said) or controls.asks_what_was_filed(said)
    told = recall(said, situation.services) if asks else None
    if told:
        turn.replies.append(told)
        return ask(journey, situation, turn, requested)
    answer = journey.own_answer(situation)
    if answer:
        turn.replies += [Reply(answer), Reply(f"我们接着{journey.zh}：")]
        return ask(journey, situation, turn, requested)
    if file_no_in(said.choice):
        requested = turn.requested = next((step.slot for step in journey.steps if step.takes_files), requested)
    if controls.doubts_us(said) and journey.intent != "file_complaint" and not journey.restricted:
        turn.replies.append(Reply(controls.TRUST))
        return ask(journey, situation, turn, requested)
    if controls.goes_back(said) and (last := last_answered(journey, situation, requested)):
        turn.replies.append(Reply("好，上一项重新来。"))
        return ask(journey, situation, turn, last.slot)
    if requested in (CONFIRM, EDIT):
        return _take_confirmation(journey, situation, turn)
    return _take_answer(journey, situation, turn)


def _complaint_beside(journey: Journey, situation: Situation, turn: Turn) -> Turn | None:
    """A complaint in the middle gets its number at once, and what was told here is not lost: the open question stays."""
    said = situation.said
    if not journey.goes_on or not controls.complains_too(said) or controls.complains_instead(said):
        return None
    registered = register_beside(situation)
    if registered is None:
        return None
    turn.replies += [registered, Reply(f"前面填的都留着，我们接着{journey.zh}：")]
    return ask(journey, situation, turn, turn.requested)


def _must_see_person(journey: Journey, situation: Situation, turn: Turn) -> bool:
    """A crisis or a hand-off rule (data/complaints) goes before any question; Rasa's policies are not asked in a form.

    A complaint is registered and its facts kept first, so there only a crisis counts here.
    """
    verdict = controls.screen(journey, situation, turn.requested)
    crisis = verdict.priority is Priority.INJURY_OR_DEATH
    step = journey.step(turn.requested)
    takes_it_down = journey.intent == "file_complaint" or journey.restricted or (step and step.takes_complaints)
    if not verdict.hand_off or (takes_it_down and not crisis):
        return False
    if verdict.say or not complains(verdict):
        turn.replies.append(Reply(verdict.say or "您说的情况我听到了，这件事要由专人来办，我现在就转过去。"))
    turn.outcome = "handed_off:crisis" if crisis else "handed_off:complaint_rule"
    return True


def _take_confirmation(journey: Journey, situation: Situation, turn: Turn) -> Turn:
    said = situation.said
    if said.choice == YES or (controls.confirms(said) and turn.requested == CONFIRM):
        if facts_digest(journey, situation) != turn.answers.get(SEEN, ""):  # nobody agrees to what he has not seen
            turn.replies.append(Reply("还没有提交：您看的时候内容有了变化，请按新的再看一遍。"))
            return ask(journey, situation, turn, CONFIRM)
        turn.answers[CONFIRM] = YES
        turn.outcome = "confirmed"
        return turn
    if controls.confirms(said):  # "好的" to "要改哪一项？" says nothing of the card
        turn.replies.append(Reply("还没有提交。不用改就再看一遍，回“确认”；要改请直接说哪一项。"))
        return ask(journey, situation, turn, CONFIRM)
    if said.choice and said.choice.startswith(f"{EDIT}:"):
        # The old value stays until there is a new one: "孩子80，爱人20" means the people on the card.
        return ask(journey, situation, turn, said.choice.split(":", 1)[1])
    if journey.otherwise and controls.disagrees(said):
        turn.outcome = f"switched:{journey.otherwise}"
        return turn
    if controls.changes_nothing(said):
        turn.replies.append(Reply("还没有提交。没问题请回“确认”，要改就直接说哪一项。"))
        return ask(journey, situation, turn, CONFIRM)
    corrected = _corrected(journey, situation, turn)
    if corrected:
        return corrected
    named = controls.named_step(journey, situation)
    if named:
        return ask(journey, situation, turn, named.slot)
    if said.choice == EDIT or said.means("deny", "correct_answer", at_least=0.4) or said.is_repair:
        return ask(journey, situation, turn, EDIT)
    if said.means("affirm"):
        turn.replies.append(Reply("还没有提交。没问题请回“确认”，要改就直接说哪一项。"))
        return _missed(journey, situation, turn, NOT_USABLE)
    if words := answer_interlude(said, journey.intent):
        turn.replies.append(Reply(words))
        return ask(journey, situation, turn, turn.requested)
    if added_to_story(journey, situation, turn):
        return ask(journey, turn.seen_by(situation), turn, CONFIRM)
    return _not_an_answer(journey, situation, turn)


def _corrected(journey: Journey, situation: Situation, turn: Turn) -> Turn | None:
    """The turn of a message that restates an earlier answer, or None when it restates none."""
    requested = turn.requested
    if not correct(journey, situation, turn, but=requested):
        return None
    if turn.outcome:
        return turn
    if turn.requested != requested:  # a line was named without its new value
        return ask(journey, turn.seen_by(situation), turn, turn.requested)
    return ask_next(journey, turn.seen_by(situation), turn)


def _take_answer(journey: Journey, situation: Situation, turn: Turn) -> Turn:
    step = journey.step(turn.requested)
    if step is None:  # the journey changed under a running conversation: start its questions over
        return ask_next(journey, situation, turn)
    said = situation.said
    if said.choice and said.choice.startswith("@switch:"):
        turn.outcome = f"switched:{said.choice.split(':', 1)[1]}"
        return turn
    if controls.wishes_beside(said, journey):
        return _not_an_answer(journey, situation, turn)
    # Where a story is asked for, only a question that is surely another one is no part of it.
    digresses = controls.is_digression(said) and (
        not step.story or (controls.is_question(said) and said.confidence >= 0.6)
    )
    # What a complainant asks is part of the story; elsewhere a short question that we can answer is none of it.
    if journey.intent != "file_complaint":
        digresses = digresses or _asks_what_we_know(situation) or controls.asks_about_it(said, journey)
    if step.free_text and not said.chosen and digresses:
        return _digress(journey, situation, turn)
    corrected = _corrected(journey, situation, turn) if controls.corrects(said) else None
    if corrected:
        return corrected
    interlude = Reply(words) if (words := answer_interlude(said, journey.intent)) else None
    if step.free_text and interlude:
        turn.replies.append(interlude)
        return ask(journey, situation, turn, step.slot)
    reading = step.read(_as_answer(step, journey, said), situation)
    if isinstance(reading, Accepted):
        turn.accept(step, reading)
        if not said.chosen and not step.alone:
            _fill_by_the_way(journey, turn.seen_by(situation), turn, but=step.slot)
        return ask_next(journey, turn.seen_by(situation), turn)
    if isinstance(reading, Ended):
        return turn.end(reading)
    if last_words(journey, situation, turn):
        return ask_next(journey, turn.seen_by(situation), turn)
    asks = controls.is_digression(said) or (not said.of_type(*step.entities) and _asks_what_we_know(situation))
    asks = asks or controls.complains_too(said)
    if interlude and not asks:
        turn.replies.append(interlude)
        return ask(journey, situation, turn, step.slot)
    if isinstance(reading, NotAnAnswer) or (asks and not said.is_repair):
        return _not_an_answer(journey, situation, turn)
    if _took_something_else(journey, situation, turn):  # "能开" while the plate is asked for
        return ask_next(journey, turn.seen_by(situation), turn)
    turn.replies.append(Reply(reading.reason, denied=reading.denied))
    return _missed(journey, situation, turn, NOT_USABLE)


def _as_answer(step: Step, journey: Journey, said: Understood) -> Understood:
    """A story keeps its words; a complaint is kept as it was said."""
    if said.chosen or not step.story:
        return said.as_answer()
    return said if journey.intent == "file_complaint" else said.mended()


def _asks_what_we_know(situation: Situation) -> bool:
    """A short plain question that an entry answers ("退保要多久到账") is no answer to a question for free words."""
    said = situation.said
    if not controls.plainly_asks(said) or len(said.text) > SHORT_QUESTION:
        return False
    return bool(situation.services.knowledge.find(replace(said, intent=said.likeliest)))


def _not_an_answer(journey: Journey, situation: Situation, turn: Turn) -> Turn:
    said = situation.said
    if controls.starts_other_journey(said, journey.intent):
        title = controls.OTHER_JOURNEYS[said.intent]
        text = f"您是想{title}吗？可以先把{journey.zh}放下，已填的内容不会提交。"
        choices = (choose(f"先{title}", f"@switch:{said.intent}"), choose(f"继续{journey.zh}", RESUME), TO_HUMAN)
        turn.replies.append(Reply(text, choices, OFFER, "choice"))
        turn.offers_switch = True
        return turn
    # What one of our own questions is answered by is an answer, however much it sounds like another matter.
    if not controls.is_question(said) and _took_something_else(journey, situation, turn):
        return ask_next(journey, turn.seen_by(situation), turn)
    if controls.is_digression(said):
        return _digress(journey, situation, turn)
    corrected = _corrected(journey, situation, turn)
    if corrected:
        return corrected
    if controls.is_question(said) and _took_something_else(journey, situation, turn):
        return ask_next(journey, turn.seen_by(situation), turn)
    if restates(journey, situation, but=turn.requested):
        turn.replies.append(Reply("这个已经记下了。"))
        return ask(journey, situation, turn, turn.requested)
    if controls.plainly_asks(said):
        return _digress(journey, situation, turn)
    if chats(
        said
    ):  # understood, but it brings us no nearer: who goes on so gets a person, later than who is not understood
        turn.replies += [Reply(answer_in_between(said, situation.services).text), Reply(f"我们接着{journey.zh}：")]
        return _missed(journey, situation, turn, NOT_USABLE)
    turn.replies.append(Reply("抱歉，我没听明白这一句。"))
    return _missed(journey, situation, turn, NOT_UNDERSTOOD)


def _digress(journey: Journey, situation: Situation, turn: Turn) -> Turn:
    """Answer the question in between, then come back to the open one."""
    robot = situation.said.means("bot_challenge", at_least=0.35)
    said = replace(situation.said, intent=situation.said.likeliest)
    if said.intent == journey.intent and journey.intent.startswith("query_") and not controls.asks_in_general(said):
        turn.replies.append(Reply("我知道您着急，这就帮您查。"))
        return ask(journey, situation, turn, turn.requested)
    answer = Reply(controls.ROBOT) if robot else answer_in_between(said, situation.services)
    turn.replies.append(Reply(answer.text))
    turn.replies.append(Reply(f"我们接着{journey.zh}："))
    return ask(journey, situation, turn, turn.requested)


def _missed(journey: Journey, situation: Situation, turn: Turn, weight: int) -> Turn:
    turn.misses += weight
    if turn.misses >= MISSES_BEFORE_PERSON:
        turn.outcome = "handed_off:not_understood"
        return turn
    return ask(journey, situation, turn, turn.requested, offer_person=True)


def _took_something_else(journey: Journey, situation: Situation, turn: Turn) -> bool:
    """Not the answer, but something else that is needed: kept, so that it is never asked for."""
    before, told = dict(turn.answers), len(turn.replies)
    _fill_by_the_way(journey, situation, turn, but=turn.requested, closed=True)
    if turn.answers == before:
        return len(turn.replies) > told
    new = {slot for slot, value in turn.answers.items() if value and before.get(slot) != value}
    if new and not turn.replies:
        seen = turn.seen_by(situation)
        lines = [
            f"{s.label} {s.shows_as(turn.answers[s.slot], seen)}" for s in journey.steps if s.label and s.slot in new
        ]
        turn.replies.append(Reply(f"这个记下了：{'，'.join(lines)}。" if lines else "这个记下了。"))
    return True


def _fill_by_the_way(journey: Journey, situation: Situation, turn: Turn, but: str, *, closed: bool = False) -> None:
    """Take what the message told besides the open question, so that it is never asked for again. `closed`: also what is
    said in words that only one step knows."""
    for step in journey.steps:
        told = bool(situation.said.of_type(*step.entities)) or (closed and step.closed)
        if step.slot == but or turn.answers.get(step.slot) or not told:
            continue
        reading = step.read(replace(situation.said.as_answer(), aside=True), turn.seen_by(situation))
        if isinstance(reading, Accepted):
            turn.accept(step, reading, silently=bool(reading.value) and not step.remarks)
