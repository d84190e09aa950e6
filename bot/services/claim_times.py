"""How long claims take by stage, and what is late by post (company rules 004 §7.3.2): numbers only, for whoever shows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.insurance.claim import ClaimStage
from bot.insurance.claim_figures import EventFigures, StageTime, StageTimes
from bot.services.ports import UnitOfWork


def stage_times(work: UnitOfWork, start: datetime, end: datetime, *, today: date | None = None) -> StageTimes:
    """Stays in a stage that ended from `start` until before `end`; what is late is so on `today`, else on the day of `end`."""
    day = today or end.date()
    stays, late = work.claim_figures.stays(start, end), work.claim_figures.late_by_stage(day)
    stages = tuple(
        StageTime(stage, count, took / count if count else None, late.get(stage, 0))
        for stage in ClaimStage
        if stage in stays or stage in late
        for count, took in (stays.get(stage, (0, timedelta(0))),)
    )
    reported, contacted, in_time, spent = work.claim_figures.contacts(start, end)
    tasks = work.claim_figures.tasks_by_post(day)
    return StageTimes(
        stages=stages,
        overdue={post: overdue for post, (overdue, _) in tasks.items()},
        due_soon={post: soon for post, (_, soon) in tasks.items()},
        reported=reported,
        contacted=contacted,
        in_time=in_time,
        first_contact=spent / contacted if contacted else None,
    )


def event_figures(work: UnitOfWork, event_id: str, today: date) -> EventFigures:
    """What a disaster brought so far (E27). Raises LookupError: no such event."""
    if work.events.get(event_id) is None:
        raise LookupError(event_id)
    return work.claim_figures.of_event(event_id, today)
