"""报案 from the choice on: who is told of another claim, what is written, promised and handed over."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.insurance.hand_off import Owner
from tests.journey_talk import JourneyTalk, start_talk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
CRASH = "我的车京N30001昨天下午三点在国贸桥跟人剐蹭了，没人受伤"


@pytest.fixture
def talk(tmp_path: Path) -> JourneyTalk:
    return start_talk(tmp_path, "claim_form", NOW)


def report(talk: JourneyTalk, story: str = CRASH, phone: str = "13900003001") -> JourneyTalk:
    """A car's claim told to the card."""
    talk.say(story, "report_claim")
    talk.all("没有", "能开", phone)
    return talk


def at_the_choice(talk: JourneyTalk) -> JourneyTalk:
    """The same conversation reports what looks like the same event."""
    report(talk).say("确认", "affirm")
    again = report(talk.another(same_conversation=True), CRASH.replace("三点", "三点半"), "13900003002")
    assert again.slot == "claim_same_event"
    return again


@pytest.mark.parametrize(
    "words", ["不是同一个", "不是的，是另外一起", "不是同一起事故", "不是补充，是新事故", "两回事", "是新的事故"]
)
def test_a_denial_is_a_new_event_and_the_card_says_so(talk: JourneyTalk, words: str) -> None:
    again = at_the_choice(talk)
    again.say(words)
    assert "是否新事故 另一起新事故" in again.text
    again.say("确认", "affirm")
    assert len(again.claims) == 2


@pytest.mark.parametrize("words", ["是同一个", "补充那个", "就是那起", "不是另外一起，就是那起"])
def test_the_same_event_is_a_supplement_and_the_card_says_so(talk: JourneyTalk, words: str) -> None:
    again = at_the_choice(talk)
    number = again.claims[0].claim_no
    again.say(words)
    assert f"补充到 {number}" in again.text
    assert number in again.say("确认", "affirm")
    assert len(again.claims) == 1
    assert len(again.claims[0].notes) == 1


def test_the_choice_is_asked_again_for_words_that_choose_nothing(talk: JourneyTalk) -> None:
    again = at_the_choice(talk)
    again.say("是不是同一个我也说不好")
    assert again.slot == "claim_same_event"


def test_a_stranger_hears_nothing_of_anothers_claim_and_the_staff_are_told(talk: JourneyTalk) -> None:
    number = report(talk).say("确认", "affirm") and talk.claims[0].claim_no
    stranger = report(talk.another(), CRASH, "13900003001")  # the reporter's phone, typed and not proved
    assert stranger.slot == "confirm"
    assert number not in stranger.text
    done = stranger.say("确认", "affirm")
    assert number not in done
    assert "报案成功" in done
    assert number in stranger.claims[0].notes[0]
    assert talk.claims[0].notes == ()


def test_who_proved_the_reporters_phone_may_supplement_from_another_conversation(talk: JourneyTalk) -> None:
    report(talk).say("确认", "affirm")
    number = talk.claims[0].claim_no
    later = talk.another("claim_status_form")
    later.say(f"查一下 {number}", "query_claim")
    later.say("13900003001")
    later.code("13900003001")
    again = later.another("claim_form", same_conversation=True)
    again.say(CRASH, "report_claim")
    again.all("没有", "能开", "我开的，车主本人")  # the proven phone is not asked for
    assert number in again.text
    again.pick("补充这个报案")
    again.say("确认", "affirm")
    assert again.claims == []
    assert len(talk.claims[0].notes) == 1


@pytest.mark.parametrize(
    ("story", "same"),
    [
        (CRASH.replace("三点", "五点"), True),
        (CRASH.replace("三点", "五点半"), False),
        (CRASH.replace("昨天下午三点", "前天下午三点"), False),
    ],
)
def test_the_same_event_is_at_most_two_hours_away(talk: JourneyTalk, story: str, same: bool) -> None:
    report(talk).say("确认", "affirm")
    again = report(talk.another(same_conversation=True), story)
    assert (again.slot == "claim_same_event") is same


