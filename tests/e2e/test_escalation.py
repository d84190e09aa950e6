"""A complaint from the customer's page to its decision: four people in browsers of their own, the real three processes."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pyotp
from playwright.async_api import Browser, Locator, Page, expect

from bot.calendars.clocks import SHANGHAI
from bot.insurance.staff import Role, Staff, usual_posts
from bot.services.staff_accounts import By, add_staff, draw_password
from tests.e2e.desk_parts import answer_customer, into_the_desk
from tests.stack import Stack

pytest_plugins = ["tests.stack"]
SHOTS = Path(__file__).resolve().parents[2] / "screenshots"
PHONE = "13600008888"
expect.set_options(timeout=20_000)  # four browsers and three processes on two cores


async def page_of(browser: Browser, stack: Stack) -> Page:
    context = await browser.new_context(
        base_url=f"http://127.0.0.1:{stack.ports['desk']}", locale="zh-CN", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(30_000)
    return await context.new_page()


async def at_the_desk(browser: Browser, stack: Stack, name: str, *roles: Role, posts: tuple[str, ...] = ()) -> Page:
    """A new account, signed in through all the steps that its roles ask for."""
    held = frozenset(roles)
    staff, drawn = Staff(name, held, frozenset(posts) or usual_posts(held)), draw_password()
    with stack.unit_of_work() as work:
        add_staff(work, staff, drawn, By("shell:root", datetime.now(SHANGHAI)))
        work.commit()
    page = await page_of(browser, stack)
    await into_the_desk(page, drawn.password, name)
    if staff.needs_code:
        await page.get_by_text("绑定验证器").first.wait_for()
        secret = (await page.locator("code").inner_text()).replace(" ", "")
        await page.fill("#code", pyotp.TOTP(secret).now())
        await page.get_by_role("button", name="绑定").click()
    await page.get_by_role("heading", name="等待接手").wait_for()
    return page


async def record(page: Page, move: str, note: str) -> None:
    form = page.locator("form[action$='/move']")
    await form.locator(f"input[value='{move}']").check()
    await form.locator("textarea[name=note]").fill(note)
    await told_how(form)
    await form.get_by_role("button", name="登记").click()
    await expect(page.locator("main")).to_contain_text(note)


async def test_a_complaint_goes_from_the_page_to_an_agent_an_officer_a_manager_and_a_decision(
    browser: Browser, stack: Stack
) -> None:
    agent = await at_the_desk(browser, stack, "1001", Role.AGENT, posts=("综合", "投诉回访"))
    officer = await at_the_desk(browser, stack, "2001", Role.COMPLAINT_OFFICER)
    manager = await at_the_desk(browser, stack, "9001", Role.MANAGER)
    customer = await page_of(browser, stack)
    await customer.goto("/")
    await customer.locator(".message.bot").first.wait_for()
    await customer.fill("#say", f"我要投诉你们的业务员骗我妈买保险，必须给个说法，我的电话{PHONE}")
    await customer.keyboard.press("Enter")
    told = customer.locator(".message.bot", has_text=re.compile(r"T\d{14}")).first
    await told.wait_for()
    number = re.findall(r"T\d{14}", await told.inner_text())[0]
    if await customer.locator(".owner", has_text="排队等人工").count() == 0:
        await customer.fill("#say", "转人工")
        await customer.keyboard.press("Enter")
    row = agent.locator("tr", has_text=number)
    await row.get_by_role("button", name="接手").click()  # heard of without looking
    await answer_customer(agent, "您好，您投诉的事我先听一下。")
    await expect(customer.locator(".message.human", has_text="我先听一下")).to_be_visible()
    await agent.screenshot(path=SHOTS / "desk_agent.png")
    await agent.get_by_text("转给别的岗位或同事").click()
    await agent.select_option("#post", "@2001")
    await agent.fill("#why", "客户要求正式处理投诉")
    await agent.get_by_role("button", name="转出").click()
    await expect(customer.locator(".message.system", has_text="另一位同事")).to_be_visible()

    await expect(officer.locator("tr", has_text=number)).to_contain_text("派给您")
    await officer.locator("tr", has_text=number).get_by_role("button", name="接手").click()
    await expect(officer.locator(".notes")).to_contain_text("正式处理投诉")
    await answer_customer(officer, "您好，我是投诉专员，现在就为您登记受理。")
    await expect(customer.locator(".message.human", has_text="投诉专员")).to_be_visible()
    await officer.get_by_role("link", name=number).click()
    triage = officer.locator("form[action$='/triage']")
    await triage.locator("input[value=accept]").check()
    await triage.locator("textarea[name=reason]").fill("属于保险消费投诉，受理")
    await told_how(triage)
    await triage.locator("button").click()
    await expect(officer.locator("main")).to_contain_text("已受理")
    await record(officer, "extend", "要向三家网点调取录音")
    await record(officer, "ask_for_more", "录音还没有调齐")
    await expect(manager.get_by_role("link", name="到期任务")).to_be_visible()
    await manager.get_by_role("link", name="到期任务").click()
    await expect(manager.locator("main")).to_contain_text("等您审批")
    await manager.locator(f"a[href*='{number}']").first.click()
    await record(manager, "grant_more", "同意，情况确实复杂")
    await officer.reload()
    decide = officer.locator("form[action$='/decide']")
    await decide.locator("textarea[name=facts]").fill("经查，业务员未如实说明产品性质")
    await decide.locator("textarea[name=basis]").fill("银行保险机构消费者权益保护管理办法第十六条")
    await decide.locator("textarea[name=result]").fill("退还保费，业务员停业培训，当面致歉")
    await decide.locator("select[name=cause]").select_option("sales")
    await told_how(decide)
    await decide.get_by_role("button", name="作出决定").click()
    await expect(officer.locator("main")).to_contain_text("当面致歉")
    await officer.screenshot(path=SHOTS / "desk_complaint.png", full_page=True)
    async with officer.expect_download() as download:
        await officer.locator("a[href$='/letter']").click()
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF")

    await officer.goto("/desk")
    await officer.locator("tr", has_text=number).locator("a[href^='/desk/']").first.click()
    await officer.get_by_role("button", name="交还机器人").click()
    await expect(customer.locator(".message.system", has_text="人工服务结束")).to_be_visible()
    await customer.fill("#say", f"我的投诉{number}到哪一步了")
    await customer.keyboard.press("Enter")
    await expect(customer.locator(".message.bot", has_text=number).last).to_contain_text("作出决定")
    await customer.screenshot(path=SHOTS / "escalation_customer.png")
    for page in (agent, officer, manager, customer):
        await page.context.close()


async def told_how(form: Locator) -> None:
    """Where no phone was left, how the complainant was told is on record."""
    if await form.locator("textarea[name=told_how]").count():
        await form.locator("textarea[name=told_how]").fill("当面告知并签收，回执 1 号")
