"""Words that keep company are heard, and nothing that may be an answer or a wish is taken for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.services.journeys import controls
from bot.services.journeys.small_talk import answer_interlude, answer_small_talk, chats
from bot.services.recall import asks_whether_filed
from bot.services.understanding import Entity, Understood

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=SHANGHAI)


def said(text: str, intent: str = "inform", confidence: float = 0.2) -> Understood:
    return Understood("c", "m", NOW, "web", text, intent, confidence)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("你好，在吗", "您好，我在。"),
        ("有人吗", "您好，我在。"),
        ("好的谢谢", "不客气。"),
        ("辛苦了", "不客气。"),
        ("麻烦你了", "不客气。"),
        ("等一下", "好，不着急，您慢慢来。"),
        ("先等等，我去拿", "好，不着急，您慢慢来。"),
        ("稍等我去找找保单", "好，不着急，您慢慢来。"),
        ("等下我问问我老公", "好，不着急，您慢慢来。"),
        ("等我五分钟", "好，不着急，您慢慢来。"),
        ("稍后", "好，不着急，您慢慢来。"),
        ("马上，我找找", "好，不着急，您慢慢来。"),
        ("我去取身份证", "好，不着急，您慢慢来。"),
        ("您今年多大岁数了", "这个我不擅长，保险的事我在行。"),
        ("你会唱戏吗", "这个我不擅长，保险的事我在行。"),
        ("你真聪明", "谢谢夸奖。"),
        ("哈哈哈", "好的。"),
        ("怎么称呼你呀", controls.ROBOT),
        ("您是谁啊", controls.ROBOT),
        ("给我讲个笑话", "这个我不擅长，保险的事我在行。"),
        ("今天天气真好", "这个我不擅长，保险的事我在行。"),
        ("你吃饭了吗", "这个我不擅长，保险的事我在行。"),
    ],
)
def test_a_word_that_keeps_company_gets_one_back(text: str, answer: str) -> None:
    assert answer_small_talk(said(text)) == answer


@pytest.mark.parametrize(
    "text",
    [
        "好的",
        "没有，谢谢",
        "等待期",
        "等一下，要不要先报交警啊",
        "马上要退保",
        "我去医院了",
        "我去退保",
        "我查一下保单",
        "你会退保吗",
        "稍后给我打电话",
        "等一下我查查理赔进度",
        "等我问下怎么退",
        "等等，是上周五",
        "麻烦你改一下",
        "麻烦死了",
        "辛苦费",
        "不急",
        "你好像听错了",
        "先等等再说",
        "真好",
        "呵呵",
        "今天天气不好，路滑追尾了",
        "名字错了",
    ],
)
def test_what_may_be_more_is_left_to_the_open_question(text: str) -> None:
    assert answer_small_talk(said(text)) == ""


@pytest.mark.parametrize(("text", "intent"), [("感谢感谢", "thank"), ("谢谢您的耐心", "thank"), ("喂", "greet")])
def test_what_the_classifier_is_sure_of_needs_no_words_of_a_list(text: str, intent: str) -> None:
    assert answer_small_talk(said(text, intent, 0.98))
    assert not answer_small_talk(said(text, intent, 0.6))


@pytest.mark.parametrize(
    "text", ["没有，谢谢", "能开，谢谢", "同意，谢谢", "谢谢，打13900001111", "谢谢，就是我刚才说的那个地方附近"]
)
def test_an_answer_with_thanks_is_an_answer(text: str) -> None:
    assert answer_small_talk(said(text, "thank", 0.98)) == ""


@pytest.mark.parametrize(
    ("text", "kind", "answer"),
    [
        ("门铃响了，我去看看", "waits", "好，不着急，您慢慢来。"),
        ("咱俩唠会嗑", "chats", "这个我不擅长，保险的事我在行。"),
        ("多谢晒", "thanks", "不客气。"),
        ("有没得人嘛", "greets", "您好，我在。"),
    ],
)
def test_an_interlude_in_words_of_no_list_is_heard(text: str, kind: str, answer: str) -> None:
    assert answer_small_talk(said(text)) == ""
    assert answer_interlude(replace(said(text), interlude=kind)) == answer


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("等哈，要不要先喊交警", "waits"),
        ("能开，多谢晒", "thanks"),
        ("是的，客服", "greets"),
        ("搞定未", "asks_if_done"),
    ],
)
def test_an_interlude_that_asks_or_answers_besides_is_more_than_one(text: str, kind: str) -> None:
    assert answer_interlude(replace(said(text), interlude=kind)) == ""


def test_an_interlude_with_a_value_is_an_answer() -> None:
    plate = Entity("plate_no", "京A12345", "京A12345", 4, 11)
    assert answer_interlude(replace(said("等等是京A12345"), interlude="waits", entities=(plate,))) == ""
    family = Entity("relationship", "老公", "配偶", 3, 5)
    assert answer_interlude(replace(said("喊我老公来看"), interlude="waits", entities=(family,)))


def test_an_interlude_that_is_surely_business_is_business() -> None:
    assert answer_interlude(replace(said("昨晚我家被偷了", "report_claim", 0.9), interlude="chats")) == ""
    assert answer_interlude(replace(said("昨晚我家被偷了", "report_claim", 0.3), interlude="chats"))


def test_what_was_asked_again_or_may_be_done_is_heard_by_its_interlude() -> None:
    assert controls.asks_again(replace(said("啥子喃"), interlude="asks_again"))
    assert controls.asks_what_was_filed(replace(said("搞掂未"), interlude="asks_if_done"))
    assert not controls.asks_what_was_filed(said("搞掂未"))


def test_a_compliment_is_the_answer_to_how_it_was() -> None:
    assert answer_small_talk(said("你们真棒"), "give_feedback") == ""
    assert answer_small_talk(said("你们真棒"), "report_claim")
    assert answer_interlude(replace(said("怪能干的"), interlude="chats"), "give_feedback") == ""


def test_only_what_is_surely_about_nothing_of_ours_is_chat() -> None:
    assert chats(said("给我讲个笑话", "out_of_scope", 0.97))
    assert not chats(said("后杠裂了", "out_of_scope", 0.6))


@pytest.mark.parametrize("text", ["提交了吗", "现在提交了没有", "报上了吗", "这样算办好了没", "改成了吗"])
def test_whether_it_was_submitted_is_asked_in_few_words(text: str) -> None:
    assert asks_whether_filed(text)


def test_how_long_a_term_is_wishes_for_no_other_journey() -> None:
    assert not controls.starts_other_journey(said("宽限期是多久", "pay_premium", 0.99), "report_claim")
    assert controls.starts_other_journey(said("我要交保费", "pay_premium", 0.99), "report_claim")


@pytest.mark.parametrize("text", ["减保是什么", "什么叫垫交", "退保亏不亏", "贷款利息高不高？", "挂失有什么用"])
def test_a_question_about_a_word_or_its_worth_wishes_for_nothing(text: str) -> None:
    assert not controls.starts_other_journey(said(text, "surrender_policy", 0.99), "report_claim")
    assert controls.is_digression(said(text, "surrender_policy", 0.99))


@pytest.mark.parametrize("text", ["我要退保", "帮我办贷款", "退保能退多少", "退保要什么材料"])
def test_a_wish_or_a_question_about_ones_own_is_none_about_a_word(text: str) -> None:
    assert controls.starts_other_journey(said(text, "surrender_policy", 0.99), "report_claim")


def test_who_says_that_it_is_another_wish_is_asked_about_it_sooner() -> None:
    assert controls.starts_other_journey(said("对了，我还想改一下缴费方式", "change_payment", 0.53), "query_policy")
    assert not controls.starts_other_journey(said("改一下缴费方式", "change_payment", 0.53), "query_policy")
