"""营销退订 (F23; 消费者权益保护法 art 29): at once, for the number that is called; no proof is asked of who wants to be left alone."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.fields import read_phone
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Opening, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply, choose
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Transaction
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_phone

PHONE, MARKETING_CONSENT = "marketing_phone", "C7"
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
OWN = "就是登记的号码"


def _start(_: Situation) -> Opening:
    return Opening((Reply("打扰您了，抱歉。您有权拒绝推销，登记好当场生效；缴费、理赔、到期这类服务通知会保留。"),))


def _own_phone(situation: Situation) -> str:
    with situation.services.reading() as work:
        return current_identity(work, situation.conversation_id, situation.now).phone


def _ask_phone(situation: Situation) -> Ask:
    own = _own_phone(situation)
    if own:
        return Ask(f"停掉哪个号码的推销？您核对过的是 {mask_phone(own)}。", "phone", (choose(OWN),))
    return Ask("停掉哪个号码的推销电话和短信？邮件的话给我邮箱。", "phone")


def _read_phone(said: Understood, situation: Situation) -> Reading:
    own = _own_phone(situation)
    if own and re.search(r"登记的|这个|就是|本机|我的|是的|对", said.text):
        return Accepted(own)
    mailbox = said.first("email")
    found = _MAILBOX.search(said.text)
    if mailbox or found:
        return Accepted(mailbox.value if mailbox else found.group().lower() if found else "")
    reading = read_phone(said, situation)
    if isinstance(reading, NotAnAnswer) and re.search(r"这个号|本机|我这个|就我", said.text):
        return Rejected("我在这里看不到您的号码，请把 11 位手机号发给我。")
    return reading


def _show(value: str, _: Situation) -> str:
    name, at, host = value.partition("@")
    return f"{name[:2]}***@{host}" if at else mask_phone(value)


def _opt_out(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    """The row with the number is the list that callers look into; C7 is withdrawn for who is proved here."""
    work.consents.add(
        conversation_id=case.situation.conversation_id,
        party_id=case.party.party_id if case.party else "",
        kind=MARKETING_CONSENT,
        version=request.request_no,
        granted=False,
        at=case.situation.now,
    )


TRANSACTION = Transaction(
    kind="stop_marketing",
    zh="停止营销联系",
    intents=("privacy_request",),
    words=re.compile(
        r"推[销消]|营[销消]|骚扰|广告|退订|TD|拒收|打扰|勿扰|(?:别|不要|勿|莫|不准|停止)(?:再|老|给我)?.{0,4}(?:打|来电|发|推)|黑名单|拉黑|号码.{0,6}(?:取消|拿掉|删)|推广|别打|外呼|邮件列表"
    ),
    questions=NEVER_ONLY_ASKED,
    post="保全",
    level=IdentityLevel.L0,
    start=_start,
    steps=(Step(PHONE, "停止联系的号码", _ask_phone, _read_phone, ("phone", "email"), shows_as=_show),),
    effect=_opt_out,
    done_at_once=True,
    what_next=lambda _, __: "从现在起不会再用这个号码向您推销。还接到的，记下来电号码和时间，直接在这里投诉。",
)
