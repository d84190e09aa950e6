"""Electronic policies and invoices: a link that opens once for whom it was made, a sum that nobody can alter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.open_document import DOCUMENTS_PATH, DocumentGoneError, open_document
from bot.services.paper import Paper
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.servicing_talk import filed
from tests.talk import Talk

CUSTOMERS = {each.name: each for each in NAMED_CUSTOMERS}
TAX_NO = "91110105MA00DEM013"


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    """A new conversation, an hour after the last: codes to one phone are limited within half an hour."""
    first_talk.now += timedelta(hours=1)
    return first_talk.another()


def prove(talk: Talk, name: str) -> None:
    person = CUSTOMERS[name]
    talk.say(name)
    talk.say(person.id_number)
    talk.say(talk.code_of(person.phone))


def stored(talk: Talk) -> ServiceRequest:
    with talk.services.reading() as work:
        (request,) = filed(work, talk.conversation_id)
    return request


def say_all(talk: Talk, *lines: str) -> None:
    for line in lines:
        talk.say(line)


def opened(talk: Talk, token: str, *, conversation_id: str = "", minutes: int = 0) -> Paper:
    with talk.services.unit_of_work() as work:
        paper = open_document(
            work, token, conversation_id or talk.conversation_id, talk.now + timedelta(minutes=minutes)
        )
        work.commit()
    return paper


def download(talk: Talk, name: str, policy_no: str) -> str:
    """Ask for a policy; the token of the link."""
    talk.say("帮我下载电子保单")
    prove(talk, name)
    say_all(talk, policy_no, "在这里下载", "确认")
    found = re.search(rf"{DOCUMENTS_PATH}([A-Za-z0-9_-]+)", talk.text)
    assert found, talk.text
    return found[1]


def test_a_policy_is_fetched_once_by_the_conversation_that_asked(customer: Talk) -> None:
    token = download(customer, "张伟明", "P2026000101")
    assert stored(customer).status is RequestStatus.DONE
    for refused in ({"conversation_id": "another"}, {"minutes": 16}):
        with pytest.raises(DocumentGoneError):
            opened(customer, token, **refused)  # type: ignore[arg-type]
    with pytest.raises(DocumentGoneError):
        opened(customer, token[:-1] + ("A" if token[-1] != "A" else "B"))
    paper = opened(customer, token, minutes=14)
    assert ("保险单号", "P2026000101") in paper.lines
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", paper.verification_code)
    with pytest.raises(DocumentGoneError):
        opened(customer, token, minutes=14)


def test_the_link_holds_nothing_about_anybody_and_the_store_holds_no_link(customer: Talk) -> None:
    token = download(customer, "张伟明", "P2026000102")
    person, request = CUSTOMERS["张伟明"], stored(customer)
    for secret in ("P2026000102", person.id_number, person.phone, request.request_no, customer.conversation_id):
        assert secret not in token
    with customer.services.reading() as work:
        assert work.document_links.get(token) is None  # kept by its digest only


def test_the_policyholder_reads_the_premium_and_the_insured_does_not(customer: Talk) -> None:
    own = opened(customer, download(customer, "王建国", "P2023001234"))
    lines = dict(own.lines)
    assert "2,400 元" in lines["保险费"]
    assert lines["投保人"].startswith("王建国，证件号 ")
    assert CUSTOMERS["王建国"].id_number not in lines["投保人"]
    assert lines["被保险人"] == "刘*"
    insured = customer.another()
    theirs = opened(insured, download(insured, "刘芳", "P2023001234"))
    lines = dict(theirs.lines)
    assert "保险费" not in lines
    assert lines["投保人"] == "王*国"
    assert lines["被保险人"].startswith("刘芳，证件号 ")


def test_the_paper_has_cover_exclusions_and_masked_beneficiaries(customer: Talk) -> None:
    paper = opened(customer, download(customer, "王建国", "P2023001234"))
    sections = dict(paper.sections)
    assert any("第四条" in text and "100 万元" in text for text in sections["保险责任"])
    assert any("自杀" in text for text in sections["责任免除（请仔细阅读）"])
    assert any(text.startswith("王建国（配偶）第 1 顺位 50%") for text in sections["身故受益人"])
    assert any(text.startswith("刘*海（父母）") for text in sections["身故受益人"])


def test_the_registered_mailbox_gets_it_and_the_phone_is_told(customer: Talk) -> None:
    customer.say("帮我下载电子保单")
    prove(customer, "张伟明")
    say_all(customer, "P2026000101", "发到登记邮箱", "确认")
    assert stored(customer).status is RequestStatus.ACCEPTED
    assert "c***@example.com" in customer.outbox.texts_for(CUSTOMERS["张伟明"].phone, 1)[0].text


@pytest.mark.parametrize(
    ("address", "status"),
    [("other@example.com", RequestStatus.WITH_PERSON), ("customer1@example.com", RequestStatus.ACCEPTED)],
)
def test_another_mailbox_is_for_a_person_and_the_registered_one_is_known(
    customer: Talk, address: str, status: RequestStatus
) -> None:
    customer.say(f"把电子保单发我邮箱 {address}")
    prove(customer, "张伟明")
    say_all(customer, "P2026000101", "确认")
    assert stored(customer).status is status
    assert address not in customer.text


@pytest.mark.parametrize("channel", ["wechat", "ivr"])
def test_where_no_file_can_be_fetched_there_is_no_link(customer: Talk, channel: str) -> None:
    customer.channel = channel
    customer.say("帮我下载电子保单")
    prove(customer, "张伟明")
    customer.say("P2026000101")
    assert "网页客服" in customer.text
    assert "在这里下载" not in [choice.title for choice in customer.replies[-1].choices]
    customer.say("就在这里下载")
    assert customer.slot == "e_policy_way"
    say_all(customer, "发到登记邮箱", "确认")
    assert stored(customer).status is RequestStatus.ACCEPTED
    assert DOCUMENTS_PATH not in "".join(reply.text for reply in customer.replies)


def test_a_beneficiary_gets_no_policy(customer: Talk) -> None:
    customer.say("帮我下载电子保单")
    prove(customer, "林小雨")
    customer.say("P2019000521")
    assert customer.outcome == "ended"
    assert "投保人" in customer.text


def test_an_invoice_is_for_what_was_paid_and_only_once(customer: Talk) -> None:
    customer.say("帮我开发票")
    prove(customer, "陈静")
    say_all(customer, "P2022000551", "全部", "本人交的", "单位", "北京云启科技示例有限公司")
    customer.say("91110105MA00DEM01")
    assert "18 位" in customer.text
    customer.say("91110105MA00DEM011")
    assert "校验位" in customer.text
    say_all(customer, TAX_NO, "登记的邮箱")
    assert "发票金额 7 万元" in customer.text
    customer.say("金额改成5000")
    assert "不能改（发票管理办法第十九条）" in customer.text
    say_all(customer, "好", "确认")
    request = stored(customer)
    fields = dict(request.fields)
    assert (request.status, request.due_rule) == (RequestStatus.ACCEPTED, "invoice.days")
    assert request.post == "收付费"
    assert (fields["发票金额"], fields["品名"], fields["纳税人识别号"]) == ("70000.00", "保险费", TAX_NO)
    again = customer.another()
    again.now = customer.now + timedelta(hours=1)
    again.say("帮我开发票")
    prove(again, "陈静")
    again.say("P2022000551")
    assert "开过发票" in again.text
    assert again.outcome == "handed_off:needs_person"


@pytest.mark.parametrize(
    ("wish", "answers", "why"),
    [
        ("发票抬头开错了要换开", (), "换开"),
        ("帮我开发票", ("最近一期", "我老婆交的", "个人抬头", "登记的邮箱"), "交款人"),
    ],
)
def test_replacing_an_invoice_or_another_payer_is_for_a_person(
    customer: Talk, wish: str, answers: tuple[str, ...], why: str
) -> None:
    customer.say(wish)
    prove(customer, "周强")
    say_all(customer, "P2020000801", *answers, "确认")
    assert stored(customer).status is RequestStatus.WITH_PERSON, customer.text
    with customer.services.reading() as work:
        waiting = work.hand_offs.open_for(customer.conversation_id)
    assert waiting is not None
    assert why in waiting.reason_zh
    assert waiting.post == "收付费"


def test_a_policy_on_paper_again_is_the_forms_posts_and_so_is_the_hand_off(customer: Talk) -> None:
    customer.say("保单丢了，要补发")
    prove(customer, "王建国")
    say_all(customer, "P2026000131", "纸质保单", "寄登记地址", "确认")
    assert (stored(customer).kind, stored(customer).post) == ("reissue_policy", "单证")
    asks = customer.another()
    asks.now = customer.now + timedelta(hours=1)
    say_all(asks, "保单丢了，要补发", "人工")
    with asks.services.reading() as work:
        waiting = work.hand_offs.open_for(asks.conversation_id)
    assert waiting is not None
    assert waiting.post == "单证"
