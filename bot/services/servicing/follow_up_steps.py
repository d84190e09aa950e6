"""The questions of a follow-up as steps: which one, then its questions one at a time, each kept as it is answered.

The steps are places: what stands at a place is a question of the chosen follow-up's questionnaire (data/follow_up).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.insurance.follow_up import FollowUp, FollowUpAnswer, FollowUpKind
from bot.insurance.identity import IdentityLevel
from bot.insurance.questionnaire import Question
from bot.services.deadlines import speak_date
from bot.services.follow_ups.load_questionnaires import MOST_QUESTIONS
from bot.services.follow_ups.problem_ticket import FollowUpRules
from bot.services.follow_ups.read_answer import read_option
from bot.services.follow_ups.subject import subject_of
from bot.services.follow_ups.take_answers import Answering, ask_for_call, keep_answers, open_follow_ups
from bot.services.follow_ups.wish import find_follow_up_no
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Denial, Reply, choose
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

FOLLOW_UP, TOLD, KIND, FACTS = "follow_up_no", "follow_up_told", "follow_up_kind", "follow_up_facts"
CALL_ME, START = "打电话给我", "开始"
NOTHING = "没有"
AGAIN = choose("接着回访", "@switch:answer_follow_up")
_SHOWN = 4
_BEGIN = re.compile(
    r"^(?:开始|好的?|可以|行|嗯+|来吧|现在(?:就)?(?:开始|答|做)|继续|接着(?:答|来|做)?|是的?|没问题)(?:吧|了|啊)?[。.!！\s]*$"
)
_CALL = re.compile(r"打(?:个)?电话|电话(?:里|回访|说|聊)|打给我|不(?:会|想)(?:打字|在网上)")


def rules_of(situation: Situation) -> FollowUpRules:
    services = situation.services
    return FollowUpRules(services.questionnaires, services.deadlines, services.limits)


def answering(situation: Situation, party_id: str) -> Answering:
    return Answering(situation.said.channel, situation.conversation_id, party_id, situation.now)


def slot_of(place: int) -> str:
    return f"follow_up_{place + 1}"


def proved_follow_up(work: UnitOfWork, situation: Situation, number: str) -> FollowUp | None:
    """The open one of this number, for whoever it asks and nobody else, while his proof holds."""
    identity = current_identity(work, situation.conversation_id, situation.now)
    if identity.party is None or identity.level < IdentityLevel.L2:
        return None
    found = work.follow_ups.get(number)
    return found if found and found.is_open and found.party_id == identity.party.party_id else None


def own_open(situation: Situation) -> Sequence[FollowUp]:
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        return open_follow_ups(work, party.party_id) if party else ()


# -- which one, and how ------------------------------------------------------------------------------------------------


def choosing_step() -> Step:
    """The only one, the one whose number was told, or a choice; the customer may be called instead (R-S02)."""
    return Step(FOLLOW_UP, "", _ask_which, _read_which, counted=False, called="回访")


def _candidate(situation: Situation) -> FollowUp | None:
    mine, told = own_open(situation), situation.get(TOLD)
    if told:
        return next((each for each in mine if each.number == told), None)
    return mine[0] if len(mine) == 1 else None


def _ask_which(situation: Situation) -> Ask:
    mine, told = own_open(situation), situation.get(TOLD)
    one = _candidate(situation)
    if one:
        return _ask_to_begin(one, situation)
    denied = Denial("follow_up", told, "not_proved") if told else None
    start = f"{told} 没有对上要您回答的回访，可能已经答完了。" if told else ""
    if not mine:
        text = f"{start}您现在没有要回答的回访。要请同事帮您看看吗？"
        return Ask(text, "choice", (TO_HUMAN, choose("不用了")), denied)
    choices = tuple(choose(f"{each.number} {each.kind.zh}", each.number) for each in mine[:_SHOWN])
    return Ask(f"{start}要答哪一份？", "choice", choices, denied)


def _ask_to_begin(one: FollowUp, situation: Situation) -> Ask:
    with situation.services.reading() as work:
        subject = subject_of(work, one, situation.now.date())
    form = rules_of(situation).forms.of(one)
    answers = {each.question: each.value for each in one.answers}
    left = sum(1 for each in form.asked(answers, subject.facts) if each.id not in answers)
    again = f"上次答到一半，还有 {left} 题，接着来。" if answers else f"一共 {left} 题左右，随时可以停，答过的都留着。"
    by = speak_date(one.due, situation.now.date())
    text = f"{subject.fill(form.opening)}{again}{by} 前答完就行，也可以约我们打电话。现在开始吗？"
    return Ask(text, "choice", (choose(START), choose(CALL_ME), choose("改天再说", "先不办了")))


def _read_which(said: Understood, situation: Situation) -> Reading:
    mine, number = own_open(situation), find_follow_up_no(said.text)
    one = next((each for each in mine if each.number == number), None) if number else _candidate(situation)
    if said.aside:
        return Accepted("", also={TOLD: number}) if number else NotAnAnswer()
    if number and one is None:
        return Rejected(f"{number} 没有对上要您回答的回访。", Denial("follow_up", number, "not_proved"))
    if number:
        return Accepted("", also={TOLD: number})
    if not mine:
        return Ended((Reply("好的，有回访时会发短信告诉您。"),))
    if one is None:
        return NotAnAnswer()
    if said.text == "先不办了":
        return Ended((Reply(f"好的，什么时候方便，说“回访 {one.number}”就接着答。"),))
    if _CALL.search(said.text):
        return _call_instead(one, situation)
    return _begin(one, situation) if _BEGIN.match(said.text.strip()) else NotAnAnswer()


def _call_instead(one: FollowUp, situation: Situation) -> Reading:
    with situation.services.unit_of_work() as work:
        found = proved_follow_up(work, situation, one.number)
        changed = (
            ask_for_call(work, found, answering(situation, found.party_id), rules_of(situation)) if found else None
        )
        work.commit()
    if changed is None or changed.call_by is None:
        return _expired()
    by = speak_date(changed.call_by, situation.now.date())
    return Ended((Reply(f"好的，改由同事打您登记的手机，最晚 {by}，不用再在这里答。来电会先说“回访 {one.number}”。"),))


def _begin(one: FollowUp, situation: Situation) -> Accepted:
    """What was answered before is not asked again."""
    with situation.services.reading() as work:
        facts = subject_of(work, one, situation.now.date()).facts
    questions = rules_of(situation).forms.of(one).questions
    before = {slot_of(place): one.answer(question.id) for place, question in enumerate(questions)}
    told = {slot: value for slot, value in before.items() if value}
    return Accepted(one.number, also={KIND: one.kind.value, FACTS: " ".join(sorted(facts)), **told})


def _expired() -> Ended:
    words = "核对身份已经过了 30 分钟，前面答的都留着。要接着答，再核对一次就行。"
    return Ended((Reply(words, (AGAIN, TO_HUMAN), denied=Denial("follow_up", "", "not_proved")),))


# -- its questions -----------------------------------------------------------------------------------------------------


def question_steps() -> tuple[Step, ...]:
    return tuple(_step(place) for place in range(MOST_QUESTIONS))


def _step(place: int) -> Step:
    def needed(situation: Situation) -> bool:
        question = _question(place, situation)
        return question is not None and question.is_asked(answers_of(situation), _facts(situation))

    def ask(situation: Situation) -> Ask:
        keep(situation)
        question = _question(place, situation)
        assert question is not None, place
        with situation.services.reading() as work:
            found = work.follow_ups.get(situation.get(FOLLOW_UP))
            assert found is not None
            text = subject_of(work, found, situation.now.date()).fill(question.text)
        if not question.options:
            return Ask(text, "text", (choose(NOTHING),))
        return Ask(text, "choice", tuple(choose(each.title, each.id) for each in question.options))

    def shows_as(value: str, situation: Situation) -> str:
        question = _question(place, situation)
        option = question.option(value) if question else None
        return option.title if option else value

    return Step(
        slot_of(place), f"第{place + 1}题", ask, _reader(place), needed=needed, closed=True, takes_complaints=True,
        shows_as=shows_as,
    )  # fmt: skip


def _reader(place: int) -> Callable[[Understood, Situation], Reading]:
    def read(said: Understood, situation: Situation) -> Reading:
        question = _question(place, situation)
        if question is None or not question.is_asked(answers_of(situation), _facts(situation)):
            return NotAnAnswer()
        if not said.aside and not _is_still_proved(situation):
            return _expired()
        if not question.options:
            return NotAnAnswer() if said.aside else _read_open(said, situation)
        option = read_option(question, said.text, elsewhere=said.aside)
        if option is None:
            fits = len(said.text) <= 8 and not said.aside
            return Rejected("点一个最接近的就行，也可以用自己的话说。") if fits else NotAnAnswer()
        if option.ends:
            words = "那就先到这里：这份回访要本人回答，答过的留着。请本人方便时再说“回访”，或者约我们打电话。"
            return Ended((Reply(words, (AGAIN, TO_HUMAN)),))
        problem = rules_of(situation).forms.problems.get(option.problem)
        said_words = "" if said.text in (option.id, option.title) else said.text.strip()[:300]
        also = {f"{slot_of(place)}_said": said_words}
        return Accepted(option.id, remark=problem.say if problem else "", also=also)

    return read


def _read_open(said: Understood, situation: Situation) -> Reading:
    if said.text.strip() in ("不说了", "不想说", "没了", "没有了", "没什么"):
        return Accepted(NOTHING)
    return read_words(2, 300, none_as=NOTHING)(said, situation)


def _question(place: int, situation: Situation) -> Question | None:
    kind = situation.get(KIND)
    if not kind or not situation.get(FOLLOW_UP):
        return None
    questions = situation.services.questionnaires.forms[FollowUpKind(kind)].questions
    return questions[place] if place < len(questions) else None


def _facts(situation: Situation) -> frozenset[str]:
    return frozenset(situation.get(FACTS).split())


def answers_of(situation: Situation) -> dict[str, str]:
    """Question → answer, as far as the conversation knows them."""
    questions = situation.services.questionnaires.forms[FollowUpKind(situation.get(KIND))].questions
    told = ((question.id, situation.get(slot_of(place))) for place, question in enumerate(questions))
    return {number: value for number, value in told if value}


def _is_still_proved(situation: Situation) -> bool:
    with situation.services.reading() as work:
        return proved_follow_up(work, situation, situation.get(FOLLOW_UP)) is not None


def keep(situation: Situation) -> FollowUp | None:
    """Write down what was answered since the last question; None when the proof of identity has run out.

    Keeping belongs to asking on: what stops half way was kept up to the last question.
    """
    questions = situation.services.questionnaires.forms[FollowUpKind(situation.get(KIND))].questions
    told = [
        FollowUpAnswer(question.id, value, situation.get(f"{slot_of(place)}_said"), situation.now)
        for place, question in enumerate(questions)
        if (value := situation.get(slot_of(place)))
    ]
    with situation.services.unit_of_work() as work:
        found = proved_follow_up(work, situation, situation.get(FOLLOW_UP))
        if found is None:
            return None
        kept = keep_answers(work, found, told, answering(situation, found.party_id), rules_of(situation))
        work.commit()
    return kept
