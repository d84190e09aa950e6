"""The chat page in a real browser: what it shows, and a person who takes over."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from bot.conversations.messages import Reply, Sender
from tests.e2e.desk_parts import answer_customer, into_the_desk
from tests.e2e.page_parts import HOSTILE, answered, bot, conversation, mine, posts_of, say
from tests.e2e.standin import Site


async def test_hostile_text_is_shown_as_text(page: Page, site: Site):
    await say(page, HOSTILE)
    await expect(mine(page).locator(".text")).to_contain_text(HOSTILE)
    site.log.append(await conversation(page), Reply(HOSTILE), sender=Sender.HUMAN, at=site.now())
    site.feed.notify(await conversation(page))
    await expect(page.locator(".message.human .text")).to_contain_text(HOSTILE)
    assert await page.locator(".log img, .log script, .log a").count() == 0


async def test_event_mode_stands_above_the_conversation_as_plain_text(page: Page, site: Site):
    banner = page.locator(".event")
    await expect(banner).to_be_hidden()
    site.banner = f"厦门暴雨：人先到安全的高处。{HOSTILE}"
    await page.reload()
    await expect(banner).to_be_visible()
    await expect(banner).to_have_text(site.banner)
    assert await banner.locator("*").count() == 0
    await say(page, "您好")
    await expect(bot(page, "收到：您好")).to_be_in_viewport()
    await expect(banner).to_be_in_viewport()


async def test_choices_are_buttons_that_close_with_the_next_message(page: Page):
    posts = posts_of(page)
    await page.get_by_role("group", name="可选答复").get_by_role("button", name="报案").click()
    await expect(mine(page)).to_have_count(1)
    await expect(page.locator(".message.bot").first.locator(".choice:enabled")).to_have_count(0)
    await page.get_by_role("button", name="已经安全").click()
    await expect(bot(page, "第 1/6 步")).to_be_visible()
    assert await page.locator(".choice:enabled").count() == 0
    assert [set(post) for post in posts] == [{"id", "choice"}] * 2


async def test_only_service_numbers_and_web_addresses_become_links(page: Page):
    await say(page, "电话")
    links = bot(page, "保额 120 万").locator("a")
    await expect(links).to_have_count(2)
    addresses = await links.evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
    assert addresses == ["tel:12378", "https://example.com/help"]


async def test_a_document_is_fetched_with_the_conversations_token_and_only_once(page: Page):
    await say(page, "电子保单")
    link = bot(page, "点这里下载").locator("a")
    await expect(link).to_have_text("下载电子保单（PDF）")
    async with page.expect_download() as started:
        await link.click()
    download = await started.value
    assert download.suggested_filename == "电子保单.pdf"
    saved = Path(await download.path())
    assert await asyncio.to_thread(saved.read_bytes) == b"%PDF-1.4 a document"
    await page.reload()
    await bot(page, "点这里下载").locator("a").click()
    await expect(page.get_by_text("这个下载链接已经用过或者过期了")).to_be_visible()
    await expect(bot(page, "链接只能打开一次")).to_be_visible()


async def test_typing_shows_while_the_bot_is_due(page: Page, site: Site):
    site.script.hold.clear()
    await say(page, "等一下")
    await expect(page.locator(".typing")).to_be_visible()
    site.script.hold.set()
    await expect(bot(page, "收到：等一下")).to_be_visible()
    await expect(page.locator(".typing")).to_be_hidden()


async def test_reading_up_is_not_interrupted(page: Page, site: Site):
    for number in range(8):
        await answered(page, f"第 {number} 句")
    scroller = page.locator(".scroller")
    await scroller.evaluate("node => { node.scrollTop = 0 }")
    await expect(page.locator("service-chat")).to_have_js_property("atEnd", False)
    site.log.append(await conversation(page), Reply("新通知"), sender=Sender.SYSTEM, at=site.now())
    site.feed.notify(await conversation(page))
    await expect(page.locator(".newer")).to_be_visible()
    assert await scroller.evaluate("node => node.scrollTop") == 0
    await page.click(".newer")
    await expect(page.locator(".message", has_text="新通知")).to_be_in_viewport()


async def test_owner_line_follows_a_hand_off_and_the_agent_is_heard(page: Page, site: Site, context: BrowserContext):
    owner = page.locator(".owner")
    await say(page, "转人工")
    await expect(owner).to_have_text("已在排队等人工，可以接着留言")
    desk = await context.new_page()
    await into_the_desk(desk, site.settings.secrets.desk_password)
    await desk.get_by_role("button", name="接手").click()
    await expect(owner).to_have_text("人工客服为您服务")
    await answer_customer(desk, "您好，我是<b>坐席</b>")
    await expect(page.locator(".message.human")).to_contain_text("您好，我是<b>坐席</b>")
    await say(page, HOSTILE)
    await expect(desk.locator(".line.customer").last).to_contain_text(HOSTILE)
    await expect(page.locator(".typing")).to_be_hidden()
    await desk.get_by_role("button", name="交还机器人").click()
    await expect(owner).to_have_text("机器人为您服务，随时可转人工")
    await expect(page.locator(".message.system", has_text="人工服务结束")).to_have_count(1)
    await answered(page, "谢谢")
    assert [inbound.text for inbound in site.script.seen] == ["转人工", "谢谢"]
