"""The queue and one conversation."""

from __future__ import annotations

import asyncio
import html
import json
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from bot.conversations.messages import Reply, Sender
from bot.errors import StoreUnavailableError
from bot.insurance.hand_off import Owner, Priority
from bot.insurance.identity import IdentityLevel, Verification
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.insurance.staff import Role
from bot.services.suggest_answers import Suggestions
from bot.settings import ROOT
from bot.store.said import SqlSaid
from bot.text.masking import mask_name
from tests.photos import photo
from tests.unit.console.conftest import HOSTILE
from tests.unit.console.test_console_cases import complaint, handed_in
from tests.unit.console.test_console_request import PARTY
from tests.unit.console.test_console_request import put as put_request


def _in_order(page: str, *words: str) -> bool:
    places = [page.find(word) for word in words]
    return -1 not in places and places == sorted(places)


def _said(place, conversation_id: str, sender: Sender) -> list[str]:
    return [one.text for one in place.deps.log.after(conversation_id, 0) if one.sender is sender]


async def test_queue_is_ordered_by_priority_then_by_time(place):
    place.hand_off("c-late", reason_zh="普通二", requested_at=place.clock())
    place.hand_off("c-early", reason_zh="普通一", requested_at=place.clock() - timedelta(minutes=5))
    place.hand_off("c-hurt", reason_zh="有人受伤", priority=Priority.INJURY_OR_DEATH)
    _, page = await (await place.agent()).get("/desk")
    assert _in_order(page, "有人受伤", "普通一", "普通二")


async def test_queue_shows_post_rules_reference_and_waiting_time(place):
    place.hand_off(
        "c-1",
        post="投诉",
        rules_fired=("regulator_words",),
        reference_no="T20261123000004",
        priority=Priority.COMPLAINT,
    )
    place.pass_time(minutes=75)
    _, page = await (await place.agent()).get("/desk")
    for shown in ("投诉", "扬言或已向监管反映", "T20261123000004", "1 小时 15 分"):
        assert shown in page


async def test_conversation_shows_all_that_is_known(place):
    place.hand_off("c-1", slots=(("事故地点", "北四环"), ("受伤", "1 人")), rules_fired=("elderly_customer",))
    with place.deps.unit_of_work() as work:
        until = place.clock() + timedelta(minutes=30)
        work.identities.save_verification(Verification("c-1", "p-1", "13800000001", IdentityLevel.L2, until))
        work.commit()
    browser = await place.agent()
    _, page = await browser.get("/desk/c-1")
    for shown in (
        "您好，我是机器人",
        "事故地点",
        "北四环",
        "1 人",
        "老年客户",
        "已核实身份（L2）",
    ):
        assert shown in page
    place.pass_time(minutes=20)
    assert "已核实身份（L2）" in (await browser.get("/desk/c-1"))[1]
    place.pass_time(minutes=10)
    assert "未核实身份（L0）" in (await browser.get("/desk/c-1"))[1]


async def test_a_file_sent_to_a_person_is_opened_by_who_has_the_conversation_and_only_to_be_saved(place):
    for conversation_id in ("c-1", "c-2"):
        place.hand_off(conversation_id)
    sent, filed = handed_in(place, photo(), request_no=""), handed_in(place, photo(2), 2)
    address = f"/desk/c-1/files/{sent.file_no}"
    browser = await place.agent()
    other = await place.colleague()
    await browser.get("/desk")
    assert (await browser.get(address))[0] == 404  # not taken yet
    await browser.post("/desk/c-1/take")
    _, page = await browser.get("/desk/c-1")
    assert f'href="{address}"' in page
    assert filed.file_no not in page
    assert "<script>alert" not in page
    async with browser.client.get(address) as response:
        assert (response.status, await response.read()) == (200, photo())
        assert response.headers["Content-Disposition"] == f'attachment; filename="{sent.file_no}.png"'
    await other.post("/desk/c-2/take")
    for agent, refused in (
        (other, address),
        (other, f"/desk/c-2/files/{sent.file_no}"),
        (browser, f"/desk/c-1/files/{filed.file_no}"),
        (browser, "/desk/c-1/files/F20261123009999"),
    ):
        assert (await agent.get(refused))[0] == 404, refused
    _, page = await other.get("/desk/c-1")
    assert sent.file_no in page
    assert f'href="{address}"' not in page
    assert [entry[1] for entry in place.audit() if entry[0] == "desk.file_opened"] == ["c-1"]


