"""Services that come with one's own policies, and how often they can still be used."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.calendars.strict_yaml import DataFileError
from bot.services.reply import Reply, choose
from bot.services.servicing.value_added import load_entitlements
from bot.settings import ROOT
from tests.servicing_talk import prove
from tests.talk import Talk

TABLE = ROOT / "data" / "value_added.yml"


def open_it(talk: Talk) -> None:
    talk.replies = [Reply("", (choose("开始", "@switch:own_value_added"),))]
    talk.pick("开始")


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    first_talk.now += timedelta(days=1)
    return first_talk.another()


def test_what_is_left_of_the_own_policys_services_is_shown_with_its_end(customer: Talk) -> None:
    open_it(customer)
    prove(customer, "张伟明")
    assert customer.outcome == "confirmed", customer.text
    assert "P2026000101" in customer.text
    assert "道路救援（拖车、搭电、换胎、送油）：还剩 3 次，一共 5 次" in customer.text
    assert "本保单年度到" in customer.text
    assert "演示数据" in customer.text
    assert "P2026000103" not in customer.text


def test_who_has_none_is_told_so(customer: Talk) -> None:
    open_it(customer)
    prove(customer, "周强")
    assert "没有登记增值服务" in customer.text


def test_nothing_is_shown_without_proof(customer: Talk) -> None:
    open_it(customer)
    assert customer.requested == "name"
    assert "次，一共" not in customer.text


def test_made_up_services_are_nobodys_outside_the_demo() -> None:
    assert load_entitlements(TABLE, demo=False).of_product == {}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("times: 5,", "times: 0,", "至少一次"),
        ("service: rescue, times: 2", "service: rescue, times: 9", "超过了"),
        ("product: HMM", "product: MCV", "写了两次"),
    ],
)
def test_a_malformed_table_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "value_added.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_entitlements(path, demo=True)
    assert problem in str(refused.value.data["problem"])
