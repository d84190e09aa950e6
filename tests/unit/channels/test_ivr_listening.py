"""Short words of a caller, and the numbers that are read back to him."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import pytest

from bot.channels.ivr.listening import asks_again, goes_on, is_no, is_yes
from bot.channels.ivr.reading_back import best_of, number_aloud, wanted_by

NOW = datetime.fromisoformat("2026-11-27T09:00:00+08:00")  # a Friday


@pytest.mark.parametrize(
    "said",
    [
        "嗯，对。",
        "对，没错。",
        "是的，是的",
        "对对对",
        "嗯",
        "好的。",
        "就是这个",
        "没有错",
        "对头",
        "要得",
        "OK",
        "ok的",
    ],
)
def test_a_yes_is_heard_however_it_is_said(said: str) -> None:
    assert is_yes(said)
    assert not is_no(said)


@pytest.mark.parametrize("said", ["不，不对", "不对不对", "错了", "嗯不是的", "没有"])
def test_a_no_is_heard_however_it_is_said(said: str) -> None:
    assert is_no(said)
    assert not is_yes(said)


@pytest.mark.parametrize(
    "said", ["对方车牌", "对不起", "没有受伤", "不对，是一三九", "是我妈的保单", "没有错过", "", "，"]
)
def test_what_says_more_is_neither(said: str) -> None:
    assert not is_yes(said)
    assert not is_no(said)


@pytest.mark.parametrize(
    "said", ["没听清，再说一遍", "啊？", "你说什么", "麻烦再讲一下好吗", "重复一遍", "我听不清", "喂"]
)
def test_say_it_again_is_heard(said: str) -> None:
    assert asks_again(said)


@pytest.mark.parametrize("said", ["重复扣款怎么办", "没听明白怎么赔", "什么是等待期", "没听说过", "重新报案", "怎么说"])
def test_a_question_is_no_say_it_again(said: str) -> None:
    assert not asks_again(said)


def test_going_on_is_only_that() -> None:
    assert goes_on("嗯，继续说")
    assert not goes_on("继续报案")


@pytest.mark.parametrize(
    ("said", "expect", "read"),
    [
        ("幺三九 零零零零 三零幺幺", "phone", "幺三九，零零零零，三零幺幺"),
        ("我的手机号是一三九零零零零三零一一", "phone", "幺三九，零零零零，三零幺幺"),
        ("那个一三九，嗯零零零零，三零一一", "text", "幺三九，零零零零，三零幺幺"),
        ("一一零一零五一九四九一二三一零零二叉", "id_number", "幺幺零幺零五，幺九四九幺二三幺，零零二X"),
        ("大概三万五吧", "amount", "35000 元"),
        ("打了95519没人理", "text", ""),
        ("三个人", "number", ""),
        ("一二三四五六", "otp", ""),
        ("一三九双零零零三零幺幺", "phone", "幺三九，零零零零，三零幺幺"),
        ("一三八双零一二三四五六", "phone", "幺三八，零零幺二，三四五六"),
        ("一三八零零双八一二三四", "phone", "幺三八，零零八八，幺二三四"),
        ("一三九，两个零，双零，三零幺幺", "text", "幺三九，零零零零，三零幺幺"),
        ("京A双八三二一", "text", "京，A，八八三二，幺"),
        ("尾号双八双六", "choice", "尾号八八六六"),
        ("双11买的，双十一", "text", ""),
        ("给他三成七", "text", "百分之三十七"),
        ("邮箱是一三九零零零零三零一一艾特一六三点com", "text", "幺三九零零零零三零幺幺 艾特 幺六三 点 com"),
        ("邮箱是lin双八三个六艾特qq点com", "text", "lin八八六六六 艾特 qq 点 com"),
        ("验证码是123456", "text", ""),
        ("验证码一二三四五六", "amount", ""),
        ("收到了，验证码是 12 34 56，手机一三九零零零零三零一一", "text", "幺三九，零零零零，三零幺幺"),
        ("验证码是123456，13900003011", "text", "幺三九，零零零零，三零幺幺"),
        ("验证码发到一三九零零零零三零一一", "text", "幺三九，零零零零，三零幺幺"),
        ("验证码双零三四五六七八", "text", ""),
        ("车牌京A八八八八八", "text", "京，A，八八八八，八"),
        ("京A五个八", "text", "京，A，八八八八，八"),
        ("粤B12345", "text", "粤，B，幺二三四，五"),
        ("京AD1234，五点撞的", "text", "京，A，D幺二三，四"),
        ("二零二三年五月十二号", "text", "二零二三年五月十二号"),
        ("5月6号出的险", "text", "二零二六年五月六号"),
        ("昨天三点", "datetime", "二零二六年十一月二十六号；十五点整"),
        ("百分之四十", "text", "百分之四十"),
        ("孩子六成，老婆四成", "text", "百分之六十；百分之四十"),
        ("减百分之四十", "amount", "百分之四十"),
        ("我电话是幺三九三个八二二二二三", "text", "幺三九，八八八二，二二二三"),
        ("我电话是幺三九三个八二二二二二三三", "phone", "幺三九八，八八二二，二二二三，三"),
        ("卡号六二二二，三个零，幺二三四五六七八九", "text", "六二二二，零零零幺，二三四五，六七八九"),
        ("保单号批二零二三零零一二三四", "text", "P，二零二三，零零幺二，三四"),
        ("我邮箱是lin八八艾特qq点com", "text", "lin八八 艾特 qq 点 com"),
        ("座机010-12345678", "phone", "零幺零，幺二三四，五六七八"),
        ("尾号七七八八那张", "choice", "尾号七七八八"),
        ("尾号是7788不对尾号7789", "choice", "尾号七七八九"),
        ("三万，两万", "amount", "30000 元"),
        ("35000", "amount", "35000 元"),
        ("一百二十三万四千五百六十七块", "amount", "1234567 元"),
        ("一百五十万", "amount", "150 万元"),
        ("一个亿", "amount", "1 亿元"),
        ("赔了三万，又要两万", "text", "30000 元；20000 元"),
        ("昨天在北四环被追尾了", "text", ""),
        ("三年前买的", "text", ""),
        ("我农历八月十五出的险", "datetime", ""),
        ("两个人受伤，等了三天", "text", ""),
        ("没有", "amount", ""),
        ("四三二一", "number", "四三二幺"),
        ("是4321", "number", "四三二幺"),
        ("尾号一二三四", "number", "尾号幺二三四"),
        ("三二一", "number", "三二幺"),
        ("一百二十三", "number", "幺二三"),
        ("三百二", "amount", "320 元"),
        ("350000", "amount", "350000 元"),
        ("一三九零", "phone", "幺三九零"),
        ("零二三幺", "id_number", "零二三幺"),
        ("二零二六", "policy_no", "二零二六"),
        ("后面是八八六六", "bank_card", "八八六六"),
        ("一两个", "number", ""),
        ("十二", "number", ""),
        ("二零二六", "choice", ""),
        ("四三二一", "text", ""),
        ("四三二一", "otp", ""),
        ("验证码四三二一", "number", ""),
    ],
)
def test_a_number_is_read_back_alone_or_in_a_sentence(said: str, expect: str, read: str) -> None:
    assert number_aloud(said, expect, NOW) == read


@pytest.mark.parametrize(
    ("kind", "slot", "wanted"),
    [
        ("phone", "claim_phone", "phone"),
        ("text", "payee_card", "bank_card"),
        ("choice", "policy_no", "policy_no"),
        ("choice", "service_policy", "policy_no"),
        ("text", "roadside_plate", "plate_no"),
        ("text", "salesperson_no", "number"),
        ("text", "report_amount", "amount"),
        ("number", "policy_no", "policy_no"),
        ("text", "consent_code", "otp"),
        ("otp", "phone_code", "otp"),
        ("text", "claim_story", "text"),
        ("confirm", "card", "confirm"),
        ("text", "", "text"),
    ],
)
def test_a_plain_field_wants_what_its_slot_is_for(kind: str, slot: str, wanted: str) -> None:
    assert wanted_by(kind, slot) == wanted


@pytest.mark.parametrize(
    ("said", "expect", "read"),
    [
        ("五万三，不对，三万五", "amount", "35000 元"),
        ("幺三八零零幺三八零零零不对幺三九零零幺三八零零零", "phone", "幺三九，零零幺三，八零零零"),
        ("京A幺二三四五，说错了，京A幺二三四六", "text", "京，A，幺二三四，六"),
        ("八点四十左右，不对，八点二十", "datetime", "八点二十分"),
        ("百分之三十，应该是百分之四十", "text", "百分之四十"),
    ],
)
def test_only_what_stands_after_a_repair_is_read_back(said: str, expect: str, read: str) -> None:
    assert number_aloud(said, expect, NOW) == read


def test_another_guess_counts_where_it_is_the_number_that_was_asked_for() -> None:
    heard = ("幺三九零零零零三零幺", "幺三九零零零零三零幺幺")
    assert best_of(heard, "phone", NOW) == heard[1]
    assert best_of(heard, "text", NOW) == heard[0]
    assert best_of((), "phone", NOW) == ""


@pytest.mark.parametrize(
    ("expect", "first", "second"),
    [
        ("policy_no", "屁二零二三零零一二三", "P2023001234"),
        ("policy_no", "皮尔林二三", "保单号批二零二三零零一二三四"),
        ("plate_no", "晶诶一二三四五", "京A12345"),
        ("plate_no", "京A一二三", "京A一二三四五"),
        ("amount", "五弯三", "五万三"),
        ("amount", "想借散万", "想借三万"),
        ("bank_card", "六二二二零零零零", "六二二二零零零零幺幺幺幺二二二二三三三"),
        ("number", "批二零二三零零一二三四", "P2023001234"),
        ("number", "死三而一", "四三二一"),
        ("number", "微耗一二", "尾号一二三四"),
    ],
)
def test_the_guess_with_the_value_that_was_asked_for_is_chosen(expect: str, first: str, second: str) -> None:
    assert best_of((first, second), expect, NOW) == second
    assert best_of((second, first), expect, NOW) == second
    assert best_of((first, second), "text", NOW) == first


@pytest.mark.parametrize(
    ("expect", "guesses"),
    [
        ("amount", ("三万", "三万五")),
        ("policy_no", ("P2023001234", "P2023001284")),
        ("plate_no", ("京A12345", "京A12346")),
        ("policy_no", ("第二份", "第二粉")),
        ("amount", ("全部", "全不")),
        ("otp", ("四三二一五", "四三二一五六")),
        ("number", ("八八六六", "八八六六七")),
    ],
)
def test_the_first_guess_stands_where_it_has_such_a_value_or_none_has(expect: str, guesses: tuple[str, str]) -> None:
    assert best_of(guesses, expect, NOW) == guesses[0]


_LONG = """
import sys
from bot.channels.ivr.listening import asks_again, goes_on, is_no, is_yes
for word in ("一遍", "能不能", "说什么", "不听", "再来", "对的", "是的", "不是的", "没有", "嗯", "你", "继续"):
    for length in (24, 400, 2000):
        for ask in (asks_again, goes_on, is_no, is_yes):
            assert not ask(word * (length // len(word)) + "果")
"""


def test_a_word_said_over_and_over_is_judged_at_once() -> None:
    subprocess.run([sys.executable, "-c", _LONG], check=True, timeout=30)  # ten words took hours before


def test_more_than_a_sentence_is_no_say_it_again() -> None:
    assert asks_again("请再说一遍" * 4)
    assert not asks_again("请再说一遍" * 10)


def test_only_the_beginning_of_a_long_speech_is_read_back() -> None:
    story = "后来又等了很久没有人来" * 30
    assert number_aloud(f"电话一三九零零零零三零一一，{story}", "text", NOW) == "幺三九，零零零零，三零幺幺"
    assert number_aloud(f"{story}，电话一三九零零零零三零一一", "text", NOW) == ""