async def test_taking_silences_the_bot_and_is_recorded(place):
    place.hand_off("c-1")
    browser = await place.agent()
    response = await browser.post("/desk/c-1/take")
    assert (response.status, response.headers["Location"]) == (303, "/desk/c-1")
    assert place.deps.log.owner("c-1") is Owner.HUMAN
    assert ("desk.taken", "c-1", "agent:desk", "{}") in place.audit()
    assert _in_order((await browser.get("/desk"))[1], "处理中", "desk（我）")


async def test_taking_what_another_has_is_refused(place):
    place.hand_off("c-1")
    first = await place.agent()
    second = await place.colleague()
    await first.post("/desk/c-1/take")
    refused = await second.post("/desk/c-1/take")
    assert refused.status == 409
    assert "已由 desk 接手" in await refused.text()
    assert "您只能查看" in (await second.get("/desk/c-1"))[1]


async def test_of_two_who_take_at_once_one_gets_it(place):
    place.hand_off("c-1")
    first = await place.agent()
    second = await place.colleague()
    taken = await asyncio.gather(first.post("/desk/c-1/take"), second.post("/desk/c-1/take"))
    assert sorted(response.status for response in taken) == [303, 409]
    assert [event for event, *_ in place.audit()].count("desk.taken") == 1


async def test_answer_reaches_the_log_as_a_persons_words(place):
    place.hand_off("c-1")
    browser = await place.agent()
    await browser.post("/desk/c-1/take")
    await browser.get("/desk/c-1")
    await browser.post("/desk/c-1/answer", text="  您好\r\n我来处理\x07  ", form_id=browser.form_id)
    assert _said(place, "c-1", Sender.HUMAN) == ["您好\n我来处理"]


async def test_answer_wakes_whoever_watches_the_conversation(place):
    place.hand_off("c-1")
    browser = await place.agent()
    await browser.post("/desk/c-1/take")
    await browser.get("/desk/c-1")
    with place.deps.feed.watch("c-1") as watch:
        await browser.post("/desk/c-1/answer", text="您好", form_id=browser.form_id)
        assert await watch.wait(1)


async def test_same_form_sent_twice_answers_once(place):
    place.hand_off("c-1")
    browser = await place.agent()
    await browser.post("/desk/c-1/take")
    await browser.get("/desk/c-1")
    sent = browser.post("/desk/c-1/answer", text="您好", form_id=browser.form_id)
    again = browser.post("/desk/c-1/answer", text="您好", form_id=browser.form_id)
    await asyncio.gather(sent, again)
    assert _said(place, "c-1", Sender.HUMAN) == ["您好"]


async def test_only_who_took_it_may_answer_or_give_back(place):
    place.hand_off("c-1")
    first = await place.agent()
    second = await place.colleague()
    assert (await first.post("/desk/c-1/answer", text="您好", form_id="a")).status == 409
    await first.post("/desk/c-1/take")
    assert (await second.post("/desk/c-1/answer", text="您好", form_id="a")).status == 409
    assert (await second.post("/desk/c-1/return")).status == 409
    assert _said(place, "c-1", Sender.HUMAN) == []
    assert place.deps.log.owner("c-1") is Owner.HUMAN


async def test_empty_and_overlong_answers_are_refused(place):
    place.hand_off("c-1")
    browser = await place.agent()
    await browser.post("/desk/c-1/take")
    for text in ("", " \n ", "长" * 2001):
        assert (await browser.post("/desk/c-1/answer", text=text, form_id="a")).status == 400


async def test_giving_back_closes_the_hand_off_and_tells_the_customer(place):
    place.hand_off("c-1")
    browser = await place.agent()
    await browser.post("/desk/c-1/take")
    response = await browser.post("/desk/c-1/return")
    assert response.headers["Location"] == "/desk"
    assert place.deps.log.owner("c-1") is Owner.BOT
    assert _said(place, "c-1", Sender.SYSTEM) == ["人工服务结束，智能客服继续为您服务。"]
    with place.deps.unit_of_work() as work:
        assert work.hand_offs.open_for("c-1") is None
    assert (await browser.get("/desk/c-1"))[0] == 404
    assert (await browser.post("/desk/c-1/answer", text="您好", form_id="a")).status == 404


