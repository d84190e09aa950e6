"""The chat page in a real browser: what is written arrives once, and what was said stays."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Page, Route, expect

from bot.conversations.messages import Reply, Sender
from tests.e2e.page_parts import POST, answered, bot, conversation, mine, posts_of, say, seqs
from tests.e2e.standin import Site


async def test_reload_keeps_history_without_duplicates(page: Page):
    await answered(page, "第一句")
    await answered(page, "第二句")
    before = await page.locator(".message .text").all_inner_texts()
    await page.reload()
    await expect(page.locator(".message")).to_have_count(len(before))
    assert await page.locator(".message .text").all_inner_texts() == before
    await answered(page, "第三句")
    assert await seqs(page) == [str(seq) for seq in range(1, 8)]


async def test_restart_of_the_server_loses_and_repeats_nothing(page: Page, site: Site):
    await answered(page, "重启前")
    await site.stop()
    await expect(page.locator(".owner")).to_have_text("网络已断开，正在重新连接…")
    site.log.append(await conversation(page), Reply("断开时的通知"), sender=Sender.SYSTEM, at=site.now())
    await site.start()
    await expect(page.locator(".message.system", has_text="断开时的通知")).to_have_count(1)
    await expect(page.locator(".owner")).to_have_text("机器人为您服务，随时可转人工")
    await answered(page, "重启后")
    assert await seqs(page) == [str(seq) for seq in range(1, 7)]


async def test_message_written_while_the_server_is_down_is_sent_again_with_the_same_id(page: Page, site: Site):
    posts = posts_of(page)
    await site.stop()
    await say(page, "服务器不在")
    await expect(page.locator(".resend")).to_be_visible()
    await site.start()
    await expect(page.locator(".owner")).to_have_text("机器人为您服务，随时可转人工")
    await page.click(".resend")
    await expect(bot(page, "收到：服务器不在")).to_have_count(1)
    assert len({post["id"] for post in posts}) == 1
    assert len(site.script.seen) == 1


async def test_offline_message_can_be_sent_again_with_the_same_id(page: Page, context: BrowserContext, site: Site):
    posts = posts_of(page)
    await context.set_offline(True)
    await say(page, "断网时说的")
    await expect(page.locator(".resend")).to_have_text("未送出·点此重发")
    await expect(page.locator(".owner")).to_have_text("网络已断开，正在重新连接…")
    await context.set_offline(False)
    await page.click(".resend")
    await expect(bot(page, "收到：断网时说的")).to_be_visible()
    await expect(mine(page)).to_have_count(1)
    await expect(mine(page).locator(".state")).to_have_text("已送达")
    assert len({post["id"] for post in posts}) == 1
    assert [inbound.message_id for inbound in site.script.seen] == [posts[0]["id"]]


async def test_unsent_message_survives_a_reload(page: Page, context: BrowserContext):
    await context.set_offline(True)
    await say(page, "还没送出")
    await expect(page.locator(".resend")).to_be_visible()
    await context.set_offline(False)
    await page.reload()
    await page.click(".resend")
    await expect(bot(page, "收到：还没送出")).to_be_visible()
    await expect(mine(page)).to_have_count(1)


async def test_reload_while_a_message_is_on_its_way_delivers_it_once(page: Page, site: Site):
    held: list[Route] = []
    await page.route(POST, lambda route: held.append(route))
    await say(page, "走到一半")
    await expect(mine(page).locator(".state")).to_have_text("发送中")
    await page.unroute(POST)
    await page.reload()
    await expect(bot(page, "收到：走到一半")).to_be_visible()
    await expect(mine(page)).to_have_count(1)
    assert len(site.script.seen) == 1


async def test_lost_acknowledgement_shows_the_message_once(page: Page, site: Site):
    async def swallow(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route(POST, swallow, times=1)
    await say(page, "回执丢了")
    await expect(bot(page, "收到：回执丢了")).to_be_visible()
    await expect(mine(page)).to_have_count(1)
    await expect(mine(page).locator(".state")).to_have_text("已送达")
    await expect(page.locator(".resend")).to_have_count(0)
    await page.reload()
    await expect(mine(page)).to_have_count(1)
    assert len(site.script.seen) == 1


async def test_without_streams_the_page_falls_back_to_long_poll(page: Page, site: Site):
    site.refuse_streams = True
    await page.reload()
    await answered(page, "没有流")
    await page.wait_for_event("request", lambda request: "wait=20" in request.url)
    await answered(page, "长轮询")
    assert await seqs(page) == ["1", "2", "3", "4", "5"]


async def test_expired_session_begins_a_new_one_with_a_notice(page: Page, site: Site):
    await answered(page, "旧会话")
    before = await conversation(page)
    await site.stop()
    site.token_key = "another key: every token of before is invalid"
    await site.start()
    await expect(page.locator(".message.system")).to_contain_text("会话已过期，已为您开始新的会话")
    await expect(bot(page, "您好，我是智能客服")).to_be_visible()
    await answered(page, "新会话")
    assert await conversation(page) != before


async def test_text_written_into_an_expired_session_can_be_sent_in_the_new_one(page: Page, site: Site):
    await site.stop()
    await say(page, "过期前写的")
    await expect(page.locator(".resend")).to_be_visible()
    site.token_key = "another key: every token of before is invalid"
    await site.start()
    await expect(page.locator(".message.system")).to_contain_text("会话已过期")
    await expect(bot(page, "您好，我是智能客服")).to_be_visible()
    await page.click(".resend")
    await expect(bot(page, "收到：过期前写的")).to_be_visible()
    await expect(mine(page)).to_have_count(1)


async def test_customer_may_begin_a_new_conversation(page: Page):
    await answered(page, "上一位客户说的")
    before = await conversation(page)
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="新会话").click()
    await expect(bot(page, "您好，我是智能客服")).to_be_visible()
    await expect(mine(page)).to_have_count(0)
    assert await conversation(page) != before


async def test_two_tabs_share_one_conversation(page: Page, context: BrowserContext):
    other = await context.new_page()
    await other.goto("/")
    await answered(page, "从第一页说")
    await expect(bot(other, "收到：从第一页说")).to_be_visible()
    assert await conversation(other) == await conversation(page)
