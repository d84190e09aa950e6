"""The desk's list reads only what is open, by an index of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from store_samples import CHANGE, CLAIM, COMPLAINT, NOW

from bot.insurance.claim import ClaimStage
from bot.insurance.complaint import ComplaintStage
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.open_case import CaseKind


def _fill(unit_of_work):
    with unit_of_work() as work:
        work.claims.add(CLAIM)
        work.complaints.add(COMPLAINT)
        work.complaints.add(replace(COMPLAINT, complaint_no="T2", idempotency_key="2", stage=ComplaintStage.CLOSED))
        work.claims.add(replace(CLAIM, claim_no="C2", idempotency_key="2", stage=ClaimStage.WITHDRAWN))
        work.claims.add(replace(CLAIM, claim_no="C3", idempotency_key="3", due_on=None))
        work.commit()


@pytest.mark.parametrize("stage", list(ComplaintStage))
def test_a_complaint_is_listed_while_it_is_open(unit_of_work, stage):
    with unit_of_work() as work:
        work.complaints.add(replace(COMPLAINT, stage=stage))
        work.commit()
    with unit_of_work() as work:
        page = work.open_cases.page(kind=None, today=NOW.date(), offset=0, limit=10)
    changed = replace(COMPLAINT, stage=stage)
    assert (len(page.cases) == 1) == changed.is_open
    assert [case.due for case in page.cases] == ([changed.next_due] if changed.is_open else [])


def test_first_due_comes_first_and_what_has_no_date_last(unit_of_work):
    _fill(unit_of_work)
    with unit_of_work() as work:
        page = work.open_cases.page(kind=None, today=NOW.date() + timedelta(days=16), offset=0, limit=10)
        second = work.open_cases.page(kind=None, today=NOW.date(), offset=1, limit=1)
        claims = work.open_cases.page(kind=CaseKind.CLAIM, today=NOW.date(), offset=0, limit=10)
        last = work.open_cases.page(kind=None, today=NOW.date(), offset=2, limit=2)
        beyond = work.open_cases.page(kind=None, today=NOW.date(), offset=3, limit=2)
    numbers = [case.number for case in page.cases]
    assert numbers == [COMPLAINT.complaint_no, CLAIM.claim_no, "C3"]
    assert (page.total, page.overdue) == (3, 1)
    assert [case.number for case in second.cases] == [CLAIM.claim_no]
    assert ([case.number for case in last.cases], list(beyond.cases)) == (["C3"], [])
    assert [case.number for case in claims.cases] == [CLAIM.claim_no, "C3"]
    assert page.cases[0].received_at == NOW


@pytest.mark.parametrize("status", list(EndorsementStatus))
def test_a_change_is_listed_until_it_is_decided(unit_of_work, status):
    with unit_of_work() as work:
        work.endorsements.add(replace(CHANGE, status=status))
        work.commit()
    with unit_of_work() as work:
        page = work.open_cases.page(kind=CaseKind.ENDORSEMENT, today=NOW.date(), offset=0, limit=10)
    waits = status in (EndorsementStatus.WAITING_FOR_CONSENT, EndorsementStatus.ACCEPTED)
    assert (len(page.cases) == 1) == waits
