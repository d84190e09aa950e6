"""理赔进度 as a conversation (F02): own report and phone show the stage, identity L2 shows all own claims.

What was reported on another channel ("刚才电话里报的案") is found by the phone that was left there, once a code has proved it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.insurance.claim import Claim
from bot.services.booked_survey import booked_survey
from bot.services.clarify import asks_for_money, offer_meanings
from bot.services.elsewhere import CHANNELS, filed_elsewhere, said_elsewhere
from bot.services.elsewhere import CLAIM as CLAIM_KIND
from bot.services.journeys.claim_assessment import assessment_choices
from bot.services.journeys.claim_outcome import next_choices
from bot.services.journeys.claim_progress import describe_claim, describe_stage, hand_over_late, late_reasons
from bot.services.journeys.fields import says_none
from bot.services.journeys.identity_steps import identity_steps, phone_steps
from bot.services.journeys.journey import Accepted, Ask, Ended, Journey, Opening, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Choice, Denial, Reply, choose, intend
from bot.services.report_claim import may_be_told
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

CLAIM, OF_POLICY = "claim_no", "claim_policy"
WITHOUT = "没有报案号"
BY_PHONE = "用报案时的手机找"


def own_claims(situation: Situation) -> Sequence[Claim]:
    """Claims reported in this very conversation, and those of the proved person."""
    with situation.services.reading() as work:
        found = list(work.claims.of_conversation(situation.conversation_id))
        identity = current_identity(work, situation.conversation_id, situation.now)
        if identity.party:
            found += work.claims.of_party(identity.party.party_id)
    return list({claim.claim_no: claim for claim in found}.values())


def _own_from_elsewhere(situation: Situation) -> Sequence[Claim]:
    """The proved person's claims that were not reported right here: whoever means "the one of the phone call" means none of these."""
    with situation.services.reading() as work:
        here = {claim.claim_no for claim in work.claims.of_conversation(situation.conversation_id)}
    return [claim for claim in own_claims(situation) if claim.claim_no not in here]


def _opening(situation: Situation) -> Opening:
    """ "那个钱怎么还没到" names no claim: ask which money before asking for a claim number."""
    text, policy = situation.said.text, situation.said.first("policy_no")
    if policy and not situation.said.first("claim_no"):
        return Opening(answers={CLAIM: WITHOUT, OF_POLICY: policy.value})
    asked = None if situation.said.chosen else filed_elsewhere(text)
    if asked and asked.kinds in ((), (CLAIM_KIND,)) and not _own_from_elsewhere(situation):
        return Opening(answers={CLAIM: BY_PHONE})
    if (
        situation.said.chosen
        or not asks_for_money(text)
        or re.search(r"赔|案|报销|事故|住院", text)
        or own_claims(situation)
    ):
        return Opening()
    return Opening(ended=Ended((offer_meanings(situation.said),), unclear=True))


def _ask_claim(situation: Situation) -> Ask:
    mine = own_claims(situation)
    if mine:
        choices = tuple(choose(f"{c.claim_no}（{c.stage.zh}）", c.claim_no) for c in mine[:5])
        return Ask("要查哪一个？", "choice", choices)
    text = "请告诉我报案号，C 开头。没有报案号就回“没有”，我核对身份后帮您找；也可以用报案时的手机找。"
    return Ask(text, "text", (choose(BY_PHONE), choose(WITHOUT)))


def _read_claim(said: Understood, _: Situation) -> Reading:
    entity = said.first("claim_no")
    typed = re.fullmatch(r"[Cc]?\s*\d[\d\s]{7,}", said.text.strip())
    if entity or typed:
        number = entity.value if entity else re.sub(r"\s", "", said.text).upper()
        return Accepted(number if number.startswith("C") else f"C{number}")
    policy = said.first("policy_no")
    if policy:
        return Accepted(WITHOUT, also={OF_POLICY: policy.value})
    if (
        said.text == BY_PHONE
        or re.search(r"用?(?:手机|电话)(?:号码?)?(?:找|查)", said.text)
        or (not said.chosen and said_elsewhere(said.text))
    ):
        return Accepted(BY_PHONE)
    if says_none(said.text) or said.text == WITHOUT:
        return Accepted(WITHOUT)
    return Rejected("报案号是 C 加一串数字，比如 C20261123000017。没有就回“没有”。")


def _unknown(situation: Situation) -> bool:
    return len(own_claims(situation)) != 1


def _foreign(situation: Situation) -> bool:
    """A number was given that is not among the own claims, or none but the phone: that must prove the right to see it."""
    number = situation.get(CLAIM)
    return number not in ("", WITHOUT) and number not in [claim.claim_no for claim in own_claims(situation)]


