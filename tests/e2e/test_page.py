"""The chat page in a real browser: what is written arrives once, and what was said stays."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from playwright.async_api import BrowserContext, Locator, Page, Request, Route, expect

from bot.conversations.messages import Reply, Sender
from tests.e2e.standin import Site

SAY = "#say"
POST = re.compile("/api/chat/messages$")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> {{7*7}} javascript:alert(3)"
PHONE = {"width": 390, "height": 844}


def posts_of(page: Page) -> list[dict[str, str]]:
    """Every POST of a message from now on, as the page makes it."""
    posts: list[dict[str, str]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and POST.search(request.url):
            posts.append(json.loads(request.post_data or "{}"))

    page.on("request", note)
    return posts


async def say(page: Page, text: str) -> None:
    await page.fill(SAY, text)
    await page.press(SAY, "Enter")


async def answered(page: Page, text: str) -> None:
    await say(page, text)
    await expect(bot(page, f"收到：{text}")).to_be_visible()


def mine(page: Page) -> Locator:
    return page.locator(".message.customer")


def bot(page: Page, text: str) -> Locator:
    return page.locator(".message.bot", has_text=text)


async def conversation(page: Page) -> str:
    return await page.evaluate("JSON.parse(localStorage['service-chat.session']).conversation_id")


async def seqs(page: Page) -> list[str]:
    return await page.locator(".message[data-seq]").evaluate_all("nodes => nodes.map(node => node.dataset.seq)")


# Writing


async def test_enter_that_ends_an_ime_composition_does_not_send(page: Page):
    posts = posts_of(page)
    await page.focus(SAY)
    browser = await page.context.new_cdp_session(page)
    await browser.send("Input.imeSetComposition", {"text": "wo yao", "selectionStart": 6, "selectionEnd": 6})
    press = "(field, how) => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, ...how}))"
    await page.locator(SAY).evaluate(press, {"isComposing": True, "keyCode": 13})
    await page.locator(SAY).evaluate(press, {"isComposing": False, "keyCode": 229})
    await expect(mine(page)).to_have_count(0)
    await browser.send("Input.insertText", {"text": "我要理赔"})
    await page.press(SAY, "Enter")
    await expect(bot(page, "收到：我要理赔")).to_be_visible()
    assert [post["text"] for post in posts] == ["我要理赔"]


async def test_shift_enter_makes_a_line_and_lines_are_kept(page: Page):
    await page.focus(SAY)
    await page.keyboard.type("第一行")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("第二行")
    await expect(mine(page)).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(mine(page).locator(".text")).to_contain_text("第一行\n第二行", use_inner_text=True)


@pytest.mark.parametrize("target", ["nav [data-say='报案']", ".choice >> text=报案"])
async def test_double_click_sends_once(page: Page, target: str):
    posts = posts_of(page)
    await page.locator(target).dblclick()
    await expect(bot(page, "现在安全了吗")).to_be_visible()
    await answered(page, "好了")
    assert [list(post) for post in posts] == [["id", "choice" if "choice" in target else "text"], ["id", "text"]]


async def test_double_enter_sends_once(page: Page):
    posts = posts_of(page)
    await page.fill(SAY, "你好")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(bot(page, "收到：你好")).to_have_count(1)
    assert len(posts) == 1


async def test_counter_appears_near_the_limit_and_too_long_is_not_sent(page: Page):
    await expect(page.locator("#count")).to_be_hidden()
    await page.fill(SAY, "险" * 1990)
    await expect(page.locator("#count")).to_have_text("1990/2000")
    await page.fill(SAY, "险" * 2003)
    await expect(page.locator("#count")).to_have_text("超出 3 字，请分几次发送")
    await page.press(SAY, "Enter")
    await expect(page.locator(".send")).to_be_disabled()
    await expect(mine(page)).to_have_count(0)
    await expect(page.locator(SAY)).to_have_value("险" * 2003)


# Nothing lost, nothing twice


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


# Showing


async def test_hostile_text_is_shown_as_text(page: Page, site: Site):
    await say(page, HOSTILE)
    await expect(mine(page).locator(".text")).to_contain_text(HOSTILE)
    site.log.append(await conversation(page), Reply(HOSTILE), sender=Sender.HUMAN, at=site.now())
    site.feed.notify(await conversation(page))
    await expect(page.locator(".message.human .text")).to_contain_text(HOSTILE)
    assert await page.locator(".log img, .log script, .log a").count() == 0


async def test_choices_are_buttons_that_close_with_the_next_message(page: Page):
    posts = posts_of(page)
    await page.get_by_role("group", name="可选答复").get_by_role("button", name="报案").click()
    await expect(mine(page)).to_have_count(1)
    await expect(page.locator(".message.bot").first.locator(".choice:enabled")).to_have_count(0)
    await page.get_by_role("button", name="已经安全").click()
    await expect(bot(page, "第 1/6 步")).to_be_visible()
    assert await page.locator(".choice:enabled").count() == 0
    assert [set(post) for post in posts] == [{"id", "choice"}] * 2


@pytest.mark.parametrize(
    ("text", "mode", "part"),
    [("验证码", "numeric", None), ("已经安全", "text", "pick"), ("材料", "text", "filebox"), ("你好", "text", None)],
)
async def test_field_suits_what_was_asked(page: Page, text: str, mode: str, part: str | None):
    await say(page, text)
    await expect(page.locator(".message.bot")).to_have_count(2)
    await expect(page.locator(SAY)).to_have_attribute("inputmode", mode)
    for name in ("pick", "filebox"):
        await expect(page.locator(f"[data-part={name}]")).to_be_visible(visible=name == part)
    assert await page.locator("input[type=file]").count() == (part == "filebox")


async def test_picked_time_is_written_as_people_write_it(page: Page):
    await say(page, "已经安全")
    await expect(page.locator("[data-part=pick]")).to_be_visible()
    await page.locator("[data-part=date]").evaluate(
        "field => { field.value = '2026-11-23T08:20'; field.dispatchEvent(new Event('change')) }"
    )
    await expect(page.locator(SAY)).to_have_value("2026年11月23日 8:20")


async def test_only_service_numbers_and_web_addresses_become_links(page: Page):
    await say(page, "电话")
    links = bot(page, "保额 120 万").locator("a")
    await expect(links).to_have_count(2)
    addresses = await links.evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
    assert addresses == ["tel:12378", "https://example.com/help"]


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


# A person takes over


async def test_owner_line_follows_a_hand_off_and_the_agent_is_heard(page: Page, site: Site, context: BrowserContext):
    owner = page.locator(".owner")
    await say(page, "转人工")
    await expect(owner).to_have_text("正在为您接通人工…")
    desk = await context.new_page()
    await desk.goto("/desk")
    await desk.fill("#password", site.settings.secrets.desk_password)
    await desk.get_by_role("button", name="登录").click()
    await desk.get_by_role("button", name="接手").click()
    await expect(owner).to_have_text("人工客服为您服务")
    await desk.fill("#text", "您好，我是<b>坐席</b>")
    await desk.press("#text", "Enter")
    await expect(page.locator(".message.human")).to_contain_text("您好，我是<b>坐席</b>")
    await say(page, HOSTILE)
    await expect(desk.locator(".line.customer").last).to_contain_text(HOSTILE)
    await expect(page.locator(".typing")).to_be_hidden()
    await desk.get_by_role("button", name="交还机器人").click()
    await expect(owner).to_have_text("机器人为您服务，随时可转人工")
    await expect(page.locator(".message.system", has_text="人工服务结束")).to_have_count(1)
    await answered(page, "谢谢")
    assert [inbound.text for inbound in site.script.seen] == ["转人工", "谢谢"]


# Everybody can use it


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
    assert await page.locator("[aria-live]:not([aria-live=off]), [role=status], [role=alert]").count() == 0
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
