"""Use cases on a real SQLite store with the demo portfolio: identity, claims, complaints, beneficiaries."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.bootstrap import build_assistant_services, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.complaints.engine import Verdict
from bot.insurance.beneficiary import Beneficiary
from bot.insurance.claim import LossReport
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import LineOfBusiness
from bot.services.assistant import AssistantServices
from bot.services.change_beneficiary import ChangeBeneficiary, change_beneficiary
from bot.services.consent_to_change import ConsentCodeError, answer_invitation
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.file_complaint import FileComplaint, file_complaint
from bot.services.report_claim import ReportClaim, report_claim
from bot.services.verify_identity import (
    CodeResult,
    current_identity,
    enter_code,
    send_identity_code,
    send_person_check,
)
from bot.settings import read_settings
from bot.store.engine import build_engine
from bot.store.text_messages import TextOutbox

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
PEPPER = "test pepper"
WANG = ("王建国", "110105197911200332", "13800001003")
LIU = ("刘芳", "110105198106150445", "13900001004")
Texts = Callable[[str], str]


@pytest.fixture
def services(tmp_path: Path) -> AssistantServices:
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path)})
    prepare_store(settings, NOW.date())
    return build_assistant_services(settings)


@pytest.fixture
def newest_text(services: AssistantServices, tmp_path: Path) -> Texts:
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path)})
    outbox = TextOutbox(build_engine(settings.database_url, settings.secrets.data_key))
    return lambda phone: outbox.texts_for(phone, 1)[0].text


def prove(
    services: AssistantServices, texts: Texts, conversation: str, person: tuple[str, str, str], level: str
) -> None:
    """Bring a conversation to L2, or on to L3."""
    for number, step in enumerate(("L2", "L3")[: 1 if level == "L2" else 2]):
        at = NOW + timedelta(seconds=number)
        with services.unit_of_work() as work:
            if step == "L2":
                send_identity_code(work, conversation, person[0], person[1], at, pepper=PEPPER)
            else:
                send_person_check(work, conversation, at, pepper=PEPPER)
            work.commit()
        digits = re.search(r"\d{6}", texts(person[2]))
        assert digits
        with services.unit_of_work() as work:
            assert enter_code(work, conversation, digits.group(), at, pepper=PEPPER) is CodeResult.RIGHT
            work.commit()


def try_wrong(services: AssistantServices, conversation: str, person: tuple[str, str, str], at: datetime) -> CodeResult:
    with services.unit_of_work() as work:
        sent = send_identity_code(work, conversation, person[0], person[1], at, pepper=PEPPER)
        work.commit()
    if sent is CodeResult.LOCKED:
        return sent
    with services.unit_of_work() as work:
        result = enter_code(work, conversation, "000000x", at, pepper=PEPPER)
        work.commit()
    return result


def test_a_right_code_proves_the_person_for_half_an_hour_and_in_this_conversation_only(
    services: AssistantServices, newest_text: Texts
) -> None:
    prove(services, newest_text, "one", WANG, "L2")
    with services.reading() as work:
        assert current_identity(work, "one", NOW).level is IdentityLevel.L2
        assert current_identity(work, "other", NOW).level is IdentityLevel.L0
        assert current_identity(work, "one", NOW + timedelta(minutes=31)).level is IdentityLevel.L0


def test_a_code_works_once(services: AssistantServices, newest_text: Texts) -> None:
    prove(services, newest_text, "one", WANG, "L2")
    used = re.search(r"\d{6}", newest_text(WANG[2]))
    assert used
    with services.unit_of_work() as work:
        assert enter_code(work, "one", used.group(), NOW, pepper=PEPPER) is CodeResult.EXPIRED


def test_three_failures_lock_the_person_in_every_conversation_and_the_spouse_on_the_same_policy(
    services: AssistantServices,
) -> None:
    results = [try_wrong(services, f"attack {number}", WANG, NOW) for number in range(3)]
    assert results == [CodeResult.WRONG, CodeResult.WRONG, CodeResult.LOCKED]
    assert try_wrong(services, "a new conversation", WANG, NOW) is CodeResult.LOCKED
    assert try_wrong(services, "the spouse", LIU, NOW) is CodeResult.LOCKED
    assert try_wrong(services, "later", WANG, NOW + timedelta(minutes=31)) is CodeResult.WRONG


def test_parallel_tries_of_one_code_are_counted_together(services: AssistantServices) -> None:
    with services.unit_of_work() as work:
        send_identity_code(work, "parallel", WANG[0], WANG[1], NOW, pepper=PEPPER)
        work.commit()

    def guess(number: int) -> CodeResult:
        with services.unit_of_work() as work:
            result = enter_code(work, "parallel", f"x{number:05d}", NOW, pepper=PEPPER)
            work.commit()
        return result

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(guess, range(8)))
    assert results.count(CodeResult.WRONG) <= 2
    assert CodeResult.RIGHT not in results


def test_an_unknown_person_is_asked_for_a_code_like_a_known_one(services: AssistantServices) -> None:
    for name, number in ((WANG[0], WANG[1]), ("无此人", "110105194912310021")):
        with services.unit_of_work() as work:
            assert send_identity_code(work, f"c{name}", name, number, NOW, pepper=PEPPER) is CodeResult.RIGHT
            work.commit()


REPORT = LossReport(
    LineOfBusiness.MOTOR, "2026-11-23T08:20", "北四环", "追尾", "无人受伤", "13800001001", plate_no="京A12345"
)


def test_asking_for_codes_again_and_again_ends_as_soon_for_an_unknown_person_as_for_a_known_one(
    services: AssistantServices,
) -> None:
    nobody = ("王建国", "110101199003070089")
    sent: dict[str, list[CodeResult]] = {}
    for name, id_number in (WANG[:2], nobody):
        for number in range(8):
            with services.unit_of_work() as work:
                at = NOW + timedelta(minutes=number)
                result = send_identity_code(work, f"{id_number} {number}", name, id_number, at, pepper=PEPPER)
                work.commit()
            sent.setdefault(id_number, []).append(result)
    assert sent[WANG[1]] == sent[nobody[1]]
    assert sent[nobody[1]][-1] is CodeResult.LOCKED


def test_a_report_is_written_once_whatever_arrives_twice(services: AssistantServices) -> None:
    def file(_: int) -> str:
        with services.unit_of_work() as work:
            claim = report_claim(work, ReportClaim(REPORT, "c", "one key", NOW), services.deadlines)
            work.commit()
        return claim.claim_no

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(file, range(8)))) == 1


def test_a_report_without_a_policy_is_registered_all_the_same(services: AssistantServices) -> None:
    unknown = LossReport(
        LineOfBusiness.MOTOR, "2026-11-23", "京藏高速", "爆胎", "无人受伤", "13800009999", plate_no="京Z99999"
    )
    with services.unit_of_work() as work:
        claim = report_claim(work, ReportClaim(unknown, "c", "key", NOW), services.deadlines)
        work.commit()
    assert not claim.matched
    assert claim.claim_no == "C20261123" + claim.claim_no[-6:]


def test_both_complaint_clocks_start_at_receipt(services: AssistantServices) -> None:
    received = datetime(2026, 9, 30, 9, 12, tzinfo=SHANGHAI)
    with services.unit_of_work() as work:
        complaint = file_complaint(
            work,
            FileComplaint("存款变保险", Verdict(kind="sales", severity=3), "c", "key", received),
            services.deadlines,
        )
        work.commit()
    clocks = complaint.clocks
    assert (clocks.decide_by.isoformat(), clocks.decide_by_complex.isoformat()) == ("2026-10-15", "2026-10-30")
    assert (clocks.acceptance_target.isoformat(), clocks.acceptance_by.isoformat()) == ("2026-10-10", "2026-10-20")
    assert clocks.earliest == complaint.next_due == clocks.acceptance_target


CHILD = (Beneficiary("王小宇", "子女", 1, Decimal(100), "110105201503070017"),)


def request(services: AssistantServices, conversation: str) -> ChangeBeneficiary:
    return ChangeBeneficiary("P2023001234", CHILD, conversation, f"{conversation} key", NOW)


def test_below_l3_no_beneficiary_is_changed(services: AssistantServices, newest_text: Texts) -> None:
    prove(services, newest_text, "wang", WANG, "L2")
    with services.unit_of_work() as work, pytest.raises(IdentityRequiredError):
        change_beneficiary(work, request(services, "wang"), services.deadlines, pepper=PEPPER)


def test_a_policyholders_change_waits_for_the_insured_who_consents_in_an_own_session(
    services: AssistantServices, newest_text: Texts
) -> None:
    prove(services, newest_text, "wang", WANG, "L3")
    with services.unit_of_work() as work:
        change = change_beneficiary(work, request(services, "wang"), services.deadlines, pepper=PEPPER)
        work.commit()
    assert change.status is EndorsementStatus.WAITING_FOR_CONSENT
    assert change.finish_by is None
    code = re.search(r"确认码 (\w{8})", newest_text(LIU[2]))
    assert code

    def answer(conversation: str) -> None:
        with services.unit_of_work() as work:
            answer_invitation(
                work, code.group(1), agreed=True, conversation_id=conversation, at=NOW,
                deadlines=services.deadlines, pepper=PEPPER,
            )  # fmt: skip
            work.commit()

    with pytest.raises(IdentityRequiredError):
        answer("wang")  # the policyholder holds the code, but is not the insured
    prove(services, newest_text, "liu", LIU, "L3")
    answer("liu")
    with services.reading() as work:
        stored = work.endorsements.get(change.endorsement_no)
    assert stored is not None
    assert stored.status is EndorsementStatus.ACCEPTED
    assert stored.finish_by is not None
    assert stored.finish_by.isoformat() == "2026-11-30"
    with pytest.raises(ConsentCodeError):
        answer("liu")  # a code works once


def test_two_requests_at_the_same_moment_leave_one_open(services: AssistantServices, newest_text: Texts) -> None:
    for conversation in ("one", "two"):
        prove(services, newest_text, conversation, WANG, "L3")

    def file(conversation: str) -> str:
        try:
            with services.unit_of_work() as work:
                command = request(services, conversation)
                change = change_beneficiary(work, command, services.deadlines, pepper=PEPPER)
                work.commit()
        except NotAllowedError as error:
            return str(error.data["reason"])
        return change.endorsement_no

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(file, ["one", "two"]))
    with services.reading() as work:
        (stored,) = work.endorsements.of_policy("P2023001234")
    assert results[0] == stored.endorsement_no
    assert stored.endorsement_no in results[1]