async def test_audit_log_holds_codes_and_no_words(place):
    place.hand_off("c-1", slots=(("姓名", "王小二"),))
    browser = await place.agent()
    await browser.get("/desk/c-1")
    await browser.post("/desk/c-1/take")
    await browser.post("/desk/c-1/answer", text="秘密的话", form_id="a")
    await browser.post("/desk/c-1/return")
    assert [entry[0] for entry in place.audit()] == ["desk.viewed", "desk.taken", "desk.answered", "desk.given_back"]
    assert "秘密" not in str(place.audit())
    assert "王小二" not in str(place.audit())


async def test_conversations_that_were_never_handed_over_stay_closed(place):
    place.deps.log.open("c-bot", channel="web", at=place.clock())
    browser = await place.agent()
    for path in ("/desk/c-bot", "/desk/c-unknown", "/desk/c-bot/messages.json?after=0"):
        assert (await browser.get(path))[0] == 404
    assert (await browser.post("/desk/c-bot/take")).status == 404


async def test_hostile_text_is_escaped_everywhere(place):
    hostile = {"reason_zh": HOSTILE, "post": HOSTILE, "reference_no": HOSTILE, "reason": HOSTILE}
    place.hand_off("c-1", **hostile, rules_fired=(HOSTILE,), slots=((HOSTILE, HOSTILE),))
    place.deps.log.append("c-1", Reply(HOSTILE), sender=Sender.CUSTOMER, at=place.clock())
    browser = await place.agent()
    for path in ("/desk", "/desk/c-1"):
        _, page = await browser.get(path)
        assert "<script>alert" not in page
        assert html.escape("<script>alert") in page


async def test_news_wait_for_the_next_message(place):
    place.hand_off("c-1")
    browser = await place.agent()
    client = browser.client

    async def news() -> dict:
        async with client.get("/desk/c-1/messages.json?after=1&wait=20") as response:
            return await response.json()

    waiting = asyncio.create_task(news())
    await place.deps.feed.watched.wait()
    place.deps.log.append("c-1", Reply(HOSTILE), sender=Sender.CUSTOMER, at=place.clock())
    place.deps.feed.notify("c-1")
    shown = await waiting
    assert shown["owner"] == "queue"
    assert shown["messages"] == [{"seq": 2, "from": "customer", "by": "", "text": HOSTILE, "at": "09:12"}]


async def test_news_with_nonsense_in_the_query_are_refused(place):
    place.hand_off("c-1")
    browser = await place.agent()
    for query in ("", "?after=x", "?after=-1", "?after=0&wait=nan", "?after=0&wait=-1", "?after=0&wait=x"):
        assert (await browser.get(f"/desk/c-1/messages.json{query}"))[0] == 400


async def test_reports_of_wrongdoing_are_seen_by_compliance_alone(place):
    place.hand_off("conversation-7", post="合规监察", reason_zh="举报由合规监察受理")
    first = await place.agent()  # holds every role
    colleague = await place.colleague()
    assert "举报由合规监察受理" in (await first.get("/desk"))[1]
    assert "举报由合规监察受理" not in (await colleague.get("/desk"))[1]
    assert (await colleague.get("/desk/conversation-7"))[0] == 404
    assert (await colleague.post("/desk/conversation-7/take")).status == 404
    assert (await colleague.get("/desk/conversation-7/messages.json?after=0&wait=0"))[0] == 404
    assert (await first.get("/desk/conversation-7"))[0] == 200


def _request(place, number: str, status: RequestStatus, alert_in: int, *, restricted: bool = False) -> ServiceRequest:
    today = place.clock().date()
    request = ServiceRequest(
        request_no=number, kind="reinstate_policy", status=status, policy_no="P1", applicant_id="CU1", fields=(),
        papers=(), requested_at=place.clock(), due_on=today + timedelta(days=alert_in + 10), due_rule="D-P10",
        post="保全", conversation_id="c", idempotency_key=number, restricted=restricted,
        alert_on=today + timedelta(days=alert_in),
    )  # fmt: skip
    with place.deps.unit_of_work() as work:
        work.requests.add(request)
        work.commit()
    return request


