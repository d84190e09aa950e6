"""Who sees to a case, at the desk: taken, given to a colleague, left to the post, and found again under 我的."""

from __future__ import annotations

import pytest

from bot.insurance.staff import Role
from tests.unit.console.test_console_cases import claim, complaint
from tests.unit.console.test_console_request import put as put_request

CLAIM, COMPLAINT = "C20261123000001", "T20261123000001"
REQUEST = "S20261123000001"


def handler(place, number: str) -> str:
    with place.deps.unit_of_work() as work:
        return work.handlers.of([number])[number]


async def test_a_case_that_is_nobodys_is_taken_given_on_and_shown_with_its_history(place):
    put_request(place)
    one, other = await place.colleague("1003", Role.SERVICING), await place.colleague("1004", Role.SERVICING)
    _, page = await one.get(f"/desk/cases/{REQUEST}")
    assert "还没有指定" in page
    assert "我来跟进" in page
    await one.post(f"/desk/cases/{REQUEST}/handler", handler="1003", form_id=f"{one.form_id}")
    assert handler(place, REQUEST) == "1003"
    _, page = await other.get(f"/desk/cases/{REQUEST}")
    assert "<dt>跟进人</dt><dd>1003</dd>" in page
    assert (await other.post(f"/desk/cases/{REQUEST}/handler", handler="1004", form_id=other.form_id)).status == 303
    _, page = await one.get(f"/desk/cases/{REQUEST}")
    changes = page.partition("跟进人的变动")[2]
    assert changes.index("1003</dt><dd>1003") < changes.index("1004</dt><dd>1004")
    assert ("case.handler_named", REQUEST, "agent:1004") in [row[:3] for row in place.audit()]


@pytest.mark.parametrize("name", ["1005", "gone", "nobody"])
async def test_who_does_not_work_on_it_is_not_named(place, name):
    complaint(place)
    officer, boss = await place.colleague("1001", Role.COMPLAINT_OFFICER), await place.colleague("9001", Role.MANAGER)
    await place.colleague("1005", Role.SERVICING)
    await officer.get(f"/desk/cases/{COMPLAINT}")
    await boss.get(f"/desk/cases/{COMPLAINT}")
    for browser in (officer, boss):
        response = await browser.post(f"/desk/cases/{COMPLAINT}/handler", handler=name, form_id=browser.form_id)
        assert response.status == 400
    assert handler(place, COMPLAINT) == ""
    assert (await boss.post(f"/desk/cases/{COMPLAINT}/handler", handler="1001", form_id="again")).status == 303
    assert handler(place, COMPLAINT) == "1001"


async def test_the_lists_show_who_sees_to_each_and_ones_own_alone_when_asked(place):
    claim(place, None)
    complaint(place)
    complaint(place, 2)
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER, Role.CLAIMS)
    await officer.post(f"/desk/cases/{COMPLAINT}/handler", handler="1001", form_id="x")
    _, page = await officer.get("/desk/cases")
    assert page.count('data-label="跟进人">1001<') == 1
    _, page = await officer.get("/desk/cases?mine=1")
    assert COMPLAINT in page
    assert CLAIM not in page
    _, page = await officer.get("/desk/cases?mine=1&kind=C")
    assert "没有在办的业务" in page
    _, page = await officer.get("/desk/complaints?handler=mine")
    assert COMPLAINT in page
    assert "T20261123000002" not in page


async def test_what_is_over_is_given_to_nobody(place):
    put_request(place)
    browser = await place.colleague("1003", Role.SERVICING)
    await browser.get(f"/desk/cases/{REQUEST}")
    await browser.post(
        f"/desk/cases/{REQUEST}/advance", status="done", note="已经补发，快递寄出", form_id=browser.form_id
    )
    _, page = await browser.get(f"/desk/cases/{REQUEST}")
    assert "指定跟进人" not in page
    assert (await browser.post(f"/desk/cases/{REQUEST}/handler", handler="1003", form_id="late")).status == 403
