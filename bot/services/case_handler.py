"""Every open case may have a named account that sees to it: one of its post, taken or given, and never somebody who is gone.

Source: company rules 004 §4.3 (责任明确: each matter has an owner), §7.3.3; 投诉办法 art 17 (who keeps away from a complaint).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.errors import BotError
from bot.insurance.case_handler import HandlerChange
from bot.insurance.open_case import CaseKind
from bot.insurance.staff import May, Staff
from bot.services.ports import UnitOfWork

GONE, BARRED = "账号停用或不再办这一岗的事，退回本岗", "按回避规定退回本岗"


class CaseOverError(BotError):
    """Nobody needs to see to it any more."""

    code = "case_over"


class NotOfThePostError(BotError):
    """`data["name"]` does not work on the case: of another post, locked, or keeping away from it."""

    code = "not_of_the_post"


def works_on(work: UnitOfWork, number: str, staff: Staff) -> bool:
    """Whether this account may record what becomes of the case; False where there is none."""
    return _workers(work, number)(staff)


def able_staff(work: UnitOfWork, number: str) -> tuple[str, ...]:
    """Who may see to it, by name."""
    works = _workers(work, number)
    return tuple(one.name for one in work.staff.all() if not one.locked and works(one))


def _workers(work: UnitOfWork, number: str) -> Callable[[Staff], bool]:
    """Of whom it is asked, the case being read once."""
    kind = CaseKind(number[:1])
    if kind is CaseKind.CLAIM:
        return lambda staff: staff.may(May.RECORD_CLAIMS)
    if kind is CaseKind.ENDORSEMENT:
        return lambda staff: staff.records_at(kind.post)
    if kind is CaseKind.COMPLAINT:
        complaint = work.complaints.get(number)
        return lambda staff: (
            complaint is not None and staff.may(May.HANDLE_COMPLAINTS) and not complaint.bars(staff.name)
        )
    request = work.requests.get(number)
    return lambda staff: request is not None and staff.records_at(request.post, restricted=request.restricted)


def may_name_handler(work: UnitOfWork, number: str, staff: Staff) -> bool:
    """The people of the post, and a manager; of a case that is open, and that this account sees."""
    return is_open(work, number) and (staff.may(May.APPROVE) or works_on(work, number, staff))


def name_handler(work: UnitOfWork, number: str, name: str, agent: str, at: datetime) -> None:
    """From now on `name` sees to it, "" being the whole post. The same name again changes nothing. The caller commits.

    Raises:
        LookupError: no such case. CaseOverError, NotOfThePostError: as they say.
    """
    if number not in (had := work.handlers.of([number])):
        raise LookupError(number)
    if not is_open(work, number):
        raise CaseOverError(number=number)
    if name and name not in able_staff(work, number):
        raise NotOfThePostError(name=name)
    if had[number] != name:
        write_handler(work, number, HandlerChange(name, f"agent:{agent}", at))


def give_back_cases(work: UnitOfWork, name: str, by: str, at: datetime) -> int:
    """The cases that the account may not see to any more are their posts' again; how many. The caller commits."""
    staff, given = work.staff.get(name), 0
    for number in work.handlers.held_by(name):
        if staff is None or staff.locked or not works_on(work, number, staff):
            write_handler(work, number, HandlerChange("", by, at, GONE))
            given += 1
    return given


def give_back_complaint(work: UnitOfWork, complaint_no: str, who: str, by: str, at: datetime) -> None:
    """He keeps away from it from now on."""
    if work.handlers.of([complaint_no]).get(complaint_no) == who:
        write_handler(work, complaint_no, HandlerChange("", by, at, BARRED))


def write_handler(work: UnitOfWork, number: str, change: HandlerChange) -> None:
    work.handlers.change(number, change)
    detail = {"handler": change.handler}
    work.audit.append("case.handler_named", subject=number, actor=change.by, at=change.at, detail=detail)


def is_open(work: UnitOfWork, number: str) -> bool:
    """Whether somebody still has to work on it; False where there is no such case."""
    kind = CaseKind(number[:1])
    if kind is CaseKind.CLAIM:
        return (claim := work.claims.get(number)) is not None and not claim.is_over
    if kind is CaseKind.COMPLAINT:
        return (complaint := work.complaints.get(number)) is not None and (complaint.is_open or complaint.owes_report)
    if kind is CaseKind.ENDORSEMENT:
        return (change := work.endorsements.get(number)) is not None and change.status.is_open
    return (request := work.requests.get(number)) is not None and request.status.is_open