async def test_requests_that_would_count_as_agreed_are_shown_from_their_alert_day_until_they_are_done(place):
    _request(place, "S20261123000001", RequestStatus.WAITING_FOR_PAPERS, 20)
    _request(place, "S20261123000002", RequestStatus.DONE, 0)
    _request(place, "S20261123000003", RequestStatus.ACCEPTED, 0, restricted=True)
    first = await place.agent()
    colleague = await place.colleague()
    page = (await colleague.get("/desk"))[1]
    assert "必须马上催办" not in page
    assert "S20261123000003" in (await first.get("/desk"))[1]
    place.pass_time(minutes=60 * 24 * 20)
    browser = await place.agent()
    page = (await browser.get("/desk"))[1]
    assert _in_order(page, "必须马上催办", "S20261123000003", "S20261123000001", "等待接手")
    assert "S20261123000002" not in page


async def test_an_agent_is_warned_of_words_that_must_not_be_said_and_decides(place):
    place.hand_off("c-1")
    browser = await place.agent()
    await browser.post("/desk/c-1/take")
    words = "放心，一定赔"
    warned = await browser.post("/desk/c-1/answer", text=words, form_id="a")
    assert warned.status == 422
    assert "未核定的案子不能说赔" in await warned.text()
    assert words not in [message.text for message in place.deps.log.after("c-1", 0)]
    assert (await browser.post("/desk/c-1/answer", text=words, form_id="a")).status == 303
    assert words in [message.text for message in place.deps.log.after("c-1", 0)]


async def test_a_conversation_passed_on_waits_at_the_other_post_as_long_as_before_and_the_customer_is_told(place):
    made = place.hand_off("c-1")
    place.pass_time(minutes=9)
    first, officer = await place.colleague("1001"), await place.colleague("2001", Role.COMPLAINT_OFFICER)
    assert (await officer.get("/desk/c-1"))[0] == 404
    await first.post("/desk/c-1/take")
    response = await first.post("/desk/c-1/pass-on", post="投诉回访", why=f"客户要投诉业务员{HOSTILE}")
    assert (response.status, response.headers["Location"]) == (303, "/desk")
    assert place.deps.log.owner("c-1") is Owner.QUEUE
    [told] = _said(place, "c-1", Sender.SYSTEM)
    assert "投诉回访岗" in told
    with place.deps.unit_of_work() as work:
        passed = work.hand_offs.open_for("c-1")
    assert (passed.post, passed.taken_by, passed.requested_at) == ("投诉回访", "", made.requested_at)
    assert (await first.get("/desk/c-1"))[0] == 404
    _, page = await officer.get("/desk/c-1")
    assert (
        html.escape("转投诉回访：客户要投诉业务员" + HOSTILE, quote=True)
        .replace("&#x27;", "&#39;")
        .replace("&quot;", "&#34;")
        in page
    )
    assert ("desk.passed_on", "c-1", "agent:1001", '{"post":"投诉回访"}') in place.audit()


@pytest.mark.parametrize(
    ("post", "why", "status"), [("综合", "换个人办理", 409), ("没有的", "换个人办理", 409), ("理赔", "x", 400)]
)
async def test_nothing_is_passed_on_to_no_other_post_or_without_a_reason(place, post, why, status):
    place.hand_off("c-1")
    browser = await place.colleague("1001")
    await browser.post("/desk/c-1/take")
    assert (await browser.post("/desk/c-1/pass-on", post=post, why=why)).status == status
    assert place.deps.log.owner("c-1") is Owner.HUMAN


async def test_only_who_has_a_conversation_passes_it_on(place):
    place.hand_off("c-1")
    browser = await place.colleague("1001")
    assert (await browser.post("/desk/c-1/pass-on", post="理赔", why="要查理赔进度")).status == 409


