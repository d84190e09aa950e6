"""补材料 of a complaint, a request and a report: whose it is, real files, a receipt, what is still missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import SupplementNotice
from bot.insurance.matter_file import MatterFile
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.services.list_matters import inquiry_code
from bot.services.recall import recall
from tests.photos import PDF, photo
from tests.servicing_talk import CUSTOMERS, prove, stored
from tests.talk import Talk

NAME = "周强"
_PHOTOS = iter(range(2000, 3000))


def fresh() -> bytes:
    return photo(next(_PHOTOS), size=(800, 600))


def waiting_request(talk: Talk, number: str, **changes: object) -> ServiceRequest:
    """One of his, of another conversation, that its post wants two papers for."""
    asked = ("补发申请书", "投保人身份证")
    step = RequestStep(RequestStatus.WAITING_FOR_PAPERS, talk.now, "agent:desk", "申请书没有签名", asked)
    made = ServiceRequest(
        request_no=number,
        kind="reissue_policy",
        status=RequestStatus.WAITING_FOR_PAPERS,
        policy_no="P2018000802",
        applicant_id=CUSTOMERS[NAME].party_id,
        fields=(("原因", "丢了"),),
        papers=asked,
        requested_at=talk.now - timedelta(days=5),
        due_on=None,
        due_rule="D-P01",
        post="保全",
        conversation_id="elsewhere",
        idempotency_key=number,
        steps=(step,),
    )
    made = replace(made, **changes)  # type: ignore[arg-type]
    with talk.services.unit_of_work() as work:
        work.requests.add(made)
        work.commit()
    return made


def request_now(talk: Talk, number: str) -> ServiceRequest:
    with talk.services.reading() as work:
        found = work.requests.get(number)
    assert found is not None
    return found


def files_of(talk: Talk, number: str) -> tuple[MatterFile, ...]:
    with talk.services.reading() as work:
        return tuple(work.files.of_matter(number))


def begin(talk: Talk, number: str) -> None:
    """From another conversation: up to the identity questions."""
    talk.say(f"补材料 {number}")
    assert talk.requested == "paper_proof", talk.text
    talk.pick("核对身份")


def to_files(talk: Talk) -> None:
    assert talk.requested == "service_consent", talk.text
    talk.say("同意")
    assert (talk.requested, talk.replies[-1].kind) == ("claim_files", "file"), talk.text


def complain(talk: Talk) -> str:
    talk.say("上周三去柜台改地址，叫号机是坏的，我要投诉")
    talk.say("取消")
    with talk.services.reading() as work:
        return work.complaints.of_conversation(talk.conversation_id)[0].complaint_no


def test_the_last_paper_of_a_request_starts_its_clock_and_the_customer_sees_it(customer: Talk) -> None:
    number = "S20261101910001"
    waiting_request(customer, number)
    begin(customer, number)
    prove(customer, NAME)
    to_files(customer)
    for shown in ("还缺 2 样", "补发申请书（我们提供，您签名；没有的话可以在线签）", "先发“补发申请书”"):
        assert shown in customer.text
    customer.hand_in(fresh())
    customer.pick("下一样")
    customer.hand_in(PDF, "身份证.pdf")
    customer.say("都发完了")
    assert customer.requested == "confirm", customer.text
    assert number in customer.text
    customer.say("确认")
    after = request_now(customer, number)
    assert (after.status, after.papers) == (RequestStatus.ACCEPTED, ())
    assert after.due_on == customer.services.deadlines.due("D-P01", customer.now).internal_due
    files = files_of(customer, number)
    assert [file.document for file in files] == ["补发申请书", "投保人身份证"]
    (handed_in,) = stored(customer)
    assert (handed_in.kind, handed_in.restricted) == ("hand_in_papers", False)
    for shown in (handed_in.request_no, *(file.file_no for file in files), "没有缺的材料了", "已受理"):
        assert shown in customer.text


def test_what_the_post_wrote_and_wants_is_read_by_its_number_once_proved(customer: Talk) -> None:
    number = "S20261101910002"
    waiting_request(customer, number)
    told = recall(
        customer.ears.hear(customer.conversation_id, f"{number} 办到哪一步了", customer.now), customer.services
    )
    assert told is not None
    assert "申请书没有签名" not in told.text
    customer.say("我要换个业务员")
    prove(customer, NAME)
    customer.say("取消")
    told = recall(
        customer.ears.hear(customer.conversation_id, f"{number} 办到哪一步了", customer.now), customer.services
    )
    assert told is not None
    for shown in ("待补资料", "说明：申请书没有签名。", "还缺 2 样", "· 投保人身份证"):
        assert shown in told.text
    assert "传照片或文件" in [choice.title for choice in told.choices]


def test_who_sits_at_the_screen_later_sees_the_stage_and_not_what_the_post_wrote(customer: Talk) -> None:
    number = "S20261101910006"
    waiting_request(customer, number, conversation_id=customer.conversation_id)
    told = recall(
        customer.ears.hear(customer.conversation_id, f"{number} 办到哪一步了", customer.now), customer.services
    )
    assert told is not None
    assert "待补资料" in told.text
    assert "核对身份后看得到" in told.text
    for hidden in ("申请书", "身份证"):
        assert hidden not in told.text


def test_papers_of_a_request_just_made_are_handed_in_with_one_button(customer: Talk) -> None:
    customer.say("我要退保")
    prove(customer, "陈静")
    answers = {
        "surrender_reason": "不想说",
        "surrender_card": "原缴费账户",
        "service_consent": "同意",
        "confirm": "确认",
    }
    customer.say("P2026000553")
    while customer.requested:
        if customer.requested == "person_check":
            customer.say(customer.code_of(CUSTOMERS["陈静"].phone))
        else:
            customer.say(answers[customer.requested])
    (made,) = stored(customer)
    assert made.status is RequestStatus.WAITING_FOR_PAPERS
    assert f"补材料 {made.request_no}" in customer.text
    customer.pick("传照片或文件")
    to_files(customer)
    assert f"还缺 {len(made.papers)} 样" in customer.text


def test_a_part_of_the_papers_leaves_one_list_of_the_rest(customer: Talk) -> None:
    number = "S20261101910003"
    waiting_request(customer, number)
    begin(customer, number)
    prove(customer, NAME)
    to_files(customer)
    customer.hand_in(fresh())
    customer.say("发完了")
    customer.say("确认")
    after = request_now(customer, number)
    assert (after.status, after.papers, after.due_on) == (RequestStatus.WAITING_FOR_PAPERS, ("投保人身份证",), None)
    assert "还缺 1 样" in customer.text


@pytest.mark.parametrize("who", ["林小雨", "刘芳"])
def test_anothers_request_takes_no_papers_and_tells_nothing(customer: Talk, who: str) -> None:
    number = f"S2026110191001{len(who)}"
    waiting_request(customer, number)
    begin(customer, number)
    prove(customer, who)
    assert "没有对上您的业务" in customer.text
    for hidden in ("补发", "身份证", "待补"):
        assert hidden not in customer.text.replace("身份证号", "")
    customer.say("不用了")
    assert "没有收材料" in customer.text
    assert stored(customer) == ()


def test_a_complaint_takes_files_where_it_was_made_and_its_clock_stands_as_it_was(customer: Talk) -> None:
    number = complain(customer)
    with customer.services.unit_of_work() as work:
        complaint = work.complaints.get(number)
        assert complaint is not None
        notice = SupplementNotice(("柜台叫号的照片",), "请补照片", "desk", customer.now, ("柜台叫号的照片",))
        work.complaints.save(replace(complaint, stage=ComplaintStage.AWAITING_SUPPLEMENT, notices=(notice,)))
        work.commit()
    customer.say(f"补材料 {number}")
    to_files(customer)
    assert "柜台叫号的照片" in customer.text
    customer.hand_in(fresh())
    customer.say("发完了")
    customer.say("确认")
    with customer.services.reading() as work:
        after = work.complaints.get(number)
    assert after is not None
    assert (after.stage, after.missing, after.clocks) == (ComplaintStage.REVIEWING, (), complaint.clocks)
    assert after.notices[0].items == ("柜台叫号的照片",)
    assert [file.document for file in files_of(customer, number)] == ["柜台叫号的照片"]
    assert "期限一直在走" in customer.text


def test_a_complaint_of_another_conversation_wants_the_phone_it_left(customer: Talk) -> None:
    with customer.services.reading() as work:
        other = next(each for each in work.complaints.of_party(CUSTOMERS["孙丽"].party_id) if each.is_open)
    customer.say(f"给 {other.complaint_no} 补材料")
    assert customer.requested == "phone", customer.text
    customer.say("13612349876")
    customer.say(customer.code_of("13612349876"))
    assert "没有对上您的业务" in customer.text
    assert other.facts not in customer.text


def report(talk: Talk) -> str:
    for words in (
        "我要匿名举报，有家修理厂专门用旧件冒充新件报损",
        "金盛汽修厂",
        "上个月",
        "两万",
        "有录音",
        "没有",
        "匿名",
    ):
        if talk.requested == "confirm":
            break
        talk.say(words)
    talk.say("确认")
    return next(each.request_no for each in stored(talk) if each.kind == "report_misconduct")


def test_an_anonymous_report_takes_evidence_by_its_code_and_keeps_nothing_of_who(customer: Talk) -> None:
    number = report(customer)
    assert f"补材料 {number}" in customer.text
    code = inquiry_code(number, customer.services.pepper)
    later = customer.another()
    later.say(f"补材料 {number}")
    assert later.requested == "paper_proof", later.text  # nobody who wants to stay unknown is asked for a name
    later.pick("我有查询码")
    later.say(f"{code[:4]} {code[4:]}")
    to_files(later)
    assert "拍摄地点" in later.text
    later.hand_in(fresh(), "张三的录音截图.png")
    later.say("发完了")
    later.say("确认")
    (file,) = files_of(later, number)
    assert (file.name, file.matter_no) == ("", number)
    (handed_in,) = stored(later)
    assert (handed_in.restricted, handed_in.applicant_id) == (True, "")
    assert request_now(later, number).steps[-1].by == "customer"


def test_a_wrong_code_is_counted_and_opens_nothing(customer: Talk) -> None:
    number = report(customer)
    later = customer.another()
    later.say(f"补材料 {number} 0000 0001")
    assert "没有对上" in later.text
    assert later.requested == "paper_matter"
    with later.services.reading() as work:
        assert work.identities.failures(f"inquiry:{number}", later.now - timedelta(hours=1)) == 1


def test_number_and_code_may_come_in_one_message(customer: Talk) -> None:
    number = report(customer)
    code = inquiry_code(number, customer.services.pepper)
    later = customer.another()
    later.say(f"补材料 {number} {code[:4]} {code[4:]}")
    to_files(later)


def test_without_a_number_one_proves_who_one_is_and_chooses(customer: Talk) -> None:
    customer.say("保全材料补一下")
    customer.say("没有")
    assert [choice.title for choice in customer.replies[-1].choices] == ["核对身份，查以前办的", "转人工"]


def test_what_is_over_takes_no_more_papers(customer: Talk) -> None:
    number = "S20261101910005"
    waiting_request(customer, number, status=RequestStatus.DONE, papers=(), conversation_id=customer.conversation_id)
    begin(customer, number)
    prove(customer, NAME)
    assert "没有对上您的业务" in customer.text
