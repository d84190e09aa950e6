"""Follow-ups for the tests: raised by hand, as the sweep would, in whatever store the test has."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpState
from bot.services.ports import UnitOfWorkFactory


def raise_follow_up(
    unit_of_work: UnitOfWorkFactory,
    kind: FollowUpKind,
    subject: str,
    party_id: str,
    now: datetime,
    **changes: object,
) -> FollowUp:
    """One that was written to its customer a day ago, in place of an earlier one about the same."""
    with unit_of_work() as work:
        known = work.follow_ups.of_subject(kind, subject)
        made = FollowUp(
            number=known.number if known else work.numbers.next("R", now.date()),
            kind=kind,
            subject=subject,
            party_id=party_id,
            state=FollowUpState.SENT,
            raised_at=now - timedelta(days=1),
            due=now.date() + timedelta(days=10),
            due_rule="D-V01" if kind is FollowUpKind.NEW_POLICY else "follow_up.days",
            tries=1,
            last_try_at=now - timedelta(days=1),
            **changes,  # type: ignore[arg-type]
        )
        if known:
            work.follow_ups.save(made)
        else:
            assert work.follow_ups.add(made)
        work.commit()
    return made
