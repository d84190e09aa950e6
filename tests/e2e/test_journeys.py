"""The four headline journeys in a real browser against the real three processes, and the desk that takes one over.

Screenshots go to `screenshots/` for people to look at.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.desk_parts import into_the_desk
from tests.stack import Stack

pytest_plugins = ["tests.stack"]
SHOTS = Path(__file__).resolve().parents[2] / "screenshots"
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest_asyncio.fixture(loop_scope="session")
async def customer(browser: Browser, stack: Stack) -> AsyncIterator[Customer]:
    """A customer on the desktop page."""
    one = Customer(await new_page(browser, stack, "desktop"), stack)
    yield one
    await one.page.context.close()


async def new_page(browser: Browser, stack: Stack, size: str) -> Page:
    context = await browser.new_context(
        base_url=f"http://127.0.0.1:{stack.ports['desk']}", locale="zh-CN", viewport=SIZES[size], device_scale_factor=2
    )
    context.set_default_timeout(30_000)
    page = await context.new_page()
    await page.goto("/")
    await page.locator(".message.bot").first.wait_for()
    return page


class Customer:
    """Types and presses like a person, and waits for what must appear."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page, self._stack = page, stack

    async def say(self, text: str, then: str) -> None:
        await self.page.locator("#say").fill(text)
        await self.page.keyboard.press("Enter")
        await self.sees(then)

    async def press(self, title: str, then: str) -> None:
        await self.page.get_by_role("button", name=re.compile(f"^{title}")).last.click()
        await self.sees(then)

    async def code(self, phone: str, then: str) -> None:
        found = re.search(r"\d{6}", self._stack.texts(phone)[0])
        assert found
        await self.say(found.group(), then)

    async def sees(self, text: str) -> None:
        last = self.page.locator(".message.bot", has_text=re.compile(text)).last
        await expect(last).to_be_visible(timeout=30_000)

    async def shows(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=SHOTS / f"{name}.png")


async def test_a_motor_claim_is_reported_in_the_browser(customer: Customer) -> None:
    await customer.say("昨天下午三点在北四环学院桥被追尾了，没人受伤，我的车京Q70001", "对方")
    await customer.say("京B66668", "还能开吗")
    await customer.press("能开", "手机号")
    await customer.say("等一下，理赔要什么材料？", "我们接着报案")
    await customer.say("13900007001", "请核对")
    await customer.shows("claim_card")
    await customer.press("确认提交", r"报案成功，报案号 C\d{14}")
    await customer.shows("claim_done")


async def test_a_policy_is_shown_after_the_code(customer: Customer) -> None:
    await customer.say("帮我查一下我的保单", "您的姓名")
    await customer.say("孙丽", "身份证号")
    await customer.say("440106198312010286", "验证码")
    await customer.shows("policy_code")
    await customer.code("13900001007", "效力中止")
    await customer.shows("policy_shown")


async def test_a_complaint_gets_its_number_and_a_person_answers_from_the_desk(
    customer: Customer, browser: Browser, stack: Stack
) -> None:
    await customer.say("你们卖保险的跟我妈说是存款，现在取不出来，必须给个说法，不然我就找银保监", r"编号 T\d{14}")
    await customer.sees("转接人工")
    await expect(customer.page.locator(".owner")).to_contain_text("排队等人工")
    await customer.shows("complaint_handed_over")
    desk = await browser.new_context(base_url=f"http://127.0.0.1:{stack.ports['desk']}", locale="zh-CN")
    agent = await desk.new_page()
    await into_the_desk(agent, stack.settings.secrets.desk_password)
    await agent.get_by_text("投诉规则触发").first.wait_for()
    await agent.screenshot(path=SHOTS / "desk_queue.png")
    number = re.search(r"T\d{14}", await customer.page.locator(".log").inner_text())
    assert number
    await agent.locator("tr", has_text=number.group()).locator("a[href^='/desk/']").first.click()
    await agent.get_by_role("button", name="接手").click()
    await agent.locator("#text").fill("您好，我是投诉专员，您母亲的保单我来跟进。")
    await agent.get_by_role("button", name="发送").click()
    await expect(customer.page.locator(".message.human", has_text="我来跟进")).to_be_visible()
    await agent.screenshot(path=SHOTS / "desk_conversation.png")
    await desk.close()


async def test_an_insured_changes_the_beneficiaries_alone_on_a_phone(browser: Browser, stack: Stack) -> None:
    customer = Customer(await new_page(browser, stack, "phone"), stack)
    await customer.say("我想变更受益人", "您的姓名")
    await customer.say("陈静", "身份证号")
    await customer.say("310115199002080264", "验证码")
    await customer.code("13700001005", "改哪一份")
    await customer.press("传承终身寿险", "新的受益人是谁")
    await customer.say("儿子陈一诺60%，母亲周梅30%", "合计是 90%")
    await customer.say("儿子陈一诺60%，母亲周梅40%", "陈一诺的身份证号")
    await customer.press("稍后补交", "周梅的身份证号")
    await customer.press("稍后补交", "真人核验")
    await customer.code("13700001005", "请核对受益人变更")
    await customer.shows("beneficiary_card_phone")
    await customer.press("确认提交", r"申请已受理，编号 E\d{14}")
    await customer.shows("beneficiary_done_phone")
    await customer.page.context.close()
