"""联系方式变更 (F07): phone and e-mail with a code to the new one, address; done at once, the old contact is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.errors import NotAllowedError
from bot.services.journeys.fields import read_code, read_phone, show_phone
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose
from bot.services.servicing.transaction import Case, Matter, Promise, Transaction
from bot.services.understanding import Understood
from bot.services.verify_identity import (
    NEW_CONTACT_PURPOSE,
    CodeResult,
    code_is_for_phone,
    enter_code,
    send_new_contact_code,
)
from bot.text.masking import mask_email, mask_phone
from bot.text.normalise import fold

WHAT, NEW_PHONE, CODE, ADDRESS, EMAIL = (
    "contact_what",
    "contact_phone",
    "contact_code",
    "contact_address",
    "contact_email",
)
PHONE_, ADDRESS_, EMAIL_ = "手机号", "通讯地址", "邮箱"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,}")
_ADDRESS_TOLD = re.compile(
    r"(?:地址|住址|家|搬)(?:要|请)?(?:改成|改为|改到|换成|换到|变成|是|到了?|为)[:：，, ]*([^，。,]{6,120})"
)
_PLACE = re.compile(r"省|市|区|县|镇|乡|村|路|街|道|巷|号|楼|栋|室|小区|花园")


def _read_what(said: Understood, _: Situation) -> Reading:
    text = said.text
    if re.search(r"手机|电话|号码", text):
        return Accepted(PHONE_)
    if re.search(r"邮箱|邮件|email", text, re.IGNORECASE):
        return Accepted(EMAIL_)
    if re.search(r"地址|住址|搬家|搬到", text):
        return Accepted(ADDRESS_)
    return NotAnAnswer()


def _is(value: str) -> Callable[[Situation], bool]:
    return lambda situation: situation.get(WHAT) == value


def _read_new_phone(said: Understood, situation: Situation) -> Reading:
    if said.aside and "旧" in said.text:
        return NotAnAnswer()
    reading = read_phone(said, situation)
    return _checked(reading, situation) if isinstance(reading, Accepted) and reading.value else reading


def _checked(reading: Accepted, situation: Situation) -> Reading:
    """A customer's number is the customer's own (F07, 客户信息真实性): no salesperson's, and not everybody's."""
    with situation.services.reading() as work:
        is_servicers = work.policies.serves_from(reading.value)
        others = len(work.parties.with_phone(reading.value))
    if is_servicers:
        return Rejected("这是我们服务人员登记的号码，不能当客户的联系方式。请给您本人的手机号。")
    if others >= situation.services.limits.whole("contact.phone_customers"):
        words = "这个号码登记的客户已经满了，再用要由人工核对。您可以换一个自己的号码，或者转人工。"
        return Rejected(words)
    return _to_prove(reading, NEW_PHONE, situation)


def _to_prove(reading: Accepted, slot: str, situation: Situation) -> Accepted:
    """What proves the old contact proves no other: one that is corrected gets a code of its own."""
    known = situation.get(slot)
    return replace(reading, also={**reading.also, CODE: ""}) if known and known != reading.value else reading


def _new_contact(situation: Situation) -> str:
    return situation.get(EMAIL if situation.get(WHAT) == EMAIL_ else NEW_PHONE)


def _ask_code(situation: Situation) -> Ask:
    services, phone = situation.services, _new_contact(situation)
    with services.unit_of_work() as work:
        code = work.identities.current_code(situation.conversation_id)
        good = code and not code.used and code.expires_at > situation.now and code.purpose == NEW_CONTACT_PURPOSE
        if not (good and code and code_is_for_phone(code, phone, pepper=services.pepper)):
            send_new_contact_code(work, situation.conversation_id, phone, situation.now, pepper=services.pepper)
            work.commit()
    if situation.get(WHAT) == EMAIL_:
        words, other = f"验证码已发到新邮箱 {mask_email(phone)}", "换个邮箱"
    else:
        words, other = f"验证码已发到新手机 {mask_phone(phone)}", "换个号码"
    return Ask(f"{words}，5 分钟内有效，请告诉我 6 位数字。", "otp", (choose(other), TO_HUMAN))


def _read_code(said: Understood, situation: Situation) -> Reading:
    if said.text in ("换个号码", "换个邮箱"):
        return Accepted("", also={NEW_PHONE: "", EMAIL: ""})
    if situation.get(WHAT) == EMAIL_ and isinstance(other := _read_email(said, situation), Accepted):
        return Accepted("", also={EMAIL: other.value})
    if situation.get(WHAT) == PHONE_ and said.first("phone"):
        other = _read_new_phone(said, situation)
        return Accepted("", also={NEW_PHONE: other.value}) if isinstance(other, Accepted) else other
    digits = read_code(said, situation)
    if digits is None:
        return (
            Rejected("验证码是 6 位数字，请看一下刚收到的那条。") if re.search(r"\d{3,}", said.text) else NotAnAnswer()
        )
    services = situation.services
    with services.unit_of_work() as work:
        result = enter_code(work, situation.conversation_id, digits, situation.now, pepper=services.pepper)
        work.commit()
    if result is CodeResult.RIGHT:
        return Accepted(_new_contact(situation))  # what is proved, so that it proves nothing else
    if result is CodeResult.LOCKED:
        return Ended((Reply("验证码错了太多次，为了安全先停 30 分钟。我请人工帮您。"),), hand_off="identity_locked")
    return Rejected("没有核对上，请再看看刚收到的 6 位数字。")


def _read_address(said: Understood, _: Situation) -> Reading:
    if said.aside:  # "地址改成上海市浦东新区世纪大道100号5楼502" in the wish
        told = _ADDRESS_TOLD.search(said.text)
        return Accepted(told[1].strip()[:120]) if told and len(_PLACE.findall(told[1])) >= 2 else NotAnAnswer()
    text = re.sub(r"^(新)?(通讯)?地址(是|为|改成|改为|换成)?[:：]?", "", said.text.strip())
    if len(text) < 6 or not _PLACE.search(text):
        return Rejected("请写到门牌，比如“深圳市南山区科苑路 3 号 2 栋 501”。") if len(text) >= 2 else NotAnAnswer()
    return Accepted(text[:120])


def _read_email(said: Understood, situation: Situation) -> Reading:
    entity = said.first("email")
    found = _EMAIL.search(entity.value if entity else fold(said.text))
    if not found:
        return Rejected("邮箱要像 name@example.com 这样写，请再发一次。")
    return _to_prove(Accepted(found.group().lower()), EMAIL, situation)


def _apply(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    """The party's own data, and nothing that was not proved, whatever way the answers went; whoever had the old phone
    hears of it, so that a thief's change does not stay unseen."""
    assert case.party is not None
    if case.get(WHAT) in (PHONE_, EMAIL_) and case.get(CODE) != _new_contact(case.situation):
        raise NotAllowedError(reason="新的联系方式还没有验证，请再说一次要改成什么。", hand_off=False, why="refused")
    party = work.parties.get(case.party.party_id) or case.party
    what = case.get(WHAT)
    changed = {
        PHONE_: replace(party, phone=case.get(NEW_PHONE) or party.phone),
        ADDRESS_: replace(party, address=case.get(ADDRESS) or party.address),
        EMAIL_: replace(party, email=case.get(EMAIL) or party.email),
    }[what]
    work.parties.save(changed)
    text = f"【保险客服】您登记的{what}已变更（编号 {request.request_no}）。不是您本人办的，请马上拨打客服热线。"
    work.texts.send(party.phone, text, case.situation.now)


