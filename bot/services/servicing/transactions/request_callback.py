"""预约回电: a time when somebody is there to call, said exactly (F18)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.booked_survey import speak_window
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Opening, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply, choose
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Promise, Transaction
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_phone

SLOT, TOPIC = "callback_slot", "callback_topic"
SOONEST = "越早越好"
_SOON = re.compile(r"越早越好|马上|立刻|现在|随时|都行|都可以|尽[早快]|什么时候都")
_MORNING, _AFTERNOON = re.compile(r"上午|早上|早晨"), re.compile(r"下午|午后")
_EVENING, _NOON = re.compile(r"晚上|夜里|傍晚|下班后"), re.compile(r"中午|午休")
_WEEKDAY = re.compile(r"(?<!上)(?:周|星期|礼拜)[一二三四五六日天]")
_MONTH_DAY = re.compile(r"[0-9一二三四五六七八九十]+\s*(?:月|[./-])\s*[0-9一二三四五六七八九十]+")
_LATER = re.compile(
    r"(半|[一二两三四1-4])个?(小时|钟头|点钟)(?:以?后|之后)|(\d{1,2}|十|二十|三十|四十)分钟(?:以?后|之后)"
)
_COUNTS = {"半": 30, "一": 60, "二": 120, "两": 120, "三": 180, "四": 240, "1": 60, "2": 120, "3": 180, "4": 240}


def _start(situation: Situation) -> Opening:
    reading = _read_slot(situation.said, situation)
    hours = situation.services.hours
    words = f"可以约，人工回电的时间是{hours.spoken}。回电用官方号码，不会让您转账或报验证码。"
    if isinstance(reading, Accepted):
        remark = (Reply(reading.remark),) if reading.remark else ()
        return Opening((Reply(words), *remark), {SLOT: reading.value})
    return Opening((Reply(words),))


def _read_slot(said: Understood, situation: Situation) -> Reading:
    """The start of the promised window; outside staffed hours it moves to the next time somebody is there, and says so."""
    day, clock = said.first("date"), said.first("time")
    now = situation.now
    wanted: datetime | None = None
    passed = False
    if clock is None and (after := _LATER.search(said.text)):
        wanted = now + timedelta(minutes=_minutes(after))
    elif day or clock or _part_of_day(said.text):
        if day and len(day.value) < 10:
            return Rejected("请说到哪一天，比如“明天上午”或“下周一下午三点”。")
        on = _ahead(date.fromisoformat(day.value), now.date(), said.text) if day else now.date()
        at = time.fromisoformat(clock.value) if clock else (_part_of_day(said.text) or situation.services.hours.opens)
        wanted = datetime.combine(on, at, now.tzinfo)
        if day is None and wanted < now:  # "九点" said in the evening is tomorrow's
            wanted += timedelta(days=1)
            passed = True
        if wanted.date() < now.date():
            return Rejected("这个时间已经过了，请说一个之后的时间。")
    elif _SOON.search(said.text):
        wanted = now
    if wanted is None:
        return NotAnAnswer()
    return _promise(wanted, situation, moved_quietly=bool(_SOON.search(said.text)), passed=passed)


def _promise(wanted: datetime, situation: Situation, *, moved_quietly: bool, passed: bool) -> Reading:
    services, now = situation.services, situation.now
    start = services.hours.slot_from(wanted, now, services.deadlines.calendar)
    moved = start.date() != wanted.date() or abs(start - wanted) > services.hours.window
    if not moved or moved_quietly:
        return Accepted(start.isoformat(timespec="minutes"))
    why = "今天这个时间已经过了" if passed else "您说的时间没有人值班"
    remark = f"{why}，给您约在最近的 {_spoken(start, situation)}。想换一个，直接说时间。"
    return Accepted(start.isoformat(timespec="minutes"), remark=remark)


def _ahead(on: date, today: date, text: str) -> date:
    """What is read as the last 周六 or the last 12 月 27 日 is here the next one; what names its year, or is 昨天, is not."""
    if on >= today or "年" in text:
        return on
    if _WEEKDAY.search(text):
        return on + timedelta(days=7)
    if _MONTH_DAY.search(text):
        try:
            return on.replace(year=on.year + 1)
        except ValueError:  # 29 February
            return on
    return on


def _minutes(after: re.Match[str]) -> int:
    if after.group(1):
        return _COUNTS[after.group(1)]
    return {"十": 10, "二十": 20, "三十": 30, "四十": 40}.get(after.group(3)) or int(after.group(3))


def _part_of_day(text: str) -> time | None:
    for words, at in ((_MORNING, time(9)), (_NOON, time(12)), (_AFTERNOON, time(14)), (_EVENING, time(19))):
        if words.search(text):
            return at
    return None


def _spoken(start: datetime, situation: Situation) -> str:
    return speak_window(start, situation.services.hours.window, situation.now)


def show_call(value: str, situation: Situation) -> str:
    return _spoken(datetime.fromisoformat(value), situation)


def _ask_slot(_: Situation) -> Ask:
    offers = (choose(SOONEST), choose("明天上午"), choose("明天下午"))
    return Ask("什么时间打给您方便？", "text", offers)


def _number(case: Case) -> str:
    with case.situation.services.reading() as work:
        return current_identity(work, case.situation.conversation_id, case.situation.now).phone


def _confirm_by_text(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    phone = current_identity(work, case.situation.conversation_id, case.situation.now).phone
    text = f"【保险客服】已为您预约回电：{show_call(case.get(SLOT), case.situation)}（编号 {request.request_no}）。"
    work.texts.send(phone, text, case.situation.now)


def _what_next(case: Case, _: ServiceRequest) -> str:
    return f"{show_call(case.get(SLOT), case.situation)} 之间打 {mask_phone(_number(case))}，约好的时间已发短信给您。"


def day_of_call(case: Case) -> date:
    return datetime.fromisoformat(case.get(SLOT)).date()


# Whatever a call is about, its time is one that somebody keeps.
CALL_TIME = Step(SLOT, "回电时间", _ask_slot, _read_slot, ("date", "time"), shows_as=show_call, remarks=True)
_ONLY_A_TIME = re.compile(r"[改换成到约在就要是那的吧行好可以，,。.\s左右点钟之前以后]*")


def _read_topic(said: Understood, situation: Situation) -> Reading:
    """What the call is about; another time is none ("明天下午3点吧")."""
    rest = said.text
    for entity in said.of_type("date", "time"):
        rest = rest.replace(entity.text, "")
    rest = re.sub(r"上午|下午|早上|晚上|中午|傍晚", "", rest)
    if rest != said.text and _ONLY_A_TIME.fullmatch(rest):
        return NotAnAnswer()
    return read_words(2, 200)(said, situation)


TRANSACTION = Transaction(
    kind="request_callback",
    zh="预约回电",
    intents=("request_callback",),
    post="综合",
    level=IdentityLevel.L1,
    start=_start,
    questions=NEVER_ONLY_ASKED,
    steps=(
        CALL_TIME,
        Step(TOPIC, "想谈的事", lambda _: Ask("想谈什么事？一句话就行，接电话的人会先看好。", "text"), _read_topic, free_text=True, story=True),
    ),
    promise=Promise(appointment=day_of_call),
    effect=_confirm_by_text,
    what_next=_what_next,
)  # fmt: skip
