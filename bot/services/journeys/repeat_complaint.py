"""A complaint while another one is open or just decided: the same matter or another (投诉办法 art 18 ¶3, art 20; X-03).

The words are kept in the earlier complaint before anything is asked, so that they are on record whatever the answer is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.complaints.engine import Verdict
from bot.insurance.complaint import Complaint, ComplaintStage
from bot.services.deadlines import speak_date
from bot.services.file_complaint import ComplaintDetails, FileComplaint, add_details, came_by, file_complaint
from bot.services.follow_complaint import (
    may_be_verified,
    merge,
    move_words,
    own_complaints,
    prior_complaints,
    request_verification,
)
from bot.services.journeys.complaint_answers import REFERENCE, accused_in, on_file, own_phone, role_in, tells_a_story
from bot.services.journeys.complaint_text import (
    joined_text,
    merged_text,
    received_on,
    registered_text,
    verification_text,
)
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Situation
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply, choose
from bot.services.screen_message import known_of, screen_message
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

NUMBER, FACTS, MATTER, TOLD_AT = "complaint_no", "complaint_facts", "complaint_matter", "complaint_told_at"
# The matter, once settled: another one, more about an open one, an objection to a decided one.
NEW, MORE, OBJECTION = "new", "more", "objection"
SAME, OTHER = "@same", "@other"
SUPPLEMENT = "supplement:"
_ADDS = re.compile(r"补充(?!医疗|养老|保险|险|工伤)")
_LEAD, _LEAST_ADDED = 24, 6  # characters: of the words before what is added, of what counts as something added
_LEAD_WORDS = re.compile(
    r"(?:我的|那个|这个|之前的?)?投诉(?:的事)?|T\d{14}|(?:我)?(?:还)?(?:要|想|再|来)*补充(?:一下|一点|点|一句|材料|资料|情况|说明|内容)?|(?:新的?)?(?:材料|情况)$"
)
_OTHER = re.compile(r"另(外)?一?[件个码]|别的|不是(一回|同一|补充|那)|两码事|新的投诉|其他的?事|不相关|没关系的|不一样")
_NOTHING_NEW = re.compile(r"(没有?|无)(什么)?(新|别的|补充|其他)|就是催|催一?下|还是(那|这)|问问进度")
_SAME = re.compile(r"补充|同一|一回事|一件事|新情况|新证据|新的?(事实|材料)|就是(那|这|它)|^(是的?|对|嗯)")
_OBJECTS = re.compile(r"核查|异议|不服|不满意|不认可|不接受|结果|复查")


def priors_of(situation: Situation, work: UnitOfWork, verdict: Verdict) -> tuple[Complaint, ...]:
    """What this message may repeat: the complaint it names, else those of the same matter. () for a retried message."""
    if work.complaints.by_key(situation.key):
        return ()
    mine = own_complaints(work, situation.conversation_id, situation.now, by_phone=True)
    named = _named(situation.said)
    chosen = tuple(complaint for complaint in mine if complaint.complaint_no == named)
    if not chosen and adds_words(situation.said):
        chosen = tuple(complaint for complaint in mine if complaint.is_open)
    policy = situation.said.first("policy_no", "claim_no")
    return chosen or prior_complaints(mine, verdict, situation.now.date(), reference_no=policy.value if policy else "")


def _named(said: Understood) -> str:
    if said.choice and said.choice.startswith(SUPPLEMENT):
        return said.choice.removeprefix(SUPPLEMENT)
    entity = said.first("complaint_no")
    return entity.value if entity else ""


def wants_to_add(said: Understood, prior: Complaint) -> bool:
    """The customer has said already that it is about this earlier complaint."""
    return _named(said) == prior.complaint_no or adds_words(said)


def adds_words(said: Understood) -> bool:
    """ "补充一点，业务员当时……": it is about a complaint that there is."""
    return not said.chosen and bool(_ADDS.search(said.text if len(said.text) < 20 else said.text[:_LEAD]))


def what_is_added(said: Understood) -> str:
    """The message, where it tells what is to be added; "" where it only wants to add."""
    told = _LEAD_WORDS.sub("", said.text).strip(" ，。,.：:")
    return said.text[:2000] if adds_words(said) and len(told) >= _LEAST_ADDED else ""


def keep_words(work: UnitOfWork, prior: Complaint, situation: Situation, verdict: Verdict) -> Complaint:
    """The message beside the facts of the earlier complaint; no clock moves."""
    facts = situation.said.text[:2000] if tells_a_story(situation.said) else ""
    details = ComplaintDetails(facts=facts, verdict=verdict)
    return add_details(work, prior.complaint_no, details, situation.now, situation.services.deadlines)


def opening_words(prior: Complaint, situation: Situation) -> Reply:
    today = situation.now.date()
    kept = "，您刚才说的先记在里面了" if tells_a_story(situation.said) else ""
    state = "还在处理中" if prior.is_open else "已经有处理决定"
    return Reply(f"又让您为这事操心，抱歉。投诉 {prior.complaint_no}（{received_on(prior, today)}）{state}{kept}。")


def ask_matter(situation: Situation) -> Ask:
    priors = _candidates(situation)
    first = next((one for one in priors if one.complaint_no == situation.get(NUMBER)), None)
    if first is None or len(priors) > 1:
        today = situation.now.date()
        each = [
            choose(f"补充 {one.complaint_no}（{speak_date(one.received_at.date(), today)}）", one.complaint_no)
            for one in priors
        ]
        return Ask("这是对哪一件投诉的补充，还是另一件事？", "choice", (*each, choose("另一件事", OTHER)))
    if not first.is_open:
        objects = (choose("对结果有异议，申请核查", MORE), choose("另一件事", OTHER))
        return Ask("是对处理结果有异议、要申请核查，还是另一件事？", "choice", objects)
    choices = (choose("补充新情况", MORE), choose("同一件事，没有新情况", SAME), choose("另一件事", OTHER))
    return Ask(f"这是对 {first.complaint_no} 的补充，还是另一件事？", "choice", choices)


def _candidates(situation: Situation) -> tuple[Complaint, ...]:
    with situation.services.reading() as work:
        mine = own_complaints(work, situation.conversation_id, situation.now, by_phone=True)
        found = prior_complaints(mine, _verdict(situation), situation.now.date())
        current = work.complaints.get(situation.get(NUMBER))
    return found or ((current,) if current else ())


def _verdict(situation: Situation) -> Verdict:
    told = replace(situation.said, text=situation.get(FACTS), intent="file_complaint", chosen=False)
    return screen_message(situation.services.complaint_rules, told)


def read_matter(said: Understood, situation: Situation) -> Reading:
    """Another matter gets its own number; the same one is merged, with the clock restarted when there are new facts."""
    text = said.text.strip()
    if said.aside:
        return NotAnAnswer()
    named = said.first("complaint_no")
    number = named.value if named else text if re.fullmatch(r"T\d{14}", text) else ""
    if text == OTHER or (not number and _OTHER.search(text)):
        return _another(situation)
    if text == SAME or _NOTHING_NEW.search(text):
        return finish_same(situation, situation.get(FACTS), new_facts=False)
    if number or text == MORE or _SAME.search(text) or _OBJECTS.search(text):
        return _same(situation, number, more=text if len(text) >= 20 else "")
    return _same(situation, "", more=text) if len(text) >= 20 else NotAnAnswer()


def _same(situation: Situation, number: str, more: str) -> Reading:
    prior_no = situation.get(NUMBER)
    if number and number != prior_no:
        with situation.services.unit_of_work() as work:
            if number not in {one.complaint_no for one in _mine(work, situation)}:
                return NotAnAnswer()
            move_words(work, prior_no, situation.get(FACTS), situation.now, to=number)
            work.commit()
        situation = replace(situation, answers={**situation.answers, NUMBER: number})
    facts = more or situation.get(FACTS)
    if facts:
        return finish_same(situation, facts, new_facts=True)
    return Accepted(MORE if _is_open(situation) else OBJECTION, also={NUMBER: situation.get(NUMBER)})


def _mine(work: UnitOfWork, situation: Situation) -> tuple[Complaint, ...]:
    return own_complaints(work, situation.conversation_id, situation.now, by_phone=True)


def _is_open(situation: Situation) -> bool:
    with situation.services.reading() as work:
        complaint = work.complaints.get(situation.get(NUMBER))
    return complaint is not None and complaint.is_open


def finish_same(situation: Situation, facts: str, *, new_facts: bool) -> Ended:
    """Merge, or open 核查 when the complaint was decided, and say what follows."""
    number, deadlines = situation.get(NUMBER), situation.services.deadlines
    told = replace(situation.said, text=facts, intent="file_complaint", chosen=False)
    verdict = screen_message(situation.services.complaint_rules, told)
    with situation.services.unit_of_work() as work:
        complaint = work.complaints.get(number)
        assert complaint is not None
        details = ComplaintDetails(facts=facts, verdict=verdict)
        may_verify = complaint.stage is ComplaintStage.VERIFYING or may_be_verified(complaint)
        if complaint.is_open and complaint.verify_by is None:
            complaint = merge(work, number, details, situation.now, deadlines, new_facts=new_facts)
            text = merged_text(complaint, situation.now, situation.said.channel, restarted=new_facts)
        elif may_verify:
            complaint = request_verification(work, number, facts, situation.now, deadlines)
            text = verification_text(complaint, situation.now)
        else:
            complaint = add_details(work, number, details, situation.now, deadlines)
            text = joined_text(complaint, situation.now)
        work.commit()
    return Ended((Reply(text),), hand_off="complaint_rule" if verdict.hand_off else "")


def _another(situation: Situation) -> Accepted:
    """A number of its own, received when it was first told."""
    facts = situation.get(FACTS)
    told_at = situation.get(TOLD_AT)
    at = datetime.fromisoformat(told_at) if told_at else situation.now
    with situation.services.unit_of_work() as work:
        complaint = file_new(work, situation, _verdict(situation), facts, at)
        move_words(work, situation.get(NUMBER), facts, situation.now, to=complaint.complaint_no)
        work.commit()
    remark = registered_text(complaint, situation.now)
    known = {} if situation.get(REFERENCE) else on_file(situation)
    return Accepted(NEW, remark=remark, also={NUMBER: complaint.complaint_no, **known})


def file_new(work: UnitOfWork, situation: Situation, verdict: Verdict, facts: str, at: datetime) -> Complaint:
    """Write the complaint once per `situation.key`, for whoever the conversation has proved to be."""
    identity = current_identity(work, situation.conversation_id, situation.now)
    earlier = situation.said.first("complaint_no")
    command = FileComplaint(
        facts=facts or "（客户点选了投诉，经过待补充）",
        verdict=verdict,
        conversation_id=situation.conversation_id,
        key=situation.key,
        at=at,
        complainant_party_id=identity.party.party_id if identity.party else "",
        complainant_name=identity.party.name if identity.party else "",
        phone=identity.phone or own_phone(situation.said),
        earlier_no=earlier.value if earlier else "",
        against=accused_in(situation.said),
        channel=came_by(situation.said.channel),
    )
    role = role_in(facts)
    return file_complaint(work, replace(command, role=role) if role else command, situation.services.deadlines)


def full_verdict(situation: Situation) -> Verdict:
    """The rules on the message with all that the store knows of who speaks."""
    with situation.services.reading() as work:
        known = known_of(work, situation.conversation_id, situation.now)
    return screen_message(situation.services.complaint_rules, situation.said, known=known)
