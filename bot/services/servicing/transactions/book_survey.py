"""约查勘时间 (E03): when and where somebody comes to look at the loss, inside the hours when somebody is there.

A new time takes the place of the one before; the same questions call it off. What the surveyor reports stays internal.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from bot.insurance.claim import Claim
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.booked_survey import BOOK_SURVEY, BookedSurvey, booked_survey, drop_survey, free_slot
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Accepted, Ask, Opening, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Promise, Refusal, Transaction
from bot.services.servicing.transactions.request_callback import CALL_TIME, SLOT, day_of_call, show_call
from bot.services.understanding import Understood

PLACE = "survey_place"
CALLED_OFF = "取消"
_CALLS_OFF = re.compile(r"取消|不用(?:再)?(?:来|约|查勘|看)|别来|不(?:来|约|看)了|退掉")
_OPENING = "好的，约个时间到现场看。"


def _refuses(claim: Claim, situation: Situation) -> Refusal | None:
    ways = (intend("查理赔进度", "query_claim"), TO_HUMAN)
    if situation.get(SLOT) == CALLED_OFF:  # what is called off must have been booked
        booked = _booked_for(claim, situation)
        return None if booked else Refusal(f"案件 {claim.claim_no} 没有约着的查勘，不用取消。", choices=ways)
    if claim.awaits_survey:
        return None
    about, stage = claim.report.line.zh, claim.stage.zh
    return Refusal(f"案件 {claim.claim_no} 是{about}，现在“{stage}”，不用再约查勘。", choices=ways)


def _booked_for(claim: Claim, situation: Situation) -> BookedSurvey | None:
    with situation.services.reading() as work:
        return booked_survey(work, claim.claim_no)


_CLAIM = OwnClaim("约查勘", _refuses)


def _ask_place(situation: Situation) -> Ask:
    claim = _CLAIM.chosen(situation)
    told = claim.report.place if claim else ""
    return Ask("到哪里看？车在修理厂或者家里的，说那里的地址。", "text", (choose(told),) if told else ())


def _start(situation: Situation) -> Opening:
    if _CALLS_OFF.search(situation.said.text):
        return Opening((Reply("好的，取消约好的查勘，先核对一下。"),), {SLOT: CALLED_OFF})
    return Opening((Reply(_OPENING),))


def _booked(situation: Situation) -> BookedSurvey | None:
    claim = _CLAIM.chosen(situation)
    return _booked_for(claim, situation) if claim else None


def _ask_time(situation: Situation) -> Ask:
    offers, before = (choose("明天上午"), choose("明天下午")), _booked(situation)
    if before is None:
        return Ask("什么时间方便？家里或车边要有人在。", "text", offers)
    window = situation.services.hours.window
    told = f"您约过 {show_call(before.starts.isoformat(), situation)}。"
    if before.is_missed(situation.now, window):
        told = before.spoken(situation.now, window)
    return Ask(f"{told}换成什么时间？", "text", (*offers, choose("取消这次预约", CALLED_OFF)))


def _read_time(said: Understood, situation: Situation) -> Reading:
    if not said.aside and _CALLS_OFF.search(said.text) and said.first("time") is None:
        if _booked(situation) is None:
            return Rejected("还没有约过查勘。想什么时间来，直接说，比如“明天上午”。")
        return Accepted(CALLED_OFF, also={PLACE: ""})
    reading = CALL_TIME.read(said, situation)
    return _with_somebody_free(reading, situation) if isinstance(reading, Accepted) else reading


def _with_somebody_free(reading: Accepted, situation: Situation) -> Reading:
    """Not more surveys at once than there are surveyors; a full hour moves to the next one, and says so."""
    services, claim = situation.services, _CLAIM.chosen(situation)
    hours, calendar = services.hours, services.deadlines.calendar
    wanted = datetime.fromisoformat(reading.value)
    with services.reading() as work:
        start = free_slot(
            work, wanted, claim.claim_no if claim else "",
            at_once=services.limits.whole("survey.at_once"), window=hours.window,
            following=lambda after: hours.slot_from(after, situation.now, calendar),
        )  # fmt: skip
    if start == wanted:
        return reading
    value = start.isoformat(timespec="minutes")
    remark = f"您说的时段约满了，给您约在最近的 {show_call(value, situation)}。想换一个，直接说时间。"
    return replace(reading, value=value, remark=remark)


def _show_time(value: str, situation: Situation) -> str:
    if value != CALLED_OFF:
        return show_call(value, situation)
    before = _booked(situation)
    return f"取消 {show_call(before.starts.isoformat(), situation)} 的查勘" if before else CALLED_OFF


def _comes(situation: Situation) -> bool:
    return situation.get(SLOT) != CALLED_OFF


def _called_off(case: Case) -> bool:
    return case.get(SLOT) == CALLED_OFF


def _day(case: Case) -> date | None:
    return None if _called_off(case) else day_of_call(case)


def _replace_earlier(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    at, now = case.situation.now, "取消了" if _called_off(case) else "改了时间"
    earlier = booked_survey(work, dict(request.fields)["案件"], but=request.request_no)
    if earlier:
        drop_survey(work, earlier, f"客户{now}", request.request_no, at)
    if _called_off(case):
        told = f"约好的查勘（编号 {earlier.request.request_no}）已取消" if earlier else ""
    else:
        told = f"查勘约在 {show_call(case.get(SLOT), case.situation)}（编号 {request.request_no}）"
    if told and case.party and case.party.phone:
        work.texts.send(case.party.phone, f"【保险客服】{told}。", at)


def _what_next(case: Case, request: ServiceRequest) -> str:
    if _called_off(case):
        return "约好的查勘取消了，案件照常办。要到现场看时再说“约查勘时间”。"
    return (
        f"{show_call(case.get(SLOT), case.situation)} 之间到。查勘员的姓名和电话定下来会发短信，"
        f"说“{request.request_no} 到哪一步了”也能看。\n"
        "能拍的先拍：全景、车牌、受损处近照。查勘员不收费，也不会让您转账。"
    )


TRANSACTION = Transaction(
    kind=BOOK_SURVEY,
    zh="约查勘时间",
    intents=("request_callback",),
    words=re.compile(r"查勘|勘察|勘验|看车定损|上门(?:看|查)"),
    post="理赔",
    level=IdentityLevel.L2,
    start=_start,
    questions=NEVER_ONLY_ASKED,
    refuses=_CLAIM.refusal,
    facts=lambda case: (_CLAIM.fact(case),),
    steps=(
        _CLAIM.step(),
        Step(SLOT, "查勘时间", _ask_time, _read_time, ("date", "time"), shows_as=_show_time),
        Step(PLACE, "查勘地点", _ask_place, read_words(2, 100), needed=_comes, free_text=True, story=True),
    ),
    promise=Promise(appointment=_day),
    cancelled="好的，这次没有提交任何内容，以前约好的查勘不变。要取消约好的，说“取消约好的查勘”。",
    done_at_once=_called_off,
    effect=_replace_earlier,
    what_next=_what_next,
)
