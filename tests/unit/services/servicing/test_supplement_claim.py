"""补交资料: real files for an own claim, one paper after the other, a receipt, one list of what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.insurance.claim import Claim, ClaimStage, ClaimStep, LossReport
from bot.insurance.matter_file import Flaw, MatterFile
from bot.insurance.policy import LineOfBusiness, is_compulsory_motor
from bot.insurance.service_request import RequestStatus
from bot.services.receive_documents import due_with_pauses, receive_documents
from tests.photos import PDF, photo
from tests.servicing_talk import claim_now, keep_as_only_claim, prove, stored
from tests.talk import Talk

NAME = "陈静"  # CU000005, of whose claims no other test knows
_PHOTOS = iter(range(1, 1000))


def fresh() -> bytes:
    return photo(next(_PHOTOS), size=(800, 600))


def open_claim(talk: Talk, number: str, **changes: object) -> Claim:
    """A claim of hers that waits for two papers, reported ten days ago and stopped for six."""
    reported, stopped = talk.now - timedelta(days=10), talk.now - timedelta(days=6)
    made = Claim(
        claim_no=number,
        report=LossReport(LineOfBusiness.HEALTH, reported.date().isoformat(), "", "肺炎住院", "有", "13700001005"),
        stage=ClaimStage.AWAITING_DOCUMENTS,
        reported_at=reported,
        matched=True,
        conversation_id="elsewhere",
        idempotency_key=number,
        steps=(
            ClaimStep(ClaimStage.REPORTED, reported, "报案受理岗"),
            ClaimStep(ClaimStage.AWAITING_DOCUMENTS, stopped, "资料审核岗"),
        ),
        due_on=reported.date() + timedelta(days=30),
        due_rule="D-L03",
        missing_documents=("门诊病历（含首诊）", "医疗费用发票原件"),
        claimant_party_id="CU000005",
    )
    return keep_as_only_claim(talk, replace(made, **changes))  # type: ignore[arg-type]


def files_of(talk: Talk, number: str) -> tuple[MatterFile, ...]:
    with talk.services.reading() as work:
        return tuple(work.files.of_matter(number))


def to_files(talk: Talk) -> None:
    """Up to the first question for a file."""
    talk.say("我再补两张发票")
    prove(talk, NAME)
    assert talk.requested == "service_consent", talk.text
    talk.say("同意")
    assert (talk.requested, talk.replies[-1].kind) == ("claim_files", "file"), talk.text


def test_all_papers_of_a_stopped_claim_let_its_thirty_days_run_on(customer: Talk) -> None:
    claim = open_claim(customer, "C20261101900001")
    to_files(customer)
    for shown in (
        "还缺 2 样",
        "门诊病历（含首诊）（医院；复印件",
        "医疗费用发票原件（医院；要原件，先拍照交",
        "先发“门诊病历（含首诊）”",
    ):
        assert shown in customer.text
    customer.hand_in(fresh())
    assert "“门诊病历（含首诊）”第 1 个收到（F" in customer.text
    customer.hand_in(fresh())
    customer.pick("下一样")
    customer.hand_in(PDF, "发票.pdf")
    customer.say("都发完了")
    assert customer.requested == "confirm", customer.text
    for shown in ("案件 C20261101900001", "门诊病历（含首诊） 2 个文件", "医疗费用发票原件 1 个文件", "还缺 没有了"):
        assert shown in customer.text
    customer.say("确认")
    after = claim_now(customer, claim.claim_no)
    assert after.stage is ClaimStage.REGISTERED
    assert after.documents_complete_on == customer.now.date()
    assert after.missing_documents == ()
    assert after.due_on == claim.due_on + timedelta(days=6)
    (request,) = stored(customer)
    assert (request.kind, request.status) == ("supplement_claim", RequestStatus.DONE)
    files = files_of(customer, claim.claim_no)
    assert [file.document for file in files] == ["门诊病历（含首诊）"] * 2 + ["医疗费用发票原件"]
    assert {file.request_no for file in files} == {request.request_no}
    for shown in (request.request_no, *(file.file_no for file in files), "都收齐了", "已立案", "保险法第二十三条"):
        assert shown in customer.text


def test_what_is_still_missing_is_told_in_one_list_and_the_clock_stands(customer: Talk) -> None:
    claim = open_claim(customer, "C20261101900002")
    to_files(customer)
    customer.hand_in(fresh())
    customer.say("下一样")
    customer.say("没有")
    customer.say("发完了")
    assert "还缺 医疗费用发票原件" in customer.text
    customer.say("确认")
    after = claim_now(customer, claim.claim_no)
    assert (after.stage, after.due_on, after.documents_complete_on) == (claim.stage, claim.due_on, None)
    assert after.missing_documents == ("医疗费用发票原件",)
    assert "还缺 1 样" in customer.text


def test_a_new_claim_is_asked_for_the_papers_of_its_line(customer: Talk) -> None:
    claim = open_claim(customer, "C20261101900003", stage=ClaimStage.REPORTED, missing_documents=(), steps=())
    to_files(customer)
    assert "还缺 6 样" in customer.text
    assert "理赔申请书（我们提供，被保险人签名；拍照就行；没有时：可以在线签）" in customer.text
    customer.hand_in(fresh())
    customer.say("发完了")
    customer.say("确认")
    after = claim_now(customer, claim.claim_no)
    assert len(after.missing_documents) == 5
    assert after.stage is ClaimStage.REPORTED
    assert "客户补交" in after.notes[-1]


def test_a_poor_photo_is_asked_for_once_more_and_taken_when_insisted_on(customer: Talk) -> None:
    open_claim(customer, "C20261101900004")
    to_files(customer)
    customer.hand_in(photo(next(_PHOTOS), size=(800, 600), light=30))
    assert "这张太暗" in customer.text
    assert [choice.title for choice in customer.replies[-1].choices] == ["重新拍", "就用这张"]
    customer.say("就用这张吧，原件就这样")
    assert "第 1 个收下" in customer.text
    customer.hand_in(photo(next(_PHOTOS), size=(800, 600), blur=10))
    assert "还是有点糊，先收下" in customer.text
    customer.say("发完了")
    customer.say("确认")
    assert [file.flaws for file in files_of(customer, "C20261101900004")] == [(Flaw.DARK,), (Flaw.BLURRED,)]


def test_a_better_photo_takes_the_place_of_a_poor_one(customer: Talk) -> None:
    open_claim(customer, "C20261101900005")
    to_files(customer)
    customer.hand_in(photo(next(_PHOTOS), size=(800, 600), blur=10))
    customer.pick("重新拍")
    assert customer.replies[-1].kind == "file"
    customer.hand_in(fresh())
    customer.say("发完了")
    customer.say("确认")
    assert [file.flaws for file in files_of(customer, "C20261101900005")] == [()]


def test_the_same_file_twice_is_one(customer: Talk) -> None:
    open_claim(customer, "C20261101900006")
    to_files(customer)
    same = fresh()
    customer.hand_in(same)
    customer.hand_in(same, "又一次.png")
    assert "没有重复存" in customer.text
    customer.say("发完了")
    customer.say("确认")
    assert len(files_of(customer, "C20261101900006")) == 1


def test_questions_and_trouble_in_between_come_back_to_the_files(customer: Talk) -> None:
    open_claim(customer, "C20261101900007")
    to_files(customer)
    customer.say("传不上去")
    assert "10MB" in customer.text
    customer.say("好的")
    assert "等您发上来" in customer.text
    customer.say("你们几点上班？")
    assert "我们接着补交资料" in customer.text
    assert customer.replies[-1].kind == "file"
    customer.say("转人工")
    assert customer.outcome == "handed_off:customer_asked"
    assert stored(customer) == ()


def test_without_a_file_nothing_is_submitted(customer: Talk) -> None:
    claim = open_claim(customer, "C20261101900008")
    to_files(customer)
    customer.say("没有")
    customer.say("发完了")
    assert customer.outcome == "ended"
    assert stored(customer) == ()
    assert claim_now(customer, claim.claim_no) == claim


def test_without_consent_nothing_is_taken(customer: Talk) -> None:
    open_claim(customer, "C20261101900009")
    customer.say("我再补两张发票")
    prove(customer, NAME)
    customer.say("不同意")
    assert customer.outcome == "ended"
    assert "柜台" in customer.text


def test_a_file_that_comes_late_joins_the_others_before_the_card(customer: Talk) -> None:
    open_claim(customer, "C20261101900010")
    to_files(customer)
    customer.hand_in(fresh())
    customer.say("发完了")
    assert customer.requested == "confirm"
    customer.hand_in(fresh())
    assert customer.requested == "claim_files"
    customer.say("发完了")
    assert "门诊病历（含首诊） 2 个文件" in customer.text


def test_another_persons_claim_can_not_be_named(customer: Talk) -> None:
    open_claim(customer, "C20261101900011", claimant_party_id="CU000009")
    customer.say("我要补交资料，报案号C20261101900011")
    prove(customer, NAME)
    assert customer.requested == "service_claim", customer.text
    assert "没有对上您名下的案件" in customer.text
    with customer.services.unit_of_work() as work:
        work.claims.save(replace(claim_now(customer, "C20261101900011"), stage=ClaimStage.CLOSED))
        work.commit()


def test_a_file_of_another_conversation_is_not_taken(customer: Talk) -> None:
    open_claim(customer, "C20261101900012")
    other = customer.another()
    to_files(customer)
    customer.take(other.send_file(fresh()))
    assert "没有收到" in customer.text
    assert customer.answers.get("claim_basket", "") == ""


@pytest.mark.parametrize(
    ("rule", "due"), [("D-L08", date(2026, 11, 10)), ("D-L12", date(2026, 11, 10)), ("", date(2026, 11, 10))]
)
def test_only_the_thirty_days_stand_while_papers_are_missing(customer: Talk, rule: str, due: date) -> None:
    claim = open_claim(customer, f"C202611019001{len(rule):02}{rule[-1:] or 'x'}", due_rule=rule, due_on=due)
    deadlines = customer.services.deadlines
    after = receive_documents(claim, claim.missing_documents, claim.missing_documents, customer.now, deadlines)
    assert after.stage is ClaimStage.REGISTERED
    assert after.due_on == due == due_with_pauses(after, deadlines)


def test_of_a_compulsory_motor_policy_the_five_days_begin_with_the_last_paper(customer: Talk) -> None:
    """X-16, 交强险条例 art 29; an earlier date of another clock stays."""
    today, deadlines = customer.now.date(), customer.services.deadlines
    for number, due_on, expected in (
        ("C20261101900031", today + timedelta(days=20), (today + timedelta(days=5), "D-L12")),
        ("C20261101900032", today + timedelta(days=2), (today + timedelta(days=2), "D-L03")),
    ):
        claim = open_claim(customer, number, due_rule="D-L03", due_on=due_on)
        claim = replace(claim, stage=ClaimStage.SURVEYING)
        wanted = claim.missing_documents
        after = receive_documents(claim, wanted, wanted, customer.now, deadlines, compulsory=True)
        assert (after.due_on, after.due_rule) == expected
        assert receive_documents(claim, wanted, wanted, customer.now, deadlines).due_on == due_on


def test_which_policy_is_the_compulsory_one(customer: Talk) -> None:
    with customer.services.reading() as work:
        assert [is_compulsory_motor(work.policies.get(number)) for number in ("P2026000102", "P2026000101")] == [
            True,
            False,
        ]
