"""电子保单 (F21): made on the server, fetched by a link that works once in this conversation; or to the registered e-mail."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import choose
from bot.services.servicing.documents import can_download, issue_link, link_words, on_the_page
from bot.services.servicing.email import read_email, registered_email, show_email
from bot.services.servicing.transaction import Case, Promise, Refusal, Transaction
from bot.services.understanding import Understood
from bot.text.masking import mask_email

WAY, EMAIL = "e_policy_way", "e_policy_email"
HERE, REGISTERED, ELSEWHERE = "在这里下载", "发到登记邮箱", "发到另给的邮箱"


_PAGE = on_the_page("下载电子保单")


def _ask_way(situation: Situation) -> Ask:
    own = registered_email(situation)
    mail = (choose(f"{REGISTERED} {mask_email(own)}", REGISTERED),) if own else ()
    if can_download(situation):
        return Ask("电子保单怎么给您？", "choice", (choose(HERE), *mail, choose("发到别的邮箱", ELSEWHERE)))
    return Ask(f"电子保单发到哪里？{_PAGE}", "choice", (*mail, choose("发到别的邮箱", ELSEWHERE)))


def _read_way(said: Understood, situation: Situation) -> Reading:
    text, entity = said.text, said.first("email")
    if entity:
        return Accepted(ELSEWHERE, also={EMAIL: entity.value})
    if re.search(r"别的|其他|另外|另给|换个?邮箱|不是登记", text):
        return Accepted(ELSEWHERE)
    if re.search(r"邮箱|邮件|登记", text):
        if registered_email(situation):
            return Accepted(REGISTERED)
        return Rejected(
            "您还没有登记邮箱，可以在这里下载，或发到别的邮箱（人工核对）。"
            if can_download(situation)
            else f"您还没有登记邮箱，可以发到别的邮箱（人工核对）。{_PAGE}"
        )
    if re.search(r"下载|这里|链接|直接|pdf|PDF|手机", text):
        return Accepted(HERE) if can_download(situation) else Rejected(f"{_PAGE}或者说发到哪个邮箱。")
    return Rejected("请选在这里下载、发到登记邮箱，或发到别的邮箱。") if len(text) <= 8 else NotAnAnswer()


def way_of(case: Case) -> str:
    """How it goes out; an address that turns out to be the registered one is no other address."""
    own = case.party.email if case.party else ""
    return REGISTERED if case.get(WAY) == ELSEWHERE and own and case.get(EMAIL) == own else case.get(WAY)


def _refuses(case: Case) -> Refusal | None:
    if case.policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    return None


def _deliver(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    """A link for this conversation, or a text that says where the paper goes."""
    assert case.policy is not None
    assert case.party is not None
    if way_of(case) == HERE:
        issue_link(work, case, request, case.policy.policy_no)
    elif way_of(case) == REGISTERED:
        text = (
            f"【保险客服】电子保单会发到您登记的邮箱 {mask_email(case.party.email)}（编号 {request.request_no}）。"
            "不是您本人要的，请马上拨打客服热线。"
        )
        work.texts.send(case.party.phone, text, case.situation.now)


def _what_next(case: Case, request: ServiceRequest) -> str:
    if way_of(case) == HERE:
        return (
            link_words(case, request)
            + "电子保单和纸质的效力一样（电子签名法第十四条），首页有验证码，可以跟人工核对真伪。"
        )
    if way_of(case) == REGISTERED:
        return "发出后登记的手机会收到短信；没收到先看垃圾邮件。"
    faster = "或在这里直接下载" if can_download(case.situation) else "或在网页客服里直接下载"
    return f"发到没登记过的邮箱要先由人工核实是您本人；想更快，可以先改登记邮箱，{faster}。"


TRANSACTION = Transaction(
    kind="request_e_policy",
    zh="领电子保单",
    intents=("request_e_policy",),
    post="保全",
    level=IdentityLevel.L2,
    opening="可以，先核对一下身份。",
    policies=lambda policy: policy.status is not PolicyStatus.SURRENDERED,
    refuses=_refuses,
    person=lambda case: "发到没有登记过的邮箱，先核实本人" if way_of(case) == ELSEWHERE else "",
    steps=(
        Step(WAY, "方式", _ask_way, _read_way, ("email",)),
        Step(EMAIL, "邮箱", lambda _: Ask("发到哪个邮箱？不是登记的邮箱，要先由人工核实。", "text"), read_email, ("email",),
             lambda situation: situation.get(WAY) == ELSEWHERE, shows_as=show_email),
    ),
    promise=Promise(working_days="e_policy.mail_days", word="发出"),
    effect=_deliver,
    done_at_once=lambda case: way_of(case) == HERE,
    what_next=_what_next,
)  # fmt: skip
