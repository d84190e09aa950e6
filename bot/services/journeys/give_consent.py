"""The insured's own consent to a beneficiary change, in the insured's own session (保险法 art 41; F06)."""

from __future__ import annotations

import re

from bot.insurance.endorsement import BeneficiaryChange, ConsentInvitation, EndorsementStatus
from bot.services.consent_to_change import (
    CODE_LENGTH,
    ConsentCodeError,
    answer_invitation,
    code_digest,
    find_invitation,
    settle_code,
)
from bot.services.deadlines import speak_date
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.journeys.beneficiary_text import spoken
from bot.services.journeys.consent_words import AGREE, DECLINE, Answer, hear_answer
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.identity_steps import identity_steps, person_check_step
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Ended,
    Journey,
    NotAnAnswer,
    Opening,
    Reading,
    Rejected,
    Situation,
    Step,
)
from bot.services.reply import TO_HUMAN, Denial, Reply, choose
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_name
from bot.text.normalise import fold

CODE, ANSWER = "consent_code", "consent_answer"
_CODE = re.compile(rf"(?<![A-Z0-9])(?=[A-Z0-9]*[A-Z])[2-9A-HJKMNP-Z]{{{CODE_LENGTH}}}(?![A-Z0-9])")


def find_code(text: str) -> str:
    """A consent code in a message, or ""."""
    found = _CODE.search(re.sub(r"[\s-]", "", fold(text).upper().replace("确认码", " ").replace(":", " ")))
    return found.group() if found else ""


def _opening(situation: Situation) -> Opening:
    code = find_code(situation.said.text)
    reading = _read_code(situation.said, situation)
    if isinstance(reading, Rejected):
        # Mistyped is asked again; used or out of date leads nowhere.
        _settle(situation, code)
        over = Ended(()) if _invitation(situation, code) else None
        return Opening((Reply(reading.reason),), ended=over)
    intro = "收到确认码了。这是请您本人确认一项受益人变更，内容核对身份后给您看。"
    return Opening((Reply(intro),), {CODE: code} if code else {})


def _read_code(said: Understood, situation: Situation) -> Reading:
    code = find_code(said.text)
    if not code:
        return NotAnAnswer()
    with situation.services.reading() as work:
        try:
            find_invitation(work, code, situation.now, pepper=situation.services.pepper)
        except ConsentCodeError as error:
            return Rejected(str(error.data["reason"]))
    return Accepted(code)


def _invitation(situation: Situation, code: str) -> ConsentInvitation | None:
    with situation.services.reading() as work:
        return work.endorsements.invitation_by_code(code_digest(code, situation.services.pepper))


def _settle(situation: Situation, code: str) -> None:
    services = situation.services
    with services.unit_of_work() as work:
        if settle_code(work, code, situation.now, pepper=services.pepper):
            work.commit()


def _ask_answer(situation: Situation) -> Ask:
    services = situation.services
    with services.reading() as work:
        try:
            invitation, change = find_invitation(work, situation.get(CODE), situation.now, pepper=services.pepper)
        except ConsentCodeError as error:  # answered in another session, or out of date meanwhile
            return Ask(f"{error.data['reason']}需要的话请转人工。", "choice", (TO_HUMAN,))
        party = current_identity(work, situation.conversation_id, situation.now).party
        if party is None or party.party_id != invitation.insured_id:
            # The right code with the wrong person tells nothing about the change.
            words = "核对的身份和短信要确认的人不一致，不能确认。需要的话请转人工。"
            return Ask(words, "choice", (TO_HUMAN,), Denial("consent", invitation.endorsement_no, "not_the_insured"))
        applicant = work.parties.get(change.applicant_id)
        policy = work.policies.get(change.policy_no)
    old = spoken(change.old) or "未指定"
    text = (
        f"投保人 {mask_name(applicant.name) if applicant else ''} 申请变更保单 {change.policy_no}"
        f"（{policy.product_name if policy else ''}）的受益人：\n· 原受益人 {old}\n· 新受益人 {spoken(change.new)}\n"
        "您作为被保险人，同意吗？不同意就不会变更；有人催促或您拿不准，可以先问人工。"
    )
    return Ask(text, "confirm", (choose(AGREE), choose(DECLINE), TO_HUMAN))


