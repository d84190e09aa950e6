"""Between accepting and deciding a complaint: looking into it, extending it, stopping its clock (投诉办法 art 18, 23).

Fifteen days become thirty by telling the complainant; another thirty need a second person's approval. Only an outside
appraisal and a mediation that the complainant applied for stop the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.calendars.clocks import Pause, PauseReason, due
from bot.errors import BotError
from bot.insurance.complaint import Complaint, ComplaintClocks, ComplaintStage
from bot.insurance.complaint_handling import ComplaintMove, MadeMove, StoppedClock
from bot.services.deadlines import Deadlines, speak_date
from bot.services.handle_complaint import NOT_TOLD, ComplaintFlawError, ComplaintStepError, complaint_for
from bot.services.ports import UnitOfWork

LEAST, LONGEST = 5, 300
_MOVABLE = frozenset(
    {
        ComplaintStage.ACCEPTED, ComplaintStage.INVESTIGATING, ComplaintStage.NEGOTIATING, ComplaintStage.MEDIATING,
        ComplaintStage.EXTENDED, ComplaintStage.TRANSFERRED,
    }
)  # fmt: skip
_STAGES = {
    ComplaintMove.INVESTIGATE: ComplaintStage.INVESTIGATING,
    ComplaintMove.NEGOTIATE: ComplaintStage.NEGOTIATING,
    ComplaintMove.EXTEND: ComplaintStage.EXTENDED,
    ComplaintMove.GRANT_MORE: ComplaintStage.EXTENDED,
    ComplaintMove.APPRAISE: ComplaintStage.INVESTIGATING,
    ComplaintMove.MEDIATE: ComplaintStage.MEDIATING,
    ComplaintMove.RESUME: ComplaintStage.INVESTIGATING,
}
_NOTICES = {
    ComplaintMove.EXTEND: "延期告知",
    ComplaintMove.GRANT_MORE: "再延期告知",
    ComplaintMove.APPRAISE: "鉴定评估告知",
    ComplaintMove.MEDIATE: "进入调解告知",
    ComplaintMove.RESUME: "恢复计算期限告知",
}
_REASONS = {
    ComplaintMove.APPRAISE: PauseReason.EXTERNAL_APPRAISAL,
    ComplaintMove.MEDIATE: PauseReason.MEDIATION,
}


class NotApproverError(BotError):
    """The second extension is approved by a senior manager, and never by who asked for it."""

    code = "not_approver"


@dataclass(frozen=True)
class MoveComplaint:
    """The officer's command. `approver`: he may approve a second extension. `told_how`: how a complainant without a phone
    was told, with the proof (投诉办法 art 21)."""

    complaint_no: str
    move: ComplaintMove
    note: str
    agent: str
    at: datetime
    approver: bool = False
    told_how: str = ""


def moves_open_to(complaint: Complaint, agent: str, today: date, *, approver: bool) -> tuple[ComplaintMove, ...]:
    """What this officer may do with the complaint now, in the order of the form."""
    if complaint.stage not in _MOVABLE or complaint.bars(agent):
        return ()
    if complaint.is_stopped:
        return (ComplaintMove.RESUME,)
    found = [ComplaintMove.INVESTIGATE, ComplaintMove.NEGOTIATE, ComplaintMove.APPRAISE, ComplaintMove.MEDIATE]
    late = complaint.is_overdue(today)  # a limit that has passed cannot be extended any more
    if not complaint.is_extended and not late:
        found.append(ComplaintMove.EXTEND)
    elif complaint.asked_for_more_by and complaint.asked_for_more_by != agent and approver:
        found += [ComplaintMove.REFUSE_MORE] if late else [ComplaintMove.GRANT_MORE, ComplaintMove.REFUSE_MORE]
    elif not complaint.asked_for_more_by and not complaint.clocks.decide_by_special and not late:
        found.append(ComplaintMove.ASK_FOR_MORE)
    return tuple(found)


def move_complaint(work: UnitOfWork, command: MoveComplaint, deadlines: Deadlines) -> Complaint:
    """Keep the move with its time, set the dates that follow from it, tell the complainant where the law wants that.

    Raises:
        LookupError: no such complaint. RecusedError, NotApproverError, ComplaintStepError, ComplaintFlawError.
    """
    complaint = complaint_for(work, command.complaint_no, command.agent)
    _check(complaint, command)
    told_how = "" if complaint.phone or not command.move.is_told else command.told_how
    made = MadeMove(command.move, command.note, command.agent, command.at, told_how)
    moved = replace(complaint, moves=(*complaint.moves, made), stage=_STAGES.get(command.move, complaint.stage))
    changed = replace(moved, clocks=clocks_of(moved, deadlines))
    if command.move in _NOTICES:
        changed = replace(changed, last_notice=_NOTICES[command.move], last_notice_at=command.at)
    work.complaints.save(changed)
    if changed.phone and command.move in _NOTICES:
        work.texts.send(changed.phone, f"【保险客服】{move_text(changed, command.at.date())}", command.at)
    due_on = changed.statutory_due
    detail = {"move": command.move.value, "due": due_on.isoformat() if due_on else "", "stage": changed.stage.value}
    work.audit.append(
        "complaint.moved", subject=changed.complaint_no, actor=f"agent:{command.agent}", at=command.at, detail=detail
    )
    return changed


def _check(complaint: Complaint, command: MoveComplaint) -> None:
    allowed = moves_open_to(complaint, command.agent, command.at.date(), approver=command.approver)
    if command.move not in allowed:
        about_more = command.move in (ComplaintMove.GRANT_MORE, ComplaintMove.REFUSE_MORE)
        if about_more and complaint.asked_for_more_by:
            raise NotApproverError(agent=command.agent)
        raise ComplaintStepError(stage=complaint.stage.zh)
    if not LEAST <= len(command.note) <= LONGEST:
        raise ComplaintFlawError(flaw=f"说明要写 {LEAST} 到 {LONGEST} 个字")
    # Without being told there is no extension and nothing that stops the clock.
    if command.move.is_told and not complaint.phone and not LEAST <= len(command.told_how) <= LONGEST:
        raise ComplaintFlawError(flaw=NOT_TOLD)


def clocks_of(complaint: Complaint, deadlines: Deadlines) -> ComplaintClocks:
    """The statutory dates, without the days that an appraisal or a mediation took; an open stop is not counted yet."""
    pauses = _pauses(complaint.complaint_no, complaint.stopped)

    def on(rule_id: str) -> date:
        return due(
            deadlines.rule(rule_id), complaint.clock_from, calendar=deadlines.calendar, pauses=pauses
        ).internal_due

    granted = complaint.clocks.decide_by_special or complaint.moves[-1].move is ComplaintMove.GRANT_MORE
    return replace(
        complaint.clocks,
        decide_by=on("D-C01"),
        decide_by_complex=on("D-C02"),
        decide_by_special=on("D-C03") if granted else None,
    )


def _pauses(number: str, stopped: Sequence[StoppedClock]) -> tuple[Pause, ...]:
    return tuple(Pause(one.start, one.end, _REASONS[one.why], number) for one in stopped if one.end)


def move_text(complaint: Complaint, today: date) -> str:
    """What the complainant reads about the latest move."""
    number, note = complaint.complaint_no, complaint.moves[-1].note.rstrip("。")
    by = speak_date(complaint.statutory_due, today) if complaint.statutory_due else ""
    words = {
        ComplaintMove.EXTEND: f"情况复杂，处理期限延长，最晚 {by} 作出处理并告知您。原因：{note}",
        ComplaintMove.GRANT_MORE: f"情况特别复杂，经审批处理期限再延长，最晚 {by} 作出处理并告知您。原因：{note}",
        ComplaintMove.APPRAISE: f"要请外部机构鉴定或评估：{note}。这段时间不计入处理期限，有了结果会把新的日期告诉您",
        ComplaintMove.MEDIATE: f"按您的申请进入调解：{note}。调解期间不计入处理期限，调解结束会把新的日期告诉您",
        ComplaintMove.RESUME: f"鉴定或调解已经结束：{note}。处理期限接着算，最晚 {by} 作出处理并告知您",
    }[complaint.moves[-1].move]
    return f"投诉 {number}：{words}。有疑问打开在线客服说“查投诉 {number}”，也可以拨打 12378。"
