"""A claim reported through the widget on another site's page: Chromium, the page's strict policy, the real three processes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, expect

from tests.e2e.test_journeys import Customer
from tests.e2e.test_widget import KEY, Shop, launcher, sign, visit
from tests.stack import Stack

pytest_plugins = ["tests.stack"]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(stack: Stack) -> AsyncIterator[Shop]:
    """A shop whose origin the chat knows, and whose server names its customers."""
    shop = Shop(f"http://127.0.0.1:{stack.ports['desk']}", sign("customer-of-the-shop-1", life=3000))
    app = web.Application()
    app.add_routes([web.get("/", shop.page), web.get("/shop.css", shop.style)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "localhost", 0).start()
    shop.url = f"http://localhost:{runner.addresses[0][1]}"
    stack.restart("desk", {"BOT_WIDGET_ORIGINS": shop.url, "BOT_WIDGET_KEY": KEY})
    yield shop
    await runner.cleanup()
    stack.restart("desk")


async def test_a_motor_claim_is_reported_through_the_widget_and_found_again_on_a_phone(
    browser: Browser, stack: Stack, shop: Shop
) -> None:
    desktop = await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = await visit(desktop, shop)
    await launcher(page).click()
    customer = Customer(page, stack)
    await customer.sees("智能客服")
    await customer.say("昨天下午四点在海淀中关村大街被追尾了，没人受伤，我的车京Q70003", "对方")
    await customer.say("京B66663", "还能开吗")
    await customer.press("能开", "手机号")
    await customer.say("13900007003", "请核对")
    await customer.shows("widget_claim_card")
    await customer.press("确认提交", r"报案成功，报案号 C\d{14}")
    number = re.search(r"报案号 (C\d{14})", await page.locator(".log").inner_text())
    assert number
    with stack.unit_of_work() as work:
        claim = work.claims.get(number[1])
    assert claim is not None
    assert "中关村" in claim.report.place

    phone = await browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    again = await visit(phone, shop)
    await launcher(again).click()
    await expect(again.locator(".message.bot", has_text=number[1]).last).to_be_visible()
    await Customer(again, stack).shows("widget_claim_on_a_phone")
    assert shop.violations == []
    await desktop.close()
    await phone.close()