async def test_notes_are_for_colleagues_and_never_for_the_customer(place):
    place.hand_off("c-1")
    first, second = await place.colleague("1001"), await place.colleague("1002")
    await first.post("/desk/c-1/note", note=f"情绪激动{HOSTILE}", form_id="n1")
    await first.post("/desk/c-1/note", note=f"情绪激动{HOSTILE}", form_id="n1")
    _, page = await second.get("/desk/c-1")
    assert page.count("情绪激动") == 1
    assert "<script>alert" not in page
    assert not any("情绪激动" in one.text for one in place.deps.log.after("c-1", 0))
    with place.engine.connect() as connection:
        assert "情绪" not in str(connection.execute(sql("SELECT text FROM desk_notes")).all())


async def test_a_supervisor_takes_over_what_an_agent_has_and_the_agent_answers_no_more(place):
    place.hand_off("c-1")
    agent, manager = await place.colleague("1001"), await place.colleague("9001", Role.MANAGER)
    await agent.post("/desk/c-1/take")
    assert "从 1001 接管" in (await manager.get("/desk/c-1"))[1]
    assert (await agent.post("/desk/c-1/take-over")).status == 403
    assert (await manager.post("/desk/c-1/take-over")).status == 303
    assert (await agent.post("/desk/c-1/answer", text="您好", form_id="a")).status == 409
    assert (await manager.post("/desk/c-1/answer", text="您好，我是主管", form_id="b")).status == 303
    assert _said(place, "c-1", Sender.HUMAN) == ["您好，我是主管"]
    assert ("desk.taken_over", "c-1", "agent:9001", '{"before":"1001"}') in place.audit()


async def test_the_policies_and_matters_of_who_is_proved_are_shown_masked_and_of_nobody_else(place):
    place.hand_off("c-1")
    put_request(place)
    browser = await place.colleague("1001")
    _, page = await browser.get("/desk/c-1")
    assert "的保单" not in page
    with place.deps.unit_of_work() as work:
        until = place.clock() + timedelta(minutes=30)
        work.identities.save_verification(Verification("c-1", PARTY.party_id, PARTY.phone, IdentityLevel.L2, until))
        work.commit()
    _, page = await browser.get("/desk/c-1")
    assert f"客户 {mask_name(PARTY.name)} 的保单" in page
    assert "S20261123000001" in page
    assert PARTY.id_number not in page
    assert PARTY.phone not in page


async def test_answers_are_suggested_with_their_source_to_what_the_customer_said_last(place):
    place.hand_off("c-1")
    place.deps.log.receive("c-1", message_id="m", text="犹豫期是什么意思", choice_id="", at=place.clock())
    object.__setattr__(place.deps, "suggest", Suggestions(ROOT / "data" / "knowledge"))
    _, body = await (await place.colleague("1001")).get("/desk/c-1/suggestions.json")
    first = json.loads(body)["suggestions"][0]
    assert "犹豫期" in first["title"]
    assert "依据" in first["text"]


async def test_a_colleague_who_is_named_is_offered_the_conversation_first(place):
    place.hand_off("c-1")
    first, _ = await place.colleague("1001"), await place.colleague("1002")
    await place.colleague("3001", Role.CLAIMS)
    await first.post("/desk/c-1/take")
    _, page = await first.get("/desk/c-1")
    assert 'value="@1002"' in page
    assert "@3001" not in page
    for nobody in ("@3001", "@1001", "@不存在"):
        assert (await first.post("/desk/c-1/pass-on", post=nobody, why="他更熟悉")).status == 409
    assert (await first.post("/desk/c-1/pass-on", post="@1002", why="他更熟悉")).status == 303
    with place.deps.unit_of_work() as work:
        waiting = work.hand_offs.open_for("c-1")
    assert (waiting.taken_by, waiting.offered_to, waiting.post) == ("", "1002", "综合")
    assert "另一位同事" in _said(place, "c-1", Sender.SYSTEM)[0]


async def test_a_report_of_wrongdoing_made_elsewhere_is_not_shown_to_who_serves_the_reporter(place):
    place.hand_off("c-1")
    put_request(place, conversation_id="c-9", post="合规监察", restricted=True, kind="report_misconduct")
    with place.deps.unit_of_work() as work:
        until = place.clock() + timedelta(minutes=30)
        work.identities.save_verification(Verification("c-1", PARTY.party_id, PARTY.phone, IdentityLevel.L2, until))
        work.commit()
    _, page = await (await place.colleague("1001")).get("/desk/c-1")
    assert "S20261123000001" not in page
    _, page = await (await place.colleague("7001", Role.COMPLIANCE)).get("/desk/c-1")
    assert "S20261123000001" in page


