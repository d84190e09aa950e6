"""The trainers' inbox with nothing but a keyboard, and the second person after the first."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Browser, Page, expect

from bot.insurance.review_item import ReviewState
from bot.insurance.staff import Role, Staff
from bot.services.review_ports import Chosen
from bot.services.staff_accounts import By, add_staff, draw_password
from tests.e2e.desk_parts import into_the_desk
from tests.e2e.standin import Site
from tests.review_samples import offer


async def a_trainer(browser: Browser, site: Site, name: str) -> Page:
    """Signed in, before the inbox. Errors of the page fail the test that looks at `trouble`."""
    drawn = draw_password()
    with site.unit_of_work() as work:
        add_staff(work, Staff(name, frozenset({Role.TRAINER}), frozenset()), drawn, By("shell:root", site.now()))
        work.commit()
    context = await browser.new_context(base_url=site.url, locale="zh-CN")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await into_the_desk(page, drawn.password, name)
    await page.get_by_role("link", name="训练收件箱").click()
    await expect(page.locator(".heard .current")).to_have_count(1)
    return page


def said(site: Site, state: ReviewState) -> dict[str, tuple[str, str]]:
    with site.unit_of_work() as work:
        found = work.review_items.page(Chosen(state), offset=0, limit=10)
    return {one.text: (one.verdict.intent or one.verdict.new_intent, one.verdict.example) for one in found}


async def test_a_trainer_needs_a_key_for_each_deed_and_a_second_one_approves(browser: Browser, site: Site) -> None:
    sentences = ("里头的钱不想放了", "看看我的单子", "车险发票丢了", "今天天气不错", "想要分期的")
    for place, text in enumerate(sentences):
        offer(site.unit_of_work, text, at=site.now() - timedelta(minutes=place))
    li = await a_trainer(browser, site, "李雷")
    trouble: list[str] = []
    li.on("pageerror", lambda error: trouble.append(str(error)))
    li.on("console", lambda line: "Content Security Policy" in line.text and trouble.append(line.text))
    rows = li.locator(".heard li")
    await li.keyboard.press("a")
    await expect(rows.nth(0).locator(".did")).to_have_text("已提出：退保")
    await expect(rows.nth(1)).to_be_focused()
    await li.keyboard.press("r")
    await li.keyboard.type("bdcx")
    await li.keyboard.press("Enter")
    await expect(rows.nth(1).locator(".did")).to_have_text("已提出：保单查询")
    await expect(rows.nth(2)).to_be_focused()
    await rows.nth(2).locator("input").evaluate("field => { field.focus(); field.setSelectionRange(2, 4) }")
    await li.keyboard.press("m")
    await li.keyboard.type("资料")
    await li.keyboard.press("Enter")
    await expect(rows.nth(2).locator("input")).to_have_value("车险[发票](document)丢了")
    await li.keyboard.press("r")
    await li.keyboard.type("ask_claim_documents")
    await li.keyboard.press("Enter")
    await expect(rows.nth(3)).to_be_focused()
    await li.keyboard.press("d")
    await expect(rows.nth(3).locator(".did")).to_have_text("不用")
    await li.keyboard.press("u")
    await expect(rows.nth(3).locator(".did")).to_have_text("已撤销")
    await li.keyboard.press("d")
    await expect(rows.nth(4)).to_be_focused()
    await li.keyboard.press("e")
    await li.keyboard.type("，行吗")
    await li.keyboard.press("Enter")
    await li.keyboard.press("r")
    await li.keyboard.type("分期退款")
    await li.keyboard.press("Enter")
    await expect(rows.nth(4).locator(".did")).to_have_text("已提出：新意图 分期退款")
    assert said(site, ReviewState.PROPOSED) == {
        "里头的钱不想放了": ("surrender_policy", "里头的钱不想放了"),
        "看看我的单子": ("query_policy", "看看我的单子"),
        "车险发票丢了": ("ask_claim_documents", "车险[发票](document)丢了"),
        "想要分期的": ("分期退款", "想要分期的，行吗"),
    }
    assert set(said(site, ReviewState.DISCARDED)) == {"今天天气不错"}
    await li.goto("/desk/training?state=proposed")
    await li.keyboard.press("a")
    await expect(li.locator("[data-problem]")).to_contain_text("另一位训练师")
    offer(site.unit_of_work, "还有一句")
    han = await a_trainer(browser, site, "韩梅梅")
    await han.goto("/desk/training?state=proposed")
    await expect(han.locator(".heard .current")).to_have_count(1)
    for place in range(4):
        await han.keyboard.press("a")
        await expect(han.locator(".heard li").nth(place).locator(".did")).to_have_text("已通过")
    assert len(said(site, ReviewState.APPROVED)) == 4
    assert trouble == []
    for page in (li, han):
        await page.context.close()