def _by_identity(situation: Situation) -> bool:
    return situation.get(CLAIM) == WITHOUT


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Tell what this customer may see; who may see nothing learns nothing. A case that is late goes to a person."""
    chosen = _visible(situation)
    if not chosen and situation.get(OF_POLICY):
        policy_no, ways = situation.get(OF_POLICY), (intend("查我的全部理赔", "query_claim"), TO_HUMAN)
        text = f"保单 {policy_no} 下没有查到您名下的案子。"
        return (Reply(text, ways, denied=Denial("policy", policy_no, "not_proved")),)
    if not chosen:
        text = "没有查到可以给您看的案子：报案号和报案时留的手机要对得上。要请理赔岗的同事帮您找吗？"
        number = situation.get(CLAIM)
        if number == BY_PHONE:
            again = (intend("再查一次", "query_claim"), intend("重新报案", "report_claim"), TO_HUMAN)
            text = "用这个手机没有查到报案。可能留的是别的号码：换个号码再查，或者请理赔岗的同事帮您找。"
            return (Reply(text, again),)
        denied = Denial("claim", number, "not_proved") if number not in ("", WITHOUT) else None
        return (Reply(text, (TO_HUMAN, intend("重新报案", "report_claim")), denied=denied),)
    full = _claimed_by_proved_person(situation)
    told = [_told(c, situation, in_full=c.claim_no in full) for c in chosen[:3]]
    if len(chosen) > 3:
        told.insert(0, Reply(f"您名下一共 {len(chosen)} 件，先说最近的 3 件，其余的告诉我报案号就行。"))
    late = [claim for claim in chosen[:3] if late_reasons(claim, situation)]
    if late:
        return (*told, *hand_over_late(late, situation))
    return (*told, Reply("还需要什么？", (*_ways_on(chosen[:3]), TO_HUMAN)))


def _ways_on(told: Sequence[Claim]) -> tuple[Choice, ...]:
    more = [intend("补交资料", "supplement_claim"), intend("对结果有异议", "dispute_claim")]
    if any(claim.awaits_survey for claim in told):
        more.insert(0, choose("约查勘时间", "@switch:book_survey"))
    if not all(claim.is_over for claim in told):
        more.append(choose("给经办人留言", "@switch:message_handler"))
    return tuple(more)


def _told(claim: Claim, situation: Situation, *, in_full: bool) -> Reply:
    way = _made_elsewhere(claim, situation)
    if not in_full:
        return Reply("\n".join((describe_stage(claim, situation), *way)))
    text = "\n".join((describe_claim(claim, situation), *way, *_survey(claim, situation)))
    return Reply(text, (*assessment_choices(claim), *next_choices(claim)))


def _made_elsewhere(claim: Claim, situation: Situation) -> tuple[str, ...]:
    """By which channel, where that was another conversation: "the one of the phone call" is recognised by it."""
    if claim.conversation_id == situation.conversation_id:
        return ()
    with situation.services.reading() as work:
        channel = work.channels.of([claim.conversation_id]).get(claim.conversation_id, "")
    return (f"这件是在{CHANNELS[channel]}里报的。",) if channel in CHANNELS else ()


def _survey(claim: Claim, situation: Situation) -> list[str]:
    with situation.services.reading() as work:
        booked = booked_survey(work, claim.claim_no)
    return [booked.spoken(situation.now, situation.services.hours.window)] if booked else []


def _visible(situation: Situation) -> list[Claim]:
    """The own claims that were asked for; else the one whose number was given, when its reporter's phone is proved."""
    number = situation.get(CLAIM)
    if number == BY_PHONE:
        return _by_proved_phone(situation)
    mine, policy_no = own_claims(situation), situation.get(OF_POLICY)
    chosen = [claim for claim in mine if claim.claim_no == number or number in ("", WITHOUT)]
    chosen = [claim for claim in chosen if policy_no in ("", claim.report.policy_no)]
    if chosen or number in ("", WITHOUT):
        return chosen
    with situation.services.reading() as work:
        claim = work.claims.get(number)
        return [claim] if claim and may_be_told(work, claim, situation.conversation_id, situation.now) else []


def _by_proved_phone(situation: Situation) -> list[Claim]:
    with situation.services.reading() as work:
        phone = current_identity(work, situation.conversation_id, situation.now).phone
        claims = work.claims.of_phone(phone)
        return [one for one in claims if may_be_told(work, one, situation.conversation_id, situation.now)]


def _claimed_by_proved_person(situation: Situation) -> set[str]:
    """The cases shown in full: those of the person who proved L2. A reporter sees the stage only (F02)."""
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        return {claim.claim_no for claim in work.claims.of_party(party.party_id)} if party else set()


JOURNEY = Journey(
    form="claim_status_form",
    zh="查理赔进度",
    intent="query_claim",
    post="理赔",
    opening=_opening,
    cancelled="好的，不查了。",
    carries=(OF_POLICY,),
    steps=(
        Step(CLAIM, "", _ask_claim, _read_claim, ("claim_no",), _unknown, counted=False),
        *phone_steps("为了保护您的信息，要核对报案时留的手机。", _foreign),
        *identity_steps("帮您找案子，", _by_identity),
    ),
)
