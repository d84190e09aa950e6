"""The questions that prove who is talking, shared by every journey that needs L1, L2 or L3."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.insurance.identity import IdentityLevel, OneTimeCode
from bot.services.journeys.fields import (
    read_code,
    read_id_number,
    read_name,
    read_phone,
    says_none,
    show_id,
    show_name,
    show_phone,
)
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Ended,
    NotAnAnswer,
    Reading,
    Rejected,
    Situation,
    Step,
    always,
)
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Denial, Reply, choose
from bot.services.understanding import Understood
from bot.services.verify_identity import (
    CodeResult,
    code_is_for_person,
    code_is_for_phone,
    current_identity,
    enter_code,
    send_identity_code,
    send_person_check,
    send_phone_code,
)

NAME, ID_NUMBER, OTP, PERSON_CHECK = "name", "id_number", "otp", "person_check"
PHONE, PHONE_CODE = "phone", "phone_code"
RESEND = "@resend"
RESEND_AFTER_SECONDS = 30
LOCKED = Ended(
    (
        Reply(
            "为了保护您的信息，核验已暂停 30 分钟。您可以半小时后再试，现在我请人工帮您。",
            denied=Denial("identity", "", "locked"),
        ),
    ),
    hand_off="identity_locked",
)
PHONE_LOST = Ended(
    (
        Reply(
            "登记的手机收不到码，我就不能在线上办，这是防止别人冒用您的信息。我转给人工核实；"
            "您也可以带身份证到柜台更新手机。"
        ),
    ),
    hand_off="phone_lost",
)
ELDERLY_FROM = 60
"""Years; from there on a person does what the check would ask of the customer (business flows 0.2)."""
_CALLED_BACK = "这项业务关系到钱给谁，还要核实是您本人。您不用自己操作，由同事打您登记的手机来核实，前面填的都留着。"
_PROVED = Accepted("已核验", remark="核对好了，谢谢。")
_OWN_NAME = re.compile(r"我叫|我是|本人|姓名|名字是")
_PHONE_LOST = re.compile(r"(手机|号码|卡).{0,8}(不用|停机|丢|换|注销|没了|欠费)|(不用|换|丢).{0,4}(手机|号)")
_START_OVER = re.compile(r"重新(填|输|来)|重填")
_NOT_RECEIVED = re.compile(r"没(有)?(收到|看到|来)|收不到|重发|再发|重新发|过期")


def level_of(situation: Situation) -> IdentityLevel:
    with situation.services.reading() as work:
        return current_identity(work, situation.conversation_id, situation.now).level


def identity_steps(purpose: str, asked_when: Callable[[Situation], bool] = always) -> tuple[Step, ...]:
    """L2: name, id number, code to the registered phone. `purpose` completes "先核对您的身份，…"."""

    def needed(situation: Situation) -> bool:
        return asked_when(situation) and level_of(situation) < IdentityLevel.L2

    def ask_name(_: Situation) -> Ask:
        return Ask(f"{purpose}先核对您的身份，只用于这次办理。请问您的姓名是？", "name")

    def ask_id(_: Situation) -> Ask:
        return Ask("请告诉我您的身份证号，18 位。", "id_number")

    return (
        Step(
            NAME, "", ask_name, _read_name, ("person_name",), needed, shows_as=show_name, counted=False, called="姓名"
        ),
        Step(
            ID_NUMBER, "", ask_id, _read_id, ("id_number",), needed, shows_as=show_id, counted=False, called="身份证号"
        ),
        Step(OTP, "", _ask_otp, _code_reader(IdentityLevel.L2), (), needed, hint="otp", counted=False),
    )


def person_check_step() -> Step:
    """L3: after L2, a real-person check on the registered phone."""
    return Step(
        PERSON_CHECK,
        "",
        _ask_person_check,
        _code_reader(IdentityLevel.L3),
        (),
        lambda situation: level_of(situation) < IdentityLevel.L3,
        hint="otp",
        counted=False,
    )


def phone_steps(
    reason: str,
    asked_when: Callable[[Situation], bool] = always,
    *,
    question: str = "请问您当时留的手机号是？",
) -> tuple[Step, ...]:
    """L1: a phone and a code to it."""

    def needed(situation: Situation) -> bool:
        return asked_when(situation) and not _phone_is_proved(situation)

    def ask_phone(_: Situation) -> Ask:
        return Ask(f"{reason}{question}", "phone")

    def read(said: Understood, situation: Situation) -> Reading:
        if level_of(situation) >= IdentityLevel.L2:  # the registered phone stands, whatever other number is told
            return NotAnAnswer()
        return _read_phone(said, situation)

    return (
        Step(PHONE, "", ask_phone, read, ("phone",), needed, shows_as=show_phone, counted=False, called="手机号"),
        Step(PHONE_CODE, "", _ask_phone_code, _code_reader(IdentityLevel.L1), (), needed, hint="otp", counted=False),
    )


def _phone_is_proved(situation: Situation) -> bool:
    """By a code to the very number that was given; a number that replaced a proved one is not."""
    with situation.services.reading() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
    if identity.level is not IdentityLevel.L1:
        return identity.level > IdentityLevel.L1
    return situation.get(PHONE) in ("", identity.phone)


def _read_name(said: Understood, situation: Situation) -> Reading:
    if said.aside and not _OWN_NAME.search(said.text):
        return NotAnAnswer()  # a name in passing may be anybody's: "受益人改成我儿子陈一诺"
    reading = read_name(said, situation)
    card = said.first("id_number")
    if isinstance(reading, NotAnAnswer) and card:
        return Rejected("身份证号我记下了，还要您的姓名。")
    return reading


def _read_id(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text):
        return Ended((Reply("没有身份证号就核不了身份，我请人工帮您，其他证件由人工来核。"),), hand_off="needs_person")
    reading = read_id_number(said, situation)
    if isinstance(reading, Accepted) and situation.get(NAME):
        return _unless_locked(reading, ID_NUMBER, "L2", said, situation)
    return reading


def _read_phone(said: Understood, situation: Situation) -> Reading:
    reading = read_phone(said, situation)
    if not isinstance(reading, Accepted):
        return reading
    if situation.get(PHONE) not in ("", reading.value):  # another number has a code of its own
        reading = replace(reading, also={**reading.also, PHONE_CODE: ""})
    return _unless_locked(reading, PHONE, "L1", said, situation)


def _unless_locked(reading: Accepted, slot: str, purpose: str, said: Understood, situation: Situation) -> Reading:
    """Send the code now: who is locked is told so instead of being asked for a code that was never sent."""
    told = replace(situation, answers={**situation.answers, slot: reading.value})
    if not said.aside and _ensure_code(told, purpose) is CodeResult.LOCKED:
        return LOCKED
    return reading


def _ask_otp(situation: Situation) -> Ask:
    _ensure_code(situation, "L2")
    text = "如果姓名和身份证号跟登记的一致，6 位验证码已经发到您登记的手机，5 分钟内有效。请告诉我验证码。"
    return Ask(text, "otp", (choose("没收到，重发", RESEND), choose("登记的手机不用了"), TO_HUMAN))


def _ask_person_check(situation: Situation) -> Ask:
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
    if party and (party.age_on(situation.now.date()) or 0) >= ELDERLY_FROM:
        return Ask(_CALLED_BACK, hand_off="elderly")
    if not situation.services.demo:
        return Ask("这项业务要确认是您本人，需要人工回拨您登记的手机核实。", "choice", (TO_HUMAN,))
    _ensure_code(situation, "L3")
    text = "这项业务关系到钱给谁，还要做一次真人核验：请在登记的手机上完成，把收到的 6 位核验码告诉我。"
    return Ask(text, "otp", (choose("没收到，重发", RESEND), TO_HUMAN))


def _ask_phone_code(situation: Situation) -> Ask:
    _ensure_code(situation, "L1")
    text = "验证码已发到这个手机，5 分钟内有效，请告诉我 6 位数字。"
    return Ask(text, "otp", (choose("没收到，重发", RESEND), TO_HUMAN))


def _ensure_code(situation: Situation, purpose: str) -> CodeResult:
    """Sending belongs to asking: asked again while a code is good, nothing new is sent.

    A code for the name, number or phone before a correction is not good any more.
    """
    with situation.services.unit_of_work() as work:
        code = work.identities.current_code(situation.conversation_id)
        good = code and code.purpose == purpose and not code.used and code.expires_at > situation.now
        if good and code and _is_for(code, work, situation):
            return CodeResult.RIGHT
        result = _send_code(work, situation, purpose)
        work.commit()
    return result


def _is_for(code: OneTimeCode, work: UnitOfWork, situation: Situation) -> bool:
    pepper = situation.services.pepper
    if code.purpose == "L1":
        return code_is_for_phone(code, situation.get(PHONE), pepper=pepper)
    if code.purpose == "L2":
        return code_is_for_person(work, code, situation.get(NAME), situation.get(ID_NUMBER), pepper=pepper)
    return True  # L3 is for whoever proved L2


def _send_code(work: UnitOfWork, situation: Situation, purpose: str) -> CodeResult:
    pepper, conversation = situation.services.pepper, situation.conversation_id
    if purpose == "L3":
        return send_person_check(work, conversation, situation.now, pepper=pepper)
    if purpose == "L1":
        return send_phone_code(work, conversation, situation.get(PHONE), situation.now, pepper=pepper)
    name, number = situation.get(NAME), situation.get(ID_NUMBER)
    return send_identity_code(work, conversation, name, number, situation.now, pepper=pepper)


def _code_reader(level: IdentityLevel) -> Callable[[Understood, Situation], Reading]:
    def read(said: Understood, situation: Situation) -> Reading:
        proved = _phone_is_proved(situation) if level is IdentityLevel.L1 else level_of(situation) >= level
        if read_code(said, situation) and proved:
            return _PROVED  # the same message tried again after its answer was lost
        return _read_code(said, situation)

    return read


def _read_code(said: Understood, situation: Situation) -> Reading:
    text = said.text
    if _PHONE_LOST.search(text):
        return PHONE_LOST
    if text == RESEND or _NOT_RECEIVED.search(text):
        return _resend(situation)
    if _START_OVER.search(text):
        return _start_over(situation)
    digits = read_code(said, situation)
    if digits is None:
        return Rejected("验证码是 6 位数字，请看一下短信。") if re.search(r"\d{3,}", text) else NotAnAnswer()
    with situation.services.unit_of_work() as work:
        result = enter_code(work, situation.conversation_id, digits, situation.now, pepper=situation.services.pepper)
        work.commit()
    if result is CodeResult.RIGHT:
        # The digits themselves are worth nothing any more and are not kept.
        return _PROVED
    if result is CodeResult.LOCKED:
        return LOCKED
    if result is CodeResult.EXPIRED:
        return Rejected("这个码过期了，我重新发一个。")
    return Rejected("没有核对上，请再看看短信里的 6 位数字。如果前面的信息填错了，回“重新填写”。")


def _start_over(situation: Situation) -> Reading:
    with situation.services.unit_of_work() as work:
        code = work.identities.current_code(situation.conversation_id)
        if code:
            work.identities.save_code(replace(code, used=True))
            work.commit()
    return Accepted("", also={NAME: "", ID_NUMBER: "", OTP: "", PHONE: "", PHONE_CODE: ""})


def _resend(situation: Situation) -> Reading:
    with situation.services.unit_of_work() as work:
        code = work.identities.current_code(situation.conversation_id)
        if code and (situation.now - code.sent_at).total_seconds() < RESEND_AFTER_SECONDS:
            return Rejected("刚发过，请等半分钟再看看短信；登记的手机已经不用了请告诉我。")
        result = _send_code(work, situation, code.purpose if code else "L2")
        work.commit()
    return LOCKED if result is CodeResult.LOCKED else Rejected("又发了一个，以最新收到的为准。")
