"""The clause library loads, is whole, and a malformed file is refused with its place."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.insurance.terms import ClauseLibrary, TermsNotFoundError
from bot.services.load_clauses import ClauseFileError, load_clauses
from bot.store.demo_products import DEMO_PRODUCTS

DATA = Path(__file__).parents[3] / "data"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def library() -> ClauseLibrary:
    return load_clauses(DATA / "clauses")


def test_every_product_is_sold_with_one_version_and_has_a_share_for_each_cover(library: ClauseLibrary) -> None:
    assert sorted(terms.product_code for terms in library.current(TODAY)) == sorted(p.code for p in DEMO_PRODUCTS)
    parts = {product.code: product.parts.keys() for product in DEMO_PRODUCTS}
    for terms in library.versions:
        assert {cover.title for cover in terms.coverages} <= parts[terms.product_code], terms.version


def test_every_version_has_covers_exclusions_and_duties_and_says_what_its_numbers_say(library: ClauseLibrary) -> None:
    for terms in library.versions:
        assert terms.coverages, terms.version
        assert terms.exclusions, terms.version
        assert terms.duties, terms.version
        assert (terms.waiting is None) == (terms.waiting_days == 0)
        assert terms.waiting is None or f"{terms.waiting_days} 天" in terms.waiting.text
        assert (terms.own_part is None) == (terms.deductible == 0)


def test_no_name_stands_for_two_products(library: ClauseLibrary) -> None:
    names = [name for terms in library.current(TODAY) for name in (terms.product_name, *terms.also)]
    assert len(names) == len(set(names))


def test_a_contract_is_signed_with_the_version_of_the_day_it_begins(library: ClauseLibrary) -> None:
    new = library.in_force("CIW", TODAY)
    last_day = new.effective_from - timedelta(days=1)
    old = library.in_force("CIW", last_day)
    assert (new.version, new.waiting_days) == ("2024-10", 90)
    assert (old.version, old.waiting_days) == ("2017-01", 180)
    assert library.in_force("HMM", date(2024, 12, 31)).waiting_days == 60
    assert library.in_force("HOM", date(2025, 2, 28)).deductible == Decimal(500)


def test_before_the_first_version_there_is_none(library: ClauseLibrary) -> None:
    with pytest.raises(TermsNotFoundError) as missing:
        library.in_force("CIW", date(2001, 1, 1))
    assert missing.value.data == {"product_code": "CIW", "on": "2001-01-01"}


GOOD = """
product: ABC
name: 一二三保险
line: health
versions:
- version: 2025-01
  effective_from: 2025-01-01
  coverages:
  - {article: 第一条, title: 住院, text: 住院的费用}
  exclusions:
  - {article: 第二条, text: 牙科的费用}
  waiting: {article: 第三条, days: 30, text: 30 天}
  deductible: {article: 第四条, amount: 100, text: 100 元}
  duties:
  - {article: 第五条, title: 如实告知, text: 照实说}
  provisions:
  - {article: 第六条, title: 保险期间, text: 一年}
"""
OLDER = GOOD.split("versions:\n")[1].replace("2025-01", "2020-01")


def load(folder: Path, text: str, name: str = "ABC.yml") -> ClauseLibrary:
    (folder / name).write_text(text, encoding="utf-8")
    return load_clauses(folder)


def test_a_good_file_loads(tmp_path: Path) -> None:
    ended = OLDER.replace("  coverages", "  effective_to: 2024-12-31\n  coverages", 1)
    library = load(tmp_path, GOOD + ended)
    assert [terms.version for terms in library.versions] == ["2025-01", "2020-01"]
    assert [clause.title for clause in library.versions[0].clauses] == ["等待期", "免赔额", "如实告知", "保险期间"]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (GOOD.replace("name:", "colour: red\nname:"), 3, "不认识的键"),
        (GOOD.replace("days: 30,", "days: 30, hours: 2,"), 12, "不认识的键"),
        (GOOD.replace("product: ABC", "product: XYZ"), 2, "文件名应是产品代码"),
        (GOOD.replace("line: health", "line: rocket"), 4, "不认识的险种"),
        (GOOD.replace("第二条", "2"), 11, "应为非空文字"),
        (GOOD.replace("第二条", "二条"), 11, "应写成"),
        (GOOD.replace("days: 30", "days: 200"), 12, "等待期应在"),
        (GOOD.replace("amount: 100", "amount: 0"), 13, "免赔额应大于 0"),
        (GOOD.replace("exclusions:\n  - {article: 第二条, text: 牙科的费用}", "exclusions: []"), 10, "都要写"),
        (GOOD.replace("  exclusions", "  - {article: 第一条, title: 住院, text: 又一次}\n  exclusions"), 8, "同名"),
        (GOOD + OLDER, 18, "应早于新版本"),
        (GOOD.replace("  coverages", "  effective_to: 2024-01-01\n  coverages"), 8, "早于 effective_from"),
        (
            GOOD.replace("duties:\n  - {article: 第五条, title: 如实告知, text: 照实说}", "duties: []"),
            14,
            "至少要有一条",
        ),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path: Path, text: str, line: int, problem: str) -> None:
    with pytest.raises(ClauseFileError) as refused:
        load(tmp_path, text)
    assert str(refused.value.data["file"]).endswith("ABC.yml")
    assert refused.value.data["line"] == line
    assert problem in str(refused.value.data["problem"])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClauseFileError):
        load_clauses(tmp_path)
