"""The daily sweep: what is due soon or overdue becomes a task for its post, and customers get the notices they are owed.

However often and from however many processes it is run, a day is swept once: the first to claim the day does it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.calendars.clocks import SHANGHAI, PauseReason
from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.open_case import CaseKind
from bot.insurance.task import DueMatter, Register, Task, TaskState
from bot.insurance.upkeep import UpkeepItem
from bot.services.claim_stages import StageTargets
from bot.services.consent_to_change import expire
from bot.services.deadlines import Deadlines
from bot.services.draft_ports import KEPT
from bot.services.figures.monthly_report import report_due
from bot.services.follow_ups.raise_follow_ups import sweep_follow_ups
from bot.services.keep_up import upkeep_matters
from bot.services.look_after_claim import name_handlers
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.services.quality.draw_sample import Sampling, draw_sample
from bot.services.remind_customers import remind_customers
from bot.services.servicing.limits import Limits

CLOCK = "clock"  # the actor of what nobody did by hand
ADVANCE_PAYMENT = "D-L07"
STOP_REVIEW = "complaint.stop_review_days"
_AMOUNT_OPEN = frozenset(stage for stage in ClaimStage if not stage.is_decided and stage is not ClaimStage.WITHDRAWN)


@dataclass(frozen=True)
class SweepReport:
    """What one sweep did; `ran` is False when the day had been swept before."""

    day: date
    ran: bool
    raised: int = 0
    overdue: int = 0  # of the tasks raised now or before, those that have become overdue
    closed: int = 0
    expired: int = 0  # requests whose time for the insured's consent ran out
    texts: int = 0
    follow_ups: int = 0  # raised
    sampled: int = 0  # conversations drawn for a quality review


@dataclass(frozen=True)
class Sweep:
    """Sweeps the day of `now` once, in one transaction: a sweep that fails leaves the day unswept."""

    unit_of_work: UnitOfWorkFactory
    deadlines: Deadlines
    limits: Limits
    stages: StageTargets = field(default_factory=StageTargets)
    sampling: Sampling = field(default_factory=lambda: Sampling("", 0, 0))
    upkeep: Sequence[UpkeepItem] = ()

    def __call__(self, now: datetime) -> SweepReport:
        with self.unit_of_work() as work:
            if not work.once.claim(f"sweep:{now.date().isoformat()}", now):
                return SweepReport(now.date(), ran=False)
            report = sweep_due_dates(work, now, self)
            work.commit()
        return report

    def settle(self, work: UnitOfWork, tasks: Sequence[Task], now: datetime) -> int:
        """Close those of these tasks whose matter is done by now, and say how many; the desk asks before it shows them."""
        if not tasks:
            return 0
        matters = due_matters(work, now.date(), self, among={task.number for task in tasks})
        return _close(work, tasks, matters, now)


def sweep_due_dates(work: UnitOfWork, now: datetime, rules: Sweep) -> SweepReport:
    """Everything that the day brings. Run again it changes nothing; the caller commits."""
    expired = _expire_consents(work, now)
    # Before the tasks: a complainant who was told how far it is owes nobody a task for that.
    texts = remind_customers(work, now, rules.deadlines, rules.limits)
    followed = sweep_follow_ups(work, now, rules.deadlines, rules.limits)
    texts += followed.texts
    work.drafts.forget(now - KEPT)
    sampled = draw_sample(work, now, rules.sampling)
    work.facts.forget(now.date() - timedelta(days=rules.limits.whole("figures.kept_days")))
    matters = due_matters(work, now.date(), rules)
    raised, overdue = _raise(work, matters, now)
    name_handlers(work, matters, now)
    closed = _close(work, work.tasks.open(), matters, now)
    report = SweepReport(now.date(), True, raised, overdue, closed, expired, texts, followed.raised, sampled)
    counted = ("raised", "overdue", "closed", "expired", "texts", "follow_ups", "sampled")
    detail = {name: str(getattr(report, name)) for name in counted}
    work.audit.append("sweep.done", subject=now.date().isoformat(), actor=CLOCK, at=now, detail=detail)
    return report


def due_matters(
    work: UnitOfWork, today: date, rules: Sweep, among: Collection[str] | None = None
) -> Sequence[DueMatter]:
    """Open matters of all registers (`among`: those of these numbers) whose date is near or past, or that are to be chased
    from today."""
    soon = rules.deadlines.calendar.add_working_days(today, rules.limits.whole("tasks.due_soon_days")).date
    found = [
        each for each in work.due_matters.until(soon, today=today, among=among) if not _stopped(each, rules.deadlines)
    ]
    known = {(each.number, each.due) for each in found}
    claims = work.claims.in_stages(_AMOUNT_OPEN.union(rules.stages.stages), among)
    steps = list(_steps_of_claims(claims, today, rules, known))
    known |= {(each.number, each.due) for each in steps}
    stopped = _stopped_complaints(work, today, rules, among)
    report = report_due(work, today, rules.deadlines, rules.limits)
    reports = [report] if report and (among is None or report.number in among) else []
    advance = _advance_payments(claims, soon, rules.deadlines, known)
    return [
        *found,
        *steps,
        *stopped,
        *reports,
        *advance,
        *_improvements(work, soon, among),
        *upkeep_matters(work, rules.upkeep, soon, among),
    ]


def _improvements(work: UnitOfWork, soon: date, among: Collection[str] | None) -> Iterator[DueMatter]:
    for one in work.improvements.due_until(soon, among):
        yield DueMatter(one.number, Register.IMPROVEMENT, one.owner, "open", one.post, one.due)


def _stopped_complaints(
    work: UnitOfWork, today: date, rules: Sweep, among: Collection[str] | None
) -> Iterator[DueMatter]:
    """Complaints whose clock an appraisal or a mediation has stopped for long: nothing falls due there, and nobody would
    look. The latest review day that has come."""
    days = rules.limits.whole(STOP_REVIEW)
    for complaint in work.complaints.stopped(among):
        since = next((one.start for one in reversed(complaint.stopped) if one.end is None), None)
        past = (today - since.astimezone(SHANGHAI).date()).days // days if since else 0
        if since and past:
            due = since.astimezone(SHANGHAI).date() + timedelta(days=past * days)
            yield DueMatter(
                complaint.complaint_no, Register.COMPLAINT, complaint.kind, complaint.stage.value,
                CaseKind.COMPLAINT.post, due, STOP_REVIEW,
            )  # fmt: skip


def _advance_payments(
    claims: Sequence[Claim], soon: date, deadlines: Deadlines, known: set[tuple[str, date]]
) -> Iterator[DueMatter]:
    """Claims whose papers are complete and whose amount is still open: after sixty days the sum that is certain is paid
    in advance (保险法 art 25, D-L07)."""
    for claim in claims:
        if claim.stage not in _AMOUNT_OPEN or claim.documents_complete_on is None:
            continue
        complete = datetime.combine(claim.documents_complete_on, time(), SHANGHAI)
        due = deadlines.due(ADVANCE_PAYMENT, complete).internal_due
        if due <= soon and (claim.claim_no, due) not in known:
            line, stage = claim.report.line.value, claim.stage.value
            yield DueMatter(claim.claim_no, Register.CLAIM, line, stage, CaseKind.CLAIM.post, due, ADVANCE_PAYMENT)


def _steps_of_claims(
    claims: Sequence[Claim], today: date, rules: Sweep, known: set[tuple[str, date]]
) -> Iterator[DueMatter]:
    """Claims whose present step is due by the company's own limit; a day that is a task by law already is one task."""
    for claim in claims:
        due = rules.stages.due(claim, rules.deadlines) if claim.stage in rules.stages.stages else None
        if due and due.on <= today and (claim.claim_no, due.on) not in known:
            line, stage = claim.report.line.value, claim.stage.value
            yield DueMatter(claim.claim_no, Register.STEP, line, stage, CaseKind.CLAIM.post, due.on, due.rule)


