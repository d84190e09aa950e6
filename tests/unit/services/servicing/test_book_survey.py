"""约查勘时间 and 给经办人留言: for one's own claim, while there is something to look at or somebody to read it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from bot.insurance.task import TaskState
from bot.services.advance_request import AdvanceRequest, RequestFlawError, Surveyor, advance_request
from bot.services.reply import Reply, choose
from tests.servicing_talk import CUSTOMERS, prove, stored
from tests.talk import Talk

NAME, NUMBER = "周强", "C20261101800001"


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    first_talk.now += timedelta(days=1)
    return first_talk.another()


def claim(
    talk: Talk,
    number: str,
    name: str = NAME,
    *,
    line: LineOfBusiness = LineOfBusiness.MOTOR,
    stage: ClaimStage = ClaimStage.REPORTED,
) -> None:
    reported = talk.now - timedelta(hours=3)
    report = LossReport(line, reported.date().isoformat(), "机场北路", "撞了路牌", "无", "13700001008")
    made = Claim(number, report, stage, reported, True, "elsewhere", number, claimant_party_id=CUSTOMERS[name].party_id)
    with talk.services.unit_of_work() as work:
        work.claims.add(made)
        work.commit()


def press(talk: Talk, kind: str, name: str = NAME) -> None:
    talk.replies = [Reply("", (choose("开始", f"@switch:{kind}"),))]
    talk.pick("开始")
    if talk.requested == "name":
        prove(talk, name)


def choose_claim(talk: Talk, number: str) -> None:
    if talk.requested == "service_claim":
        talk.say(number)


def test_a_new_time_takes_the_place_of_the_one_before(customer: Talk) -> None:
    claim(customer, NUMBER)
    for place in ("机场北路", "望京的修理厂"):
        press(customer, "book_survey")
        choose_claim(customer, NUMBER)
        if place != "机场北路":
            assert "换成什么时间" in customer.text
        customer.say("越早越好")
        customer.say(place)
        assert customer.requested == "confirm", customer.text
        customer.say("确认")
    first, second = stored(customer)
    assert (first.status, second.status) == (RequestStatus.WITHDRAWN, RequestStatus.ACCEPTED)
    assert second.due_on is not None
    assert dict(second.fields)["查勘地点"] == "望京的修理厂"


@pytest.mark.parametrize(
    ("number", "name", "line", "stage"),
    [
        ("C20261101800011", "孙丽", LineOfBusiness.HEALTH, ClaimStage.REPORTED),
        ("C20261101800012", "刘芳", LineOfBusiness.MOTOR, ClaimStage.ASSESSING),
    ],
)
def test_where_there_is_nothing_to_look_at_no_time_is_given(
    customer: Talk, number: str, name: str, line: LineOfBusiness, stage: ClaimStage
) -> None:
    claim(customer, number, name, line=line, stage=stage)
    press(customer, "book_survey", name)
    choose_claim(customer, number)
    assert "不用再约查勘" in customer.text
    assert not stored(customer)


def book(talk: Talk, number: str, when: str = "越早越好") -> None:
    press(talk, "book_survey")
    choose_claim(talk, number)
    talk.say(when)
    if talk.requested == "survey_place":
        talk.say("望京的修理厂")
    talk.say("确认")


def name_surveyor(talk: Talk, surveyor: Surveyor | None) -> None:
    with talk.services.unit_of_work() as work:
        number = next(each.request_no for each in stored(talk) if each.status.is_open)
        made = AdvanceRequest(number, RequestStatus.WITH_PERSON, "约好的时间到", "desk", talk.now, surveyor=surveyor)
        advance_request(work, made, talk.services.deadlines)
        work.commit()


def look(talk: Talk, number: str) -> str:
    talk.say("查理赔进度")
    if talk.requested == "claim_no":
        talk.say(number)
    return talk.text


def test_what_was_booked_is_called_off_and_the_claim_goes_on(customer: Talk) -> None:
    number = "C20261101800031"
    claim(customer, number)
    book(customer, number)
    customer.say("取消约好的查勘")
    choose_claim(customer, number)
    assert customer.requested == "confirm", customer.text
    assert "的查勘" in customer.text
    customer.say("确认")
    first, second = stored(customer)
    assert (first.status, second.status, second.due_on) == (RequestStatus.WITHDRAWN, RequestStatus.DONE, None)
    assert first.steps[-1].note == "客户取消了"
    assert "已取消" in customer.outbox.texts_for(CUSTOMERS[NAME].phone, 1)[0].text


def test_nothing_is_called_off_where_nothing_was_booked(customer: Talk) -> None:
    number = "C20261101800032"
    claim(customer, number, "王建国")
    customer.say("取消约好的查勘")
    prove(customer, "王建国")
    choose_claim(customer, number)
    assert "没有约着的查勘" in customer.text
    assert stored(customer) == ()


def test_the_claimant_reads_who_comes_and_hears_of_him_by_text(customer: Talk) -> None:
    number = "C20261101800033"
    claim(customer, number)
    book(customer, number)
    assert "查勘员定下来会发短信" in look(customer, number)
    name_surveyor(customer, Surveyor("李强", "13700137000"))
    said = look(customer, number)
    assert "李强 13700137000 来" in said
    assert "望京的修理厂" in said
    text = customer.outbox.texts_for(CUSTOMERS[NAME].phone, 1)[0].text
    assert "查勘员 李强，电话 13700137000" in text


@pytest.mark.parametrize("surveyor", [None, Surveyor("李强", ""), Surveyor("", "13700137000")])
def test_a_survey_is_confirmed_with_name_and_phone_only(customer: Talk, surveyor: Surveyor | None) -> None:
    number = f"C2026110180004{len(surveyor.name) if surveyor else 5}"
    claim(customer, number)
    book(customer, number)
    with pytest.raises(RequestFlawError):
        name_surveyor(customer, surveyor)


def test_a_full_hour_moves_to_the_next_and_says_so(customer: Talk) -> None:
    wanted = (customer.now + timedelta(days=20)).date()  # a day on which no other test books anything
    at_once = customer.services.limits.whole("survey.at_once")
    starts = []
    for place in range(at_once + 1):
        number = f"C202611018001{place:02}"
        claim(customer, number)
        press(customer, "book_survey")
        choose_claim(customer, number)
        customer.say(f"{wanted.month}月{wanted.day}日上午十点")
        full = "约满了" in customer.text
        assert full is (place == at_once), customer.text
        customer.say("望京的修理厂")
        customer.say("确认")
        assert stored(customer), customer.text
        starts.append(dict(stored(customer)[-1].fields)["查勘时间"])
    assert starts[0] == starts[at_once - 1]
    assert starts[at_once] > starts[0]
    assert starts[0][:10] >= wanted.isoformat()


def test_a_survey_that_nobody_came_to_is_told_as_that_and_is_a_task(customer: Talk) -> None:
    number = "C20261101800051"
    claim(customer, number)
    book(customer, number)
    (request,) = stored(customer)
    customer.now += timedelta(days=9)
    late = customer.another()
    press(late, "book_survey")
    choose_claim(late, number)
    assert "已经过了" in late.text
    with late.services.unit_of_work() as work:
        due = work.due_matters.until(late.now.date(), today=late.now.date())
    (task,) = [each for each in due if each.number == request.request_no]
    assert task.post == "理赔"
    assert task.state_on(late.now.date()) is TaskState.OVERDUE


def test_a_message_is_the_claims_posts_with_the_day_of_the_answer(customer: Talk) -> None:
    claim(customer, "C20261101800021")
    press(customer, "message_handler")
    choose_claim(customer, "C20261101800021")
    customer.say("对方保险公司电话是什么，我好联系")
    customer.say("确认")
    (request,) = stored(customer)
    assert (request.kind, request.post, request.status) == ("message_handler", "理赔", RequestStatus.ACCEPTED)
    assert request.due_on is not None
    assert dict(request.fields)["案件"] == "C20261101800021"
    assert "不改变案件的办理期限" in customer.text