def _read_answer(_: Understood, situation: Situation) -> Reading:
    # The whole message counts, not what follows a repair: "他说的不对 同意" is no consent.
    heard, answer = hear_answer(situation.said)
    if heard in (Answer.AGREE, Answer.DECLINE):
        return Accepted(AGREE if heard is Answer.AGREE else DECLINE)
    if heard is Answer.PRESSED:
        return Ended((Reply(answer),), hand_off="consent_pressure")
    if heard is Answer.QUESTION:
        # Answered, and the question stays open: nobody agrees by asking.
        return Accepted("", remark=answer) if answer else NotAnAnswer()
    return Rejected(answer)


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Record the answer once, in this session, at L3."""
    services = situation.services
    agreed = situation.get(ANSWER) == AGREE
    try:
        with services.unit_of_work() as work:
            change = answer_invitation(
                work,
                situation.get(CODE),
                agreed=agreed,
                conversation_id=situation.conversation_id,
                at=situation.now,
                deadlines=services.deadlines,
                pepper=services.pepper,
            )
            work.commit()
    except (ConsentCodeError, NotAllowedError) as error:
        recorded = _recorded_here(situation, agreed)
        if recorded is None:
            denied = Denial("consent", _asked_about(situation), "refused")
            return (Reply(str(error.data["reason"]), denied=denied),)
        change = recorded
    except IdentityRequiredError:
        words = "核对的身份和要确认的人不一致，或核验已过期，没有记录任何确认。"
        return (Reply(words, (TO_HUMAN,), denied=Denial("consent", _asked_about(situation), "not_proved")),)
    if change.status is EndorsementStatus.REFUSED:
        told = Reply(f"您的回复记下了，但申请 {change.endorsement_no} 不能再办：{change.closed_reason}原受益人不变。")
        return (told, *hand_off_journey(JOURNEY, situation, "needs_person"))
    if not agreed:
        return (Reply(f"记下了：您不同意，变更申请 {change.endorsement_no} 已终止，原受益人不变。"),)
    today = situation.now.date()
    what_next = "投保单位核对后出具批单，短信通知您。"
    if change.finish_by:
        what_next = f"材料齐的话，批单最晚 {speak_date(change.finish_by, today)} 出具，短信通知您和投保人。"
    elif change.unidentified:
        what_next = f"还差{'、'.join(change.unidentified)}的身份证件，投保人补齐后 5 个工作日内出具批单。"
    at = f"{speak_date(today, today)} {situation.now:%H:%M}"
    again = "以后您想再改，本人随时可以申请。"
    return (Reply(f"已记录您的同意（申请 {change.endorsement_no}，{at}）。{what_next}{again}"),)


def _asked_about(situation: Situation) -> str:
    invitation = _invitation(situation, situation.get(CODE))
    return invitation.endorsement_no if invitation else ""


def _recorded_here(situation: Situation, agreed: bool) -> BeneficiaryChange | None:
    """The request, when this very session has given this very answer: the turn is tried again."""
    invitation = _invitation(situation, situation.get(CODE))
    if invitation is None or invitation.conversation_id != situation.conversation_id or invitation.agreed is not agreed:
        return None
    with situation.services.reading() as work:
        return work.endorsements.get(invitation.endorsement_no)


JOURNEY = Journey(
    form="consent_form",
    zh="确认受益人变更",
    intent="",
    post="保全",
    opening=_opening,
    cancelled="好的，先不确认。72 小时内都可以再来；不确认就不会变更。",
    steps=(
        Step(
            CODE,
            "",
            lambda _: Ask("请把短信里的 8 位确认码发给我。", "text"),
            _read_code,
            hint="consent_code",
            counted=False,
        ),
        *identity_steps("要确认是您本人，"),
        person_check_step(),
        Step(ANSWER, "", _ask_answer, _read_answer, hint="confirm", counted=False),
    ),
)
