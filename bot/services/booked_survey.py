"""What stands booked for a survey (查勘) of a claim: when, where, and who comes once the claims post has named somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.insurance.service_request import SURVEYOR, RequestStatus, RequestStep, ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.ports import UnitOfWork

BOOK_SURVEY = "book_survey"
TIME, PLACE, OF_CLAIM = "查勘时间", "查勘地点", "案件"  # lines of the request


@dataclass(frozen=True)
class BookedSurvey:
    """`surveyor` is name and phone, "" while nobody is named."""

    request: ServiceRequest
    starts: datetime
    place: str
    surveyor: str

    def is_missed(self, now: datetime, window: timedelta) -> bool:
        """Nobody has recorded that it was done, and its time is over."""
        return self.starts + window < now

    def spoken(self, now: datetime, window: timedelta) -> str:
        when = speak_window(self.starts, window, now)
        if self.is_missed(now, window):
            return f"约好的查勘时间 {when} 已经过了。没有人来的话很抱歉，可以重新约，或者转人工。"
        who = f"{self.surveyor} 来" if self.surveyor else "查勘员定下来会发短信"
        return f"查勘约在 {when}，{self.place}，{who}。"


def booked_survey(work: UnitOfWork, claim_no: str, *, but: str = "") -> BookedSurvey | None:
    """The one that is open; a new time takes the place of the one before. `but`: the request that is just made."""
    waiting = (each for each in work.requests.open_of_kind(BOOK_SURVEY) if each.request_no != but)
    mine = [each for each in waiting if dict(each.fields).get(OF_CLAIM) == claim_no]
    if not mine:
        return None
    told = dict(mine[-1].fields)
    return BookedSurvey(mine[-1], datetime.fromisoformat(told[TIME]), told.get(PLACE, ""), told.get(SURVEYOR, ""))


def free_slot(
    work: UnitOfWork,
    wanted: datetime,
    claim_no: str,
    *,
    at_once: int,
    window: timedelta,
    following: Callable[[datetime], datetime],
) -> datetime:
    """`wanted`, or the next start at which fewer than `at_once` other claims are surveyed; `following` goes to the next
    time somebody is there."""
    taken = [
        datetime.fromisoformat(dict(each.fields)[TIME])
        for each in work.requests.open_of_kind(BOOK_SURVEY)
        if dict(each.fields).get(OF_CLAIM) != claim_no
    ]
    start = wanted
    while sum(abs(each - start) < window for each in taken) >= at_once:
        start = following(start + window)
    return start


def speak_window(starts: datetime, window: timedelta, now: datetime) -> str:
    """11 月 25 日（周三）15:00 到 16:00."""
    weekday = "一二三四五六日"[starts.weekday()]
    return f"{speak_date(starts.date(), now.date())}（周{weekday}）{starts:%H:%M} 到 {starts + window:%H:%M}"


def drop_survey(work: UnitOfWork, booked: BookedSurvey, note: str, instead: str, at: datetime) -> None:
    """Its customer takes it back; the surveyor reads why on its sheet. `instead`: the request that does so."""
    request = booked.request
    step = RequestStep(RequestStatus.WITHDRAWN, at, "customer", note)
    work.requests.save(replace(request, status=step.status, steps=(*request.steps, step)))
    detail = {"instead": instead}
    work.audit.append("request.replaced", subject=request.request_no, actor="customer", at=at, detail=detail)
