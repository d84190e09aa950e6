"""投诉 as a conversation (F15): heard first, registered with the first sentence, then five questions at most.

Never asked: what the story told already, what is on file (投诉办法 art 13), and for a repeat anything but the new facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.complaints.engine import Verdict
from bot.insurance.complaint import Complaint
from bot.services.file_complaint import ComplaintDetails, add_details
from bot.services.journeys.claim_answers import show_words
from bot.services.journeys.complaint_answers import (
    NAME,
    REFERENCE,
    about_another,
    accused_in,
    ask_phone,
    ask_reference,
    ask_role,
    given,
    mentions_staff,
    on_file,
    only_abuse,
    only_asks,
    read_against,
    read_complainant_name,
    read_contact,
    read_reference,
    read_role,
    role_in,
    role_of,
    show_contact,
    tells_a_story,
    wants_others,
)
from bot.services.journeys.complaint_text import (
    group_text,
    how_long_text,
    joined_text,
    registered_text,
    role_text,
    supplemented_text,
)
from bot.services.journeys.fields import read_words, show_name
from bot.services.journeys.journey import Accepted, Ask, Ended, Journey, Opening, Reading, Rejected, Situation, Step
from bot.services.journeys.repeat_complaint import (
    FACTS,
    MATTER,
    MORE,
    NEW,
    NUMBER,
    OBJECTION,
    TOLD_AT,
    ask_matter,
    file_new,
    finish_same,
    full_verdict,
    keep_words,
    opening_words,
    priors_of,
    read_matter,
    wants_to_add,
)
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.screen_message import known_of, screen_message
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

REQUEST, ROLE, AGAINST = "complaint_request", "complaint_role", "complaint_against"
TOLD_MORE = "complaint_told_more"  # the question for the wish was answered with more of the story
PHONE = "complaint_phone"
NOTHING_MORE = "暂不补充"
HEARD = "您生气，我听到了，换谁都会有火，投诉已经登记在案。"
_SHORT = 20  # characters of a question; more is a story
_HOW_LONG = re.compile(
    r"(?:要|得|需要|大概|一般)(?:等|用|花|处理|办)?(?:多久|几天|多长时间|多少天)|(?:多久|几天|多长时间|多少天|什么时候|啥时候).{0,6}(?:能|会|有|给|才).{0,8}(?:结果|回复|答复|处理|解决|说法|消息)"
)
_LEAVE_WORD = Reply("等的时候，如果方便，请留下保单号或投保人的姓名；没有也不影响登记。")


def _opening(situation: Situation) -> Opening:
    """Register at once, whatever the message says: the number is the first thing a complainant gets. Who says that he
    complains of nothing, or only asks, is not made a complainant."""
    verdict = full_verdict(situation)
    if not situation.said.chosen and (denied := only_asks(situation.said, verdict)):
        return Opening((denied,), ended=Ended(()))
    if verdict.hand_off:
        complaint, reply = receive(situation, verdict)
        first = (Reply(verdict.say),) if verdict.say else ()
        return Opening((*first, reply, _LEAVE_WORD), _told(situation, complaint), Ended((), hand_off="complaint_rule"))
    with situation.services.unit_of_work() as work:
        priors = priors_of(situation, work, verdict)
        if not priors:
            complaint = file_new(work, situation, verdict, situation.said.text[:2000], situation.now)
            work.commit()
            return Opening((_registered(complaint, situation),), _told(situation, complaint))
        prior = keep_words(work, priors[0], situation, verdict)
        work.commit()
    return _open_repeat(situation, prior)


def _open_repeat(situation: Situation, prior: Complaint) -> Opening:
    story = situation.said.text[:2000] if tells_a_story(situation.said) else ""
    answers = {NUMBER: prior.complaint_no, TOLD_AT: situation.now.isoformat(), **({FACTS: story} if story else {})}
    if not wants_to_add(situation.said, prior):
        return Opening((opening_words(prior, situation),), answers)
    if story:
        ended = finish_same(replace(situation, answers=answers), story, new_facts=True)
        return Opening((), answers, ended)
    return Opening((), {**answers, MATTER: MORE if prior.is_open else OBJECTION})


def receive(situation: Situation, verdict: Verdict) -> tuple[Complaint, Reply]:
    """Take a complaint that goes to a person at once: there is no time to ask which matter it is.

    It joins an open or decided complaint of this conversation, or of the same kind; in doubt it gets its own number.
    """
    with situation.services.unit_of_work() as work:
        sure = [
            prior
            for prior in priors_of(situation, work, verdict)
            if prior.conversation_id == situation.conversation_id or (prior.kind == verdict.kind != "other")
        ]
        if sure:
            complaint = keep_words(work, sure[0], situation, verdict)
            reply = Reply(joined_text(complaint, situation.now))
        else:
            complaint = file_new(work, situation, verdict, situation.said.text[:2000], situation.now)
            reply = _registered(complaint, situation)
        work.commit()
    return complaint, reply


def _registered(complaint: Complaint, situation: Situation) -> Reply:
    extra = (role_text(complaint.role), group_text(complaint.joint_count))
    return Reply("\n".join(line for line in (registered_text(complaint, situation.now), *extra) if line))


def _told(situation: Situation, complaint: Complaint) -> dict[str, str]:
    """What the first message and the file already answer."""
    said = situation.said
    answers = {NUMBER: complaint.complaint_no, MATTER: NEW}
    if tells_a_story(said):
        answers[FACTS] = said.text[:2000]
        answers.update(_by_the_way(said))
    return {**answers, **on_file(situation)}


def _by_the_way(said: Understood) -> dict[str, str]:
    role = role_in(said.text)
    told = {ROLE: role.zh if role else "", AGAINST: accused_in(said)}
    return {slot: value for slot, value in told.items() if value}


def _ask_facts(situation: Situation) -> Ask:
    if situation.get(MATTER) == MORE:
        return Ask("有新的事实和理由吗？有的话请写下来；没有就回“没有”。", "text", (choose("没有"),))
    if situation.get(MATTER) == OBJECTION:
        return Ask("请写下您对处理结果的异议和理由，这就是您的书面申请。", "text")
    return Ask("请说说事情的经过：什么时候、谁、发生了什么。想等专员来谈就回“没有”。", "text")


def _read_facts(said: Understood, situation: Situation) -> Reading:
    """Facts are kept the moment they are told; a rule that fires on them hands over at once."""
    if only_abuse(said.text):
        return Rejected(f"{HEARD}请说说事情的经过，好让专员去查；想等专员来谈就回“没有”。")
    reading = read_words(6, 2000, none_as=NOTHING_MORE)(_whole(said, situation, FACTS), situation)
    if not isinstance(reading, Accepted) or said.aside:
        return reading
    told = reading.value != NOTHING_MORE
    if situation.get(MATTER) in (MORE, OBJECTION):
        return finish_same(situation, reading.value if told else "", new_facts=told)
    if not told:
        return reading
    with situation.services.unit_of_work() as work:
        known = replace(known_of(work, situation.conversation_id, situation.now), prior_open=False)
        verdict = screen_message(
            situation.services.complaint_rules, replace(said, intent="file_complaint"), known=known
        )
        details = ComplaintDetails(facts=reading.value, verdict=verdict, role=role_in(reading.value))
        add_details(work, situation.get(NUMBER), details, situation.now, situation.services.deadlines)
        work.commit()
    if verdict.hand_off:
        return Ended((Reply("都记下了。这件事由投诉专员直接跟您谈，我现在就转过去。"),), hand_off="complaint_rule")
    also = {slot: value for slot, value in _by_the_way(said).items() if not situation.get(slot)}
    return Accepted(reading.value, also=also)


def _hears(read: Callable[[Understood, Situation], Reading]) -> Callable[[Understood, Situation], Reading]:
    """Whatever question is open: words that a rule hands over ("我找记者曝光你们") are kept and go to a person at once."""

    def hear(said: Understood, situation: Situation) -> Reading:
        if said.aside or said.chosen or situation.said.chosen:
            return read(said, situation)
        services, whole = situation.services, replace(situation.said, intent="file_complaint")
        with services.reading() as work:
            known = replace(known_of(work, situation.conversation_id, situation.now), prior_open=False)
        verdict = screen_message(services.complaint_rules, whole, known=known)
        if not verdict.hand_off:
            return read(said, situation)
        with services.unit_of_work() as work:
            details = ComplaintDetails(facts=whole.text[:2000], verdict=verdict)
            add_details(work, situation.get(NUMBER), details, situation.now, services.deadlines)
            work.commit()
        return Ended((Reply("都记下了。这件事由投诉专员直接跟您谈，我现在就转过去。"),), hand_off="complaint_rule")

    return hear


_LONGEST_FACTS = 2000
_WISHES = re.compile(
    r"赔|退|还[我给钱]|道歉|处理|解决|查|说法|要|想|希望|请|给我|补|撤|改|换|取消|停|别再|不许|答复|回复|交代|负责|快|尽早|恢复|开除|处分|书面|钱|让|能不能|应该"
)


def _read_request(said: Understood, situation: Situation) -> Reading:
    if only_abuse(said.text):
        return Rejected(f"{HEARD}您希望我们怎么解决，比如退钱、道歉、给个书面答复？没想好就回“没有”。")
    if not said.aside and not said.chosen and _goes_on_telling(said, situation):
        more = f"{situation.get(FACTS)}；{said.text.strip()}"[:_LONGEST_FACTS]
        return Accepted("", remark="这些也记进经过里了。", also={FACTS: more, TOLD_MORE: "是"})
    return read_words(2, 500, none_as="请公司核实后答复")(_whole(said, situation, REQUEST), situation)


def _goes_on_telling(said: Understood, situation: Situation) -> bool:
    """More of the story and no wish yet ("九月报的案，一直说在审"); taken so once, then whatever is said is the wish."""
    tells = len(said.text.strip()) >= 8 and not _WISHES.search(said.text)
    return tells and bool(situation.get(FACTS)) and not situation.get(TOLD_MORE)


def _whole(said: Understood, situation: Situation, slot: str) -> Understood:
    """The message uncut: in a first telling "印错了，有照片" and "改成对的" correct nothing that was said before."""
    first_told = not said.aside and not situation.said.chosen and not situation.get(slot)
    return situation.said if first_told else said


def _proved(situation: Situation) -> bool:
    with situation.services.reading() as work:
        return bool(current_identity(work, situation.conversation_id, situation.now).phone)


def _role_unclear(situation: Situation) -> bool:
    return bool(situation.get(ROLE)) or about_another(situation.get(FACTS))


def _accused_unclear(situation: Situation) -> bool:
    """Who is accused must not handle the case (投诉办法 art 17): asked when it is about a person, once about the role."""
    if situation.get(AGAINST):
        return True
    facts = situation.get(FACTS)
    return not _role_unclear(situation) and (mentions_staff(facts) or wants_others(facts))


def _own_answer(situation: Situation) -> str:
    """How long this complaint takes, asked in the middle of it."""
    said = situation.said
    if said.chosen or len(said.text) > _SHORT or not _HOW_LONG.search(said.text):
        return ""
    with situation.services.reading() as work:
        complaint = work.complaints.get(situation.get(NUMBER)) if situation.get(NUMBER) else None
    return how_long_text(complaint, situation.now) if complaint else ""


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Add the details to the row that the first sentence made."""
    facts = situation.get(FACTS)
    details = ComplaintDetails(
        facts="" if facts == NOTHING_MORE else facts,
        request=situation.get(REQUEST),
        reference_no=given(situation.get(REFERENCE)),
        phone=given(situation.get(PHONE)),
        name=given(situation.get(NAME)),
        role=role_of(situation.get(ROLE)),
        against=given(situation.get(AGAINST)),
    )
    with situation.services.unit_of_work() as work:
        complaint = add_details(work, situation.get(NUMBER), details, situation.now, situation.services.deadlines)
        work.commit()
    text = supplemented_text(complaint, situation.now, situation.said.channel)
    return (Reply(text, (TO_HUMAN, intend("没别的事了", "goodbye"))),)


