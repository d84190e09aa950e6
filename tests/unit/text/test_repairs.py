"""What a speaker takes back and what he says instead; half the sentences below repair nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.text.amounts import find_amounts
from bot.text.dates import find_dates
from bot.text.repair_parts import Value, Way
from bot.text.repairs import calls_wrong, find_repair, restates_words
from bot.text.times import find_times

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=SHANGHAI)
_PLATE, _PHONE, _NAME = (
    re.compile(r"京[A-Z]\w{5}"),
    re.compile(r"1[3-9]\d{9}|幺[三-九零幺]{10}"),
    re.compile("王小宇|陈静|李梅"),
)
_RELATION = re.compile("爱人|我妈")

TIMES = [
    ("昨天晚上八点四十左右，哦不，八点二十", "昨天晚上八点二十"),
    ("八点四十左右不对八点二十", "八点二十"),
    ("八点四十左右 不对 八点二十", "八点二十"),
    ("昨天下午三点，不对，四点", "昨天下午四点"),
    ("八点四十 说错了 八点二十", "八点二十"),
    ("大概四点，不，三点", "大概三点"),
    ("八点四十吧，呃不是，八点二十", "八点二十吧"),
    ("八点四十，不对，应该是大概八点二十", "八点二十"),
    ("八点四十不好意思说错了八点二十", "八点二十"),
    ("三点报的案，不对，四点报的案", "四点报的案"),
    ("昨天在西单三点，不对，前天四点", "前天在西单四点"),
]
DATES = [
    ("昨天吧，等一下，是前天", "前天吧"),
    ("昨天吧等等前天", "前天吧"),
    ("五月一号，不对，五月二号", "五月二号"),
    ("不是昨天，是前天", "前天"),
    ("时间不是昨天是前天", "前天"),
    ("昨天，应该是前天", "前天"),
    ("昨天 哦不 前天 下午三点", "前天 下午三点"),
    ("三月五号，不对，六号", "三月六号"),
    ("去年五月六号下午三点，不对，七号", "去年五月七号下午三点"),
    ("下周一下午三点，不对，周二", "下周二下午三点"),
    ("2023年5月6号，不对，8月", "2023年8月"),
    ("嗯不是昨天，是前天", "嗯前天"),
]
AMOUNTS = [
    ("贷五万，哦不，三万", "贷三万"),
    ("贷五万哦不三万", "贷三万"),
    ("我想贷五万，噢不，我贷三万给孩子交学费", "我想贷三万给孩子交学费"),
    ("贷五万，哎不对，三万", "贷三万"),
    ("贷五万不不不三万", "贷三万"),
    ("贷五万，我说错了，是三万", "贷三万"),
    ("贷五万，不是，三万", "贷三万"),
    ("五百块，不对，八百", "八百"),
    ("30万哦不对50万", "50万"),
    ("我要贷的不是五万是三万", "我要贷的三万"),
    ("借个五万 不六万", "借个六万"),
    ("昨天三点，不四点", "昨天四点"),
    ("五千三 说反了 三千五", "三千五"),
    ("贷三万块 不是不是 四万", "贷四万"),
]
NUMBERS = [
    ("是京A12345，啊不，京B12345", "是京B12345"),
    ("车牌京A12345不对是京B12345", "车牌京B12345"),
    ("13800138000，更正一下，13900138000", "13900138000"),
    ("手机13800138000，不对，手机13900138000", "手机13900138000"),
    ("幺三八零零零零零零零零不对幺三九零零零零零零零零", "幺三九零零零零零零零零"),
    ("1380013800，不对，13800138000", "13800138000"),
    ("尾号六六六六那张不是不是是尾号七七八八那张", "尾号七七八八那张"),
    ("两个人，不对，三个人受伤", "三个人受伤"),
    ("一共两个人，说错了，三个人", "一共三个人"),
    ("三十天，不对，二十天", "二十天"),
    ("受益人写我爱人，不对，写我妈", "受益人写我妈"),
    ("嗯不是13800138000，是13900139000", "嗯13900139000"),
    ("呃不是京A12345，是京B12345", "呃京B12345"),
    ("两个人受伤，不对，三个人", "三个人受伤"),
]
PARTS = [
    ("幺三八零零幺三八零零零不对最后一位是幺", "13800138001"),
    ("13800138000，不对，最后两位是21", "13800138021"),
    ("13800138000 不对 尾号是8021", "13800138021"),
    ("13800138000 说错了 最后四位是8021", "13800138021"),
    ("13800138000 不对 前三位是139", "13900138000"),
    ("138 0013 8000，不对，开头三位是139", "13900138000"),
    ("13800138000 不对 第三位是9", "13900138000"),
    ("13800138000 不对 倒数第二位是九", "13800138090"),
    ("手机13800138000，哦不，最后一位是五，打这个", "手机13800138005，打这个"),
    ("车牌京A12345，不对，最后一位是6", "车牌京A12346"),
    ("京A8D123 不对 后三位是456", "京A8D456"),
    ("京A幺二三四五，说错了，最后一位是六", "京A12346"),
    ("幺三八零零幺三八零零零 啊不对 最后是四六", "13800138046"),
    ("13800138000 不对 后面是21", "13800138021"),
    ("幺三八零零幺三八零四六 不不不 零零六四", "13800130064"),
    ("13800130046 不不不 0064", "13800130064"),
    ("138 0013 0046，不对，0064", "13800130064"),
    ("13800130046 不对 0018", "13800180046"),  # the middle, not the end, is what it is likest to
    ("车牌京A12345 不对 12354", "车牌京A12354"),
]
PHRASES = [
    ("不是不是，是尾号七七八八那张", "尾号七七八八那张"),
    ("在西单大悦城，不对，是朝阳大悦城", "朝阳大悦城"),
    ("在西单，不对，在东单", "在东单"),
    ("王府井大街，不对，王府井路口", "王府井路口"),
    ("月交，不对，年交", "年交"),
    ("月交不对年交", "年交"),
    ("不是月交，是年交", "年交"),
    ("微信，哦不，支付宝", "支付宝"),
    ("本人，不对，是我爱人", "我爱人"),
    ("不对，是B2停车场", "B2停车场"),
    ("不对是B2停车场", "B2停车场"),
    ("刚才说错了，是B2停车场", "B2停车场"),
    ("地点说错了，是西单", "西单"),
    ("对方手机号错了，是13900003172", "13900003172"),
    ("评分不对，是非常不满意", "非常不满意"),
    ("新姓名写错了，是张维明", "张维明"),
    ("日期应该是前天", "前天"),
    ("诉求改成书面道歉", "书面道歉"),
    ("不对，改成季交", "季交"),
    ("金额改成5000", "5000"),
    ("不对没有人受伤", "没有人受伤"),
]
NONE = [
    "车开着不对劲，下来一看底盘漏油撞坏了", "车开着 不对 下来一看爆胎了", "前面那辆车灯光不对，没看清就撞了",
    "我说我开错了道就撞上来", "他开错了车道，我没躲开", "前面那辆车走错了道", "对方车突然变道，方向不对",
    "他把我的名字写错了所以赔款打不进来", "理赔员说金额不对，要我重新交材料", "理赔员说金额不对 是三万",
    "他说的不对 同意", "你们赔五千不对，应该赔八千", "昨天发现不对，今天才报的案", "三点发现不对，四点报的警",
    "昨天感觉不对劲，今天去的医院", "他应该是喝了酒才撞上来的", "昨天应该是下雨了", "业务员私自把受益人改成他自己了",
    "业务员填错了，我要投诉他", "如果我没记错，是八点", "没说错吧", "八点二十，没说错", "写错了怎么办", "填错了能改吗", "我填错了，能改吗",
    "撞的不是我的车，是我爱人的车", "不是我撞的，是他撞的", "又不是我撞的他是自己倒的", "等一下，理赔要什么材料？",
    "稍等", "哦不用了", "啊不好意思", "好啊不错", "轮胎气压不对称", "两边不对称，昨天修过", "头不对外漏水",
    "尾款三千不对账", "三千，不对劲", "把王小宇改成60%，李梅40%", "密码输错了三次", "13800138000 最后一位是5",
    "嗯不在北京，在天津", "嗯不在家", "哦不是五万", "啊不对称的那种", "你们赔了三千，应该是五千，差两千块", "保单上写50%，应该是60%",
    "住了五天院，应该是七天的", "昨天三点撞的，等下四点我要去医院", "对方说赔三千，等等，五千我都不要", "不是车险的事，我点错了，是家财险",
    "13800138000 不对 最后两位是5", "13800138000 不对 最后是三万", "13800138000 不对 三号", "13800138000 不对 0064的保单",
    "三万 不一定够", "三万，不三不四的", "仪表盘装反了，三千五", "三点前后有两辆车", "我爱人开的车，我妈坐副驾", "贷五万，三万给我妈",
]  # fmt: skip


def _values(text: str) -> list[Value]:
    found = [Value("date", each.start, each.end) for each in find_dates(text, NOW)]
    found += [Value("time", each.start, each.end) for each in find_times(text, NOW)]
    found += [Value("amount", each.start, each.end) for each in find_amounts(text)]
    kinds = (("plate_no", _PLATE), ("phone", _PHONE), ("person_name", _NAME), ("relationship", _RELATION))
    return found + [Value(kind, *each.span()) for kind, shape in kinds for each in shape.finditer(text)]


@pytest.mark.parametrize(("said", "counts"), [*TIMES, *DATES, *AMOUNTS, *NUMBERS])
def test_a_value_takes_the_place_of_its_like(said: str, counts: str) -> None:
    repair = find_repair(said, _values(said))
    assert repair is not None
    assert (repair.way, repair.text.strip()) == (Way.VALUE, counts)


@pytest.mark.parametrize(("said", "counts"), PARTS)
def test_digits_that_are_named_are_mended_in_the_number(said: str, counts: str) -> None:
    repair = find_repair(said, _values(said))
    assert repair is not None
    assert (repair.way, repair.text) == (Way.DIGITS, counts)


@pytest.mark.parametrize(("said", "counts"), PHRASES)
def test_words_stand_for_the_whole_answer(said: str, counts: str) -> None:
    repair = find_repair(said, _values(said))
    assert repair is not None
    assert repair.text.strip() == counts


@pytest.mark.parametrize("said", NONE)
def test_what_is_told_of_something_repairs_nothing(said: str) -> None:
    assert find_repair(said, _values(said)) is None


@pytest.mark.parametrize("said", ["不对", "刚才说错了", "有人受伤，刚才说错了", "地点不对", "电话写错了。"])
def test_what_is_taken_back_without_another_word_keeps_the_message(said: str) -> None:
    repair = find_repair(said, _values(said))
    assert repair is not None
    assert (repair.way, repair.text) == (Way.TAKEN_BACK, said)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("刚才地点写错了，我重新说", True),
        ("电话不对", True),
        ("灯光不对，没看清", False),
        ("他把我的名字写错了", False),
    ],
)
def test_an_answer_is_called_wrong_by_its_name(said: str, wrong: bool) -> None:
    assert calls_wrong(said) is wrong


@pytest.mark.parametrize(
    ("words", "may"),
    [
        ("西单大悦城", True),
        ("我爱人", True),
        ("我希望你们赔礼道歉", True),
        ("没看清就撞了", False),
        ("下来一看爆胎了", False),
        ("能改吗", False),
        ("", False),
    ],
)
def test_only_a_phrase_may_stand_for_words(words: str, may: bool) -> None:
    assert restates_words(words) is may


_LONG = """
from bot.text.repair_parts import Value
from bot.text.repairs import find_repair
for word in ("刚", "刚刚", "刚才", "块", "块钱", "那个", "不对", "等等", "我", "的", "不是", "哦"):
    for length in (60, 600):
        row = word * (length // len(word))
        find_repair(row + "果")
        find_repair(f"5{row}不对，6", [Value("number", 0, 1)])
"""


def test_a_word_said_over_and_over_is_read_at_once() -> None:
    subprocess.run([sys.executable, "-c", _LONG], check=True, timeout=60)