TRANSACTION = Transaction(
    kind="change_contact",
    zh="改联系方式",
    intents=("change_contact",),
    post="保全",
    level=IdentityLevel.L2,
    opening="可以在线改，改好当场生效。",
    matter=Matter(slot=WHAT),
    steps=(
        Step(WHAT, "变更项目", lambda _: Ask("要改哪一项？", "choice", (choose(PHONE_), choose(ADDRESS_), choose(EMAIL_))), _read_what,
             closed=True),
        Step(NEW_PHONE, "新手机号", lambda _: Ask("新的手机号是？", "phone"), _read_new_phone, ("phone",), _is(PHONE_), shows_as=show_phone),
        Step(ADDRESS, "新地址", lambda _: Ask("新的通讯地址是？请写到门牌。", "text"), _read_address, needed=_is(ADDRESS_), free_text=True, closed=True),
        Step(EMAIL, "新邮箱", lambda _: Ask("新的邮箱是？", "text"), _read_email, ("email",), _is(EMAIL_)),
        Step(CODE, "", _ask_code, _read_code, (), lambda situation: situation.get(WHAT) in (PHONE_, EMAIL_), hint="otp", counted=False, alone=True),
    ),
    promise=Promise(clocks=("D-P03",)),
    effect=_apply,
    done_at_once=True,
    what_next=lambda case, _: f"您名下所有保单的{case.get(WHAT)}都已更新，原来的手机会收到一条通知。",
)  # fmt: skip
