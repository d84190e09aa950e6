"""报案: what was told or is on file is not asked again, and whose plate and phone a word is about."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from tests.journey_talk import JourneyTalk, start_talk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
TWO_CARS = "京N31001昨天下午三点在国贸桥跟人蹭了，没人受伤"


@pytest.fixture
def talk(tmp_path: Path) -> JourneyTalk:
    return start_talk(tmp_path, "claim_form", NOW)


def questions(talk: JourneyTalk, answers: dict[str, str]) -> list[str]:
    """The slots asked for up to the card, each answered from `answers`."""
    asked = []
    while talk.slot != "confirm":
        assert talk.slot in answers, (talk.slot, talk.text)
        asked.append(talk.slot)
        talk.say(answers[talk.slot])
    return asked


def test_the_gold_dialogue_asks_no_more_than_six(talk: JourneyTalk) -> None:
    talk.say("刚在北四环学院桥追尾了，我老婆脖子疼", "report_claim")
    assert "（第 1/5 步）" in talk.text
    asked = questions(
        talk,
        {
            "claim_plate": "京N31002",
            "claim_other_party": "沪B12345",
            "claim_drivable": "能开",
            "claim_police": "报了",
            "claim_phone": "13900003201，王强，车主本人，我开的",
        },
    )
    assert len(asked) <= 6
    assert "时间 今天（11 月 23 日） 9:00" in talk.text


def test_who_tells_nothing_but_the_wish_is_asked_six_questions_after_the_line(talk: JourneyTalk) -> None:
    talk.say("我要报案", "report_claim")
    talk.pick("车险")
    asked = questions(
        talk,
        {
            "claim_injured": "没人受伤",
            "claim_cause": "今天早上八点二十，在学院桥变道时和一辆白车蹭了，右前门凹了",
            "claim_plate": "京N31003",
            "claim_other_party": "没记下",
            "claim_drivable": "能开",
            "claim_phone": "13900003203",
        },
    )
    assert len(asked) == 6


def test_a_story_told_instead_of_the_line_is_kept(talk: JourneyTalk) -> None:
    talk.say("我要报案", "report_claim")
    talk.say("狗把邻居咬了", "ask_coverage")
    assert talk.answers["claim_line"] == "liability"
    assert talk.answers["claim_cause"] == "狗把邻居咬了"
    assert talk.answers["claim_injured_count"] == "1"
    assert talk.slot == "claim_event_at"


@pytest.mark.parametrize("intent", ["ask_coverage", "inform", "nlu_fallback"])
def test_a_story_is_an_answer_to_what_happened_whatever_it_sounds_like(talk: JourneyTalk, intent: str) -> None:
    talk.say("我要报案", "report_claim")
    talk.pick("其他")
    talk.pick("没人受伤")
    assert talk.slot == "claim_cause"
    talk.say("狗把邻居咬了", intent)
    assert talk.answers["claim_cause"] == "狗把邻居咬了"


@pytest.mark.parametrize(
    ("story", "other"),
    [
        ("我的京N31004昨天下午三点在国贸桥跟人撞了，另一辆是沪B12345，没人受伤", "对方车牌 沪B12345"),
        ("京N31005和沪B12345昨天下午三点在国贸桥蹭了，没人受伤", "对方车牌 沪B12345"),
        ("京N31006昨天下午三点在国贸桥被沪B12345追尾，没人受伤", "对方车牌 沪B12345"),
        ("沪B12345追了我的京N31007，昨天下午三点在国贸桥，没人受伤", "对方车牌 沪B12345"),
        ("京N31008昨天下午三点在国贸桥被追尾，对方电话13812345678，没人受伤", "对方电话 13812345678"),
    ],
)
def test_the_other_party_told_at_first_is_not_asked_for(talk: JourneyTalk, story: str, other: str) -> None:
    talk.say(story, "report_claim")
    assert talk.answers["claim_other_party"] == other
    assert talk.answers["claim_plate"].startswith("京N3100")
    assert talk.slot == "claim_drivable"


def test_a_car_that_met_a_wall_has_no_other_party(talk: JourneyTalk) -> None:
    talk.say("京N31009昨天下午三点在国贸桥撞了护栏，没人受伤", "report_claim")
    assert talk.answers["claim_other_party"] == "没有对方"
    assert talk.slot == "claim_drivable"


@pytest.mark.parametrize(("words", "intent"), [("没记下", "repeat"), ("没看清车牌", "inform"), ("忘了问", "inform")])
def test_who_noted_nothing_is_not_asked_again(talk: JourneyTalk, words: str, intent: str) -> None:
    talk.say("京N31020昨天下午三点在国贸桥被追尾了，没人受伤", "report_claim")
    talk.say(words, intent)
    assert talk.answers["claim_other_party"] == "没留下对方信息"


@pytest.mark.parametrize("words", ["刚才说过了", "刚才那个", "前面不是说了吗", "已经给过了"])
def test_told_before_is_looked_up_instead_of_asked_again(talk: JourneyTalk, words: str) -> None:
    talk.say("车险报案，昨天下午三点在国贸桥，京N31010，没人受伤", "report_claim")
    talk.answers["claim_cause"] = "变道时蹭了，那辆车沪B12345"
    assert talk.slot == "claim_other_party"
    talk.say(words)
    assert talk.answers["claim_other_party"] == "对方车牌 沪B12345"


def test_told_before_that_was_not_told_is_said_so(talk: JourneyTalk) -> None:
    talk.say(TWO_CARS, "report_claim")
    assert "没看到对方" in talk.say("刚才说过了")
    assert talk.slot == "claim_other_party"


def test_the_reporters_own_phone_is_not_the_other_partys(talk: JourneyTalk) -> None:
    talk.say(TWO_CARS, "report_claim")
    talk.say("我手机13900003211")
    assert not talk.answers.get("claim_other_party")
    assert talk.answers["claim_phone"] == "13900003211"
    assert talk.slot == "claim_other_party"


def test_both_phones_in_one_breath_go_where_they_belong(talk: JourneyTalk) -> None:
    talk.say(TWO_CARS, "report_claim")
    talk.say("对方电话13812345678，我手机13900003212")
    assert talk.answers["claim_other_party"] == "对方电话 13812345678"
    assert talk.answers["claim_phone"] == "13900003212"


def test_the_other_plate_at_the_question_for_ones_own_is_kept_as_theirs(talk: JourneyTalk) -> None:
    talk.say("昨天下午三点在国贸桥蹭了，没人受伤，车险报案", "report_claim")
    assert talk.slot == "claim_plate"
    talk.say("对方是沪B12345")
    assert talk.slot == "claim_plate"
    assert talk.answers["claim_other_party"] == "对方车牌 沪B12345"
    talk.say("京N31013")
    assert talk.slot == "claim_drivable"


@pytest.mark.parametrize(
    ("words", "where"), [("不能开，还在现场", "事故现场"), ("开不了，拖到马甸桥的修理厂", "拖到马甸桥的修理厂")]
)
def test_where_it_stands_is_read_from_the_same_answer(talk: JourneyTalk, words: str, where: str) -> None:
    talk.say(TWO_CARS, "report_claim")
    talk.all("没有", words)
    assert talk.answers["claim_vehicle_at"] == where
    assert talk.slot == "claim_phone"


def test_who_drove_and_the_relation_stand_on_the_card_also_where_nobody_said(talk: JourneyTalk) -> None:
    talk.say(TWO_CARS, "report_claim")
    talk.all("没有", "能开", "13900003214")
    assert talk.slot == "confirm"
    for line in ("驾驶人 未说明", "与被保险人关系 未说明"):
        assert line in talk.text
    talk.say("驾驶人写错了")
    assert talk.slot == "claim_driver"
    talk.say("我老公开的")
    assert "驾驶人 老公" in talk.text
    talk.say("确认", "affirm")
    assert talk.claims[0].report.driver_name == "老公"
    assert talk.claims[0].report.reporter_relation == ""


def test_a_phone_told_at_first_leaves_one_question_for_driver_and_relation(talk: JourneyTalk) -> None:
    talk.say("京N31015昨天下午三点在国贸桥撞了护栏，车还能开，没人受伤，我电话13900003215", "report_claim")
    assert talk.slot == "claim_driver"
    talk.say("我开的，车主本人")
    assert talk.slot == "confirm"
    for line in ("驾驶人 报案人", "与被保险人关系 本人", "139****3215"):
        assert line in talk.text


@pytest.mark.parametrize("words", ["我妈摔断腿了住院", "工人手骨折送到医院了"])
def test_who_lies_in_hospital_gets_care_words_and_no_emergency_numbers(talk: JourneyTalk, words: str) -> None:
    talk.say(words, "report_claim")
    assert "安心治疗" in talk.text
    assert "120" not in talk.text
    assert talk.outcome == ""


def test_a_person_who_takes_over_in_the_middle_is_said_to_register_the_claim(talk: JourneyTalk) -> None:
    talk.say(TWO_CARS, "report_claim")
    talk.say("我不想活了")
    assert talk.outcome == "handed_off:crisis"
    assert "报案还没有登记" in talk.text
    assert "报案成功" not in talk.text
    passed = dict(talk.hand_off.slots)
    assert (passed["地点"], passed["车牌"]) == ("国贸桥", "京N31001")
    assert talk.claims == []


def test_a_complaint_in_the_middle_gets_its_number_and_the_claim_goes_on(talk: JourneyTalk) -> None:
    talk.say(TWO_CARS, "report_claim")
    talk.say("你们态度太差我要投诉", "file_complaint")
    assert "编号 T2026" in talk.text
    assert talk.slot == "claim_other_party"
    talk.all("没有", "能开", "13900003216", "确认")
    assert len(talk.claims) == 1
    with talk.services.reading() as work:
        assert len(work.complaints.of_conversation(talk.conversation)) == 1


def test_a_threat_in_the_middle_still_brings_a_person(talk: JourneyTalk) -> None:
    talk.say(TWO_CARS, "report_claim")
    talk.say("再不管我就投诉到银保监", "file_complaint")
    assert talk.outcome == "handed_off:complaint_rule"
    assert "报案还没有登记" in talk.text