def _stopped(matter: DueMatter, deadlines: Deadlines) -> bool:
    """A clock that its article stops while the customer collects papers (解释二 art 15) makes no task."""
    rule = deadlines.rules.get(matter.due_rule)
    stops = rule is not None and PauseReason.CLAIM_DOCUMENTS in rule.pauses
    return stops and matter.register is Register.CLAIM and matter.stage == ClaimStage.AWAITING_DOCUMENTS.value


def _expire_consents(work: UnitOfWork, now: datetime) -> int:
    today = now.date()
    waiting = [each for each in work.due_matters.until(today, today=today) if each.register is Register.CONSENT]
    changes = [change for each in waiting if (change := work.endorsements.get(each.number))]
    return sum(expire(work, change, now) for change in changes)


def _raise(work: UnitOfWork, matters: Sequence[DueMatter], now: datetime) -> tuple[int, int]:
    """New tasks, and those that became overdue: how many of each."""
    known = {(task.number, task.due): task for task in work.tasks.open()}
    raised = overdue = 0
    written: list[Task] = []
    for matter in matters:
        task, state = known.get((matter.number, matter.due)), matter.state_on(now.date())
        if task is None:
            made = Task(
                matter.number, matter.due, matter.register, matter.about, matter.post, state, now, matter.restricted
            )
            written.append(made)
            _record(work, "task.raised", made, now)
            raised, overdue = raised + 1, overdue + (state is TaskState.OVERDUE)
        elif task.state is not state:
            changed = replace(task, state=state)
            written.append(changed)
            _record(work, "task.overdue", changed, now)
            overdue += 1
    work.tasks.save(*written)
    return raised, overdue


def _close(work: UnitOfWork, tasks: Sequence[Task], matters: Sequence[DueMatter], now: datetime) -> int:
    """Tasks whose matter is done, or has another date by now."""
    still = {(matter.number, matter.due) for matter in matters}
    done = [task for task in tasks if (task.number, task.due) not in still]
    work.tasks.save(*(replace(task, closed_at=now) for task in done))
    for task in done:
        _record(work, "task.closed", task, now)
    return len(done)


def _record(work: UnitOfWork, event: str, task: Task, now: datetime) -> None:
    detail = {"due": task.due.isoformat(), "post": task.post, "state": task.state.value}
    work.audit.append(event, subject=task.number, actor=CLOCK, at=now, detail=detail)