async def test_an_answer_that_may_not_have_arrived_is_sent_again_and_said_once(place, monkeypatch):
    """Where it cannot be written, the same form is no proof that it was said, and nothing says that it was."""
    place.hand_off("c-1")
    browser = await place.colleague("1001")
    await browser.post("/desk/c-1/take")
    fails, written = [True], SqlSaid.answer

    def once_away(self, *arguments, **named):
        if fails.pop() if fails else False:
            raise StoreUnavailableError
        return written(self, *arguments, **named)

    monkeypatch.setattr(SqlSaid, "answer", once_away)
    assert (await browser.post("/desk/c-1/answer", text="您好", form_id="a")).status == 503
    assert "desk.answered" not in [entry[0] for entry in place.audit()]
    for _ in range(2):
        assert (await browser.post("/desk/c-1/answer", text="您好", form_id="a")).status == 303
    assert _said(place, "c-1", Sender.HUMAN) == ["您好"]


async def test_words_that_come_after_the_conversation_was_given_back_are_refused_and_not_said(place):
    place.hand_off("c-1")
    browser = await place.colleague("1001")
    await browser.post("/desk/c-1/take")
    await browser.post("/desk/c-1/answer", text="您好", form_id="a")
    await browser.post("/desk/c-1/return")
    assert (await browser.post("/desk/c-1/answer", text="还有一句", form_id="b")).status == 404
    # The same words once more: they were said, and whoever is not sure of it is told so.
    assert (await browser.post("/desk/c-1/answer", text="您好", form_id="a")).status == 303
    assert _said(place, "c-1", Sender.HUMAN) == ["您好"]


async def test_a_move_of_which_the_customer_cannot_be_told_is_not_made(place, monkeypatch):
    place.hand_off("c-1")
    browser = await place.colleague("1001")
    await browser.post("/desk/c-1/take")

    def away(self, *_):
        raise StoreUnavailableError

    with monkeypatch.context() as patch:
        patch.setattr(SqlSaid, "tell", away)
        assert (await browser.post("/desk/c-1/pass-on", post="理赔", why="要查理赔")).status == 503
    with place.deps.unit_of_work() as work:
        assert work.hand_offs.open_for("c-1").taken_by == "1001"
    assert place.deps.log.owner("c-1") is Owner.HUMAN
    assert (await browser.post("/desk/c-1/pass-on", post="理赔", why="要查理赔")).status == 303
    assert len(_said(place, "c-1", Sender.SYSTEM)) == 1


async def test_reading_on_is_on_record_once_a_session(place):
    place.hand_off("c-1")
    browser = await place.colleague("1001")
    for _ in range(3):
        await browser.get("/desk/c-1/messages.json?after=0")
    assert [entry[:3] for entry in place.audit() if entry[0] == "desk.followed"] == [
        ("desk.followed", "c-1", "agent:1001")
    ]


async def test_who_is_complained_of_reads_neither_the_conversation_nor_the_complaint(place):
    complaint(place, against="客服工号 1001", conversation_id="c-1")
    place.hand_off("c-1", reference_no="T20261123000001")
    accused = await place.colleague("1001", Role.COMPLAINT_OFFICER, posts=("综合", "投诉回访"))
    assert (await accused.get("/desk/c-1"))[0] == 403
    assert (await accused.get("/desk/c-1/messages.json?after=0"))[0] == 404
    assert (await accused.get("/desk/cases/T20261123000001"))[0] == 403


