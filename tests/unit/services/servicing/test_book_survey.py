"""约查勘时间 and 给经办人留言: for one's own claim, while there is something to look at or somebody to read it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
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
