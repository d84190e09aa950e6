"""约查勘时间 (E03): when and where somebody comes to look at the loss; a new time takes the place of the one before."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.insurance.claim import Claim
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Ask, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, choose, intend
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Promise, Refusal, Transaction
from bot.services.servicing.transactions.request_callback import CALL_TIME, SLOT, day_of_call, show_call

KIND, PLACE = "book_survey", "survey_place"


def _refuses(claim: Claim, _: Situation) -> Refusal | None:
    ways = (intend("查理赔进度", "query_claim"), TO_HUMAN)
    if claim.awaits_survey:
        return None
    about, stage = claim.report.line.zh, claim.stage.zh
    return Refusal(f"案件 {claim.claim_no} 是{about}，现在“{stage}”，不用再约查勘。", choices=ways)


_CLAIM = OwnClaim("约查勘", _refuses)


def _ask_place(situation: Situation) -> Ask:
    claim = _CLAIM.chosen(situation)
    told = claim.report.place if claim else ""
    return Ask("到哪里看？车在修理厂或者家里的，说那里的地址。", "text", (choose(told),) if told else ())


def _booked(work: UnitOfWork, claim_no: str) -> list[ServiceRequest]:
    """What stands booked for this claim, the newest last."""
    return [each for each in work.requests.open_of_kind(KIND) if dict(each.fields).get("案件") == claim_no]


def _ask_time(situation: Situation) -> Ask:
    claim, offers = _CLAIM.chosen(situation), (choose("明天上午"), choose("明天下午"))
    with situation.services.reading() as work:
        before = _booked(work, claim.claim_no) if claim else []
    if before:
        told = show_call(dict(before[-1].fields)["查勘时间"], situation)
        return Ask(f"您约过 {told}。换成什么时间？", "text", offers)
    return Ask("什么时间方便？家里或车边要有人在。", "text", offers)


def _replace_earlier(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    at = case.situation.now
    for earlier in _booked(work, dict(request.fields)["案件"]):
        if earlier.request_no != request.request_no:
            work.requests.save(replace(earlier, status=RequestStatus.WITHDRAWN))
            detail = {"instead": request.request_no}
            work.audit.append("request.replaced", subject=earlier.request_no, actor="customer", at=at, detail=detail)
    if case.party and case.party.phone:
        told = f"【保险客服】查勘约在 {show_call(case.get(SLOT), case.situation)}（编号 {request.request_no}）。"
        work.texts.send(case.party.phone, told, at)


def _what_next(case: Case, request: ServiceRequest) -> str:
    return (
        f"{show_call(case.get(SLOT), case.situation)} 之间到。查勘员的姓名和电话定下来会发短信，"
        f"说“{request.request_no} 到哪一步了”也能看。\n"
        "能拍的先拍：全景、车牌、受损处近照。查勘员不收费，也不会让您转账。"
    )


TRANSACTION = Transaction(
    kind=KIND,
    zh="约查勘时间",
    intents=("request_callback",),
    words=re.compile(r"查勘|勘察|勘验|看车定损|上门(?:看|查)"),
    post="理赔",
    level=IdentityLevel.L2,
    opening="好的，约个时间到现场看。",
    questions=NEVER_ONLY_ASKED,
    refuses=_CLAIM.refusal,
    facts=lambda case: (_CLAIM.fact(case),),
    steps=(
        _CLAIM.step(),
        Step(SLOT, "查勘时间", _ask_time, CALL_TIME.read, ("date", "time"), shows_as=show_call),
        Step(PLACE, "查勘地点", _ask_place, read_words(2, 100), free_text=True, story=True),
    ),
    promise=Promise(appointment=day_of_call),
    effect=_replace_earlier,
    what_next=_what_next,
)
