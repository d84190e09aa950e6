"""改约、取消回电: a call that was booked gets another time or is called off (F18); whoever holds the phone may."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Opening, Reading, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply, choose, intend
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Promise, Refusal, Transaction
from bot.services.servicing.transactions import request_callback
from bot.services.servicing.transactions.request_callback import CALL_TIME, SLOT
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

WHAT = "callback_change"
MOVE, CALL_OFF = "改时间", "取消回电"
_BOOKING = request_callback.TRANSACTION.kind
_TIME_LABEL = CALL_TIME.label
_OFF = r"(?:取消|撤销|撤掉|不用|不要|不需要|别(?!忘))"
_CALL = r"(?:回电|电话|预约|打(?:过来|给我|电话)?)"
_WORDS = re.compile(
    rf"{_OFF}[^，。]{{0,4}}(?:预约|约)[^，。]{{0,4}}(?:回电|电话|来电)|{_OFF}[^，。]{{0,3}}回电|(?:回电|电话)[^，。]{{0,4}}(?:取消|不用打|别打)"
    rf"|(?:回电|电话)[^，。]{{0,6}}(?:改|换|挪|推迟|提前)(?:到|成|为)|(?:不用|别|不要)(?:再)?(?:给我)?回电|回电[^，。]{{0,3}}不用"
    rf"|(?:改|换|挪)[^，。]{{0,5}}{_CALL}[^，。]{{0,4}}(?:时间|点)|{_CALL}[^，。]{{0,4}}时间[^，。]{{0,4}}(?:改|换|挪)|改约|(?:提前|推迟|延后|往后)[^，。]{{0,4}}{_CALL}"
)


def open_bookings(situation: Situation) -> Sequence[ServiceRequest]:
    """Calls still to be made: booked in this conversation, or to the proved phone."""
    with situation.services.reading() as work:
        phone = current_identity(work, situation.conversation_id, situation.now).phone
        here = {each.request_no for each in work.requests.of_conversation(situation.conversation_id)}
        booked = work.requests.open_of_kind(_BOOKING)
    return [
        each for each in booked if each.request_no in here or (phone and dict(each.fields).get("联系电话") == phone)
    ]


def _start(situation: Situation) -> Opening:
    what = _what_in(situation.said.text)
    told = {WHAT: what} if what else {}
    if what == MOVE:
        heard = _after_change(replace(situation.said, aside=True))
        reading = CALL_TIME.read(heard, situation)
        told |= {SLOT: reading.value} if isinstance(reading, Accepted) else {}
    return Opening((Reply("好的，先看是哪一次预约。"),), told)


def _after_change(said: Understood) -> Understood:
    """ "把周一的回电改到周三": the new time is what stands behind 改到."""
    found = re.search(r"(?:改|换|挪|推迟|提前|延)(?:到|成|为)", said.text)
    if found is None:
        return said
    return replace(said, entities=tuple(each for each in said.entities if each.start >= found.end()))


def _what_in(text: str) -> str:
    if re.search(r"改|换|挪|提前|推迟|延后|往后", text):
        return MOVE
    return CALL_OFF if re.search(_OFF, text) else ""


def _read_what(said: Understood, _: Situation) -> Reading:
    found = next((each for each in (MOVE, CALL_OFF) if said.text == each), "") or _what_in(said.text)
    return Accepted(found) if found else NotAnAnswer()


def _booked(case: Case) -> ServiceRequest | None:
    """The newest: there is seldom more than one call to wait for."""
    return next(iter(sorted(open_bookings(case.situation), key=lambda each: each.request_no, reverse=True)), None)


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    booked = _booked(case)
    if booked is None:
        return ()
    return (
        ("原来的预约", f"{booked.request_no} {CALL_TIME.shows_as(dict(booked.fields)[_TIME_LABEL], case.situation)}"),
    )


def _nothing(case: Case) -> Refusal | None:
    if _booked(case):
        return None
    return Refusal("这个手机没有还没打的预约回电。", choices=(intend("预约回电", "request_callback"),))


def _none_booked(situation: Situation) -> bool:
    with situation.services.reading() as work:
        proved = current_identity(work, situation.conversation_id, situation.now).phone
    return bool(proved) and not open_bookings(situation)


def _ask_none(_: Situation) -> Ask:
    return Ask(
        "这个手机没有还没打的预约回电。要约一个吗？",
        "choice",
        (intend("预约回电", "request_callback"), choose("不用了")),
    )


def _change(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    booked = _booked(case)
    assert booked is not None
    told = f"【保险客服】回电预约 {booked.request_no}：{_what_next(case, request)}"
    work.texts.send(dict(booked.fields)["联系电话"], told, case.situation.now)  # the older text names the older time
    if case.get(WHAT) == CALL_OFF:
        step = RequestStep(
            RequestStatus.WITHDRAWN, case.situation.now, "customer", f"客户取消回电（{request.request_no}）"
        )
        work.requests.save(replace(booked, status=RequestStatus.WITHDRAWN, steps=(*booked.steps, step)))
        return
    fields = tuple((label, case.get(SLOT) if label == _TIME_LABEL else value) for label, value in booked.fields)
    step = RequestStep(booked.status, case.situation.now, "customer", f"客户改了回电时间（{request.request_no}）")
    moved = replace(booked, fields=fields, due_on=request_callback.day_of_call(case), steps=(*booked.steps, step))
    work.requests.save(moved)


def _what_next(case: Case, _: ServiceRequest) -> str:
    if case.get(WHAT) == CALL_OFF:
        return "这次不打了。以后想约，说“预约回电”。"
    return f"改到 {CALL_TIME.shows_as(case.get(SLOT), case.situation)} 之间打，原来的时间不再打。"


TRANSACTION = Transaction(
    kind="move_callback",
    zh="改预约回电",
    intents=("request_callback", "cancel_claim"),  # "那个回电取消掉" is written much like the withdrawal of a claim
    words=_WORDS,
    post="综合",
    level=IdentityLevel.L1,
    start=_start,
    questions=NEVER_ONLY_ASKED,
    refuses=_nothing,
    facts=_facts,
    steps=(
        Step("callback_none", "", _ask_none, lambda said, _: NotAnAnswer() if said.aside else Ended((Reply("好的，需要时再跟我说。"),)),
             needed=_none_booked, counted=False),
        Step(WHAT, "要改的", lambda _: Ask("要改时间，还是取消不打了？", "choice", (choose(MOVE), choose(CALL_OFF))), _read_what, closed=True),
        replace(CALL_TIME, label="新的时间", needed=lambda situation: situation.get(WHAT) == MOVE),
    ),
    papers_for=lambda _: "",
    promise=Promise(),
    effect=_change,
    done_at_once=True,
    what_next=_what_next,
)  # fmt: skip
