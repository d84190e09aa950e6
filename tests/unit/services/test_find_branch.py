"""Outlets: by city, district and service, open or not, the honest none, and the one question for the city."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.calendars.working_days import load_calendar
from bot.insurance.branch import BranchService
from bot.services.answer_from_data import answer_from_data
from bot.services.load_branches import BranchFileError, load_branches
from bot.services.load_knowledge import load_knowledge
from bot.services.locate import institution_at
from bot.services.served import Served
from bot.services.understanding import Entity, Understood
from bot.settings import ROOT
from tests.fakes import no_events

DATA = ROOT / "data"
PLACES = DATA / "lexicon" / "entities" / "places.txt"
THURSDAY = datetime(2026, 11, 26, 16, 10, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def using() -> SimpleNamespace:
    return SimpleNamespace(
        branches=load_branches(DATA / "branches.yml", PLACES, demo=True),
        knowledge=load_knowledge(DATA / "knowledge"),
        deadlines=SimpleNamespace(calendar=load_calendar(DATA / "calendars")),
        plans=(),
        disasters=(),
        reading=no_events,
    )


def ask(
    using: SimpleNamespace, text: str, *places: str, at: datetime = THURSDAY, intent: str = "ask_branch", day: str = ""
) -> Served | None:
    found = [Entity("location", place, place) for place in places]
    found += [Entity("date", day, day)] if day else []
    return answer_from_data(Understood("c", "m", at, "web", text, intent, 0.9, entities=tuple(found)), using)


def text_of(served: Served | None) -> str:
    assert served
    return "\n".join(reply.text for reply in served.replies)


def test_the_demo_has_outlets_in_fifteen_cities_and_more_and_every_service(using: SimpleNamespace) -> None:
    branches = using.branches.branches
    assert len(branches) >= 30
    assert len({each.city for each in branches}) >= 15
    assert {service for each in branches for service in each.services} == set(BranchService)


def test_a_district_alone_finds_its_outlet_and_says_until_when_it_is_open(using: SimpleNamespace) -> None:
    text = text_of(ask(using, "朝阳区的柜台在哪", "朝阳区"))
    assert "北京朝阳区网点" in text
    assert "现在营业，到 17:30" in text
    assert "演示数据" in text


def test_a_city_lists_its_outlets_and_names_the_rest(using: SimpleNamespace) -> None:
    assert text_of(ask(using, "南京有网点吗", "南京")).count("营业部：") == 2


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (datetime(2026, 11, 26, 7, 0, tzinfo=SHANGHAI), "今天 9:00 开门"),
        (datetime(2026, 11, 26, 12, 30, tzinfo=SHANGHAI), "今天 13:30 开门"),
        (datetime(2026, 11, 27, 19, 0, tzinfo=SHANGHAI), "11 月 30 日（周一） 9:00 开门"),
        (datetime(2026, 10, 1, 10, 0, tzinfo=SHANGHAI), "10 月 8 日（周四） 9:00 开门"),
        (datetime(2026, 10, 10, 10, 0, tzinfo=SHANGHAI), "现在营业，到 12:00"),  # a Saturday that is worked
    ],
)
def test_it_says_when_it_opens_next_over_noon_weekends_and_holidays(
    using: SimpleNamespace, at: datetime, says: str
) -> None:
    assert says in text_of(ask(using, "通州区网点现在开门吗", "通州区", at=at))


def test_a_saturday_asked_for_is_the_next_one(using: SimpleNamespace) -> None:
    text = text_of(ask(using, "深圳周六能办吗", "深圳", day="2026-11-21"))
    assert "11 月 28 日（周六）营业，9:00—15:00" in text
    assert "11 月 28 日（周六）不营业，下一次 11 月 30 日" in text


def test_a_service_chooses_the_outlets(using: SimpleNamespace) -> None:
    text = text_of(ask(using, "青岛哪个网点能缴费", "青岛"))
    assert "办缴费的网点有 1 个" in text
    assert "黄岛" not in text


def test_step_free_outlets_are_chosen(using: SimpleNamespace) -> None:
    text = text_of(ask(using, "成都有轮椅能进的柜台吗，在龙岗也行", "成都"))
    assert "没有无障碍通道" not in text


def test_without_a_city_it_asks_once_and_without_a_question_mark(using: SimpleNamespace) -> None:
    served = ask(using, "网点几点开门")
    assert served
    assert served.asks
    assert "哪个城市" in text_of(served)
    assert "？" not in text_of(served)


def test_a_district_of_two_cities_is_asked_about(using: SimpleNamespace) -> None:
    served = ask(using, "鼓楼区网点", "鼓楼区")
    assert served
    assert served.asks
    assert "南京、福州" in text_of(served)


def test_a_street_of_an_unknown_city_is_asked_about(using: SimpleNamespace) -> None:
    served = ask(using, "徐家汇附近有柜面吗", "徐家汇")
    assert served
    assert served.asks


def test_a_town_without_an_outlet_is_told_so_with_what_works(using: SimpleNamespace) -> None:
    text = text_of(ask(using, "烟台有没有你们的分公司", "烟台"))
    assert "烟台没有我们的网点" in text
    assert "报案" in text
    assert "可以寄到" in text


def test_the_hotline_stays_with_the_knowledge(using: SimpleNamespace) -> None:
    assert ask(using, "客服电话多少") is None


def test_claim_papers_lead_to_the_outlets_that_take_them(using: SimpleNamespace) -> None:
    text = text_of(ask(using, "理赔材料交到哪里，我在广州", "广州", intent="ask_claim_documents"))
    assert "办理赔收单的网点有 2 个" in text
    assert ask(using, "住院理赔要哪些材料", intent="ask_claim_documents") is None


def test_a_complaint_can_be_posted_mailed_and_brought(using: SimpleNamespace) -> None:
    text = text_of(ask(using, "投诉信寄到哪里", intent="ask_complaint_channel"))
    assert "complaints@insurer.example.com" in text
    assert "写信：" in text
    assert "办投诉接待的网点有 1 个" in text_of(
        ask(using, "我在武汉想当面投诉", "武汉", intent="ask_complaint_channel")
    )
    assert ask(using, "12378 怎么打", intent="ask_complaint_channel") is None


def test_made_up_outlets_are_nobodys_outside_the_demo() -> None:
    assert load_branches(DATA / "branches.yml", PLACES, demo=False).branches == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("step_free: true", "step_free: true, colour: red", "不认识的键"),
        ("hours: counter,", "hours: never,", "没有这张时间表"),
        ("services: [保全", "services: [洗车", "只能是"),
        ('mon: ["08:30-17:30"]', 'mon: ["17:30-08:30"]', "关门要晚于开门"),
        ("district: 朝阳区", "district: 月亮区", "没有这个城市或区县"),
        ("phone: 010-00000101", "phone: 010-65881234", "演示的电话"),
        ("id: B02", "id: B01", "写了两次"),
    ],
)
def test_a_malformed_file_is_refused_with_its_entry(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = (DATA / "branches.yml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "branches.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BranchFileError) as refused:
        load_branches(path, PLACES, demo=True)
    assert problem in str(refused.value.data["problem"])


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("北京市朝阳区建国路 88 号", "BJ"),
        ("广东省深圳市龙岗区", "SZ"),
        ("广州天河体育中心门口", "GD"),
        ("广东佛山", "GD"),
        ("浙江省鄞州区", "NB"),
        ("沪宁高速江苏段", "JS"),
        ("渝北区回兴街道", "CQ"),
        ("上海南京东路", "SH"),
        ("北京路 3 号", "HQ"),
        ("鼓楼区中山路", "HQ"),
        ("长春朝阳区", "HQ"),
        ("从上海到南京的高速上", "HQ"),
        ("小区地下车库", "HQ"),
        ("", "HQ"),
    ],
)
def test_the_place_of_an_event_names_the_institution_of_its_area(using: SimpleNamespace, place: str, code: str) -> None:
    assert institution_at(place, using.branches) == code


@pytest.mark.parametrize(
    ("line", "instead", "problem"),
    [
        ("  - {id: SZ, name: 深圳分公司, covers: [深圳]}", "  - {id: GD, name: 深圳分公司, covers: [深圳]}", "不能重复"),
        ("  - {id: SZ, name: 深圳分公司, covers: [深圳]}", "  - {id: SZ, name: 深圳分公司, covers: [广东]}", "已经归别的机构"),
        ("  - {id: SZ, name: 深圳分公司, covers: [深圳]}", "  - {id: SZ, name: 深圳分公司, covers: [珠海]}", "没有这个省或市"),
        ("  - {id: LN, name: 辽宁分公司, covers: [辽宁]}\n", "", "没有机构管这个城市"),
    ],
)  # fmt: skip
def test_institutions_that_overlap_or_leave_a_city_out_are_refused(
    tmp_path: Path, line: str, instead: str, problem: str
) -> None:
    written = (DATA / "branches.yml").read_text(encoding="utf-8")
    assert line in written
    changed = tmp_path / "branches.yml"
    changed.write_text(written.replace(line, instead), encoding="utf-8")
    with pytest.raises(BranchFileError) as refused:
        load_branches(changed, PLACES, demo=True)
    assert problem in str(refused.value.data)
