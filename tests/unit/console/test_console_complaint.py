"""Complaints at the desk: registered as they came, asked for what is missing, decided, each told once and audited."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.staff import Role
from bot.store.demo import seed_demo
from tests.pdf_text import words
from tests.photos import photo
from tests.unit.console.test_console_cases import PHONE, complaint, handed_in, request

NEW = "/desk/complaints/new"
SHEET = "/desk/cases/T20261123000001"
WORDS = "柜员态度恶劣，当着很多人骂我，让我滚出去，要求道歉"
DECISION = {
    "facts": "经核查监控，柜员确有不当言语",
    "basis": "银行业保险业消费投诉处理管理办法第十八条",
    "result": "柜员当面道歉，网点负责人三日内回访",
}


def stored(place, number: str = "T20261123000001") -> Complaint:
    with place.deps.unit_of_work() as work:
        return work.complaints.get(number)


def received(place, **ago: float) -> str:
    return (place.clock() - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M")


async def register(browser, place, **changes: str):
    await browser.get(NEW)
    given = {
        "channel": "letter", "received_at": received(place, days=2), "name": "钱多多", "phone": PHONE, "words": WORDS,
        "role": "self", "against": "工号 7788", "form_id": browser.form_id, **changes,
    }  # fmt: skip
    return await browser.post(NEW, **given)


def number_of(answer) -> str:
    return answer.headers["Location"].rpartition("/")[2]


async def test_a_letter_is_in_the_one_register_with_clocks_from_its_receipt(place):
    seed_demo(place.engine, place.clock().date())
    browser = await place.agent()
    answer = await register(browser, place, policy_no="p2023001234")
    assert answer.status == 303
    one = stored(place, number_of(answer))
    assert (one.channel, one.facts, one.phone, one.against) == (ComplaintChannel.LETTER, WORDS, PHONE, "工号 7788")
    assert one.received_at < place.clock() - timedelta(days=1, hours=23)
    assert one.clocks.decide_by == place.deps.deadlines.due("D-C01", one.received_at).internal_due
    assert one.clocks.answer_or_progress_by == place.deps.deadlines.due("D-C14", one.received_at).internal_due
    assert (one.kind, one.severity > 0, bool(one.rules_fired)) == ("attitude", True, True)
    assert (one.reference_no, one.conversation_id, one.last_notice_at) == ("P2023001234", "", place.clock())
    (text,) = place.deps.recent_texts(PHONE, 5)
    for told in (one.complaint_no, "信函", f"{one.clocks.decide_by.month} 月 {one.clocks.decide_by.day} 日", "12378"):
        assert told in text.text
    filed = [entry for entry in place.audit() if entry[0] == "complaint.filed"][-1]
    assert filed[1:3] == (one.complaint_no, "agent:desk")
    assert '"channel":"letter"' in filed[3]
    _, listed = await browser.get("/desk/cases?kind=T")
    assert "服务态度（信函）" in listed
    _, page = await browser.get(f"/desk/cases/{one.complaint_no}")
    assert "信函" in page


@pytest.mark.parametrize("channel", ["letter", "hotline", "counter", "mail", "fax", "regulator"])
async def test_every_way_by_which_complaints_come_is_taken(place, channel):
    report_by = (place.clock() + timedelta(days=9)).date().isoformat()
    answer = await register(await place.agent(), place, channel=channel, transfer_no="监转 7 号", report_by=report_by)
    assert stored(place, number_of(answer)).channel.value == channel


async def test_a_double_click_registers_once_even_after_signing_in_again(place):
    browser = await place.agent()
    await browser.get(NEW)
    form_id = browser.form_id
    first = await register(browser, place, form_id=form_id)
    again = await register(await place.agent(), place, form_id=form_id)
    assert number_of(first) == number_of(again)
    assert len(place.deps.recent_texts(PHONE, 5)) == 1


async def test_money_in_danger_is_reported_to_compliance_as_well(place):
    words = "业务员李某把我的保费收走没有入账，说好投保结果钱被他挪用了"
    await register(await place.agent(), place, words=words)
    with place.deps.unit_of_work() as work:
        (report,) = work.requests.of_kind("report_misconduct")
    assert report.restricted
    assert PHONE not in str(report.fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"channel": "web"}, "来件渠道"),
        ({"channel": "pigeon"}, "来件渠道"),
        ({"received_at": "昨天"}, "日期和时刻"),
        ({"received_at": "2099-01-01T10:00"}, "不能晚于现在"),
        ({"words": "骂我"}, "投诉的内容"),
        ({"phone": "12345"}, "手机号"),
        ({"policy_no": "P0000000000"}, "没有这张保单"),
        ({"earlier_no": "T20200101000001"}, "没有这件以前的投诉"),
        ({"form_id": ""}, "来件渠道"),
        ({"channel": "regulator"}, "转办编号"),
        ({"channel": "regulator", "transfer_no": "监转 7 号"}, "要求报告的日期"),
        ({"channel": "regulator", "transfer_no": "监转 7 号", "report_by": "2026-11-20"}, "不能早于收到"),
    ],
)
async def test_what_is_incomplete_is_not_registered_and_can_be_sent_again(place, fields, words):
    browser = await place.agent()
    await browser.get(NEW)
    form_id = browser.form_id
    answer = await register(browser, place, **{"form_id": form_id, **fields})
    assert answer.status == 400
    assert words in await answer.text()
    with place.deps.unit_of_work() as work:
        assert work.complaints.of_phone(PHONE) == ()
    assert (await register(browser, place, form_id=form_id)).status == 303


async def test_only_the_complaints_post_registers_asks_and_decides(place):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    other = await place.colleague("1002", Role.CLAIMS, posts=("投诉回访",))
    status, _ = await other.get(NEW)
    assert status == 403
    _, page = await other.get(SHEET)
    assert "/decide" not in page
    assert "/supplement" not in page
    for path, fields in (
        (NEW, {"channel": "letter", "received_at": received(place, days=1), "words": WORDS}),
        (f"{SHEET}/supplement", {"items": "录音", "note": "请补上录音"}),
        (f"{SHEET}/decide", DECISION),
    ):
        assert (await other.post(path, form_id="x", **fields)).status == 403
    assert stored(place).stage is ComplaintStage.ACCEPTED


async def test_a_form_without_its_token_is_refused(place):
    browser = await place.agent()
    answer = await browser.post(NEW, csrf="made up", channel="letter", received_at="2026-11-01T10:00", words=WORDS)
    assert answer.status == 403


async def test_what_is_missing_is_kept_told_and_stops_no_clock(place):
    before = complaint(place)
    browser = await place.agent()
    await browser.get(SHEET)
    same = {"items": "通话录音\n收据照片", "note": "核对当时的通话", "form_id": browser.form_id}
    for _ in range(2):  # a double click
        assert (await browser.post(f"{SHEET}/supplement", **same)).status == 303
    one = stored(place)
    (notice,) = one.notices
    assert (notice.items, notice.at, notice.agent) == (("通话录音", "收据照片"), place.clock(), "desk")
    assert (one.stage, one.missing) == (ComplaintStage.AWAITING_SUPPLEMENT, notice.items)
    assert (one.clocks, one.statutory_due) == (before.clocks, before.statutory_due)
    (text,) = place.deps.recent_texts(PHONE, 5)
    for told in ("通话录音、收据照片", "核对当时的通话", f"补材料 {one.complaint_no}", "期限照常走"):
        assert told in text.text
    assert place.audit()[-1][:3] == ("complaint.supplement_wanted", one.complaint_no, "agent:desk")
    _, page = await browser.get(SHEET)
    assert "通话录音、收据照片：核对当时的通话" in page


async def test_a_decision_is_kept_told_with_its_remedies_and_ends_it(place):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    browser = await place.agent()
    await browser.get(SHEET)
    for _ in range(2):
        assert (await browser.post(f"{SHEET}/decide", form_id=browser.form_id + "d", **DECISION)).status == 303
    one = stored(place)
    (made,) = one.decisions
    assert (made.facts, made.basis, made.result, made.agent) == (*DECISION.values(), "desk")
    assert (one.stage, one.is_open, made.verifying) == (ComplaintStage.DECIDED, False, False)
    (text,) = place.deps.recent_texts(PHONE, 5)
    for told in (*DECISION.values(), "30 天内", "核查", "调解", "仲裁", "诉讼", "12378"):
        assert told in text.text
    assert place.audit()[-1][:3] == ("complaint.decided", one.complaint_no, "agent:desk")
    _, page = await browser.get(SHEET)
    for shown in DECISION.values():
        assert shown in page


@pytest.mark.parametrize(
    ("stage", "legal"),
    [
        (ComplaintStage.REGISTERED, False),
        (ComplaintStage.AWAITING_SUPPLEMENT, False),
        (ComplaintStage.ACCEPTED, True),
        (ComplaintStage.EXTENDED, True),
        (ComplaintStage.TRANSFERRED, True),
        (ComplaintStage.DECIDED, False),
        (ComplaintStage.WITHDRAWN, False),
    ],
)
async def test_only_what_was_accepted_is_decided(place, stage, legal):
    complaint(place, stage=stage)
    browser = await place.agent()
    answer = await browser.post(f"{SHEET}/decide", form_id="x", **DECISION)
    assert answer.status == (303 if legal else 409)
    assert bool(stored(place).decisions) is legal


async def test_a_verification_is_decided_by_another_and_ends_in_mediation_or_court(place):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    first = await place.agent()
    await first.post(f"{SHEET}/decide", form_id="a", **DECISION)
    with place.deps.unit_of_work() as work:
        one = work.complaints.get("T20261123000001")
        work.complaints.save(type(one)(**{**vars(one), "stage": ComplaintStage.VERIFYING}))
        work.commit()
    answer = await first.post(f"{SHEET}/decide", form_id="b", **DECISION)
    assert answer.status == 403
    assert "核查由上级机构办，作过原决定的人不能办" in await answer.text()
    _, page = await first.get(SHEET)
    assert "/decide" not in page


async def test_a_verification_is_for_the_superior_body_alone(place):
    """投诉办法 art 20: a colleague who did not decide is still no superior."""
    complaint(place, stage=ComplaintStage.VERIFYING)
    first = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    assert "/decide" not in (await first.get(SHEET))[1]
    assert (await first.post(f"{SHEET}/decide", form_id="a", **DECISION)).status == 403
    senior = await place.colleague("9001", Role.MANAGER)
    assert "/decide" in (await senior.get(SHEET))[1]
    assert (await senior.post(f"{SHEET}/decide", form_id="b", **DECISION)).status == 303
    assert stored(place).decisions[-1].verifying


@pytest.mark.parametrize(
    ("path", "fields", "status", "words"),
    [
        ("supplement", {"items": "", "note": "请补材料来"}, 400, "一行一样"),
        ("supplement", {"items": "录音", "note": "补"}, 400, "说明要写"),
        ("supplement", {"items": "录音", "note": "你不要投诉了，投诉也没用"}, 422, "不合适"),
        ("decide", {**DECISION, "basis": ""}, 400, "依据要写"),
        ("decide", {**DECISION, "result": "你投诉也没用，我们不受理"}, 422, "不合适"),
    ],
)
async def test_what_is_unfit_changes_nothing(place, path, fields, status, words):
    before = complaint(place, stage=ComplaintStage.ACCEPTED)
    browser = await place.agent()
    answer = await browser.post(f"{SHEET}/{path}", form_id="x", **fields)
    assert answer.status == status
    assert words in await answer.text()
    assert stored(place) == before


async def test_who_is_complained_of_neither_asks_decides_nor_opens_what_was_sent(place):
    complaint(place, stage=ComplaintStage.ACCEPTED, against="客服工号 desk")
    file = handed_in(place, photo(), matter_no="T20261123000001")
    browser = await place.agent()
    for path, fields in (("supplement", {"items": "录音", "note": "请补上录音"}), ("decide", DECISION)):
        assert (await browser.post(f"{SHEET}/{path}", form_id=path, **fields)).status == 403
    status, _ = await browser.get(f"{SHEET}/files/{file.file_no}")
    assert status == 403


async def test_files_of_complaints_requests_and_reports_are_opened_by_their_posts_alone(place):
    complaint(place)
    request(place, 1, post="保全")
    request(place, 2, kind="report_misconduct", restricted=True, post="合规监察")
    content = photo()
    numbers = ("T20261123000001", "S20261123000001", "S20261123000002")
    files = [handed_in(place, content, place_in, matter_no=number) for place_in, number in enumerate(numbers, 1)]
    first = await place.agent()
    other = await place.colleague("1002")
    for number, file in zip(numbers, files, strict=True):
        _, page = await first.get(f"/desk/cases/{number}")
        assert f"/files/{file.file_no}" in page
        async with first.client.get(f"/desk/cases/{number}/files/{file.file_no}") as response:
            assert (response.status, await response.read()) == (200, content)
        status, _ = await other.get(f"/desk/cases/{number}/files/{file.file_no}")
        assert status == 404
        _, page = await other.get(f"/desk/cases/{number}")
        assert f"/files/{file.file_no}" not in page
    opened = [entry[1] for entry in place.audit() if entry[0] == "desk.file_opened"]
    assert opened == list(numbers)


@pytest.mark.parametrize("result", ["业务员承诺保本属实，退还全部保费", "您这次的费用不能赔，依据见上"])
async def test_a_decision_that_names_what_was_promised_or_refused_is_sent_after_one_warning(place, result):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    browser = await place.agent()
    words = {**DECISION, "result": result}
    first = await browser.post(f"{SHEET}/decide", form_id="x", **words)
    assert first.status == 422
    assert "原样再提交一次" in await first.text()
    assert stored(place).decisions == ()
    assert (await browser.post(f"{SHEET}/decide", form_id="x", **words)).status == 303
    assert stored(place).decisions[0].result == result


async def move(browser, name: str, note: str = "要向三家网点调取录音", form_id: str = ""):
    return await browser.post(f"{SHEET}/move", move=name, note=note, form_id=form_id or name)


async def test_an_extension_is_told_and_shown_and_its_second_part_waits_for_another(place):
    before = complaint(place, stage=ComplaintStage.ACCEPTED)
    browser = await place.agent()
    _, page = await browser.get(SHEET)
    assert "延长至 30 日" in page
    assert "批准再延长" not in page
    for _ in range(2):
        assert (await move(browser, "extend")).status == 303
    one = stored(place)
    assert (one.stage, one.statutory_due) == (ComplaintStage.EXTENDED, before.clocks.decide_by_complex)
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "要向三家网点调取录音" in text.text
    assert (await move(browser, "ask_for_more")).status == 303
    answer = await move(browser, "grant_more")
    assert answer.status == 403
    assert "不能批自己申请的" in await answer.text()
    _, page = await browser.get(SHEET)
    assert "desk 申请再延长 30 日" in page
    assert stored(place).clocks.decide_by_special is None
    assert place.audit()[-2][0] == "complaint.moved"


async def test_an_approver_of_no_other_post_sees_only_what_waits_for_him(place):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    first = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    await move(first, "extend")
    senior = await place.colleague("9001", Role.MANAGER)
    _, page = await senior.get(SHEET)
    assert "/move" not in page
    assert (await move(senior, "investigate")).status == 403
    await move(first, "ask_for_more")
    _, tasks = await senior.get("/desk/tasks")
    assert "等您审批" in tasks
    assert f"{SHEET}#move" in tasks
    assert "等您审批" not in (await first.get("/desk/tasks"))[1]
    _, page = await senior.get(SHEET)
    assert "批准再延长 30 日" in page
    assert "/decide" not in page
    assert (await move(senior, "grant_more")).status == 303
    assert stored(place).statutory_due == stored(place).clocks.decide_by_special
    assert "等您审批" not in (await senior.get("/desk/tasks"))[1]


async def test_mediation_stops_the_clock_and_resuming_says_the_new_date(place):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    browser = await place.agent()
    await move(browser, "mediate", "投诉人书面申请，行业调解中心")
    assert (stored(place).stage, stored(place).statutory_due) == (ComplaintStage.MEDIATING, None)
    _, page = await browser.get(SHEET)
    assert "期限停着" in page
    await move(browser, "resume", "调解没有谈拢")
    assert stored(place).statutory_due is not None
    assert "期限接着算" in place.deps.recent_texts(PHONE, 1)[0].text


async def test_without_a_phone_a_decision_says_how_it_was_told(place):
    complaint(place, stage=ComplaintStage.ACCEPTED, phone="")
    browser = await place.agent()
    _, page = await browser.get(SHEET)
    assert "告知方式和凭证" in page
    answer = await browser.post(f"{SHEET}/decide", form_id="x", **DECISION)
    assert answer.status == 400
    assert "怎么告知的" in await answer.text()
    assert stored(place).decisions == ()
    told = "11 月 26 日挂号信交寄，回执号 XA123"
    assert (await browser.post(f"{SHEET}/decide", form_id="x", told_how=told, **DECISION)).status == 303
    assert stored(place).decisions[0].told_how == told
    _, page = await browser.get(SHEET)
    assert told in page


async def test_a_decision_is_printed_as_a_letter_by_the_post_alone(place):
    complaint(place, stage=ComplaintStage.ACCEPTED, phone="", against="客服工号 1002")
    first = await place.agent()
    accused = await place.colleague("1002")
    assert (await first.get(f"{SHEET}/letter"))[0] == 404
    told = "11 月 26 日挂号信交寄，回执号 XA123"
    await first.post(f"{SHEET}/decide", form_id="x", told_how=told, **DECISION)
    _, page = await first.get(SHEET)
    assert f"{SHEET}/letter" in page
    async with first.client.get(f"{SHEET}/letter") as response:
        assert (response.status, response.content_type) == (200, "application/pdf")
        text = words(await response.read())
    for shown in ("处理决定告知书", *DECISION.values(), "30 天内可以书面申请核查", "示例保险股份有限公司"):
        assert shown in text
    assert "验证码" not in text
    assert place.audit()[-1][:3] == ("desk.letter_printed", "T20261123000001", "agent:desk")
    assert (await accused.get(f"{SHEET}/letter"))[0] == 403
    _, page = await accused.get(SHEET)
    assert "/letter" not in page
