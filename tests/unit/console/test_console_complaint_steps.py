"""What else happens to a complaint at the desk: who keeps away, a merger, a withdrawal, proofs of delivery, a regulator's report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel, ComplaintDecision, ComplaintMove
from bot.insurance.staff import Role, Staff, usual_posts
from tests.pdf_text import words
from tests.unit.console.test_console_cases import PHONE, complaint
from tests.unit.console.test_console_complaint import DECISION

FIRST, SECOND = "T20261123000001", "T20261123000002"
SHEET = f"/desk/cases/{FIRST}"
WHY = "投诉人是我的直系亲属"
REPORT = {
    "paper_no": "保司函〔2026〕12 号", "words": "经核查，网点柜员言语不当，已当面致歉并答复投诉人。", "sent_how": "EMS 1234567 寄送",
}  # fmt: skip


def stored(place, number: str = FIRST) -> Complaint:
    with place.deps.unit_of_work() as work:
        return work.complaints.get(number)


@pytest.fixture
async def officer(place):
    return await place.colleague("1001", Role.COMPLAINT_OFFICER)


# -- keeping away ------------------------------------------------------------------------------------------------------


async def test_an_officer_steps_back_with_a_reason_and_the_complaint_is_gone_for_him(place, officer):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    _, page = await officer.get(SHEET)
    assert "登记回避" in page
    assert 'name="who"' not in page
    answer = await officer.post(f"{SHEET}/recuse", reason=WHY, form_id="r")
    assert (answer.status, answer.headers["Location"]) == (303, "/desk/complaints")
    made = stored(place).moves[-1]
    assert (made.move, made.subject, made.note, made.agent) == (ComplaintMove.RECUSE, "1001", WHY, "1001")
    for path in (SHEET, f"{SHEET}/letter"):
        assert (await officer.get(path))[0] == 403
    for path, fields in (
        ("decide", DECISION),
        ("move", {"move": "investigate", "note": WHY}),
        ("withdraw", {"proof": WHY}),
    ):
        assert (await officer.post(f"{SHEET}/{path}", **fields, form_id=path)).status == 403
    other = await place.colleague("1002", Role.COMPLAINT_OFFICER)
    _, sheet = await other.get(SHEET)
    assert f"回避（1001）：{WHY}" in sheet
    assert [each[1:3] for each in place.audit() if each[0] == "complaint.recused"] == [(FIRST, "agent:1001")]


async def test_a_manager_orders_an_officer_away_and_nobody_else_does(place, officer):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    other, manager = await place.colleague("1002", Role.COMPLAINT_OFFICER), await place.colleague("m", Role.MANAGER)
    refused = await other.post(f"{SHEET}/recuse", who="1001", reason=WHY, form_id="o")
    assert refused.status == 403
    assert "主管" in await refused.text()
    answer = await manager.post(f"{SHEET}/recuse", who="1001", reason="与被投诉的网点有利害关系", form_id="m")
    assert (answer.status, answer.headers["Location"]) == (303, SHEET)
    assert stored(place).moves[-1].agent == "m"
    assert (await officer.get(SHEET))[0] == 403
    assert (await other.get(SHEET))[0] == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"reason": "不想"}, "原因要写"), ({"who": "nobody"}, "没有这个工号"), ({"who": "accused"}, "已经回避")],
)
async def test_what_is_no_recusal_changes_nothing(place, fields, words):
    complaint(place, stage=ComplaintStage.ACCEPTED, against="工号 accused")
    await place.colleague("accused", Role.COMPLAINT_OFFICER)
    answer = await (await place.agent()).post(f"{SHEET}/recuse", **{"reason": WHY, "form_id": "f", **fields})
    assert answer.status == 400
    assert words in await answer.text()
    assert stored(place).moves == ()


async def test_who_stepped_back_is_not_given_the_conversation_of_it(place, officer):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    await officer.post(f"{SHEET}/recuse", reason=WHY, form_id="r")
    place.hand_off("c-1", post="投诉回访")
    assert (await officer.post("/desk/c-1/take", form_id="t")).status == 403
    other = await place.colleague("1002", Role.COMPLAINT_OFFICER)
    assert (await other.post("/desk/c-1/take", form_id="t")).status == 303


# -- merging -----------------------------------------------------------------------------------------------------------


def two(place, **second: object) -> tuple[Complaint, Complaint]:
    first = complaint(
        place, 1, stage=ComplaintStage.ACCEPTED, received_at=place.clock() - timedelta(days=4), facts="柜员骂人"
    )
    given = {
        "facts": "录音里还说了别的",
        "supplements": ("又去了一次",),
        "severity": 3,
        "channel": ComplaintChannel.LETTER,
    }
    return first, complaint(place, 2, **{**given, **second})


def merging(**changes: str) -> dict[str, str]:
    return {"other_no": SECOND.lower(), "new_facts": "no", "reason": "同一次柜台服务", "form_id": "g", **changes}


async def test_a_repeat_without_new_facts_goes_on_in_the_first_and_moves_no_date(place, officer):
    first, _ = two(place)
    assert (await officer.post(f"{SHEET}/merge", **merging())).status == 303
    now, second = stored(place), stored(place, SECOND)
    assert (now.clocks, now.earlier_clocks, now.stage) == (first.clocks, (), ComplaintStage.ACCEPTED)
    assert (now.supplements, now.severity) == (("录音里还说了别的", "又去了一次"), 3)
    assert (now.moves[-1].move, now.moves[-1].subject) == (ComplaintMove.MERGE, SECOND)
    assert (second.stage, second.merged_into, second.facts) == (ComplaintStage.CLOSED, FIRST, "录音里还说了别的")
    assert (second.moves[-1].move, second.moves[-1].subject) == (ComplaintMove.JOIN, FIRST)
    (text,) = place.deps.recent_texts(PHONE, 5)
    for told in (FIRST, SECOND, "同一次柜台服务", "期限不变", "12 月 8 日"):
        assert told in text.text
    for path in (SHEET, f"/desk/cases/{SECOND}"):
        assert "同一次柜台服务" in (await officer.get(path))[1]


async def test_new_facts_start_the_clock_from_the_day_they_came_and_the_old_date_stays_in_the_history(place, officer):
    first, second = two(place)
    place.pass_time(days=2)
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER)  # nobody stays signed in for so long
    assert (await officer.post(f"{SHEET}/merge", **merging(new_facts="yes"))).status == 303
    now = stored(place)
    restarted = place.deps.deadlines.restarted("D-C01", first.received_at, second.received_at).internal_due
    assert (now.clock_started_at, now.clocks.decide_by) == (second.received_at, restarted)
    (before,) = now.earlier_clocks
    assert (before.started_at, before.decide_by) == (first.received_at, first.clocks.decide_by)
    assert now.moves[-1].move is ComplaintMove.MERGE_ANEW
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "重新计算" in text.text
    _, sheet = await officer.get(SHEET)
    assert "（已重新计算）" in sheet
    (entry,) = [each for each in place.audit() if each[0] == "complaint.merged"]
    assert first.clocks.decide_by.isoformat() in entry[3]
    assert restarted.isoformat() in entry[3]


@pytest.mark.parametrize(
    ("second", "fields", "status", "words"),
    [
        ({"phone": "13900000008"}, {}, 400, "对不上"),
        ({"complainant_party_id": "CU2"}, {}, 303, ""),
        ({"stage": ComplaintStage.DECIDED}, {}, 409, SECOND),
        ({}, {"other_no": FIRST}, 400, "后收到的"),
        ({}, {"other_no": "T20261123000077"}, 404, "没有这个编号"),
        ({}, {"reason": "同"}, 400, "理由"),
        ({}, {"new_facts": ""}, 400, "有没有新的事实"),
        ({"against": "工号 1001"}, {}, 403, "回避"),
    ],
)
async def test_only_a_repeat_of_the_same_person_is_merged(place, officer, second, fields, status, words):
    two(place, **second)
    answer = await officer.post(f"{SHEET}/merge", **merging(**fields))
    assert answer.status == status
    assert words in await answer.text()
    assert bool(stored(place, SECOND).merged_into) == (status == 303)


async def test_a_later_one_does_not_swallow_an_earlier_one(place, officer):
    two(place)
    answer = await officer.post(f"/desk/cases/{SECOND}/merge", **merging(other_no=FIRST))
    assert (answer.status, stored(place).merged_into) == (400, "")


async def test_facts_that_came_after_the_limit_start_no_clock(place, officer):
    first = complaint(place, 1, stage=ComplaintStage.ACCEPTED)
    place.pass_time(days=16)
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    complaint(place, 2)
    answer = await officer.post(f"{SHEET}/merge", **merging(new_facts="yes"))
    assert answer.status == 400
    assert "不能重新计算" in await answer.text()
    assert stored(place).clocks == first.clocks


async def test_without_a_phone_a_merger_says_how_it_was_told(place, officer):
    complaint(place, 1, stage=ComplaintStage.ACCEPTED, phone="")
    complaint(place, 2, phone="")
    assert (await officer.post(f"{SHEET}/merge", **merging())).status == 400
    assert (await officer.post(f"{SHEET}/merge", **merging(told_how="EMS 7654321 寄出"))).status == 303
    assert stored(place, SECOND).moves[-1].told_how == "EMS 7654321 寄出"


# -- withdrawal --------------------------------------------------------------------------------------------------------


async def test_a_withdrawal_is_kept_with_its_proof_told_and_ends_it_that_day(place, officer):
    complaint(place, stage=ComplaintStage.INVESTIGATING)
    assert (await officer.post(f"{SHEET}/withdraw", proof="来电要求撤回，录音 A-7", form_id="w")).status == 303
    now = stored(place)
    assert (now.stage, now.statutory_due, now.last_notice) == (ComplaintStage.WITHDRAWN, None, "撤回终止通知")
    assert (now.moves[-1].move, now.moves[-1].note) == (ComplaintMove.WITHDRAW, "来电要求撤回，录音 A-7")
    (text,) = place.deps.recent_texts(PHONE, 5)
    for told in (FIRST, "撤回", "可以再投诉", "12378"):
        assert told in text.text
    assert [each[1:3] for each in place.audit() if each[0] == "complaint.withdrawn"] == [(FIRST, "agent:1001")]
    assert (await officer.post(f"{SHEET}/withdraw", proof="来电要求撤回，录音 A-7", form_id="x")).status == 409


async def test_a_withdrawal_without_a_proof_or_without_being_told_is_none(place, officer):
    complaint(place, stage=ComplaintStage.INVESTIGATING, phone="")
    for fields in ({"proof": "口头"}, {"proof": "来信要求撤回，存档 7"}):
        assert (await officer.post(f"{SHEET}/withdraw", **fields, form_id="w")).status == 400
    assert stored(place).stage is ComplaintStage.INVESTIGATING


# -- proofs of delivery ------------------------------------------------------------------------------------------------


async def test_each_notice_and_the_decision_get_their_proofs_one_after_the_other(place, officer):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    await officer.post(f"{SHEET}/supplement", items="录音", note="请把录音寄来", form_id="s")
    await officer.post(f"{SHEET}/move", move="extend", note="要向三家网点调取录音", form_id="m")
    await officer.post(f"{SHEET}/decide", **DECISION, form_id="d")
    _, sheet = await officer.get(SHEET)
    assert sheet.count("还没有送达凭证") == 3
    place.pass_time(hours=3)
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    at = (place.clock() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    given = {"notice": "decision:1", "way": "post", "delivered_at": at}
    for number in ("EMS1", "EMS2"):
        assert (await officer.post(f"{SHEET}/delivered", **given, receipt_no=number, form_id=number)).status == 303
    proofs = stored(place).deliveries
    assert [(one.notice, one.receipt_no, one.agent) for one in proofs] == [
        ("decision:1", "EMS1", "1001"), ("decision:1", "EMS2", "1001"),
    ]  # fmt: skip
    _, sheet = await officer.get(SHEET)
    for shown in ("邮寄，邮件号 EMS1", "邮寄，邮件号 EMS2"):
        assert shown in sheet
    assert sheet.count("还没有送达凭证") == 2
    assert len([each for each in place.audit() if each[0] == "complaint.delivered"]) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"notice": "decision:2"}, "哪一份"),
        ({"notice": "move:1"}, "哪一份"),  # looking into it is told to nobody
        ({"way": "pigeon"}, "送达方式"),
        ({"receipt_no": " "}, "凭证编号"),
        ({"delivered_at": "昨天"}, "送达方式"),
        ({"delivered_at": "2026-11-23T09:11"}, "不能早于"),
        ({"delivered_at": "2026-11-23T09:13"}, "不能晚于"),
    ],
)
async def test_what_proves_nothing_is_not_kept(place, officer, fields, words):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    await officer.post(f"{SHEET}/move", move="investigate", note="要向三家网点调取录音", form_id="m")
    await officer.post(f"{SHEET}/decide", **DECISION, form_id="d")
    given = {
        "notice": "decision:1",
        "way": "hand",
        "delivered_at": "2026-11-23T09:12",
        "receipt_no": "签收 1",
        "form_id": "p",
    }
    answer = await officer.post(f"{SHEET}/delivered", **{**given, **fields})
    assert answer.status == 400
    assert words in await answer.text()
    assert stored(place).deliveries == ()


# -- a regulator's transfer --------------------------------------------------------------------------------------------


def transferred(place, **changes: object) -> Complaint:
    report_by = place.clock().date() + timedelta(days=9)
    given = {"channel": ComplaintChannel.REGULATOR, "transfer_no": "监转〔2026〕77 号", "report_by": report_by}
    return complaint(place, stage=ComplaintStage.ACCEPTED, **{**given, **changes})


async def test_a_transfer_is_decided_and_stays_on_the_lists_until_it_is_reported(place, officer):
    transferred(place)
    await officer.post(f"{SHEET}/decide", **DECISION, form_id="d")
    now = stored(place)
    assert (now.stage, now.is_open, now.next_due) == (ComplaintStage.DECIDED, False, now.report_by)
    for path in ("/desk/cases?kind=T", "/desk/complaints"):
        assert FIRST in (await officer.get(path))[1]
    _, sheet = await officer.get(SHEET)
    for shown in ("监转〔2026〕77 号", "监管报告", "还有 9 天", "向监管书面报告"):
        assert shown in sheet
    assert (await officer.get(f"{SHEET}/report"))[0] == 404
    assert (await officer.post(f"{SHEET}/report", **REPORT, form_id="r")).status == 303
    now = stored(place)
    assert (now.owes_report, now.next_due, now.reported_at) == (False, None, place.clock())
    assert FIRST not in (await officer.get("/desk/cases?kind=T"))[1]
    assert (await officer.post(f"{SHEET}/report", **REPORT, form_id="s")).status == 409
    _, sheet = await officer.get(SHEET)
    for shown in (REPORT["paper_no"], REPORT["words"], "EMS 1234567", "已报告", "打印给监管的报告"):
        assert shown in sheet


async def test_a_report_is_printed_with_the_decision_by_the_post_alone(place, officer):
    transferred(place)
    await officer.post(f"{SHEET}/decide", **DECISION, form_id="d")
    await officer.post(f"{SHEET}/report", **REPORT, form_id="r")
    async with officer.client.get(f"{SHEET}/report") as response:
        assert response.content_type == "application/pdf"
        text = words(await response.read())
    for shown in (REPORT["paper_no"], "77", FIRST, REPORT["words"][:8], DECISION["result"][:6]):
        assert shown in text
    assert [each[1:3] for each in place.audit() if each[0] == "desk.report_printed"] == [(FIRST, "agent:1001")]
    assert (await (await place.colleague("m", Role.MANAGER)).get(f"{SHEET}/report"))[0] == 404


@pytest.mark.parametrize("flaw", ["paper_no", "words", "sent_how"])
async def test_half_a_report_is_none(place, officer, flaw):
    transferred(place)
    assert (
        await officer.post(f"{SHEET}/report", **{**REPORT, flaw: "无"[: flaw != "paper_no"]}, form_id="r")
    ).status == 400
    assert stored(place).owes_report


async def test_what_no_regulator_passed_on_has_no_report(place, officer):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    assert "向监管书面报告" not in (await officer.get(SHEET))[1]
    assert (await officer.post(f"{SHEET}/report", **REPORT, form_id="r")).status == 409


# -- an application for 核查 on paper ------------------------------------------------------------------------------------


def objecting(place, **changes: str) -> dict[str, str]:
    at = (place.clock() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    return {
        "received_at": at, "words": "监控只调了一台，不同意这个结论", "proof": "挂号信，收件 88 号", "form_id": "k", **changes,
    }  # fmt: skip


def decided(place, **changes: object) -> Complaint:
    made = ComplaintDecision("查过监控", "投诉办法第十八条", "网点道歉", "m1", place.clock() - timedelta(days=5))
    return complaint(place, stage=ComplaintStage.DECIDED, decisions=(made,), **changes)


async def test_a_letter_that_asks_for_a_review_starts_its_thirty_days_on_the_day_it_came(place, officer):
    decided(place)
    assert "收到书面核查申请" in (await officer.get(SHEET))[1]
    assert (await officer.post(f"{SHEET}/verify", **objecting(place))).status == 303
    now = stored(place)
    assert (now.stage, now.supplements) == (ComplaintStage.VERIFYING, ("监控只调了一台，不同意这个结论",))
    assert now.verify_by == now.next_due == place.clock().date() + timedelta(days=29)
    made = now.moves[-1]
    assert (made.move, made.note, made.agent, made.at) == (
        ComplaintMove.VERIFY, "挂号信，收件 88 号", "1001", place.clock(),
    )  # fmt: skip
    (text,) = place.deps.recent_texts(PHONE, 5)
    assert "核查申请收到了" in text.text
    assert "12 月 22 日" in text.text
    assert [each[1:3] for each in place.audit() if each[0] == "complaint.verification_requested"] == [
        (FIRST, "agent:1001")
    ]
    assert (await officer.post(f"{SHEET}/verify", **objecting(place, form_id="again"))).status == 409


async def test_a_review_waits_for_a_manager_who_did_not_decide(place, officer):
    decided(place)
    await officer.post(f"{SHEET}/verify", **objecting(place))
    await officer.get(SHEET)
    assert (await officer.post(f"{SHEET}/decide", **DECISION, cause="sales", form_id="d")).status == 403
    first, second = await place.colleague("m1", Role.MANAGER), await place.colleague("m2", Role.MANAGER)
    assert "等您核查" not in (await first.get("/desk/tasks"))[1]  # it was his decision
    assert "等您核查" not in (await officer.get("/desk/tasks"))[1]
    branch = await place.signed_in(
        Staff("m3", frozenset({Role.MANAGER}), usual_posts(frozenset({Role.MANAGER})), institution="BJ")
    )
    assert "等您核查" not in (await branch.get("/desk/tasks"))[1]  # a branch is nobody's superior body
    assert (await branch.post(f"{SHEET}/decide", **DECISION, cause="sales", form_id="b")).status == 403
    _, page = await second.get("/desk/tasks")
    assert "等您核查" in page
    assert f'href="/desk/cases/{FIRST}#decide"' in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"received_at": ""}, "日期和时刻"),
        ({"received_at": "2026-10-01T09:00"}, "不能早于作出决定"),
        ({"received_at": "2027-01-01T09:00"}, "不能晚于现在"),
        ({"words": "不服"}, "不同意的是什么"),
        ({"proof": "信"}, "怎么收到的"),
    ],
)
async def test_what_is_no_application_changes_nothing(place, officer, fields, told):
    decided(place)
    answer = await officer.post(f"{SHEET}/verify", **objecting(place, **fields))
    assert answer.status == 400
    assert told in await answer.text()
    assert stored(place).stage is ComplaintStage.DECIDED


async def test_who_left_no_phone_is_told_of_the_receipt_another_way(place, officer):
    decided(place, phone="")
    assert (await officer.post(f"{SHEET}/verify", **objecting(place))).status == 400
    told = "当面告知，回执 3 号"
    assert (await officer.post(f"{SHEET}/verify", **objecting(place, told_how=told))).status == 303
    assert stored(place).moves[-1].told_how == told
    assert "收到书面核查申请" in (await officer.get(SHEET))[1]  # among the notices, for its proof of delivery


async def test_nothing_is_reviewed_before_it_is_decided_or_twice(place, officer):
    complaint(place, stage=ComplaintStage.ACCEPTED)
    assert "收到书面核查申请" not in (await officer.get(SHEET))[1]
    assert (await officer.post(f"{SHEET}/verify", **objecting(place))).status == 409