async def test_a_supervisor_joins_by_name_and_the_agent_keeps_the_conversation(place):
    place.hand_off("c-1")
    agent, manager = await place.colleague("1001"), await place.colleague("9001", Role.MANAGER)
    joins = {"text": "我来补充一句", "joins": "yes"}
    assert (await manager.post("/desk/c-1/answer", **joins, form_id="j0")).status == 409  # nobody has it: take it
    await agent.post("/desk/c-1/take")
    _, page = await manager.get("/desk/c-1")
    assert "插话" in page
    for _ in range(2):
        assert (await manager.post("/desk/c-1/answer", **joins, form_id="j1")).status == 303
    assert (await agent.post("/desk/c-1/answer", text="好的", form_id="a1")).status == 303
    assert _said(place, "c-1", Sender.HUMAN) == ["【主管 9001】我来补充一句", "好的"]
    assert [one.by for one in place.deps.log.after("c-1", 0) if one.sender is Sender.HUMAN] == ["9001", "1001"]
    with place.deps.unit_of_work() as work:
        assert work.hand_offs.open_for("c-1").taken_by == "1001"
    assert ("desk.joined", "c-1", "agent:9001", "{}") in place.audit()
    _, page = await agent.get("/desk/c-1")
    assert "坐席 9001" in page


async def test_nobody_else_joins_and_nobody_is_joined_by_who_is_complained_of(place):
    place.hand_off("c-1")
    agent, other = await place.colleague("1001"), await place.colleague("1002")
    await agent.post("/desk/c-1/take")
    assert "插话" not in (await other.get("/desk/c-1"))[1]
    joins = {"text": "我来补充一句", "joins": "yes", "form_id": "j1"}
    assert (await other.post("/desk/c-1/answer", **joins)).status == 409
    complaint(place, against="客服工号 9001", conversation_id="c-1")
    manager = await place.colleague("9001", Role.MANAGER)
    assert (await manager.post("/desk/c-1/answer", **joins)).status == 403
    assert _said(place, "c-1", Sender.HUMAN) == []


async def test_the_agent_sees_what_the_customer_has_read_and_hears_of_it_at_once(place):
    place.hand_off("c-1")
    browser = await place.colleague("1001")
    await browser.post("/desk/c-1/take")
    await browser.post("/desk/c-1/answer", text="您好", form_id="a")
    seq = place.deps.log.after("c-1", 0)[-1].seq
    assert "未读" in (await browser.get("/desk/c-1"))[1]
    _, news = await browser.get("/desk/c-1/messages.json?after=0")
    known = json.loads(news)
    assert (known["read"], known["delivered"]) == (0, 0)
    place.deps.feed.watched.clear()
    address = f"/desk/c-1/messages.json?after={seq}&wait=20&state={known['state']}"
    waiting = asyncio.create_task(browser.get(address))
    await place.deps.feed.watched.wait()
    assert place.deps.log.saw("c-1", seq, place.clock())
    place.deps.feed.notify("c-1")
    _, news = await asyncio.wait_for(waiting, 10)
    assert json.loads(news)["read"] == seq
    assert not place.deps.log.saw("c-1", seq + 5, place.clock())  # nobody has read what is not there
    assert "已读" in (await browser.get("/desk/c-1"))[1]


async def test_what_a_channel_has_taken_is_delivered_and_not_yet_read(place):
    place.hand_off("c-1")
    object.__setattr__(place.deps, "delivered", lambda _: 2)
    browser = await place.colleague("1001")
    await browser.post("/desk/c-1/take")
    for number in ("a", "b"):
        await browser.post("/desk/c-1/answer", text="您好", form_id=number)
    _, page = await browser.get("/desk/c-1")
    assert (page.count("已送达"), page.count(">未读<")) == (1, 1)


async def test_outside_the_hours_of_the_own_posts_an_agent_says_that_he_stays(place):
    opens = place.clock() + timedelta(hours=15)
    object.__setattr__(place.deps, "back_at", lambda now, post: opens if now < opens else None)
    browser = await place.colleague("1001")
    assert "我现在接待" in (await browser.get("/desk"))[1]
    assert (await browser.post("/desk/away", away="stay")).status == 303
    _, page = await browser.get("/desk")
    assert "您自愿接待到" in page
    assert "我现在接待" not in page
    with place.deps.unit_of_work() as work:
        assert work.desk_presence.all()[0].stays_until == opens
    await browser.post("/desk/away", away="yes")
    with place.deps.unit_of_work() as work:
        assert work.desk_presence.all()[0].stays_until is None
