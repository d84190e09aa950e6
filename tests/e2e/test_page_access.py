"""The chat page in a real browser: everybody can use it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.page_parts import PHONE, SAY, bot, say
from tests.e2e.standin import Site


async def test_phone_has_no_horizontal_scroll_and_large_targets(page: Page):
    await page.set_viewport_size(PHONE)
    await say(page, "W" * 400 + " https://example.com/" + "x" * 300)
    await expect(page.locator(".message.bot")).to_have_count(2)
    widths = "() => ['html', 'service-chat', '.scroller'].map(name => document.querySelector(name))"
    assert await page.evaluate(f"({widths})().every(node => node.scrollWidth <= node.clientWidth)")
    small = "nodes => nodes.filter(node => node.offsetParent && node.offsetHeight < 44).map(node => node.outerHTML)"
    assert await page.locator("button, textarea").evaluate_all(small) == []
    await expect(page.get_by_role("heading", name="智能客服（机器人）")).to_be_in_viewport()


async def test_labels_and_roles(page: Page):
    await expect(page.get_by_role("log", name="智能客服（机器人）")).to_be_visible()
    await expect(page.get_by_role("textbox", name=re.compile("输入消息"))).to_be_focused()
    await expect(page.get_by_role("navigation", name="常办业务").get_by_role("button")).to_have_count(5)
    assert await page.locator("html").get_attribute("lang") == "zh-CN"
    # The log is the page's only live region, but for what is wrong with a file and a disaster's banner.
    others = "[aria-live]:not([aria-live=off]), [role=status]:not([data-part=event]), [role=alert]:not([data-part=fileerror])"
    assert await page.locator(others).count() == 0
    nameless = """nodes => nodes.filter(node => node.offsetParent
        && !(node.textContent.trim() || node.getAttribute('aria-label') || node.labels?.length))"""
    assert await page.locator("button, a, textarea, input:not([aria-hidden])").evaluate_all(nameless) == []
    assert (
        await page.evaluate(
            "() => { const ids = [...document.querySelectorAll('[id]')].map(n => n.id); return ids.length - new Set(ids).size }"
        )
        == 0
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_contrast(page: Page, scheme: str):
    await page.emulate_media(color_scheme=scheme)
    await say(page, "核对")
    await expect(page.locator(".message.bot")).to_have_count(2)
    pale = await page.evaluate(CONTRAST)
    assert pale == []


async def test_works_by_keyboard_alone(page: Page):
    await page.keyboard.type("报案")
    await page.keyboard.press("Enter")
    choice = page.get_by_role("button", name="已经安全")
    await expect(choice).to_be_visible()
    for _ in range(12):
        await page.keyboard.press("Shift+Tab")
        if await choice.evaluate("node => node === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    await expect(bot(page, "第 1/6 步")).to_be_visible()
    await expect(page.locator(SAY)).to_be_focused()


async def test_transcript_is_there_before_the_first_message(context: BrowserContext):
    page = await context.new_page()
    await page.route("**/api/**", lambda route: route.abort())
    await page.goto("/")
    await expect(page.locator("[role=log]")).to_be_attached()
    await expect(page.locator(".owner")).to_have_text("网络已断开，正在重新连接…")


async def test_reduced_motion_is_respected(page: Page, site: Site):
    await page.emulate_media(reduced_motion="reduce")
    site.script.hold.clear()
    await say(page, "慢一点")
    await expect(page.locator(".typing")).to_be_visible()
    assert await page.locator(".typing i").first.evaluate("node => getComputedStyle(node).animationName") == "none"
    site.script.hold.set()


async def test_times_are_those_of_china(page: Page, site: Site):
    at: datetime = site.now()
    await expect(page.locator(".when").first).to_contain_text(re.compile(rf"今天 0?{at.hour}:\d\d"))


# Every visible text against the nearest opaque background: at least 4.5 to 1 (WCAG 1.4.3).
CONTRAST = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const light = (colour) => numbers(colour).slice(0, 3)
    .map((part) => part / 255).map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0)
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor
      if ((numbers(colour)[3] ?? 1) === 1) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const own = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())
  return [...document.querySelectorAll('body *')].filter((node) => node.offsetParent && own(node)).map((node) => {
    const [high, low] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => b - a)
    return { text: node.textContent.trim().slice(0, 20), ratio: (high + 0.05) / (low + 0.05) }
  }).filter(({ ratio }) => ratio < 4.5)
}"""
