import cn2an
import pytest

from bot.text.amounts import find_amounts
from bot.text.numerals import find_percentages, parse_number, read_digits


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [
        ("幺三八零零零零零零零零", "13800000000"),
        ("幺三八，零零零 零、零零零零", "13800000000"),
        ("一三八八个零", "13800000000"),
        ("二〇二三○一", "202301"),
        ("P2023零零一", "P2023001"),
        ("三个人", None),
        ("", None),
    ],
)
def test_digits_are_read_one_by_one(spoken: str, digits: str | None) -> None:
    assert read_digits(spoken) == digits


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一万二", 12000), ("三万五", 35000), ("1.2万", 12000), ("两百五", 250), ("一百二十万", 1200000), ("十五", 15),
        ("一千零五十", 1050), ("三万零五百", 30500), ("二零二三", 2023), ("2万5", 25000), ("三点五万", 35000),
        ("一亿两千万", 120000000), ("1,234.56", 1234.56), ("壹万贰仟", 12000), ("20w", 200000), ("零", 0), ("一点五", 1.5),
        ("三百零五", 305), ("一万零二", 10002), ("1.1万", 11000), ("保险", None), ("", None), ("万", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_say_them(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "number", [0, 7, 10, 11, 20, 99, 101, 110, 305, 999, 1001, 1010, 9999, 10001, 20300, 100000, 1020304]
)
def test_formal_numbers_agree_with_cn2an(number: int) -> None:
    assert parse_number(cn2an.an2cn(number)) == number


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("修车花了三万五", [35000]), ("保额1.2万", [12000]), ("一万二", [12000]), ("两百五十块", [250]), ("五块二", [5.2]),
        ("三百块", [300]), ("一百二十万", [1200000]), ("八百六十二块五", [862.5]), ("五毛钱", [0.5]), ("保费1,234.56元", [1234.56]),
        ("二十多万", [200000]), ("交了3800", [3800]), ("保额降到二十万", [200000]), ("分别报价6800 7900", [6800, 7900]),
        ("我交了3860，发票上是3640", [3860, 3640]),
        # none of these is a sum of money
        ("百万医疗", []), ("一百个人", []), ("几万块", []), ("五六千", []), ("百分之三十", []), ("千万别挂", []), ("三公里", []),
        ("一块儿报", []), ("我今年七十五", []), ("两百头猪", []), ("第一百", []), ("0元投保", []), ("2026-11-20", []),
    ],
)  # fmt: skip
def test_amounts_are_in_yuan(text: str, values: list[float]) -> None:
    assert [span.value for span in find_amounts(text)] == values


def test_an_amount_span_covers_its_unit_in_the_original_text() -> None:
    (span,) = find_amounts("賠了三萬五塊錢")
    assert (span.start, span.end, span.text) == (2, 7, "三萬五塊錢")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("一半", [50]), ("百分之三十", [30]), ("30%", [30]), ("３０％", [30]), ("三成", [30]), ("百分之百", [100]),
        ("百分之三点五", [3.5]), ("老大三成，老二七成", [30, 70]), ("三分之一", [33.33]), ("儿子60%女儿40%", [60, 40]),
        ("六四开", []), ("完成", []), ("改成年交", []), ("填到一半退出来了", []), ("三成七", [37]), ("给老婆三成半，孩子六成五", [35, 65]),
        ("三成二儿子七成", [30, 70]), ("改三成一下", [30]), ("三成三十万", [30]), ("三成一成", [30, 10]), ("120%", []),
    ],
)  # fmt: skip
def test_percentages_are_shares_of_a_hundred(text: str, values: list[float]) -> None:
    assert [span.value for span in find_percentages(text)] == values
