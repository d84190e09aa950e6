"""An officer decides what becomes of a registered complaint; the complainant is told with reasons and remedies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.complaint import UNACCEPTED, Complaint, ComplaintStage
from bot.insurance.triage import Triage, TriageOutcome
from bot.services.deadlines import speak_date
from bot.services.ports import UnitOfWork

LEAST_REASON, LONGEST_REASON = 5, 300
_STAGES = {
    TriageOutcome.ACCEPT: ComplaintStage.ACCEPTED,
    TriageOutcome.OTHER_DEPARTMENT: ComplaintStage.TRANSFERRED,
}
_NOTICES = {
    TriageOutcome.ACCEPT: "受理告知",
    TriageOutcome.OTHER_BODY: "转相关单位告知",
    TriageOutcome.OTHER_DEPARTMENT: "转部门告知",
    TriageOutcome.OUTSIDE: "不予受理告知",
    TriageOutcome.NOT_ENTITLED: "不予办理告知",
}
_REMEDIES = "不同意的，30 天内可以书面申请核查，也可以选择调解、仲裁、诉讼，或拨打 12378。"


class RecusedError(BotError):
    """The officer is the one complained of, or has stepped back (投诉办法 art 17)."""

    code = "recused"


class TriageOverError(BotError):
    """The complaint has been triaged, decided or withdrawn; `data["stage"]` is its stage in Chinese."""

    code = "triage_over"


class ReasonMissingError(BotError):
    """The reason is too short or too long to be told to a complainant."""

    code = "reason_missing"


class NotToldError(BotError):
    """A complaint ends, and nothing says how a complainant without a phone was told (投诉办法 art 18 ¶4, art 21)."""

    code = "not_told"


@dataclass(frozen=True)
class TriageComplaint:
    """The officer's command. `told_how`: how a complainant without a phone was told, with the proof."""

    complaint_no: str
    outcome: TriageOutcome
    reason: str
    agent: str
    at: datetime
    told_how: str = ""


def may_triage(complaint: Complaint, agent: str) -> bool:
    """Whether this officer has the choice: while it is open, and never where he keeps away."""
    return complaint.stage in UNACCEPTED and not complaint.bars(agent)


def tell_by(complaint: Complaint) -> tuple[date, date]:
    """Until when the complainant is told of the choice: the company's target, and the latest day.

    The ten working days of company rules art 16 may end after the law wants a decision (X-01): the earlier counts.
    """
    clocks = complaint.clocks
    return min(clocks.acceptance_target, clocks.decide_by), min(clocks.acceptance_by, clocks.decide_by)


def triage_complaint(work: UnitOfWork, command: TriageComplaint) -> Complaint:
    """Store the choice, move the stage, queue the notice to a phone that was left.

    Raises:
        LookupError: no such complaint. RecusedError, TriageOverError, ReasonMissingError, NotToldError: as they say.
    """
    complaint = work.complaints.get(command.complaint_no)
    if complaint is None:
        raise LookupError(command.complaint_no)
    if complaint.bars(command.agent):
        raise RecusedError(agent=command.agent)
    if complaint.stage not in UNACCEPTED:
        raise TriageOverError(stage=complaint.stage.zh)
    if not LEAST_REASON <= len(command.reason) <= LONGEST_REASON:
        raise ReasonMissingError(length=len(command.reason))
    outcome = command.outcome
    if outcome.ends and not complaint.phone and not LEAST_REASON <= len(command.told_how) <= LONGEST_REASON:
        raise NotToldError(outcome=outcome.value)
    told_how = "" if complaint.phone else command.told_how
    changed = replace(
        complaint,
        stage=_STAGES.get(outcome, ComplaintStage.CLOSED),
        closing_reason=command.reason if outcome.ends else complaint.closing_reason,
        triages=(*complaint.triages, Triage(outcome, command.reason, command.agent, command.at, told_how)),
        last_notice=_NOTICES[outcome],
        last_notice_at=command.at,
    )
    work.complaints.save(changed)
    if changed.phone:
        work.texts.send(changed.phone, f"【保险客服】{notice_text(changed, command.at.date())}", command.at)
    detail = {"outcome": outcome.value, "from": complaint.stage.value, "told_by_text": str(bool(changed.phone))}
    work.audit.append(
        "complaint.triaged", subject=changed.complaint_no, actor=f"agent:{command.agent}", at=command.at, detail=detail
    )
    return changed


def notice_text(complaint: Complaint, today: date) -> str:
    """What the complainant reads about the latest choice: what, why, what follows and by when."""
    choice, number, clocks = complaint.triages[-1], complaint.complaint_no, complaint.clocks
    by = speak_date(clocks.decide_by, today)
    if choice.outcome is TriageOutcome.ACCEPT:
        longest = speak_date(clocks.decide_by_complex, today)
        return f"投诉 {number} 已受理，最晚 {by} 作出处理并告知您；情况复杂的最晚 {longest}，会先说明原因。"
    if choice.outcome is TriageOutcome.OTHER_DEPARTMENT:
        return f"您反映的事（编号 {number}）已转公司负责的部门，最晚 {by} 答复您。说明：{choice.reason}"
    what = {
        TriageOutcome.OTHER_BODY: "不由我们公司负责处理，已转相关单位",
        TriageOutcome.OUTSIDE: "不属于消费投诉，没有受理",
        TriageOutcome.NOT_ENTITLED: "不是由投诉人本人或有权代为投诉的人提出的，没有办理",
    }[choice.outcome]
    return f"投诉 {number} {what}。理由：{choice.reason}。{_REMEDIES}"
