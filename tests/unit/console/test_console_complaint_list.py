"""The list of complaints: found whole or by filter, both clocks counted down, taken out as a table; each look on record."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.console import complaint_list
from bot.console.complaint_list import ROWS, harmless
from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel, ComplaintMove, MadeMove
from bot.insurance.staff import Role
from bot.insurance.triage import Triage, TriageOutcome
from tests.unit.console.conftest import HOSTILE
from tests.unit.console.test_console_cases import PHONE, complaint

LIST, EXPORT = "/desk/complaints", "/desk/complaints/export"


def due_in(place, days: int, **changes: object):
    """Clocks of which the decision is due then, and the notice of acceptance far later."""
    today = place.clock().date()
    made = complaint(place, 99, stage=ComplaintStage.WITHDRAWN, complainant_name="另一人", phone="")
    clocks = replace(made.clocks, decide_by=today + timedelta(days=days), acceptance_target=today + timedelta(days=40))
    return {"clocks": clocks, **changes}


async def find(browser, **fields: str) -> str:
    answer = await browser.post(LIST, **fields)
    assert answer.status == 200
    return await answer.text()


def numbers(page: str) -> list[int]:
    return [place for place in range(1, 10) if f"T20261123{place:06d}</a>" in page]


@pytest.fixture
def three(place) -> None:
    complaint(place, 1, reference_no="P2023001234", transfer_no="监转7号")
    complaint(place, 2, phone="13900000002", complainant_name="钱多多", kind="sales", channel=ComplaintChannel.LETTER)
    complaint(
        place, 3, phone="", complainant_name="", stage=ComplaintStage.DECIDED, received_at=place.clock() - timedelta(days=5)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T20261123000001", [1]),
        ("t20261123000002", [2]),
        (PHONE, [1]),
        ("钱多多", [2]),
        ("p2023001234", [1]),
        ("监转7号", [1]),
        ("1390000", []),
        ("没有这个人", []),
        ("", [1, 2, 3]),
    ],
)
async def test_one_is_found_by_its_number_phone_name_or_policy_and_by_no_part_of_them(place, three, text, found):
    assert numbers(await find(await place.agent(), text=f" {text} ")) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"stage": "decided"}, [3]),
        ({"kind": "sales"}, [2]),
        ({"channel": "letter"}, [2]),
        ({"channel": "web", "stage": "registered"}, [1]),
        ({"first": "2026-11-18", "last": "2026-11-22"}, [3]),
        ({"first": "2026-11-23"}, [1, 2]),
        ({"last": "9999-12-31"}, [1, 2, 3]),
        ({"kind": "strange", "stage": "strange", "first": "gestern", "page": "x"}, [1, 2, 3]),
        ({"due": "overdue"}, []),
        ({"due": "near"}, [1, 2]),
    ],
)
async def test_filters_narrow_the_list_and_what_is_no_filter_does_not(place, three, fields, found):
    browser = await place.agent()
    assert numbers(await find(browser, **fields)) == found
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    assert numbers((await browser.get(f"{LIST}?{query}"))[1]) == found


@pytest.mark.parametrize(
    ("days", "words", "tone", "filters"),
    [
        (3, "还有 3 天", "p2", {"near"}),
        (4, "还有 4 天", "", set()),
        (0, "今天到期", "p2", {"near"}),
        (-1, "超期 1 天", "p0", {"overdue"}),
    ],
)
async def test_both_clocks_are_counted_down_with_their_colour_on_the_list_and_on_the_sheet(
    place, days, words, tone, filters
):
    complaint(place, 1, **due_in(place, days))
    browser = await place.agent()
    mark = f'<span class="priority {tone}">{words}</span>'
    page = await find(browser, stage="registered")
    assert mark in page
    assert "还有 40 天" in page
    _, sheet = await browser.get("/desk/cases/T20261123000001")
    assert mark in sheet
    for due in ("near", "overdue"):
        assert numbers(await find(browser, due=due)) == ([1] if due in filters else [])


async def test_a_clock_that_does_not_run_says_why(place):
    accepted = (Triage(TriageOutcome.ACCEPT, "属于消费投诉", "1001", place.clock()),)
    stopped = (MadeMove(ComplaintMove.APPRAISE, "送鉴定机构", "1001", place.clock()),)
    complaint(place, 1, stage=ComplaintStage.INVESTIGATING, triages=accepted, moves=stopped)
    complaint(place, 2, stage=ComplaintStage.CLOSED, merged_into="T20261123000001")
    page = await find(await place.agent())
    for shown in ("已告知受理", "鉴定或调解，停计", "已并入 T20261123000001"):
        assert shown in page


async def test_those_that_fall_due_come_first_due_first_and_the_others_newest_first(place):
    complaint(place, 1, **due_in(place, 3))
    with place.deps.unit_of_work() as work:
        first = work.complaints.get("T20261123000001")
        clocks = replace(first.clocks, decide_by=place.clock().date() + timedelta(days=1))
        work.complaints.add(
            replace(
                first, complaint_no="T20261123000002", idempotency_key="2", clocks=clocks,
                received_at=place.clock() - timedelta(days=2),
            )
        )  # fmt: skip
        work.commit()
    browser = await place.agent()
    near, newest = await find(browser, due="near"), await find(browser, stage="registered")
    assert near.index("T20261123000002</a>") < near.index("T20261123000001</a>")
    assert newest.index("T20261123000001</a>") < newest.index("T20261123000002</a>")


async def test_a_page_holds_fifty_and_the_next_keeps_the_filter(place):
    for number in range(1, ROWS + 2):
        complaint(place, number)
    complaint(place, 100, kind="sales")
    browser = await place.agent()
    first, second = await find(browser, kind="attitude"), await find(browser, kind="attitude", page="2")
    assert first.count('href="/desk/cases/T') == ROWS
    assert second.count('href="/desk/cases/T') == 1
    for page in (first, second):
        assert f'<span class="number">{ROWS + 1}</span>' in page
        assert '<option value="attitude" selected>' in page


async def test_who_is_accused_or_has_stepped_back_sees_the_number_alone_and_takes_nothing_out(place):
    away = (MadeMove(ComplaintMove.RECUSE, "投诉人是我的亲属", "1001", place.clock(), subject="1001"),)
    complaint(place, 1, against="工号 1001", complainant_name="孙小美")
    complaint(place, 2, moves=away, complainant_name="孙小美")
    complaint(place, 3)
    browser = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    page = await find(browser)
    assert numbers(page) == [3]
    assert page.count("按回避规定，您看不到这件") == 2
    assert "孙*" not in page
    taken = await (await browser.post(EXPORT)).text()
    assert "T20261123000003" in taken
    assert "T20261123000001" not in taken
    assert "T20261123000002" not in taken


async def test_a_look_is_on_record_with_its_filter_and_without_what_was_searched(place, three):
    browser = await place.agent()
    await find(browser, text=PHONE, channel="web")
    entry = [each for each in place.audit() if each[0] == "desk.complaints_listed"][-1]
    assert entry[1:3] == ("complaints", "agent:desk")
    detail = json.loads(entry[3])
    assert (detail["text"], detail["channel"], detail["shown"]) == ("given", "web", "1")
    assert PHONE not in entry[3]


async def test_what_was_found_is_taken_out_masked_for_a_spreadsheet_and_on_record(place, three):
    browser = await place.agent()
    await browser.get(LIST)
    answer = await browser.post(EXPORT, stage="registered")
    body = await answer.read()
    assert answer.content_type == "text/csv"
    assert "complaints-2026-11-23.csv" in answer.headers["Content-Disposition"]
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["编号"] for row in rows] == ["T20261123000002", "T20261123000001"]
    assert rows[1]["投诉人"] == "赵*国"
    assert rows[1]["电话"] == "138****0009"
    assert (rows[0]["渠道"], rows[0]["类别"], rows[1]["转办编号"]) == ("信函", "销售", "监转7号")
    assert (rows[0]["处理决定"], rows[0]["处理期限"], rows[0]["受理"]) == ("还有 15 天", "2026年12月8日", "还有 3 天")
    for hidden in (PHONE, "赵建国", "P2023001234"):
        assert hidden.encode() not in body
    entry = [each for each in place.audit() if each[0] == "desk.complaints_exported"][-1]
    detail = json.loads(entry[3])
    assert (entry[2], detail["stage"], detail["exported"]) == ("agent:desk", "registered", "2")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
async def test_no_cell_is_a_formula(place, start):
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    complaint(place, 1, transfer_no=f'{start}HYPERLINK("http://x")')
    body = await (await (await place.agent()).post(EXPORT)).read()
    (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert row["转办编号"] == f'\'{start}HYPERLINK("http://x")'


async def test_too_many_are_not_taken_out_at_once(place, three, monkeypatch):
    monkeypatch.setattr(complaint_list, "MOST_EXPORTED", 2)
    browser = await place.agent()
    answer = await browser.post(EXPORT)
    assert answer.status == 400
    assert "筛选出 3 件" in await answer.text()
    assert not [each for each in place.audit() if each[0] == "desk.complaints_exported"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.CLAIMS, Role.QUALITY, Role.ADMIN])
async def test_other_posts_get_no_list_and_no_table_and_are_not_led_there(place, three, role):
    browser = await place.colleague("1002", role)
    status, page = await browser.get(LIST)
    assert (status, "T2026" in page) == (403, False)
    for path in (LIST, EXPORT):
        answer = await browser.post(path, text=PHONE)
        assert (answer.status, "T2026" in await answer.text()) == (403, False)
    assert 'href="/desk/complaints"' not in (await browser.get("/desk"))[1]


@pytest.mark.parametrize("path", [LIST, EXPORT])
async def test_nothing_is_found_without_the_forms_token(place, three, path):
    assert (await (await place.agent()).post(path, csrf="wrong")).status == 403


async def test_what_was_typed_in_comes_back_as_text(place, three):
    page = await find(await place.agent(), text=HOSTILE)
    assert "<script>alert" not in page
    assert "没有符合条件的投诉" in page
