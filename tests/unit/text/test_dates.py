from datetime import datetime

import pytest

from bot.text.dates import find_dates, impossible_day
from bot.text.times import find_times

NOW = datetime.fromisoformat("2026-11-23T09:00:00+08:00")  # a Monday


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("昨天", "2026-11-22"), ("前天", "2026-11-21"), ("大前天", "2026-11-20"), ("今早", "2026-11-23"),
        ("昨晚", "2026-11-22"), ("明儿", "2026-11-24"), ("昨个黑了", "2026-11-22"), ("后天", "2026-11-25"), ("大后天", "2026-11-26"),
        ("上周五", "2026-11-20"), ("上上周三", "2026-11-11"), ("这周一", "2026-11-23"), ("下周二", "2026-12-01"),
        ("上个星期天", "2026-11-22"), ("礼拜六", "2026-11-21"), ("上周", "2026-W47"),
        ("上个月", "2026-10"), ("下个月", "2026-12"), ("上个月十五号", "2026-10-15"), ("去年", "2025"), ("前年", "2024"),
        ("去年五月", "2025-05"), ("今年底", "2026"),
        ("三天前", "2026-11-20"), ("半个月前", "2026-11-08"), ("三个月前", "2026-08"), ("十年前", "2016"), ("一周前", "2026-11-16"),
        ("23号", "2026-11-23"), ("24号出的院", "2026-10-24"), ("11月20日", "2026-11-20"), ("十二月一号", "2025-12-01"),
        ("十一月十八", "2026-11-18"), ("10月份", "2026-10"), ("2026年5月1号", "2026-05-01"),
        ("二零二三年五月一号", "2023-05-01"), ("二〇二三年五月一号", "2023-05-01"), ("23年5月1日", "2023-05-01"),
        ("九八年买的", "1998"), ("一六年", "2016"), ("2019年", "2019"), ("2026-11-20", "2026-11-20"),
        ("2026/11/20", "2026-11-20"), ("２０２６．１１．２０", "2026-11-20"), ("20261120", "2026-11-20"), ("5.1号", "2026-05-01"),
        ("二零二六年十月三幺号", "2026-10-31"), ("十月二幺号", "2026-10-21"), ("十月二十幺号", "2026-10-21"), ("一月幺号", "2026-01-01"),
        ("幺月幺幺号", "2026-01-11"), ("十幺月三零号", "2025-11-30"), ("二零幺八年三月幺号", "2018-03-01"), ("三幺号", "2026-10-31"),
        ("二零二五年十月二五号", "2025-10"),  # said so, it may be the second or the fifth
        ("11.20", "2026-11-20"), ("國慶節", "2026-10-01"), ("去年国庆", "2025-10-01"),
    ],
)  # fmt: skip
def test_dates_resolve_no_more_precisely_than_they_were_said(text: str, value: str) -> None:
    assert [span.value for span in find_dates(text, NOW)] == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("周五给我回电话", "2026-11-27"),
        ("25号上门来取", "2026-11-25"),
        ("三月到期", "2027-03"),
        ("三天后给我打电话", "2026-11-26"),
    ],
)
def test_an_appointment_looks_forward(text: str, value: str) -> None:
    assert [span.value for span in find_dates(text, NOW)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "3号楼",
        "三号线",
        "2月30号",
        "十月二三号",
        "十月二五",
        "幺号楼",
        "建国路幺八号",
        "每个月",
        "三个月",
        "交了10年",
        "1.5万",
        "13.50元",
        "星期",
        "几号",
        "十五日内",
        "周一到周五",
        "三十天后",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text, NOW) == []


@pytest.mark.parametrize("text", [
    "我农历八月十五出的险", "二零零八年农历八月十五", "阴历的八月十五", "农历2008年8月15", "八月十五（农历）", "八月十五是阴历", "生日是农历的闰四月初六",
    "腊月二十三号撞的", "八月初三", "大年三十晚上", "正月十五",
])  # fmt: skip
def test_a_lunar_day_is_no_date(text: str) -> None:
    assert find_dates(text, NOW) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("公历八月十五，农历七月初四", "2026-08-15"), ("农历八月十五，阳历是九月二十五号", "2026-09-25"), ("八月初买的", "2026-08"),
        ("昨天，农历十月十四", "2026-11-22"), ("八月初一个人开车去的", "2026-08"),
    ],
)  # fmt: skip
def test_a_solar_day_beside_a_lunar_one_is_a_date(text: str, value: str) -> None:
    assert [span.value for span in find_dates(text, NOW)] == [value]


def test_the_day_is_the_one_in_shanghai() -> None:
    late_in_utc = datetime.fromisoformat("2026-11-22T17:00:00+00:00")
    assert find_dates("今天", late_in_utc)[0].value == "2026-11-23"


def test_date_offsets_are_those_of_the_original_text() -> None:
    (span,) = find_dates("我在２０２６年５月１號出險", NOW)
    assert span.text == "２０２６年５月１號"
    assert (span.start, span.end) == (2, 11)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("下午三点半", "15:30"), ("周一十点", "10:00"), ("周二二点", "02:00"), ("八点四十左右", "08:40"), ("早上8点20", "08:20"), ("晚上十点一刻", "22:15"),
        ("中午十二点", "12:00"), ("中午一点", "13:00"), ("凌晨两点", "02:00"), ("20:15", "20:15"), ("２０：１５", "20:15"),
        ("傍晚六点", "18:00"), ("差五分八点", "07:55"), ("上午九点零五分", "09:05"), ("晚上十二点", "00:00"),
        ("15点30分", "15:30"), ("半夜两点", "02:00"), ("今晚喝了酒，七点半", "19:30"), ("半小时后", "09:30"), ("十分钟前", "08:50"),
        ("下午幺点", "13:00"), ("十幺点", "11:00"), ("幺二点", "12:00"), ("八点三幺", "08:31"), ("八点幺五", "08:15"), ("八点三五", "08:35"),
        ("八点三五个人", "08:00"),
    ],
)  # fmt: skip
def test_times_are_on_the_24_hour_clock(text: str, value: str) -> None:
    assert [span.value for span in find_times(text, NOW)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "中午",
        "一六三点康姆",
        "九点com",
        "一点也不",
        "晚一点",
        "两点建议",
        "三点五万",
        "几点",
        "25:00",
        "百分之三点五",
        "1:3",
    ],
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert find_times(text, NOW) == []


def test_the_evening_of_tonight_belongs_to_the_date_and_still_counts_for_the_hour() -> None:
    (day,) = find_dates("昨晚八点", NOW)
    (hour,) = find_times("昨晚八点", NOW)
    assert (day.text, hour.text, hour.value) == ("昨晚", "八点", "20:00")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("十一月三十一号", (11, 31)),
        ("2月30号下午三点", (2, 30)),
        ("2023年2月29日", (2, 29)),
        ("十一月三幺号", (11, 31)),
        ("2024年2月29日", None),
        ("十一月三十号", None),
        ("昨天", None),
        ("3号楼31室", None),
    ],
)
def test_a_day_that_no_month_has_is_named(text: str, day: tuple[int, int] | None) -> None:
    assert impossible_day(text, NOW) == day