def test_the_result_does_not_tell_whether_a_plate_is_insured(talk: JourneyTalk) -> None:
    known = report(talk, CRASH.replace("京N30001", "京A12345")).say("确认", "affirm")
    unknown = report(talk.another(), CRASH.replace("京N30001", "京N30009")).say("确认", "affirm")
    assert known.split("\n")[1:] == unknown.split("\n")[1:]
    assert "保单由理赔人员核对" in known


@pytest.mark.parametrize(
    ("story", "then", "reason"),
    [
        ("我的车京N30012昨天晚上十点在方庄小区被偷了", ("没报警", "13900003012"), "盗抢"),
        (
            "京N30013昨天下午三点在国贸桥自燃了，没人受伤",
            ("没有", "不能开", "跳过", "报了", "13900003013"),
            "火灾或爆炸",
        ),
        (
            "京N30014 11月1日下午三点在国贸桥跟人剐蹭了，没人受伤",
            ("没有", "能开", "13900003014"),
            "出险超过 10 天才报案",
        ),
    ],
)
def test_what_needs_a_person_is_registered_first_and_handed_over_with_its_number(
    talk: JourneyTalk, story: str, then: tuple[str, ...], reason: str
) -> None:
    talk.say(story, "report_claim")
    talk.all(*then)
    assert talk.slot == "confirm"
    assert "报案成功" in talk.say("确认", "affirm")
    (claim,) = talk.claims
    assert talk.hand_off.reference_no == claim.claim_no
    assert reason in talk.hand_off.reason_zh
    assert talk.hand_off.post == "理赔"
    assert dict(talk.hand_off.slots)["联系电话"].startswith("139")
    with talk.services.reading() as work:
        assert work.ownerships.owner(talk.conversation) is Owner.QUEUE


def test_a_loss_abroad_goes_to_a_person_and_hong_kong_road_does_not(talk: JourneyTalk) -> None:
    for place, abroad in (("泰国普吉岛的酒店", True), ("青岛香港中路", False)):
        each = talk.another()
        each.say("我昨天晚上七点摔倒，手腕扭了", "report_claim")
        each.all(place, "郑浩", "不同意", "13900003015", "确认")
        with each.services.reading() as work:
            assert (work.hand_offs.open_for(each.conversation) is not None) is abroad


@pytest.mark.parametrize(
    ("story", "then", "rule", "due", "contact"),
    [
        (CRASH, ("没有", "能开", "13900003017"), "D-L03", "2026-12-23", "2026-11-23T11:00"),
        (
            "我因为阑尾炎昨天上午十点住院做了手术", ("郑浩", "不同意", "13900003018"),
            "D-L08", "2026-11-30", "2026-11-23T13:00",
        ),
        (
            "我家里昨天晚上十点水管爆了，已经关了总阀，地板泡了，人没事", ("方庄小区", "13900003019"),
            "D-L03", "2026-12-23", "2026-11-23T13:00",
        ),
    ],
)  # fmt: skip
def test_the_first_due_date_and_the_promised_call_go_by_the_line(
    talk: JourneyTalk, story: str, then: tuple[str, ...], rule: str, due: str, contact: str
) -> None:
    talk.say(story, "report_claim")
    talk.all(*then)
    done = talk.say("确认", "affirm")
    (claim,) = talk.claims
    assert claim.due_rule == rule
    assert claim.due_on is not None
    assert claim.due_on.isoformat() == due
    assert claim.contact_by is not None
    assert claim.contact_by.isoformat()[:16] == contact
    assert f"今天 {int(contact[11:13])}:00 前打" in done
    assert "12 月 23 日" in done


def test_a_call_at_night_is_promised_for_the_morning(talk: JourneyTalk) -> None:
    talk.now = NOW + timedelta(hours=14)
    assert "明天（11 月 24 日） 10:00 前打 139****3001" in report(talk).say("确认", "affirm")


def test_photos_are_described_and_no_upload_is_asked_for(talk: JourneyTalk) -> None:
    done = report(talk).say("确认", "affirm")
    assert "现场全景、双方车牌和碰撞部位" in done
    assert "上传" not in done


def test_a_report_tried_again_is_written_once(talk: JourneyTalk) -> None:
    report(talk)
    before = dict(talk.answers)
    first = talk.say("确认", "affirm")
    talk.answers, talk.requested = before, "confirm"
    assert talk.say("确认", "affirm") == first
    assert len(talk.claims) == 1
