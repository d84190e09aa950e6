"""Claims, complaints, endorsements and hand-offs: written once, read back whole, changed by `save`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from store_samples import CHANGE, CLAIM, COMPLAINT, FIRM, HAND_OFF, HOLDER, INSURED, INVITATION, NOW, POLICY, REPORT

from bot.insurance.assessment import LossAssessment
from bot.insurance.claim import ClaimStage, ClaimStep
from bot.insurance.complaint import ComplaintStage
from bot.insurance.contingency import DisasterEvent
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.hand_off import Owner, Priority
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.services.errors import DuplicateKeyError
from bot.store.errors import RowMissingError
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies

REPOSITORIES = [("claims", CLAIM), ("complaints", COMPLAINT), ("endorsements", CHANGE)]
NUMBERS = {"claims": "claim_no", "complaints": "complaint_no", "endorsements": "endorsement_no"}


def _add(unit_of_work, name, *cases) -> None:
    with unit_of_work() as work:
        for case in cases:
            getattr(work, name).add(case)
        work.commit()


def _numbered(name, case, number, **changes):
    return replace(case, **{NUMBERS[name]: number}, idempotency_key=f"key-{number}", **changes)


@pytest.mark.parametrize(("name", "case"), REPOSITORIES)
def test_case_comes_back_whole_by_number_key_and_conversation(unit_of_work, name, case):
    _add(unit_of_work, name, case)
    with unit_of_work() as work:
        repository = getattr(work, name)
        assert repository.get(getattr(case, NUMBERS[name])) == case
        assert repository.by_key(case.idempotency_key) == case
        assert repository.of_conversation("conversation-1") == (case,)


@pytest.mark.parametrize(("name", "case"), REPOSITORIES)
def test_unknown_case_is_none_and_saving_it_is_an_error(unit_of_work, name, case):
    with unit_of_work() as work:
        repository = getattr(work, name)
        assert repository.get("none") is None
        assert repository.by_key("none") is None
        assert repository.of_conversation("none") == ()
        with pytest.raises(RowMissingError):
            repository.save(case)


@pytest.mark.parametrize(("name", "case"), REPOSITORIES)
def test_same_key_twice_is_refused_and_the_first_case_stays_readable_in_the_same_transaction(unit_of_work, name, case):
    _add(unit_of_work, name, case)
    with unit_of_work() as work:
        repository = getattr(work, name)
        with pytest.raises(DuplicateKeyError):
            repository.add(replace(case, **{NUMBERS[name]: "second"}))
        assert repository.by_key(case.idempotency_key) == case
        work.commit()
    with unit_of_work() as work:
        assert getattr(work, name).get("second") is None


@pytest.mark.parametrize(("name", "case"), REPOSITORIES)
def test_leaving_without_commit_keeps_nothing(unit_of_work, name, case):
    with unit_of_work() as work:
        getattr(work, name).add(case)
    with unit_of_work() as work:
        assert getattr(work, name).by_key(case.idempotency_key) is None


@pytest.mark.parametrize(("name", "case"), REPOSITORIES)
def test_cases_of_a_conversation_are_newest_first(unit_of_work, name, case):
    time_field = {"claims": "reported_at", "complaints": "received_at", "endorsements": "requested_at"}[name]
    later = _numbered(name, case, "later", **{time_field: NOW + timedelta(hours=1)})
    _add(unit_of_work, name, case, later)
    with unit_of_work() as work:
        assert getattr(work, name).of_conversation("conversation-1") == (later, case)


def test_saved_claim_has_new_stage_step_note_and_documents(unit_of_work):
    _add(unit_of_work, "claims", CLAIM)
    step = ClaimStep(ClaimStage.ADJUDICATING, NOW + timedelta(days=1), "理算核赔岗")
    changed = replace(
        CLAIM,
        report=replace(REPORT, place="学院桥西", hospital=""),
        stage=ClaimStage.ADJUDICATING,
        steps=(*CLAIM.steps, step),
        missing_documents=(),
        notes=(*CLAIM.notes, "补一句"),
        due_on=None,
        matched=False,
    )
    with unit_of_work() as work:
        work.claims.save(changed)
        work.commit()
    with unit_of_work() as work:
        assert work.claims.get(CLAIM.claim_no) == changed


def test_a_claims_settlement_comes_back_to_the_fen_and_is_replaced_whole(unit_of_work):
    decided = Settlement(
        Decision.PART, (AmountLine("医疗费", Decimal("3200.05")), AmountLine("免赔额", Decimal("-500"))), "第五条", "有免赔额",
        NOW, "agent:desk",
    )  # fmt: skip
    _add(unit_of_work, "claims", replace(CLAIM, settlement=decided))
    agreed = replace(decided, agreed_at=NOW + timedelta(days=1), pay_by=date(2026, 12, 4), lines=decided.lines[:1])
    for settlement in (decided, agreed, None):
        with unit_of_work() as work:
            work.claims.save(replace(CLAIM, settlement=settlement))
            work.commit()
        with unit_of_work() as work:
            assert work.claims.get(CLAIM.claim_no) == replace(CLAIM, settlement=settlement)
    assert decided.amount == Decimal("2700.05")


def test_a_claims_assessments_come_back_in_order_with_their_own_lines(unit_of_work, engine):
    first = LossAssessment(
        (AmountLine("前保险杠", Decimal("1800.55")), AmountLine("喷漆", Decimal("1200"))), "修理厂清单", NOW, "agent:desk",
        disagreed_at=NOW + timedelta(days=1), objection="大灯也碎了",
    )  # fmt: skip
    second = LossAssessment(
        (AmountLine("前保险杠", Decimal("2000.01")),), "第二家清单", NOW + timedelta(days=2), "agent:desk"
    )
    _add(unit_of_work, "claims", replace(CLAIM, assessments=(first,)))
    for assessments in ((first, second), (first, replace(second, agreed_at=NOW + timedelta(days=3))), ()):
        with unit_of_work() as work:
            work.claims.save(replace(CLAIM, assessments=assessments))
            work.commit()
        with unit_of_work() as work:
            assert work.claims.get(CLAIM.claim_no) == replace(CLAIM, assessments=assessments)
        if assessments:
            with engine.connect() as connection:
                written = str(connection.execute(text("SELECT * FROM claim_assessments")).all())
            assert "大灯" not in written


def test_an_event_is_on_from_its_first_day_to_its_last_until_it_is_stopped(unit_of_work):
    day = NOW.date()
    event = DisasterEvent(
        "D20261123000001", "storm", "厦门暴雨", ("厦门", "泉州"), day, day + timedelta(days=3), "agent:desk", NOW
    )
    with unit_of_work() as work:
        work.events.add(event)
        work.commit()
    with unit_of_work() as work:
        on = [bool(work.events.on(day + timedelta(days=days))) for days in (-1, 0, 3, 4)]
        assert on == [False, True, True, False]
        assert list(work.events.newest(5)) == [event]
        work.events.save(replace(event, told=7, stopped_by="agent:desk", stopped_at=NOW))
        assert list(work.events.on(day)) == []
        assert work.events.get(event.event_id).told == 7
        with pytest.raises(RowMissingError):
            work.events.save(replace(event, event_id="D20261123000099"))


def test_saved_complaint_has_new_stage_and_supplements(unit_of_work):
    _add(unit_of_work, "complaints", COMPLAINT)
    clocks = replace(COMPLAINT.clocks, answer_or_progress_by=None, estimated=False)
    changed = replace(
        COMPLAINT, stage=ComplaintStage.DECIDED, clocks=clocks, supplements=(*COMPLAINT.supplements, "三")
    )
    with unit_of_work() as work:
        work.complaints.save(changed)
        work.commit()
    with unit_of_work() as work:
        assert work.complaints.get(COMPLAINT.complaint_no) == changed
        assert work.complaints.of_party("CU1") == (changed,)
        assert work.complaints.of_party("") == ()


def _event(day, **report):
    return replace(REPORT, event_at=day, **report)


@pytest.mark.parametrize(
    ("report", "found"),
    [
        (_event("2026-11-22"), True),
        (_event("2026-11-24T23:59"), True),
        (_event("2026-11-25"), False),
        (_event("2026-11-21T23:59"), False),
        (_event("2026-11-23", policy_no="P9", plate_no="京A12345"), True),
        (_event("2026-11-23", policy_no="P9", plate_no="京Z99999"), False),
        (_event("2026-11-23", policy_no="", plate_no=""), False),
    ],
)
def test_claims_around_share_policy_or_plate_and_are_at_most_a_day_apart(unit_of_work, report, found):
    _add(unit_of_work, "claims", replace(CLAIM, report=report))
    with unit_of_work() as work:
        around = work.claims.around(
            policy_no="P2023001234", plate_no="京A12345", phone=REPORT.reporter_phone, day=date(2026, 11, 23)
        )
    assert bool(around) is found


def test_without_policy_and_plate_claims_around_are_those_of_the_phone(unit_of_work):
    _add(unit_of_work, "claims", CLAIM)
    with unit_of_work() as work:
        ask = work.claims.around
        assert ask(policy_no="", plate_no="", phone="13800001003", day=date(2026, 11, 23)) == (CLAIM,)
        assert ask(policy_no="", plate_no="", phone="13900000000", day=date(2026, 11, 23)) == ()
        assert ask(policy_no="", plate_no="", phone="", day=date(2026, 11, 23)) == ()


@pytest.mark.parametrize("stage", [ClaimStage.CLOSED, ClaimStage.DENIED, ClaimStage.WITHDRAWN])
def test_claims_that_are_over_are_not_around(unit_of_work, stage):
    _add(unit_of_work, "claims", replace(CLAIM, stage=stage))
    with unit_of_work() as work:
        assert work.claims.around(policy_no="P2023001234", plate_no="", phone="", day=date(2026, 11, 23)) == ()


def test_claims_of_a_party_include_unclaimed_ones_only_where_the_party_is_the_only_insured(engine, unit_of_work):
    with engine.begin() as connection:
        add_parties(connection, [HOLDER, INSURED, FIRM])
        add_policies(connection, [POLICY, replace(POLICY, policy_no="P2", insured_ids=("CU2",))])
    unclaimed = {"claimant_party_id": ""}
    shared = _numbered("claims", CLAIM, "shared", **unclaimed)
    alone = _numbered("claims", CLAIM, "alone", report=replace(REPORT, policy_no="P2"), **unclaimed)
    unknown = _numbered("claims", CLAIM, "unknown", report=replace(REPORT, policy_no=""), **unclaimed)
    _add(unit_of_work, "claims", CLAIM, shared, alone, unknown)
    with unit_of_work() as work:
        assert {claim.claim_no for claim in work.claims.of_party("CU2")} == {CLAIM.claim_no, "alone"}
        assert work.claims.of_party("CU1") == ()
        assert work.claims.of_party("") == ()


def test_saving_an_endorsement_changes_its_status_but_never_what_was_requested(unit_of_work):
    _add(unit_of_work, "endorsements", CHANGE)
    with unit_of_work() as work:
        work.endorsements.save(
            replace(CHANGE, status=EndorsementStatus.REFUSED, finish_by=None, closed_reason="r", new=(), policy_no="P9")
        )
        work.commit()
    with unit_of_work() as work:
        expected = replace(CHANGE, status=EndorsementStatus.REFUSED, finish_by=None, closed_reason="r")
        assert work.endorsements.of_policy("P2023001234") == (expected,)


def test_invitation_is_found_by_code_and_by_request_and_records_the_answer(unit_of_work):
    _add(unit_of_work, "endorsements", CHANGE)
    open_invitation = replace(INVITATION, answered_at=None, agreed=None, conversation_id="")
    with unit_of_work() as work:
        work.endorsements.invite(open_invitation)
        work.commit()
    with unit_of_work() as work:
        assert work.endorsements.invitation_by_code("hash-1") == open_invitation
        assert work.endorsements.invitation_by_code("hash-2") is None
        work.endorsements.save_invitation(INVITATION)
        work.commit()
    with unit_of_work() as work:
        assert work.endorsements.invitation_of(CHANGE.endorsement_no) == INVITATION
        with pytest.raises(DuplicateKeyError):
            work.endorsements.invite(replace(open_invitation, code_hash="hash-2"))


def test_hand_off_comes_back_whole_until_it_is_closed(unit_of_work):
    _add(unit_of_work, "hand_offs", HAND_OFF)
    with unit_of_work() as work:
        assert work.hand_offs.open_for("conversation-1") == HAND_OFF
        assert work.hand_offs.open_all() == (HAND_OFF,)
        work.hand_offs.save(replace(HAND_OFF, closed_at=NOW))
        work.commit()
    with unit_of_work() as work:
        assert work.hand_offs.open_for("conversation-1") is None
        assert work.hand_offs.open_all() == ()
        with pytest.raises(RowMissingError):
            work.hand_offs.save(replace(HAND_OFF, idempotency_key="none"))


def test_conversation_has_one_open_hand_off_and_may_have_another_after_it(unit_of_work):
    _add(unit_of_work, "hand_offs", HAND_OFF)
    second = replace(HAND_OFF, idempotency_key="second")
    with unit_of_work() as work:
        with pytest.raises(DuplicateKeyError):
            work.hand_offs.add(second)
        work.hand_offs.save(replace(HAND_OFF, closed_at=NOW))
        work.hand_offs.add(second)
        work.commit()
    with unit_of_work() as work:
        assert work.hand_offs.open_for("conversation-1") == second


def test_waiting_hand_offs_come_by_priority_then_time_without_those_taken(unit_of_work):
    def waiting(name, priority, minutes, taken_by=""):
        at = NOW + timedelta(minutes=minutes)
        return replace(
            HAND_OFF, conversation_id=name, idempotency_key=name, priority=priority, requested_at=at, taken_by=taken_by
        )

    _add(
        unit_of_work,
        "hand_offs",
        waiting("normal", Priority.NORMAL, 0),
        waiting("complaint late", Priority.COMPLAINT, 9),
        waiting("complaint early", Priority.COMPLAINT, 1),
        waiting("injury", Priority.INJURY_OR_DEATH, 20),
        waiting("taken", Priority.INJURY_OR_DEATH, 0, taken_by="agent-1"),
    )
    with unit_of_work() as work:
        names = [hand_off.conversation_id for hand_off in work.hand_offs.waiting()]
    assert names == ["injury", "complaint early", "complaint late", "normal"]


def test_conversation_is_the_assistants_until_somebody_takes_it(unit_of_work, message_log):
    with unit_of_work() as work:
        assert work.ownerships.owner("conversation-1") is Owner.BOT
        work.ownerships.set_owner("conversation-1", Owner.QUEUE, NOW, message_id="message-1")
        work.commit()
    assert message_log.queued_by("conversation-1") == "message-1"
    with unit_of_work() as work:
        work.ownerships.set_owner("conversation-1", Owner.HUMAN, NOW)
        work.commit()
    assert message_log.queued_by("conversation-1") == ""
    assert message_log.owner("conversation-1") is Owner.HUMAN
    message_log.set_owner("conversation-1", Owner.BOT, NOW)
    with unit_of_work() as work:
        assert work.ownerships.owner("conversation-1") is Owner.BOT
