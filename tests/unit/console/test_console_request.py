"""A request's progress on its sheet: only its own post, only from an open stage, one text, all papers said once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.insurance.party import Party
from bot.insurance.policy import Servicer
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.insurance.staff import Role
from bot.store.demo import seed_demo
from bot.store.parties import add_parties

NUMBER, PHONE = "S20261123000001", "13800001009"
SHEET = f"/desk/cases/{NUMBER}"
NOTE = "申请书已核对，正在录入"
PARTY = Party("CU9", "何平", "110105198001010010", date(1980, 1, 1), "男", PHONE, "z@example.com", "某路1号", False)


def put(place, **changes: object) -> ServiceRequest:
    with place.engine.begin() as connection:
        add_parties(connection, (PARTY,))
    made = ServiceRequest(
        request_no=NUMBER,
        kind="reissue_policy",
        status=RequestStatus.ACCEPTED,
        policy_no="",
        applicant_id="CU9",
        fields=(("原因", "搬家丢了"),),
        papers=(),
        requested_at=place.clock(),
        due_on=place.deps.deadlines.due("D-P01", place.clock()).internal_due,
        due_rule="D-P01",
        post="保全",
        conversation_id="c-1",
        idempotency_key="request",
    )
    made = replace(made, **changes)
    with place.deps.unit_of_work() as work:
        work.requests.add(made)
        work.commit()
    return made


def stored(place) -> ServiceRequest:
    with place.deps.unit_of_work() as work:
        return work.requests.get(NUMBER)


async def advance(browser, status: str, note: str = NOTE, **fields: str):
    await browser.get(SHEET)
    given = {"status": status, "note": note, "form_id": browser.form_id, **fields}
    return await browser.post(f"{SHEET}/advance", **given)


async def test_work_in_hand_is_stored_shown_audited_and_told_once(place):
    put(place)
    browser = await place.agent()
    assert (await advance(browser, "with_person")).status == 303
    one = stored(place)
    assert (one.status, one.steps[-1].note, one.steps[-1].by) == (RequestStatus.WITH_PERSON, NOTE, "agent:desk")
    # 受理 is done with it: from here it is to be finished in five working days
    assert (one.due_rule, one.due_on) == ("D-P03", place.deps.deadlines.due("D-P03", place.clock()).internal_due)
    (text,) = place.deps.recent_texts(PHONE, 5)
    for told in (NUMBER, "补发保单", "人工办理中", f"{one.due_on.month} 月 {one.due_on.day} 日"):
        assert told in text.text
    assert NOTE not in text.text  # read where the customer is known
    assert place.audit()[-1][:3] == ("request.moved", NUMBER, "agent:desk")
    _, page = await browser.get(SHEET)
    assert f"人工办理中：{NOTE}" in page


async def test_papers_are_asked_for_once_all_of_them_and_the_clock_that_counts_when_complete_waits(place):
    put(place)
    browser = await place.agent()
    answer = await advance(
        browser, "waiting_for_papers", "申请书少签名", papers="补发申请书\n\n投保人身份证\n补发申请书"
    )
    assert answer.status == 303
    one = stored(place)
    assert (one.papers, one.due_on, one.due_rule) == (("补发申请书", "投保人身份证"), None, "D-P01")
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "请补：补发申请书、投保人身份证" in text.text
    _, page = await browser.get(SHEET)
    assert "只能是：补发申请书、投保人身份证" in page
    answer = await advance(browser, "waiting_for_papers", "还要一样材料", papers="户口簿")
    assert answer.status == 400
    assert "一次通知过" in await answer.text()
    answer = await advance(browser, "waiting_for_papers", "身份证照片看不清", papers="投保人身份证")
    assert answer.status == 303
    assert stored(place).papers == ("投保人身份证",)


async def test_the_notice_of_what_is_missing_has_its_five_working_days_where_the_law_sets_them(place):
    seed_demo(place.engine, place.clock().date())
    put(place, policy_no="P2023001234", applicant_id="CU000002")
    _, page = await (await place.agent()).get(SHEET)
    by = place.deps.deadlines.due("D-P02", place.clock()).internal_due
    assert f"通知补材料最晚 {by.year}年{by.month}月{by.day}日" in page


async def test_a_legal_clock_that_no_article_stops_runs_on_while_papers_are_missing(place):
    due = place.deps.deadlines.due("D-P10", place.clock()).internal_due
    put(place, kind="reinstate_policy", due_rule="D-P10", due_on=due, alert_on=due)
    assert (await advance(await place.agent(), "waiting_for_papers", papers="健康告知书")).status == 303
    assert (stored(place).due_on, stored(place).alert_on) == (due, due)


async def test_done_says_what_was_done_and_ends_it(place):
    put(place, papers=("补发申请书",), status=RequestStatus.WAITING_FOR_PAPERS)
    browser = await place.agent()
    assert (await advance(browser, "done", "新保单已寄出，单号已短信告知")).status == 303
    assert (stored(place).status, stored(place).papers) == (RequestStatus.DONE, ())
    _, page = await browser.get(SHEET)
    assert "/advance" not in page
    answer = await browser.post(f"{SHEET}/advance", status="declined", note=NOTE, form_id="other")
    assert answer.status == 409
    assert "已办结" in await answer.text()
    assert len(place.deps.recent_texts(PHONE, 5)) == 1


async def test_what_can_not_be_done_is_told_with_ways_on(place):
    put(place)
    assert (await advance(await place.agent(), "declined", "保单已经终止，不再补发")).status == 303
    (text,) = place.deps.recent_texts(PHONE, 5)
    for told in ("未同意办理", "我要投诉", "12378"):
        assert told in text.text


async def test_a_double_click_records_once(place):
    put(place)
    browser = await place.agent()
    await browser.get(SHEET)
    same = {"status": "with_person", "note": NOTE, "form_id": browser.form_id}
    for _ in range(2):
        assert (await browser.post(f"{SHEET}/advance", **same)).status == 303
    assert len(stored(place).steps) == 1
    assert len(place.deps.recent_texts(PHONE, 5)) == 1


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"status": "withdrawn"}, 409, "不能这样登记"),
        ({"status": "nonsense"}, 400, "先选一种"),
        ({"note": "好"}, 400, "说明要写"),
        ({"status": "waiting_for_papers"}, 400, "一行一样"),
        ({"status": "waiting_for_papers", "papers": "长" * 61}, 400, "一行一样"),
        ({"note": "这个不能办，投诉也没用"}, 422, "不合适"),
        ({"status": "done", "servicer_name": "李明"}, 400, "换服务人员"),
    ],
)
async def test_what_is_incomplete_or_unfit_changes_nothing_and_can_be_sent_again(place, fields, status, words):
    before = put(place)
    browser = await place.agent()
    answer = await advance(browser, **{"status": "with_person", **fields})
    assert answer.status == status
    assert words in await answer.text()
    assert stored(place) == before
    assert place.deps.recent_texts(PHONE, 5) == ()
    await browser.post(f"{SHEET}/advance", status="with_person", note=NOTE, form_id=browser.form_id)
    assert stored(place).status is RequestStatus.WITH_PERSON


@pytest.mark.parametrize("post", ["保全", "收付费", "理赔", "新单", "投诉回访", "综合"])
async def test_only_the_post_that_owns_it_records(place, post):
    put(place, post=post)
    other = await place.colleague("9001", Role.MANAGER)
    _, page = await other.get(SHEET)
    assert "/advance" not in page
    answer = await other.post(f"{SHEET}/advance", status="done", note=NOTE, form_id="x")
    assert answer.status == 403
    assert post in await answer.text()
    assert stored(place).status is RequestStatus.ACCEPTED


async def test_a_form_without_its_token_is_refused(place):
    put(place)
    browser = await place.agent()
    answer = await browser.post(f"{SHEET}/advance", csrf="made up", status="done", note=NOTE, form_id="x")
    assert answer.status == 403
    assert stored(place).status is RequestStatus.ACCEPTED


async def test_a_new_servicer_is_named_on_the_policy_and_to_the_customer(place):
    seed_demo(place.engine, place.clock().date())
    put(place, kind="change_servicer", policy_no="P2023001234", due_rule="D-P15")
    browser = await place.agent()
    assert (await advance(browser, "done", "已安排新的服务人员")).status == 400
    new = {"servicer_name": "何静", "servicer_no": "00000111000000002026000321", "servicer_phone": "13900001234"}
    assert (await advance(browser, "done", "已安排新的服务人员", **new)).status == 303
    with place.deps.unit_of_work() as work:
        assert work.policies.get("P2023001234").servicer == Servicer(*new.values())
        assert work.policies.servicer(new["servicer_no"]).name == "何静"
    (text,) = place.deps.recent_texts(PHONE, 1)
    for told in new.values():
        assert told in text.text


async def test_a_report_is_moved_by_compliance_alone_and_the_text_does_not_say_what_it_is(place):
    fields = (("经过", "业务员收钱不入账"), ("联系方式", "13600007777"), ("要不要反馈", "要"))
    put(place, kind="report_misconduct", restricted=True, post="合规监察", applicant_id="", fields=fields)
    first = await place.agent()
    other = await place.colleague("1002")
    assert (await other.post(f"{SHEET}/advance", status="done", note=NOTE, form_id="x")).status == 404
    assert (await advance(first, "with_person", "已立案核查，下周约谈")).status == 303
    (text,) = place.deps.recent_texts("13600007777", 5)
    assert NUMBER in text.text
    assert "举报" not in text.text
    assert "核查" not in text.text


@pytest.mark.parametrize("contact", [("联系方式", "匿名"), ("联系方式", "13600007777")])
async def test_who_stays_unknown_or_wants_no_answer_gets_no_text(place, contact):
    fields = (contact, ("要不要反馈", "不用"))
    put(place, kind="report_misconduct", restricted=True, post="合规监察", applicant_id="CU9", fields=fields)
    assert (await advance(await place.agent(), "done", "查实，已处理")).status == 303
    assert place.deps.recent_texts(None, 5) == ()


async def test_the_register_of_reports_is_for_compliance_alone_with_what_is_over_too(place):
    put(
        place,
        kind="report_misconduct",
        restricted=True,
        post="合规监察",
        applicant_id="",
        fields=(("联系方式", "匿名"),),
    )
    first = await place.agent()
    other = await place.colleague("1002")
    assert (await advance(first, "done", "查实，已经移送")).status == 303
    _, page = await first.get("/desk/reports")
    for shown in (NUMBER, "匿名", "已办结", "查实，已经移送"):
        assert shown in page
    status, page = await other.get("/desk/reports")
    assert status == 404
    assert NUMBER not in page
    _, cases = await other.get("/desk/cases")
    assert "/desk/reports" not in cases
    listed = [entry[:3] for entry in place.audit() if entry[0] == "desk.reports_listed"]
    assert listed == [("desk.reports_listed", "reports", "agent:desk")]


async def test_nobody_sees_the_register_without_signing_in(place):
    _, page = await place.browser().get("/desk/reports")
    assert "密码" in page


async def test_suggestions_are_counted_by_month(place):
    put(place, kind="give_feedback", post="综合")
    _, page = await (await place.agent()).get("/desk/cases?kind=S")
    at = place.clock()
    assert f"{at.year}年{at.month}月 1 件" in page


async def test_a_booked_survey_is_confirmed_with_who_comes(place):
    put(place, kind="book_survey", post="理赔", fields=(("案件", "C1"), ("查勘时间", "2026-11-25T15:00+08:00")))
    browser = await place.agent()
    assert (await advance(browser, "with_person")).status == 400
    given = {"surveyor_name": "李强", "surveyor_phone": "13700137000"}
    assert (await advance(browser, "with_person", **given)).status == 303
    assert dict(stored(place).fields)["查勘员"] == "李强 13700137000"
    assert "李强，电话 13700137000" in place.deps.recent_texts(None, 5)[0].text
    again = {"surveyor_name": "王芳", "surveyor_phone": "13700137001"}
    assert (await advance(browser, "with_person", **again)).status == 303
    assert dict(stored(place).fields)["查勘员"] == "王芳 13700137001"


async def test_a_lawful_answer_is_sent_after_one_warning(place):
    put(place)
    browser = await place.agent()
    words = {"status": "with_person", "note": "您这次的费用不能赔，属于条款第十七条责任免除"}
    assert (await advance(browser, **words)).status == 422
    assert stored(place).steps == ()
    assert (await advance(browser, **words)).status == 303
    assert len(stored(place).steps) == 1
