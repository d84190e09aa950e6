"""报案: what is asked of whom, what is read as an answer, what is stored, and what goes to a person."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.insurance.hand_off import Priority
from tests.journey_talk import JourneyTalk, start_talk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
CRASH = "我的车京N30001昨天下午三点在国贸桥跟人剐蹭了，没人受伤"


@pytest.fixture
def talk(tmp_path: Path) -> JourneyTalk:
    return start_talk(tmp_path, "claim_form", NOW)


@pytest.mark.parametrize("question", ["等一下，理赔要什么材料？", "要多久才能赔下来呢"])
def test_a_question_is_answered_and_is_not_the_other_party(talk: JourneyTalk, question: str) -> None:
    talk.say(CRASH, "report_claim")
    assert talk.slot == "claim_other_party"
    assert "接着报案" in talk.say(question, "ask_claim_documents")
    assert talk.slot == "claim_other_party"
    talk.say(question, "nlu_fallback")
    assert talk.slot == "claim_other_party"
    assert "claim_other_party" not in {slot for slot, value in talk.answers.items() if value}


def test_the_state_of_the_car_is_not_the_other_party(talk: JourneyTalk) -> None:
    talk.say(CRASH, "report_claim")
    assert "记下了" in talk.say("能开")
    assert talk.slot == "claim_other_party"


def test_who_told_of_another_car_is_asked_only_how_to_find_it(talk: JourneyTalk) -> None:
    talk.say("京N30021昨天下午三点在国贸桥被追尾了，没人受伤", "report_claim")
    assert "对方的车牌或电话有吗" in talk.text
    talk.say("没有")
    assert talk.answers["claim_other_party"] == "没留下对方信息"


def test_no_place_is_refused_with_a_reason_and_an_unknown_one_is_not(talk: JourneyTalk) -> None:
    talk.say("车险报案，昨天下午三点追尾，没人受伤", "report_claim")
    assert talk.slot == "claim_place"
    assert "大概地点" in talk.say("没有")
    assert talk.slot == "claim_place"
    talk.say("不知道")
    assert talk.answers["claim_place"] == "说不准，待核实"


def at_the_consent(talk: JourneyTalk) -> JourneyTalk:
    talk.say("我要报案，昨天晚上七点在中关村大街跑步摔倒，右手腕骨折了", "report_claim")
    talk.say("郑浩")
    assert talk.slot == "claim_health_consent"
    return talk


@pytest.mark.parametrize("words", ["同意不了", "我不同意", "不愿意", "好的，不同意", "不可以", "别记了"])
def test_a_refusal_is_no_consent(talk: JourneyTalk, words: str) -> None:
    assert "照样登记" in at_the_consent(talk).say(words, "affirm")
    assert talk.answers["claim_health_consent"] == "不同意"


@pytest.mark.parametrize("words", ["凭什么要我同意", "为什么要同意", "不同意也能报案吗", "同意书在哪里", "看情况"])
def test_what_is_no_plain_yes_is_asked_again(talk: JourneyTalk, words: str) -> None:
    at_the_consent(talk).say(words, "affirm")
    assert not talk.answers.get("claim_health_consent")
    assert talk.slot == "claim_health_consent"


@pytest.mark.parametrize("words", ["同意", "我同意。", "好的，同意", "可以", "行", "没问题"])
def test_a_plain_yes_is_consent(talk: JourneyTalk, words: str) -> None:
    at_the_consent(talk).say(words)
    assert talk.answers["claim_health_consent"] == "同意"


def test_a_question_is_not_the_hospital(talk: JourneyTalk) -> None:
    at_the_consent(talk).say("同意")
    talk.say("等一下，理赔要什么材料？", "ask_claim_documents")
    assert talk.slot == "claim_hospital"
    assert not talk.answers.get("claim_hospital")


def test_hospital_day_and_admission_are_one_question(talk: JourneyTalk) -> None:
    at_the_consent(talk).all("同意", "昨天去的海淀医院，没住院", "13900003003，郑浩，本人")
    assert "就诊 海淀医院，11 月 22 日就诊，未住院" in talk.text
    assert "报案人 郑*" in talk.text
    talk.say("确认", "affirm")
    stored = talk.claims[0].report
    assert (stored.hospital, stored.visit_on, stored.admitted) == ("海淀医院", "2026-11-22", "未住院")
    assert (stored.reporter_name, stored.reporter_relation) == ("郑浩", "本人")


def test_without_consent_no_health_detail_is_kept_wherever_it_was_told(talk: JourneyTalk) -> None:
    talk.say("昨天晚上七点在中关村大街摔倒骨折，送到了海淀医院住院", "report_claim")
    talk.all("郑浩", "不同意", "13900003004", "确认")
    stored = talk.claims[0].report
    assert (stored.hospital, stored.visit_on, stored.admitted) == ("", "", "")


def test_a_hurt_passenger_is_counted_from_the_words_and_the_police_are_asked_for(talk: JourneyTalk) -> None:
    talk.say("京N30002昨天晚上八点在北四环追尾了，我老婆脖子疼", "report_claim")
    assert "先看人" in talk.text
    assert talk.slot == "claim_other_party"
    talk.say("没有")
    talk.say("开不了了")
    assert talk.slot == "claim_vehicle_at"
    talk.say("拖到了马甸桥的修理厂")
    assert talk.slot == "claim_police"
    talk.say("报了，编号 J202611220031")
    assert "王强" not in talk.say("13900003005，王强，车主本人，我开的")
    for line in (
        "受伤 1 人",
        "已报警，编号 J202611220031",
        "报案人 王*",
        "关系 本人",
        "驾驶人 报案人",
        "车在哪 拖到了马甸桥",
    ):
        assert line in talk.text
    talk.say("确认", "affirm")
    stored = talk.claims[0].report
    assert (stored.injured_count, stored.driver_name, stored.reporter_name) == (1, "报案人", "王强")
    assert stored.vehicle_at == "拖到了马甸桥的修理厂"


def test_optional_questions_are_skipped_with_one_word(talk: JourneyTalk) -> None:
    talk.say("京N30003昨天晚上八点在北四环追尾了，都受伤了", "report_claim")
    assert talk.slot == "claim_injured_count"
    talk.all("不清楚", "没有", "开不了", "跳过", "跳过", "13900003006")
    assert talk.slot == "confirm"


def test_what_the_first_sentence_told_is_not_asked(talk: JourneyTalk) -> None:
    talk.say(
        "我开车京N30004昨天下午三点在西直门桥和一辆京B67890的车蹭了，已经报了交警，车还能开，没人受伤", "report_claim"
    )
    assert talk.slot == "claim_phone"
    assert "是不是您开" not in talk.text
    talk.say("13900003007")
    assert talk.slot == "confirm"
    for line in ("对方 对方车牌 京B·6***0", "能行驶", "报警 已报警", "驾驶人 报案人", "与被保险人关系 未说明"):
        assert line in talk.text


def test_the_name_alone_is_kept_and_the_phone_asked_again(talk: JourneyTalk) -> None:
    talk.say(CRASH, "report_claim")
    talk.all("没有", "能开", "王强，车主是我爸")
    assert talk.slot == "claim_phone"
    talk.say("13900003008")
    assert "报案人 王*" in talk.text
    assert "关系 子女" in talk.text


@pytest.mark.parametrize("words", ["等一下，理赔要什么材料？", "等一下", "稍等"])
def test_what_names_nobody_is_not_the_reporter(talk: JourneyTalk, words: str) -> None:
    talk.say(CRASH, "report_claim")
    talk.all("没有", "能开", words)
    assert talk.slot == "claim_phone"
    assert not talk.answers.get("claim_reporter")


@pytest.mark.parametrize(
    ("words", "stored"),
    [("没有了", "已控制住"), ("已经关了", "已控制住"), ("还没控制住", "还在扩大"), ("不清楚", "")],
)
def test_whether_a_loss_goes_on_is_read_from_plain_words(talk: JourneyTalk, words: str, stored: str) -> None:
    talk.say("我家里昨天晚上十点水管爆了，地板全泡了，人没事", "report_claim")
    talk.all("丰台区方庄小区", words, "13900003020", "确认")
    assert talk.claims[0].report.spreading == stored


def test_a_loss_that_goes_on_gets_advice(talk: JourneyTalk) -> None:
    talk.say("我家里昨天晚上十点水管爆了，地板全泡了，人没事", "report_claim")
    talk.say("丰台区方庄小区")
    assert talk.slot == "claim_spreading"
    assert "总阀" in talk.say("还在漏")
    talk.all("13900003010", "确认")
    assert talk.claims[0].report.spreading == "还在扩大"


@pytest.mark.parametrize(
    ("story", "says", "never"),
    [
        ("我的车昨晚被偷了", "110", "先看人"),
        ("冰箱昨天烧坏了想报案", "我来帮您报案", "先看人"),
        ("车停在小区昨天玻璃碎了", "我来帮您报案", "先看人"),
        ("刚在东三环追尾了", "先看人", "节哀"),
        ("我要报案", "120、119 或 122", "先看人"),
        ("对方撞完我的车就走了", "先看人", "难过"),
    ],
)
def test_the_person_first_only_where_somebody_may_be_hurt(talk: JourneyTalk, story: str, says: str, never: str) -> None:
    talk.say(story, "report_claim")
    assert says in talk.text
    assert never not in talk.text
    assert talk.outcome == ""


def test_three_injured_go_to_a_person_at_once_with_everything_told(talk: JourneyTalk) -> None:
    talk.say("京N30011昨天晚上八点在北四环追尾了，车上三个人都受伤了", "report_claim")
    assert talk.outcome == "handed_off:crisis"
    assert talk.hand_off.priority is Priority.INJURY_OR_DEATH
    assert dict(talk.hand_off.slots)["受伤人数"] == "3"
    assert "京N30011" in dict(talk.hand_off.slots)["经过"]


@pytest.mark.parametrize("words", ["三个人受伤", "一共伤了四个人", "司机和两个乘客，3人受伤"])
def test_three_injured_told_later_take_along_what_was_answered(talk: JourneyTalk, words: str) -> None:
    talk.say("车险报案，昨天在国贸桥", "report_claim")
    assert talk.slot == "claim_injured"
    talk.say(words)
    assert talk.outcome == "handed_off:crisis"
    passed = dict(talk.hand_off.slots)
    assert passed["伤情"] == words
    assert passed["日期"] == "2026-11-22"
    assert passed["险类"] == "motor"


def test_the_police_come_first_of_a_stolen_car(talk: JourneyTalk) -> None:
    talk.say("我的车京N30016昨天晚上十点在方庄小区被偷了", "report_claim")
    assert "110" in talk.text
    assert talk.slot == "claim_police"
    assert "110" in talk.say("还没报")
    assert talk.slot == "claim_phone"


def test_an_hour_of_today_that_has_not_been_is_yesterdays_and_said_so(talk: JourneyTalk) -> None:
    talk.say("我的车京N30001在国贸桥撞了护栏，没人受伤", "report_claim")
    assert talk.slot == "claim_event_at"
    assert "按昨天 19:30 记下了" in talk.say("晚上七点半吧")
    assert talk.answers["claim_event_at"] == "2026-11-22T19:30"


def test_an_hour_of_today_is_refused_where_today_was_said(talk: JourneyTalk) -> None:
    talk.say("我的车京N30001今天在国贸桥撞了护栏，没人受伤", "report_claim")
    assert "还没到" in talk.say("晚上七点半吧")
    assert talk.slot == "claim_event_at"


def test_of_two_plates_the_one_after_the_other_partys_word_is_theirs(talk: JourneyTalk) -> None:
    talk.say("昨天下午三点在国贸桥被追尾了 京N30061 没人伤 对方京N30062", "report_claim")
    assert talk.answers["claim_plate"] == "京N30061"
    assert "京N30062" in talk.answers["claim_other_party"]


def test_what_belongs_to_another_question_is_kept_and_not_refused(talk: JourneyTalk) -> None:
    talk.say("昨天下午三点在国贸桥追尾了，没人受伤", "report_claim")
    assert talk.slot == "claim_plate"
    assert "记下了" in talk.say("能开")
    assert "记下了" in talk.say("13900003063")
    assert (talk.slot, talk.answers["claim_phone"]) == ("claim_plate", "13900003063")


def test_an_hour_after_the_day_is_the_days_and_no_place(talk: JourneyTalk) -> None:
    talk.say("车子被刮了，我要报案，没人受伤", "report_claim")
    assert talk.slot == "claim_event_at"
    talk.say("昨天下午")
    assert talk.slot == "claim_place"
    talk.say("三点")
    assert (talk.slot, talk.answers["claim_event_at"]) == ("claim_place", "2026-11-22T15:00")
