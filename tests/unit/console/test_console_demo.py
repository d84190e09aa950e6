"""Demo pages: there in demo mode only."""

from __future__ import annotations

import pytest

from tests.unit.console.conftest import HOSTILE


@pytest.mark.parametrize("demo", [False])
@pytest.mark.parametrize("path", ["/demo", "/demo/inbox", "/demo/inbox.json"])
async def test_outside_demo_mode_there_is_nothing(place, path):
    assert (await place.browser().get(path))[0] == 404


async def test_customers_are_shown_with_what_to_try(place):
    status, page = await place.browser().get("/demo")
    assert status == 200
    for shown in ("赵建国", "110105198001010010", "138 0000 0001", "P2023001234", "追尾了，要报案"):
        assert shown in page
    assert "<script>alert" not in page


async def test_inbox_shows_the_newest_first_and_only_the_phone_asked_for(place):
    place.send_text("13800000001", "验证码 111111")
    place.pass_time(minutes=1)
    place.send_text("13800000001", "验证码 222222")
    place.send_text("13900000002", "验证码 333333")
    browser = place.browser()
    async with browser.client.get("/demo/inbox.json", params={"phone": "13800000001"}) as response:
        shown = (await response.json())["messages"]
    assert [one["text"] for one in shown] == ["验证码 222222", "验证码 111111"]
    assert set(shown[0]) == {"phone", "text", "at"}
    assert shown[0]["at"] == "2026-11-23T09:13:00+08:00"
    _, page = await browser.get("/demo/inbox")
    assert page.index("333333") < page.index("222222") < page.index("111111")


async def test_hostile_text_message_is_escaped(place):
    place.send_text("13800000001", HOSTILE)
    _, page = await place.browser().get("/demo/inbox?phone=%22%3E%3Cscript%3Ealert")
    assert "<script>alert" not in page
    _, page = await place.browser().get("/demo/inbox")
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("path", ["/demo", "/demo/inbox", "/demo/inbox.json"])
async def test_what_nobody_meant_for_all_is_shown_on_this_machine_only(place, path):
    place.send_text("13800000001", "验证码 111111")
    object.__setattr__(place.deps.settings, "demo_for_all", False)
    browser = place.browser()
    assert (await browser.get(path))[0] == 200
    async with browser.client.get(path, headers={"X-Forwarded-For": "203.0.113.7"}) as response:
        assert response.status == 403
        assert "111111" not in await response.text()
