"""Questions to other posts about a complaint: the one asked sees the question and no more, and answers once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintMove, MadeMove
from bot.insurance.staff import Role
from tests.unit.console.conftest import HOSTILE
from tests.unit.console.test_console_cases import PHONE, complaint

SHEET = "/desk/cases/T20261123000001"
QUESTION = "理赔材料哪天收齐的，为什么还没有核定"
ANSWER = "材料 11 月 20 日收齐，当天转核赔，明天出结论"
DECISION = {
    "facts": "经核查，材料二十日收齐，没有按时核定", "basis": "保险法第二十三条", "result": "三日内核定，并当面致歉",
}  # fmt: skip


async def ask(browser, place, **changes: str):
    due = (place.clock().date() + timedelta(days=2)).isoformat()
    given = {
        "question": QUESTION, "background": "保单 P2023001234", "post": "理赔", "due": due, "form_id": f"ask-{len(place.audit())}",
        **changes,
    }  # fmt: skip
    return await browser.post(f"{SHEET}/inquiry", **given)


def asked(place) -> list:
    with place.deps.unit_of_work() as work:
        return list(work.inquiries.of_complaint("T20261123000001"))


@pytest.fixture
async def officer(place):
    complaint(place, stage=ComplaintStage.ACCEPTED, against="某柜员")
    return await place.colleague("1001", Role.COMPLAINT_OFFICER)


async def test_the_post_that_is_asked_sees_the_question_and_nothing_else_of_the_complaint(place, officer):
    answer = await ask(officer, place)
    assert (answer.status, answer.headers["Location"]) == (303, f"{SHEET}#inquiries")
    (inquiry,) = asked(place)
    colleague = await place.colleague("2001", Role.CLAIMS)
    _, tasks = await colleague.get("/desk/tasks")
    for shown in ("请您协查", inquiry.number, "1001 问", "还有 2 天"):
        assert shown in tasks
    status, page = await colleague.get(f"/desk/inquiries/{inquiry.number}")
    assert status == 200
    for shown in (QUESTION, "保单 P2023001234", "T20261123000001", "还有 2 天", "答复"):
        assert shown in page
    for hidden in (PHONE, "赵建国", "赵*国", "柜员", "alert("):
        assert hidden not in page
    # By the complaint's own address there is the question, too, and by its forms nothing.
    async with colleague.client.get(SHEET, allow_redirects=False) as led:
        assert (led.status, led.headers["Location"]) == (303, f"/desk/inquiries/{inquiry.number}")
    assert (await colleague.post(f"{SHEET}/move", move="investigate", note="不归我办", form_id="m")).status == 404
    assert [each[1:3] for each in place.audit() if each[0] == "desk.inquiry_viewed"][-1] == (
        inquiry.number,
        "agent:2001",
    )


async def test_the_answer_is_on_the_sheet_stays_as_it_is_and_ends_the_task(place, officer):
    await ask(officer, place)
    (inquiry,) = asked(place)
    colleague = await place.colleague("2001", Role.CLAIMS)
    await colleague.get(f"/desk/inquiries/{inquiry.number}")
    path = f"/desk/inquiries/{inquiry.number}/answer"
    assert (await colleague.post(path, answer=ANSWER, form_id="a")).status == 303
    assert (await colleague.post(path, answer="改一个说法试试", form_id="b")).status == 409
    (answered,) = asked(place)
    assert (answered.answer, answered.answered_by, answered.answered_at) == (ANSWER, "2001", place.clock())
    _, sheet = await officer.get(SHEET)
    for shown in (QUESTION, "1001 问 理赔岗", ANSWER, "2001 答"):
        assert shown in sheet
    _, tasks = await colleague.get("/desk/tasks")
    assert "请您协查" not in tasks
    events = [each[:3] for each in place.audit() if each[0].startswith("complaint.inqui")]
    assert events == [
        ("complaint.inquired", "T20261123000001", "agent:1001"),
        ("complaint.inquiry_answered", "T20261123000001", "agent:2001"),
    ]
    assert ANSWER not in str(place.audit())


async def test_one_colleague_is_asked_and_others_of_the_post_are_not(place, officer):
    one, other = await place.colleague("2001", Role.CLAIMS), await place.colleague("2002", Role.CLAIMS)
    await ask(officer, place, colleague="2001")
    (inquiry,) = asked(place)
    assert (inquiry.colleague, inquiry.post) == ("2001", "")
    assert inquiry.number in (await one.get("/desk/tasks"))[1]
    assert inquiry.number not in (await other.get("/desk/tasks"))[1]
    assert (await other.get(f"/desk/inquiries/{inquiry.number}"))[0] == 404
    assert (await other.post(f"/desk/inquiries/{inquiry.number}/answer", answer=ANSWER, form_id="o")).status == 404
    # Whoever handles the complaint reads the question, and does not answer it.
    await officer.get(f"/desk/inquiries/{inquiry.number}")
    assert (await officer.post(f"/desk/inquiries/{inquiry.number}/answer", answer=ANSWER, form_id="p")).status == 403


async def test_an_open_question_warns_before_the_decision_and_does_not_forbid_it(place, officer):
    await ask(officer, place)
    _, sheet = await officer.get(SHEET)
    assert "还有 1 件协查没有答复" in sheet
    refused = await officer.post(f"{SHEET}/decide", **DECISION, form_id="d")
    assert refused.status == 409
    assert "还有 1 件协查没有答复" in await refused.text()
    with place.deps.unit_of_work() as work:
        assert work.complaints.get("T20261123000001").decisions == ()
    assert (await officer.post(f"{SHEET}/decide", **DECISION, form_id="d", despite="1")).status == 303
    # What is decided needs no answer any more: the task is gone, the question stays.
    colleague = await place.colleague("2001", Role.CLAIMS)
    assert "请您协查" not in (await colleague.get("/desk/tasks"))[1]
    (inquiry,) = asked(place)
    _, page = await colleague.get(f"/desk/inquiries/{inquiry.number}")
    assert "不用再答复" in page
    assert (await colleague.post(f"/desk/inquiries/{inquiry.number}/answer", answer=ANSWER, form_id="q")).status == 409


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"question": "为何"}, "要问的事"),
        ({"background": "长" * 501}, "背景"),
        ({"post": "门卫"}, "哪个岗位"),
        ({"colleague": "9999"}, "没有这个工号"),
        ({"colleague": "1001"}, "不能问自己"),
        ({"colleague": "3001"}, "已经回避"),
        ({"due": "2026-11-22"}, "答复日期"),
        ({"due": "2026-12-09"}, "不能晚于这件投诉的期限 2026-12-08"),
        ({"due": "明天"}, "最晚哪天"),
    ],
)
async def test_what_cannot_be_asked_is_not_written(place, changes, words):
    complaint(place, stage=ComplaintStage.ACCEPTED, against="工号 3001")
    await place.colleague("3001", Role.CLAIMS)
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    answer = await ask(officer, place, **changes)
    assert answer.status == 400
    assert words in await answer.text()
    assert asked(place) == []


async def test_who_keeps_away_from_the_complaint_is_asked_nothing_through_the_post(place):
    away = (MadeMove(ComplaintMove.RECUSE, "投诉人是我的亲属", "2002", place.clock(), subject="2002"),)
    complaint(place, stage=ComplaintStage.ACCEPTED, against="工号 2001", moves=away)
    await ask(await place.colleague("1001", Role.COMPLAINT_OFFICER), place)
    (inquiry,) = asked(place)
    for name in ("2001", "2002"):
        barred = await place.colleague(name, Role.CLAIMS)
        assert "请您协查" not in (await barred.get("/desk/tasks"))[1]
        assert (await barred.get(f"/desk/inquiries/{inquiry.number}"))[0] == 403
        assert (await barred.get(SHEET))[0] == 403
        assert (
            await barred.post(f"/desk/inquiries/{inquiry.number}/answer", answer=ANSWER, form_id=name)
        ).status == 403


@pytest.mark.parametrize("stage", [ComplaintStage.DECIDED, ComplaintStage.WITHDRAWN])
async def test_about_what_is_over_nothing_is_asked(place, stage):
    complaint(place, stage=stage)
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    assert "请岗位或同事协查" not in (await officer.get(SHEET))[1]
    assert (await ask(officer, place)).status == 409


async def test_a_double_click_asks_once(place, officer):
    for _ in range(2):
        assert (await ask(officer, place, form_id="same")).status == 303
    assert len(asked(place)) == 1


async def test_a_late_answer_is_marked_and_words_stay_text(place, officer):
    await ask(officer, place, question=f"{QUESTION}{HOSTILE}")
    (inquiry,) = asked(place)
    place.pass_time(days=3)
    colleague = await place.colleague("2001", Role.CLAIMS)
    _, tasks = await colleague.get("/desk/tasks")
    assert "超期 1 天" in tasks
    _, page = await colleague.get(f"/desk/inquiries/{inquiry.number}")
    assert "超期 1 天" in page
    assert "<script>alert" not in page
    assert inquiry.due == date(2026, 11, 25)
