"""What may be registered: shares, orders, who may be named by an employer; and how a request ages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.insurance.beneficiary import LEGAL_HEIRS, Beneficiary, InvalidBeneficiariesError, check_beneficiaries
from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


def person(name: str, relationship: str = "子女", share: str = "100", order: int = 1, number: str = "") -> Beneficiary:
    return Beneficiary(name, relationship, order, Decimal(share), number)


def refusal(*people: Beneficiary, employer: bool = False) -> str:
    with pytest.raises(InvalidBeneficiariesError) as caught:
        check_beneficiaries(people, employer_is_policyholder=employer, insured_name="赵磊")
    return str(caught.value.data["reason"])


@pytest.mark.parametrize("relationship", ["配偶", "父母", "子女", "兄弟姐妹", "祖父母", "孙子女"])
def test_an_employer_may_see_close_relatives_named(relationship: str) -> None:
    check_beneficiaries((person("赵长河", relationship),), employer_is_policyholder=True, insured_name="赵磊")


def test_an_employer_may_see_the_heirs_by_law_named() -> None:
    check_beneficiaries((person(LEGAL_HEIRS, "其他"),), employer_is_policyholder=True, insured_name="赵磊")


def test_others_are_refused_to_an_employer_with_the_whole_list_of_relatives() -> None:
    reason = refusal(person("林可", "其他"), employer=True)
    for words in ("第三十九条", "第一千零四十五条", "外祖父母", "外孙子女", "兄弟姐妹", "林可"):
        assert words in reason


def test_others_are_allowed_where_no_employer_holds_the_policy() -> None:
    check_beneficiaries((person("林可", "其他"),), employer_is_policyholder=False, insured_name="赵磊")


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ((), "至少写一位"),
        ((person("赵一", share="60"), person("赵二", share="30")), "90%"),
        ((person("赵一", share="60"), person("赵二", share="60")), "120%"),
        ((person("赵一"), person("赵二", order=3)), "中间不能空"),
        ((person("赵一", share="50"), person("赵一", share="50")), "出现了两次"),
        ((person("赵磊"),), "不能是被保险人自己"),
        ((person("赵"),), "完整姓名"),
        ((person("赵一", share="50", number="1"), person("赵二", share="50", number="1")), "同一个身份证号"),
    ],
)
def test_what_may_not_be_registered_says_why(people: tuple[Beneficiary, ...], reason: str) -> None:
    assert reason in refusal(*people)


CHANGE = BeneficiaryChange(
    endorsement_no="E1",
    policy_no="P1",
    applicant_id="CU1",
    old=(),
    new=(person("赵一"),),
    status=EndorsementStatus.WAITING_FOR_CONSENT,
    requested_at=NOW,
    finish_by=None,
    conversation_id="c",
    idempotency_key="k",
    consent_by=NOW + timedelta(hours=72),
)


def test_a_request_without_an_answer_is_open_for_72_hours_and_then_expired() -> None:
    assert CHANGE.as_of(NOW + timedelta(hours=71, minutes=59)).status is EndorsementStatus.WAITING_FOR_CONSENT
    assert CHANGE.as_of(NOW + timedelta(hours=72)).status is EndorsementStatus.EXPIRED


def test_an_answered_request_does_not_expire() -> None:
    accepted = BeneficiaryChange(
        **{**vars(CHANGE), "status": EndorsementStatus.ACCEPTED, "finish_by": date(2026, 11, 30)}
    )
    assert accepted.as_of(NOW + timedelta(days=30)) == accepted


def test_every_status_has_words_for_the_customer_and_only_two_are_open() -> None:
    assert all(status.zh for status in EndorsementStatus)
    still_open = {status for status in EndorsementStatus if status.is_open}
    assert still_open == {EndorsementStatus.WAITING_FOR_CONSENT, EndorsementStatus.ACCEPTED}
