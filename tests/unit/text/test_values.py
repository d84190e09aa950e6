"""Values as they are said, with what must not be taken for one."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.text.candidates import resolve
from bot.text.normalise import fold
from bot.text.said_numbers import NumberReader
from bot.text.values import find_values

NOW = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


def values(text: str) -> list[tuple[str, object]]:
    return [(each.entity, each.value) for each in resolve(find_values(fold(text), NOW, NumberReader()))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一个亿", ("amount", 100_000_000)), ("保额两个亿五千万", ("amount", 250_000_000)), ("半个亿", ("amount", 50_000_000)),
        ("赔了一百三十八", ("amount", 138)), ("尾号7788扣了500块", ("amount", 500)), ("手机三千买的", ("amount", 3000)), ("是3000", ("amount", 3000)),
        ("邮箱是lin一二三艾特qq点com", ("email", "lin123@qq.com")), ("zhangsan艾特一六三点康姆", ("email", "zhangsan@163.com")),
        ("wang下划线li 艾特 扣扣 点 com", ("email", "wang_li@qq.com")), ("a.b@Example.com", ("email", "a.b@example.com")),
        ("手机号是一百三十八 零零一三 八零零零", ("phone", "13800138000")), ("我手机一百三十九，零零一三，八零零零", ("phone", "13900138000")),
        ("我的号是一三九，嗯，后面是一二三四，再后面五六七八", ("phone", "13912345678")),
        ("保单号批二零二三零零一二三四", ("policy_no", "P2023001234")), ("保单号是 批 二零二三，零零一二，三四", ("policy_no", "P2023001234")),
        ("报案号西二零二六零零零一二三四", ("claim_no", "C20260001234")), ("投诉单号踢二零二六零零零一二", ("complaint_no", "T202600012")),
        ("保单批了，二零二三年五月", ("date", "2023-05")),
        ("电话么是一百三十九 两千八百三十三 零零四六", ("phone", "13928330046")), ("联系电话一百三十九，二十八，三十三，零零，四十六", ("phone", "13928330046")),
        ("电话是一百三十九二千八百三十三零零四六", ("phone", "13928330046")), ("联系方式是一百三十块", ("amount", 130)),
        ("卡号六二二二零二 然后是 一二零零 三四五六 七八九零", ("bank_card", "622202120034567890")), ("139 2833 0046", ("phone", "13928330046")),
        ("壹佰万", ("amount", 1_000_000)), ("一点五个w", ("amount", 15000)), ("保额两个万", ("amount", 20000)), ("一点五w", ("amount", 15000)),
        ("车牌鄂诶七八八九二", ("plate_no", "鄂A78892")), ("京牌 A 幺二三四五", ("plate_no", "京A12345")), ("沪啊B幺两三四五", ("plate_no", "沪B12345")),
        ("车牌是粤比幺二三四五", ("plate_no", "粤B12345")),
        ("202301234567", ("policy_no", "202301234567")), ("人民路一百二十号赔了三千", ("amount", 3000)),
        ("一千九百块零三毛", ("amount", 1900.3)), ("六百二十元零四角", ("amount", 620.4)), ("八块零七分", ("amount", 8.07)), ("四十块三毛六", ("amount", 40.36)),
        ("定损3w6", ("amount", 36000)), ("保额减一半", ("percentage", 50)), ("2k8", ("amount", 2800)), ("俩万三", ("amount", 23000)), ("修车俩w二", ("amount", 22000)),
        ("三十个的保额", ("amount", 300_000)), ("保额两百个", ("amount", 2_000_000)), ("我买的是八十个保的", ("amount", 800_000)), ("赔了十五个", ("amount", 150_000)),
        ("车牌沪A勾拐二三四", ("plate_no", "沪A97234")), ("电话幺三拐勾勾洞洞幺二三四", ("phone", "13799001234")),
        ("手机是，呃，幺三六，就是，零零零零，啊，七七八八", ("phone", "13600007788")), ("一千三百一十点零五元", ("amount", 1310.05)),
        ("幺五零后面五个六再二二三", ("phone", "15066666223")), ("一三七二九八个三再五五零四", ("phone", "13729835504")),
        ("电话一八九三三七个二，三个六八", ("phone", "18933726668")),
        ("保单号P2O24OO5678", ("policy_no", "P2024005678")), ("c2o26oooo12", ("claim_no", "C2026000012")), ("P202400567O", ("policy_no", "P2024005670")),
        ("京A五个八", ("plate_no", "京A88888")), ("车牌京A，幺二三，四五", ("plate_no", "京A12345")), ("京AD1234，5公里外", ("plate_no", "京AD1234")),
    ],
)  # fmt: skip
def test_a_spoken_value_has_its_normal_form(text: str, value: tuple[str, object]) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "尾号是7788", "尾号是7788不对尾号7789", "后四位是7788", "卡号是7788", "手机号是一百三十八 零零零一三 八零零零", "一个亿万富翁", "几个亿",
        "卡号六二二二零二 然后是 一二零零 三四五六 七八九零 一二三", "卡号6222 0202 0011 2233 445 678", "幺三九二八三三零零四六六", "139283300466",
        "139 2833 0046 6", "1392833004", "电话是一百三十九 两千八百三十三 零四六",
        "买了个20年的重疾", "一份15年的定期", "年限是保20年的", "三万四五", "两千七八块", "我们俩万一病了", "你俩千万小心", "机油5w40", "赔了四个人", "保二十个病种",
        "保费多了一半", "前面路口右拐", "我去洞口拐弯了", "P202300123Z", "幺三九四个零一二三四五",
        "川西12345公里", "京开12345路", "两个万人迷", "艾特一六三点康姆", "我农历八月十五出的险",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_value_is_none(text: str) -> None:
    assert values(text) == []


def test_a_sum_behind_a_policy_is_no_part_of_it() -> None:
    assert values("保单P2024005678，500块") == [("policy_no", "P2024005678"), ("amount", 500)]


@pytest.mark.parametrize("said", ["卡号6222020200112233445 500元", "卡号6222 0202 0011 2233 445 我要还500元"])
def test_a_sum_behind_a_card_is_no_part_of_it(said: str) -> None:
    assert values(said) == [("bank_card", "6222020200112233445"), ("amount", 500)]