JOURNEY = Journey(
    form="complaint_form",
    zh="登记投诉",
    intent="file_complaint",
    post="投诉回访",
    carries=(NUMBER, TOLD_AT, TOLD_MORE),
    desk_labels={NUMBER: "", TOLD_AT: "", TOLD_MORE: ""},  # the hand-off has the number, and the complaint the rest
    own_answer=_own_answer,
    opening=_opening,
    card_title="请核对要补进投诉的内容：",
    confirm_title="确认补充",
    cancelled="好的，先说到这里。投诉已经登记，编号不变，不补充也会按期处理；想撤回可以说“撤回投诉”。",
    steps=(
        Step(MATTER, "", ask_matter, read_matter, counted=False),
        Step(FACTS, "经过", _ask_facts, _read_facts, free_text=True, shows_as=show_words, story=True),
        Step(REQUEST, "诉求", lambda _: Ask("您希望我们怎么解决？", "text"), _hears(_read_request), free_text=True,
             shows_as=show_words, story=True),
        Step(ROLE, "身份", ask_role, _hears(read_role), needed=_role_unclear),
        Step(AGAINST, "投诉对象", lambda _: Ask("投诉的是哪个机构或哪位人员？不知道就回“没有”。", "text", (choose("没有"),)),
             _hears(read_against), needed=_accused_unclear, shows_as=show_words, alone=True),
        Step(REFERENCE, "相关单号", ask_reference, _hears(read_reference), ("policy_no", "claim_no")),
        Step(PHONE, "联系电话", ask_phone, _hears(read_contact), ("phone",), lambda situation: not _proved(situation),
             shows_as=show_contact),
        Step(NAME, "姓名", lambda _: Ask("怎么称呼您？不方便就回“没有”。", "name"), _hears(read_complainant_name),
             ("person_name",), lambda situation: bool(situation.get(NAME)), shows_as=show_name, counted=False),
    ),
)  # fmt: skip
