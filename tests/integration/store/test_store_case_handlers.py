"""Who sees to which open case, on both databases: given, taken away with the account, and never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from store_samples import CHANGE, CLAIM, COMPLAINT, NOW, TODAY

from bot.insurance.case_handler import HandlerChange
from bot.insurance.claim import ClaimStage
from bot.insurance.complaint_list import ComplaintFilter
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.open_case import CaseKind
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.insurance.staff import POSTS, Credentials, Role, Staff
from bot.services.case_handler import GONE, CaseOverError, NotOfThePostError, able_staff, name_handler
from bot.services.recuse_officer import RecuseOfficer, recuse_officer
from bot.services.staff_accounts import By, change_work, lock

REQUEST = ServiceRequest(
    "S1", "reissue", RequestStatus.WITH_PERSON, "", "", (), (), NOW, TODAY, "D-P03", "保全", "c-1", "request",
)  # fmt: skip
CASES = ("C1", "E1", "S1", "T1")
BY = By("agent:9001", NOW + timedelta(hours=1))


@pytest.fixture
def cases(unit_of_work):
    """One open case of each register, one account that works on all, and one that does at two posts."""
    with unit_of_work() as work:
        work.claims.add(replace(CLAIM, claim_no="C1", stage=ClaimStage.REGISTERED))
        work.complaints.add(replace(COMPLAINT, complaint_no="T1"))
        change = replace(CHANGE, endorsement_no="E1", status=EndorsementStatus.ACCEPTED, old=(), new=())
        work.endorsements.add(change)
        work.requests.add(REQUEST)
        for name, roles, posts in (
            ("1001", {Role.CLAIMS, Role.COMPLAINT_OFFICER, Role.SERVICING}, set(POSTS)),
            ("1002", {Role.CLAIMS, Role.COMPLAINT_OFFICER}, {"理赔", "投诉回访"}),
        ):
            work.staff.add(Staff(name, frozenset(roles), frozenset(posts)), Credentials("no password"), NOW)
        work.commit()


def give_all(unit_of_work, name: str = "1001") -> None:
    with unit_of_work() as work:
        for number in CASES:
            name_handler(work, number, name, "9001", NOW)
        work.commit()


def test_every_case_is_found_by_who_sees_to_it(unit_of_work, cases):
    give_all(unit_of_work)
    with unit_of_work() as work:
        assert work.handlers.of([*CASES, "R1", "C9"]) == dict.fromkeys(CASES, "1001")
        assert tuple(work.handlers.held_by("1001")) == CASES
        assert not work.handlers.held_by("1002")
        mine = work.open_cases.page(kind=None, today=TODAY, offset=0, limit=9, handler="1001")
        assert (sorted(one.number for one in mine.cases), mine.total) == (list(CASES), 4)
        assert work.open_cases.page(kind=None, today=TODAY, offset=0, limit=9, handler="1002").total == 0
        found = work.complaints.found(ComplaintFilter(handler="1001"), today=TODAY, offset=0, limit=9)
        assert [one.complaint_no for one in found.complaints] == ["T1"]
        assert work.handlers.loads(CaseKind.REQUEST) == {"1001": 1}
        assert work.handlers.history("S1") == [HandlerChange("1001", "agent:9001", NOW)]


def test_what_becomes_of_the_case_leaves_who_sees_to_it(unit_of_work, cases):
    give_all(unit_of_work)
    with unit_of_work() as work:
        work.claims.save(replace(work.claims.get("C1"), stage=ClaimStage.SURVEYING))
        work.complaints.save(replace(work.complaints.get("T1"), last_notice="x"))
        work.requests.save(replace(work.requests.get("S1"), alert_on=TODAY))
        work.endorsements.save(replace(work.endorsements.get("E1"), finish_by=TODAY))
        work.commit()
    with unit_of_work() as work:
        assert tuple(work.handlers.held_by("1001")) == CASES


def test_a_closed_account_leaves_every_open_case_to_its_post(unit_of_work, cases):
    give_all(unit_of_work)
    with unit_of_work() as work:
        lock(work, "1001", BY)
        work.commit()
    with unit_of_work() as work:
        assert work.handlers.of(CASES) == dict.fromkeys(CASES, "")
        assert work.open_cases.page(kind=None, today=TODAY, offset=0, limit=9).total == 4
        for number in CASES:
            assert work.handlers.history(number)[-1] == HandlerChange("", BY.actor, BY.at, GONE)


def test_other_posts_leave_those_cases_that_are_not_theirs(unit_of_work, cases):
    give_all(unit_of_work)
    with unit_of_work() as work:
        change_work(work, Staff("1001", frozenset({Role.SERVICING}), frozenset({"保全"})), BY)
        work.commit()
    with unit_of_work() as work:
        assert work.handlers.of(CASES) == {"C1": "", "E1": "1001", "S1": "1001", "T1": ""}


def test_who_keeps_away_from_a_complaint_does_not_see_to_it(unit_of_work, cases):
    give_all(unit_of_work)
    with unit_of_work() as work:
        recuse_officer(work, RecuseOfficer("T1", "1001", "投诉人是我的亲属", "1001", NOW))
        assert able_staff(work, "T1") == ("1002",)
        assert work.handlers.of(CASES)["T1"] == ""
        with pytest.raises(NotOfThePostError):
            name_handler(work, "T1", "1001", "9001", NOW)


def test_only_the_posts_own_people_see_to_it_and_only_while_it_is_open(unit_of_work, cases):
    with unit_of_work() as work:
        assert able_staff(work, "S1") == ("1001",)
        with pytest.raises(NotOfThePostError):
            name_handler(work, "S1", "1002", "9001", NOW)
        work.requests.save(replace(REQUEST, status=RequestStatus.DONE))
        with pytest.raises(CaseOverError):
            name_handler(work, "S1", "1001", "9001", NOW)
        with pytest.raises(LookupError):
            name_handler(work, "S9", "1001", "9001", NOW)
        assert work.handlers.history("S1") == []
