"""The desk beside the customer's page: who waits is heard of at once, notes and another post."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from bot.insurance.staff import Role, Staff, usual_posts
from bot.services.staff_accounts import By, add_staff, draw_password
from tests.e2e.desk_parts import answer_customer, into_the_desk
from tests.e2e.page_parts import say
from tests.e2e.standin import Site


async def test_an_agent_hears_of_a_customer_at_once_and_passes_him_on_to_another_post(
    page: Page, site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    officer = Staff("2001", frozenset({Role.COMPLAINT_OFFICER}), usual_posts(frozenset({Role.COMPLAINT_OFFICER})))
    drawn = draw_password()
    with site.unit_of_work() as work:
        add_staff(work, officer, drawn, By("shell:root", site.now()))
        work.commit()
    agent = await context.new_page()
    await into_the_desk(agent, site.settings.secrets.desk_password)
    await expect(agent.get_by_text("现在没有客户在等")).to_be_visible()
    await say(page, "转人工")
    await expect(agent.get_by_role("button", name="接手")).to_be_visible()  # the page looks by itself every 20 s only
    await expect(agent).to_have_title("（1）坐席工作台")
    await expect(agent.locator("[data-waiting]")).to_have_text("1")
    await agent.get_by_role("button", name="接手").click()
    await expect(agent.locator("[data-waiting]")).to_be_hidden()
    await agent.fill("#note", "客户很着急，先安抚")
    await agent.get_by_role("button", name="记下").click()
    await expect(agent.locator(".notes")).to_contain_text("先安抚")
    await agent.get_by_text("转给别的岗位或同事").click()
    await agent.select_option("#post", "投诉回访")
    await agent.fill("#why", "要投诉业务员误导")
    await agent.get_by_role("button", name="转出").click()
    await expect(page.locator(".message.system", has_text="投诉回访岗")).to_have_count(1)
    await expect(page.locator(".owner")).to_have_text("已在排队等人工，可以接着留言")
    assert context.browser
    elsewhere = await context.browser.new_context(base_url=site.url)
    desk = await elsewhere.new_page()
    await into_the_desk(desk, drawn.password, "2001")
    await desk.get_by_role("button", name="接手").click()
    await expect(desk.locator(".notes")).to_contain_text("转投诉回访：要投诉业务员误导")
    await answer_customer(desk, "您好，我是投诉专员")
    await expect(page.locator(".message.human", has_text="投诉专员")).to_be_visible()
    await page.bring_to_front()
    await expect(desk.locator("[data-receipt]").last).to_have_text("已读")
    await elsewhere.close()
