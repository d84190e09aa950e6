"""理赔进度: a reporter sees the stage, a claimant the whole, and a late case goes to a person by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.insurance.approval import Level, Proposal
from bot.insurance.claim import Claim, ClaimStage, ClaimStep, Delay, LossReport
from bot.insurance.hand_off import Owner
from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import Decision, Settlement
from tests.journey_talk import JourneyTalk, start_talk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
ZHENG, ZHENG_PHONE = ("郑浩", "510107198810250519"), "13800001009"
PHONE = "13900003901"
File = Callable[..., Claim]


@pytest.fixture
def talk(tmp_path: Path) -> JourneyTalk:
    return start_talk(tmp_path, "claim_status_form", NOW)


@pytest.fixture
def file(talk: JourneyTalk) -> File:
    """Put a case into the store, as the claims posts left it."""
    report = LossReport(
        LineOfBusiness.ACCIDENT, "2026-09-01T10:00", "学院路", "下楼踩空", "有人受伤", PHONE, insured_name="某人"
    )
    usual = Claim(
        "C20260901000901", report, ClaimStage.ADJUDICATING, NOW - timedelta(days=83), True, "elsewhere", "key",
        steps=(ClaimStep(ClaimStage.ADJUDICATING, NOW - timedelta(days=5), "理算核赔岗", "资料审核完毕"),),
        due_on=date(2026, 12, 1), due_rule="D-L03",
    )  # fmt: skip

    def put(**changes: object) -> Claim:
        claim = replace(usual, **changes)  # type: ignore[arg-type]
        with talk.services.unit_of_work() as work:
            party = work.parties.find(*ZHENG)
            assert party is not None
            if claim.claimant_party_id:
                claim = replace(claim, claimant_party_id=party.party_id)
            work.claims.add(claim)
            work.commit()
        return claim

    return put


def by_phone(talk: JourneyTalk, claim: Claim) -> str:
    talk.say(f"查一下案子 {claim.claim_no}", "query_claim")
    talk.say(PHONE)
    return talk.code(PHONE)


def by_identity(talk: JourneyTalk) -> str:
    talk.say("我的理赔到哪一步了", "query_claim")
    talk.all("没有报案号", *ZHENG)
    return talk.code(ZHENG_PHONE)


def test_the_reporters_phone_shows_stage_and_missing_documents_only(talk: JourneyTalk, file: File) -> None:
    said = by_phone(talk, file(stage=ClaimStage.AWAITING_DOCUMENTS, missing_documents=("发票", "病历")))
    assert "待补资料" in said
    assert "还缺：发票、病历" in said
    for hidden in ("理算核赔岗", "12 月 1 日", "资料审核完毕", "下一步", "学院路"):
        assert hidden not in said


def test_the_claimant_sees_post_last_step_next_step_and_the_date_with_its_article(
    talk: JourneyTalk, file: File
) -> None:
    file(claimant_party_id="his")
    said = by_identity(talk)
    for told in ("理算核赔岗经办", "最近一步：资料审核完毕", "下一步：", "最晚 12 月 1 日 有结果（保险法第二十三条）"):
        assert told in said
    assert talk.outcome == "confirmed"


@pytest.mark.parametrize(
    ("days", "told"), [(1, "这一步计划 11 月 27 日 前办完（公司服务目标）"), (10, "这一步按公司的服务目标该在")]
)
def test_the_claimant_sees_the_companys_date_of_the_step_beside_the_laws(
    talk: JourneyTalk, file: File, days: int, told: str
) -> None:
    step = ClaimStep(ClaimStage.ADJUDICATING, NOW - timedelta(days=days), "理算核赔岗", "资料审核完毕")
    file(claimant_party_id="his", steps=(step,))
    said = by_identity(talk)
    assert told in said
    assert "最晚 12 月 1 日 有结果（保险法第二十三条）" in said


def test_a_decision_that_waits_for_its_approval_is_told_without_the_result(talk: JourneyTalk, file: File) -> None:
    made = Settlement(Decision.DENY, (), "第五条", "既往症", NOW, "agent:1002")
    claim = file(claimant_party_id="his", awaits=Level.MANAGER)
    with talk.services.unit_of_work() as work:
        work.claim_records.add_proposal(claim.claim_no, Proposal(made, Level.MANAGER, waited=True))
        work.commit()
    said = by_identity(talk)
    assert "核定已完成，正在审批" in said
    assert "最晚 12 月 1 日 答复（保险法第二十三条）" in said
    for hidden in ("不予赔付", "第五条", "既往症", "1002"):
        assert hidden not in said


def test_why_a_step_takes_longer_is_told_with_the_new_date(talk: JourneyTalk, file: File) -> None:
    step = ClaimStep(ClaimStage.ADJUDICATING, NOW - timedelta(days=10), "理算核赔岗", "资料审核完毕")
    delay = Delay("等医院回函", date(2026, 11, 27), NOW)
    file(claimant_party_id="his", steps=(step,), delay=delay, handler="1002")
    said = by_identity(talk)
    assert "原因：等医院回函。改为最晚 11 月 27 日 办完，法定期限不变" in said
    assert "最晚 12 月 1 日 有结果（保险法第二十三条）" in said
    assert "1002" not in said


def test_a_late_step_without_a_reason_says_that_somebody_sees_to_it(talk: JourneyTalk, file: File) -> None:
    step = ClaimStep(ClaimStage.ADJUDICATING, NOW - timedelta(days=10), "理算核赔岗", "资料审核完毕")
    past = Delay("等医院回函", date(2026, 11, 22), NOW - timedelta(days=3))
    file(claimant_party_id="his", steps=(step,), delay=past, handler="1002")
    said = by_identity(talk)
    assert "慢了，很抱歉；已指定专人跟进" in said
    assert "等医院回函" not in said


def test_once_the_reporter_was_spoken_with_no_call_is_promised(talk: JourneyTalk, file: File) -> None:
    promised = NOW - timedelta(hours=1)
    file(claimant_party_id="his", stage=ClaimStage.REPORTED, contact_by=promised, contacted_at=promised)
    said = by_identity(talk)
    assert "联系时间已经过了" not in said
    assert talk.outcome == "confirmed"


def test_another_phone_and_an_unknown_number_hear_the_same(talk: JourneyTalk, file: File) -> None:
    claim = file(report=replace(file(claim_no="C1", idempotency_key="1").report, reporter_phone="13900003902"))
    theirs = by_phone(talk, claim)
    unknown = talk.another()
    assert by_phone(unknown, replace(claim, claim_no="C20260901000999")) == theirs


@pytest.mark.parametrize("stage", [ClaimStage.ADJUDICATING, ClaimStage.AWAITING_DOCUMENTS])
def test_a_late_case_gets_an_apology_a_task_and_a_person(talk: JourneyTalk, file: File, stage: ClaimStage) -> None:
    claim = file(claimant_party_id="his", stage=stage, due_on=date(2026, 11, 20), due_rule="D-L08")
    said = by_identity(talk)
    assert "很抱歉" in said
    assert "点“转人工”" not in said
    assert talk.hand_off.reference_no == claim.claim_no
    assert talk.hand_off.post == "理赔"
    for told in ("异常时效", "2026-11-20", "D-L08", "理算核赔岗"):
        assert told in talk.hand_off.reason_zh
    with talk.services.reading() as work:
        assert work.ownerships.owner(talk.conversation) is Owner.QUEUE


def test_a_reporter_of_a_late_case_hears_no_date_and_gets_a_person_too(talk: JourneyTalk, file: File) -> None:
    said = by_phone(talk, file(due_on=date(2026, 11, 20)))
    assert "很抱歉" in said
    assert "11 月 20 日" not in said
    assert "异常时效" in talk.hand_off.reason_zh


def test_waiting_for_documents_stops_the_thirty_days(talk: JourneyTalk, file: File) -> None:
    file(
        claimant_party_id="his", stage=ClaimStage.AWAITING_DOCUMENTS, missing_documents=("发票",),
        due_on=date(2026, 11, 20),
    )  # fmt: skip
    said = by_identity(talk)
    assert "等您补资料的天数不算在内" in said
    assert "很抱歉" not in said


@pytest.mark.parametrize(("received", "told"), [(date(2026, 9, 24), False), (date(2026, 9, 23), True)])
def test_after_sixty_days_with_all_documents_the_advance_payment_is_told(
    talk: JourneyTalk, file: File, received: date, told: bool
) -> None:
    file(claimant_party_id="his", documents_complete_on=received)
    said = by_identity(talk)
    assert ("先支付已经能确定的部分（保险法第二十五条）" in said) is told
    assert ("正在为您转接人工" in said) is told


def test_a_missed_call_is_late_as_well(talk: JourneyTalk, file: File) -> None:
    said = by_phone(talk, file(stage=ClaimStage.REPORTED, contact_by=NOW - timedelta(minutes=1)))
    assert "说好的联系时间已经过了，很抱歉" in said
    assert "约定的联系时间" in talk.hand_off.reason_zh
