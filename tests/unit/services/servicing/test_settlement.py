"""From the decision to the money: the claimant sees it, agrees or disputes it, and names an account of his own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.documents.paper_pdf import print_paper
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.services.open_document import DOCUMENTS_PATH, DocumentGoneError, open_document
from bot.services.servicing.own_claim import CLAIM
from tests.servicing_talk import check_person, claim_now, keep_as_only_claim, prove, stored
from tests.talk import Talk

NAME, PARTY, REPORTER = "周强", "CU000008", "13900004408"
LINES = (AmountLine("合理医疗费", Decimal("3200.05")), AmountLine("免赔额", Decimal("-500")))


def decided(talk: Talk, number: str, stage: ClaimStage, decision: Decision = Decision.PART) -> Claim:
    at = talk.now - timedelta(days=1)
    lines = () if decision is Decision.DENY else LINES
    settlement = Settlement(decision, lines, "条款第五条", "合同约定了免赔额", at, "agent:desk")
    report = LossReport(LineOfBusiness.HEALTH, "2026-11-03", "", "住院", "有", REPORTER)
    made = Claim(number, report, stage, at, True, "elsewhere", number, claimant_party_id=PARTY, settlement=settlement)
    return keep_as_only_claim(talk, made)


def look(talk: Talk, number: str) -> str:
    """As the claimant: no number of a report, but a proof."""
    talk.say("查理赔进度")
    talk.say("没有报案号")
    prove(talk, NAME)
    if talk.requested == "claim_no":
        talk.say(number)
    return talk.text


def test_the_claimant_sees_amount_computation_clause_and_both_ways_on(customer: Talk) -> None:
    decided(customer, "C20261102700001", ClaimStage.AWAITING_AGREEMENT)
    said = look(customer, "C20261102700001")
    for told in ("部分赔付", "2,700.05 元", "合理医疗费 3,200.05 元", "免赔额 减 500 元", "条款第五条", "约定了免赔额"):
        assert told in said
    titles = [choice.title for reply in customer.replies for choice in reply.choices]
    assert "同意这个金额" in titles
    assert "不同意，申请复核" in titles


def test_the_reporters_phone_shows_no_amount(customer: Talk) -> None:
    decided(customer, "C20261102700002", ClaimStage.AWAITING_AGREEMENT)
    customer.say("查理赔进度")
    customer.say("C20261102700002")
    customer.say(REPORTER)
    customer.say(customer.code_of(REPORTER))
    assert "待签协议" in customer.text
    for hidden in ("元", "条款第五条", "部分赔付", "免赔额"):
        assert hidden not in customer.text
    titles = [choice.title for reply in customer.replies for choice in reply.choices]
    assert "同意这个金额" not in titles


def test_agreeing_stores_the_moment_and_starts_the_ten_days(customer: Talk) -> None:
    number = decided(customer, "C20261102700003", ClaimStage.AWAITING_AGREEMENT).claim_no
    look(customer, number)
    customer.pick("同意这个金额")
    assert customer.requested == "confirm", customer.text
    assert "2,700.05 元" in customer.text
    customer.say("确认")
    claim = claim_now(customer, number)
    assert (claim.stage, claim.due_rule) == (ClaimStage.PAYING, "D-L05")
    assert claim.settlement is not None
    assert claim.settlement.agreed_at == customer.now
    assert claim.due_on == claim.settlement.pay_by
    assert claim.due_on is not None
    assert claim.due_on <= customer.now.date() + timedelta(days=10)
    assert f"最晚 {claim.due_on.month} 月 {claim.due_on.day} 日 支付" in customer.text
    assert stored(customer)[0].status is RequestStatus.DONE
    assert "登记收款账户" in [choice.title for choice in customer.replies[-1].choices]


def test_an_amount_that_changed_behind_the_card_is_shown_before_it_is_agreed_to(customer: Talk) -> None:
    claim = decided(customer, "C20261102700013", ClaimStage.AWAITING_AGREEMENT)
    look(customer, claim.claim_no)
    customer.pick("同意这个金额")
    assert "2,700.05 元" in customer.text
    assert claim.settlement is not None
    corrected = replace(claim.settlement, lines=(AmountLine("合理医疗费", Decimal("1900")),))
    with customer.services.unit_of_work() as work:
        work.claims.save(replace(claim, settlement=corrected))
        work.commit()
    customer.say("确认")
    assert customer.requested == "confirm"
    assert "还没有提交" in customer.text
    assert "1,900" in customer.text
    assert claim_now(customer, claim.claim_no).stage is ClaimStage.AWAITING_AGREEMENT
    customer.say("确认")
    assert claim_now(customer, claim.claim_no).stage is ClaimStage.PAYING


def test_disagreeing_opens_the_review_of_that_claim(customer: Talk) -> None:
    number = decided(customer, "C20261102700004", ClaimStage.AWAITING_AGREEMENT).claim_no
    look(customer, number)
    customer.pick("不同意，申请复核")
    assert customer.requested == "dispute_point", customer.text
    assert claim_now(customer, number).stage is ClaimStage.AWAITING_AGREEMENT


def test_a_denial_is_repeated_with_clause_reason_and_the_ways_against_it(customer: Talk) -> None:
    number = decided(customer, "C20261102700005", ClaimStage.DENIED, Decision.DENY).claim_no
    said = look(customer, number)
    for told in ("核定结果：不予赔付", "条款第五条", "约定了免赔额", "复核", "投诉", "12378"):
        assert told in said
    titles = [choice.title for reply in customer.replies for choice in reply.choices]
    assert "同意这个金额" not in titles
    assert "不同意，申请复核" in titles


@pytest.mark.parametrize("number", ["6222021234567890127"])
def test_the_account_is_ones_own_and_only_its_tail_is_kept(customer: Talk, number: str) -> None:
    claim_no = decided(customer, "C20261102700006", ClaimStage.PAYING).claim_no
    look(customer, claim_no)
    customer.pick("登记收款账户")
    customer.say("同意")
    assert customer.requested == "payee_card", customer.text
    customer.say("打到我老婆的卡上")
    assert customer.requested == "payee_card"
    assert "本人名下" in customer.text
    customer.say(number)
    check_person(customer, NAME)
    assert customer.requested == "confirm", customer.text
    assert "尾号0127" in customer.text
    assert "周*" in customer.text
    customer.say("确认")
    (request,) = stored(customer)
    assert request.kind == "claim_payee"
    assert number not in str(request)
    assert "核对户名" in customer.text


def test_nothing_to_agree_to_once_it_was_agreed(customer: Talk) -> None:
    number = decided(customer, "C20261102700007", ClaimStage.AWAITING_AGREEMENT).claim_no
    look(customer, number)
    customer.pick("同意这个金额")
    with customer.services.unit_of_work() as work:
        work.claims.save(Claim(**{**vars(claim_now(customer, number)), "stage": ClaimStage.ADJUDICATING}))
        work.commit()
    customer.say("确认")
    assert claim_now(customer, number).stage is ClaimStage.ADJUDICATING
    assert stored(customer) == ()


def test_a_person_takes_over_in_the_middle(customer: Talk) -> None:
    look(customer, decided(customer, "C20261102700008", ClaimStage.AWAITING_AGREEMENT).claim_no)
    customer.pick("同意这个金额")
    customer.say("转人工")
    assert customer.outcome.startswith("handed_off"), customer.text
    assert stored(customer) == ()


def paper_of(talk: Talk) -> str:
    found = re.search(rf"{DOCUMENTS_PATH}([A-Za-z0-9_-]+)", talk.text)
    assert found, talk.text
    return found[1]


@pytest.mark.parametrize(
    ("number", "decision", "title", "told"),
    [
        ("C20261102700009", Decision.PART, "赔款计算书", ("免赔额：减 500 元", "合计：2,700.05 元")),
        ("C20261102700010", Decision.DENY, "理赔核定结果说明（不予赔付）", ("12378", "拒绝赔偿通知书由理赔岗另行发出")),
    ],
)
def test_the_claimant_downloads_the_computation_or_the_reasons_once(
    customer: Talk, number: str, decision: Decision, title: str, told: tuple[str, ...]
) -> None:
    decided(customer, number, ClaimStage.PAYING if decision is Decision.PART else ClaimStage.DENIED, decision)
    look(customer, number)
    customer.pick("下载核定结果说明")
    customer.say("确认")
    token = paper_of(customer)
    with customer.services.unit_of_work() as work:
        paper = open_document(work, token, customer.conversation_id, customer.now)
        work.commit()
    assert paper.title == title
    assert ("案件号", number) in paper.lines
    assert ("索赔人", NAME) in paper.lines
    words = "\n".join(text for _, paragraphs in paper.sections for text in paragraphs)
    for each in told:
        assert each in words
    assert print_paper(paper).startswith(b"%PDF-")
    with customer.services.unit_of_work() as work, pytest.raises(DocumentGoneError):
        open_document(work, token, customer.conversation_id, customer.now)


def test_a_paper_is_gone_when_the_claim_is_another_persons_by_then(customer: Talk) -> None:
    made = decided(customer, "C20261102700011", ClaimStage.PAYING)
    look(customer, made.claim_no)
    customer.pick("下载核定结果说明")
    customer.say("确认")
    with customer.services.unit_of_work() as work:
        work.claims.save(Claim(**{**vars(made), "claimant_party_id": "CU000001"}))
        with pytest.raises(DocumentGoneError):
            open_document(work, paper_of(customer), customer.conversation_id, customer.now)
        work.commit()


def test_no_paper_before_a_decision(customer: Talk) -> None:
    made = decided(customer, "C20261102700012", ClaimStage.PAYING)
    look(customer, made.claim_no)
    with customer.services.unit_of_work() as work:
        work.claims.save(Claim(**{**vars(made), "settlement": None, "stage": ClaimStage.ADJUDICATING}))
        work.commit()
    customer.pick("下载核定结果说明")
    assert "还没有核定结果" in customer.text or customer.requested == CLAIM, customer.text
    assert stored(customer) == ()
