"""Opening what is to become better, giving it to somebody, and recording what was done with its proof."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.improvement import Improvement
from bot.insurance.staff import GENERAL, POSTS, May, Staff
from bot.services.ports import UnitOfWork

PREFIX = "G"
LEAST, LONGEST = 5, 500  # of every text, in characters


class ImprovementFlawError(BotError):
    """What was told is incomplete or can't be; `data["flaw"]` says why, for the desk."""

    code = "improvement_flaw"


class ImprovementDoneError(BotError):
    """It is done already, and what was recorded stays."""

    code = "improvement_done"


@dataclass(frozen=True)
class OpenImprovement:
    source_no: str
    what: str
    owner: str
    due: date
    by: Staff
    at: datetime


def open_improvement(work: UnitOfWork, command: OpenImprovement) -> Improvement:
    """The caller commits. Raises ImprovementFlawError."""
    _check_text(command.what, "要改进什么")
    _check_day(command.due, command.at)
    if command.source_no and not _is_there(work, command.source_no, command.by):
        raise ImprovementFlawError(flaw="没有这个来源编号，或者不归您看")
    improvement = Improvement(
        number=work.numbers.next(PREFIX, command.at.date()),
        source_no=command.source_no,
        what=command.what,
        owner=command.owner,
        post=_post_of(_known(work, command.owner)),
        due=command.due,
        opened_by=command.by.name,
        opened_at=command.at,
    )
    work.improvements.add(improvement)
    _record(work, "improvement.opened", improvement, command.by.name, command.at)
    return improvement


def give_improvement(work: UnitOfWork, number: str, owner: str, due: date, by: str, at: datetime) -> Improvement:
    """Another owner or day. The caller commits. Raises LookupError, ImprovementDoneError, ImprovementFlawError."""
    improvement = _open(work, number)
    _check_day(due, at)
    given = replace(improvement, owner=owner, post=_post_of(_known(work, owner)), due=due)
    work.improvements.save(given)
    _record(work, "improvement.given", given, by, at)
    return given


def finish_improvement(work: UnitOfWork, number: str, done: str, proof: str, by: str, at: datetime) -> Improvement:
    """What was done, and what shows it. The caller commits. Raises LookupError, ImprovementDoneError, ImprovementFlawError."""
    improvement = _open(work, number)
    _check_text(done, "做了什么")
    _check_text(proof, "凭证")
    finished = replace(improvement, done=done, proof=proof, done_by=by, done_at=at)
    work.improvements.save(finished)
    _record(work, "improvement.done", finished, by, at)
    return finished


def _open(work: UnitOfWork, number: str) -> Improvement:
    improvement = work.improvements.get(number)
    if improvement is None:
        raise LookupError(number)
    if not improvement.is_open:
        raise ImprovementDoneError(number=number)
    return improvement


def _known(work: UnitOfWork, name: str) -> Staff:
    staff = work.staff.get(name)
    if staff is None or staff.locked:
        raise ImprovementFlawError(flaw="负责人要选在用的账号")
    return staff


def _post_of(staff: Staff) -> str:
    """Whose list of tasks it is on: the first post of the owner."""
    return next((post for post in POSTS if post in staff.posts), GENERAL)


def _is_there(work: UnitOfWork, source_no: str, staff: Staff) -> bool:
    if source_no.startswith("T"):
        complaint = work.complaints.get(source_no)
        return complaint is not None and staff.sees("投诉回访") and not complaint.bars(staff.name)
    if source_no.startswith("J"):
        return staff.may(May.READ_QUALITY) and work.reviews.get(source_no) is not None
    return source_no.startswith("D") and work.events.get(source_no) is not None


def _check_text(text: str, what: str) -> None:
    if not LEAST <= len(text) <= LONGEST:
        raise ImprovementFlawError(flaw=f"{what}要写 {LEAST} 到 {LONGEST} 个字")


def _check_day(due: date, at: datetime) -> None:
    if due < at.date():
        raise ImprovementFlawError(flaw="期限不能早于今天")


def _record(work: UnitOfWork, event: str, improvement: Improvement, by: str, at: datetime) -> None:
    detail = {"owner": improvement.owner, "due": improvement.due.isoformat(), "source": improvement.source_no}
    work.audit.append(event, subject=improvement.number, actor=f"agent:{by}", at=at, detail=detail)
