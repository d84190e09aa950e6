"""The widget on another site's page, in a real browser, under that page's strict policy."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import jwt
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.page_parts import PHONE
from tests.e2e.standin import Site

KEY = "the key that the site and the chat share"
# The page's own styles are as rude as pages are: none of it may come into the widget.
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>保险商城</title>
<link rel="stylesheet" href="/shop.css"></head><body><h1>车险报价</h1><button id="buy">购买</button>
<script src="{chat}/static/widget.js" data-title="在线客服"{data} async></script></body></html>"""
STYLE = (
    "* { color: rgb(255, 0, 0) !important } button { width: 90px; height: 7px } h1 { font-size: 90px }"
    " service-chat-widget { --chat-accent: #7a1f5c; --chat-width: 380px }"
)


@dataclass
class Shop:
    """A site of its own origin. `identity` is what its server signed of who is logged in."""

    chat: str
    identity: str = ""
    url: str = ""
    violations: list[str] = field(default_factory=list)

    async def page(self, _: web.Request) -> web.Response:
        data = f' data-identity="{self.identity}"' if self.identity else ""
        policy = f"default-src 'none'; script-src {self.chat}; connect-src {self.chat}; img-src {self.chat}; style-src 'self'"
        text = PAGE.format(chat=self.chat, data=data)
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def style(self, _: web.Request) -> web.Response:
        return web.Response(text=STYLE, content_type="text/css")


@pytest_asyncio.fixture(loop_scope="session")
async def shop(site: Site) -> AsyncIterator[Shop]:
    shop = Shop(site.url)
    app = web.Application()
    app.add_routes([web.get("/", shop.page), web.get("/shop.css", shop.style)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "localhost", 0).start()
    shop.url = f"http://localhost:{runner.addresses[0][1]}"
    await site.stop()  # the chat must know the site before it starts
    await site.start(origins=frozenset({shop.url}), widget_key=KEY)
    yield shop
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, shop: Shop) -> AsyncIterator[BrowserContext]:
    context = await _device(browser)
    yield context
    await context.close()


async def _device(browser: Browser) -> BrowserContext:
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    return context


async def visit(context: BrowserContext, shop: Shop) -> Page:
    """The shop's page with the launcher. What leaves the two origins, or breaks the page's policy, fails the test."""
    page = await context.new_page()
    mine = (shop.url, shop.chat, "blob:")
    page.on("pageerror", lambda error: shop.violations.append(str(error)))
    page.on(
        "console", lambda line: line.type == "error" and "Policy" in line.text and shop.violations.append(line.text)
    )
    page.on("request", lambda request: request.url.startswith(mine) or shop.violations.append(request.url))
    await page.goto(shop.url)
    await expect(launcher(page)).to_be_visible()
    return page


def launcher(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("service-chat-widget .launcher")


def bot(page: Page, text: str):  # type: ignore[no-untyped-def]
    return page.locator(".message.bot", has_text=text)


async def say(page: Page, text: str) -> None:
    await page.fill("#say", text)
    await page.press("#say", "Enter")


def sign(subject: str, *, key: str = KEY, life: int = 600, ago: int = 0, **claims: object) -> str:
    now = int(time.time()) - ago
    return jwt.encode({"sub": subject, "aud": "service-chat", "iat": now, "exp": now + life, **claims}, key, "HS256")


async def test_one_tag_under_a_strict_policy_is_a_chat(visitor: BrowserContext, shop: Shop):
    page = await visit(visitor, shop)
    await launcher(page).click()
    await expect(bot(page, "我是智能客服")).to_be_visible()
    await say(page, "你好")
    await expect(bot(page, "收到：你好")).to_be_visible()
    await expect(page.get_by_role("dialog", name="在线客服")).to_be_visible()
    assert shop.violations == []


async def test_the_sites_styles_stay_out_and_its_variables_come_in(visitor: BrowserContext, shop: Shop):
    page = await visit(visitor, shop)
    box = await launcher(page).bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (60, 60)
    await launcher(page).click()
    send = page.locator("service-chat .send")
    await expect(send).to_have_css("background-color", "rgb(122, 31, 92)")
    await expect(page.locator("service-chat-widget .panel")).to_have_css("width", "380px")
    await expect(page.locator("#buy")).to_have_css("width", "90px")
    await expect(page.locator("service-chat #title")).to_have_css("font-size", "17px")


async def test_nobody_who_does_not_ask_costs_a_conversation(visitor: BrowserContext, shop: Shop, site: Site):
    page = await visit(visitor, shop)
    await page.reload()
    await expect(launcher(page)).to_be_visible()
    assert await page.evaluate("Object.keys(localStorage)") == []


async def test_history_is_there_after_a_reload_and_answers_are_counted_while_it_is_closed(
    visitor: BrowserContext, shop: Shop, site: Site
):
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "第一句")
    await expect(bot(page, "收到：第一句")).to_be_visible()
    site.script.hold.clear()
    await say(page, "第二句")
    await expect(page.locator(".typing")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    site.script.hold.set()
    await expect(page.locator(".badge")).to_have_text("1")
    await expect(launcher(page)).to_have_accessible_name("打开在线客服，1 条新消息")
    await page.reload()
    await expect(page.locator(".badge")).to_have_text("1")
    await launcher(page).click()
    await expect(bot(page, "收到：第一句")).to_be_visible()
    await expect(page.locator(".badge")).to_be_hidden()
    await page.reload()
    await expect(page.locator(".message.bot")).to_have_count(3)
    await expect(page.locator(".badge")).to_be_hidden()


async def test_it_is_used_by_keyboard_alone(visitor: BrowserContext, shop: Shop):
    page = await visit(visitor, shop)
    await expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    await page.focus("#buy")
    await page.keyboard.press("Tab")
    await expect(launcher(page)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#say")).to_be_focused()
    await expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    await page.keyboard.type("报案")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="已经安全")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(launcher(page)).to_be_focused()


async def test_on_a_phone_it_fills_the_window_and_can_be_put_away(visitor: BrowserContext, shop: Shop):
    page = await visit(visitor, shop)
    await page.set_viewport_size(PHONE)
    await launcher(page).click()
    await expect(bot(page, "我是智能客服")).to_be_visible()
    assert await page.locator("service-chat-widget .panel").bounding_box() == {"x": 0, "y": 0, **PHONE}
    await expect(launcher(page)).to_be_hidden()
    await page.get_by_role("button", name="收起").click()
    await expect(launcher(page)).to_be_visible()


async def test_a_document_is_fetched_from_the_chats_own_server(visitor: BrowserContext, shop: Shop):
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "电子保单")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="下载电子保单").click()
    assert (await download.value).suggested_filename == "电子保单.pdf"
    assert shop.violations == []


async def test_the_same_customer_finds_his_conversation_on_a_new_device(browser: Browser, shop: Shop):
    first, second = await _device(browser), await _device(browser)
    shop.identity = sign("customer-17")
    page = await visit(first, shop)
    await launcher(page).click()
    await say(page, "在电脑上说的")
    await expect(bot(page, "收到：在电脑上说的")).to_be_visible()
    shop.identity = sign("customer-17")
    phone = await visit(second, shop)
    await launcher(phone).click()
    await expect(bot(phone, "收到：在电脑上说的")).to_be_visible()
    await say(phone, "在手机上说的")
    await expect(bot(page, "收到：在手机上说的")).to_be_visible()
    await first.close()
    await second.close()


async def test_a_conversation_begun_before_the_login_becomes_the_customers(
    visitor: BrowserContext, browser: Browser, shop: Shop
):
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "登录前说的")
    await expect(bot(page, "收到：登录前说的")).to_be_visible()
    await page.evaluate("token => window.ServiceChat.identify(token)", sign("customer-18"))
    other = await _device(browser)
    shop.identity = sign("customer-18")
    again = await visit(other, shop)
    await launcher(again).click()
    await expect(bot(again, "收到：登录前说的")).to_be_visible()
    await other.close()


async def test_who_logs_out_leaves_nothing_behind_on_any_device(browser: Browser, shop: Shop):
    first, second = await _device(browser), await _device(browser)
    shop.identity = sign("customer-19")
    page, other = await visit(first, shop), await visit(second, shop)
    for one in (page, other):
        await launcher(one).click()
        await expect(bot(one, "我是智能客服")).to_be_visible()
    await say(page, "我的病历号")
    await expect(bot(other, "收到：我的病历号")).to_be_visible()
    old = await page.evaluate("JSON.parse(localStorage['service-chat.session']).token")
    await page.evaluate("window.ServiceChat.logOut()")
    await expect(bot(page, "收到：我的病历号")).to_have_count(0)
    await expect(bot(page, "我是智能客服")).to_be_visible()
    await expect(bot(other, "收到：我的病历号")).to_have_count(0)
    refused = await page.request.get(f"{shop.chat}/api/chat/messages", headers={"Authorization": f"Bearer {old}"})
    assert (refused.status, (await refused.json())["code"]) == (401, "token_expired")
    await first.close()
    await second.close()


async def test_another_customer_on_the_same_device_never_sees_the_first(visitor: BrowserContext, shop: Shop):
    shop.identity = sign("customer-20")
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "甲的话")
    await expect(bot(page, "收到：甲的话")).to_be_visible()
    shop.identity = sign("customer-21")  # the site did not say that the first one left
    await page.reload()
    await launcher(page).click()
    await expect(bot(page, "我是智能客服")).to_be_visible()
    await expect(page.locator(".message.customer")).to_have_count(0)
    shop.identity = ""
    await page.reload()
    await launcher(page).click()
    await expect(bot(page, "我是智能客服")).to_be_visible()
    await expect(page.locator(".message.customer")).to_have_count(0)


async def test_nothing_of_the_last_customer_is_shown_or_written_in_while_the_next_cannot_be_named(
    visitor: BrowserContext, shop: Shop, site: Site
):
    shop.identity = sign("customer-22")
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "丙的话")
    await expect(bot(page, "收到：丙的话")).to_be_visible()
    shop.identity = sign("customer-23")
    await visitor.route("**/api/chat/sessions", lambda route: route.abort())
    await page.reload()
    await launcher(page).click()
    await say(page, "丁的话")
    await expect(page.get_by_role("button", name="未送出·点此重发")).to_be_visible()
    await expect(bot(page, "收到：丙的话")).to_have_count(0)
    await visitor.unroute("**/api/chat/sessions")
    await expect(bot(page, "我是智能客服")).to_be_visible()
    await expect(bot(page, "收到：丙的话")).to_have_count(0)
    assert [one.text for one in site.script.seen] == ["丙的话"]


async def test_who_is_named_later_on_the_same_page_sees_nothing_of_before(visitor: BrowserContext, shop: Shop):
    shop.identity = sign("customer-24")
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "戊的话")
    await expect(bot(page, "收到：戊的话")).to_be_visible()
    await page.fill("#say", "没写完的")
    await page.evaluate("token => window.ServiceChat.identify(token)", sign("customer-24", life=700))
    await expect(bot(page, "收到：戊的话")).to_be_visible()
    await expect(page.locator("#say")).to_have_value("没写完的")
    await page.evaluate("token => window.ServiceChat.identify(token)", sign("customer-25"))
    await expect(bot(page, "收到：戊的话")).to_have_count(0)
    await expect(page.locator("#say")).to_have_value("")
    await expect(bot(page, "我是智能客服")).to_be_visible()


async def test_a_statement_that_is_out_of_date_keeps_the_conversation_and_the_site_hears_of_it(
    visitor: BrowserContext, shop: Shop
):
    shop.identity = sign("customer-26", ago=7200)
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "没登录上")
    await expect(bot(page, "收到：没登录上")).to_be_visible()
    await page.reload()
    await launcher(page).click()
    await expect(bot(page, "收到：没登录上")).to_be_visible()
    renewed = """token => {
      document.querySelector('service-chat-widget').addEventListener('stale', () => ServiceChat.identify(token), { once: true })
      return ServiceChat.identify(token.old)
    }"""
    await page.evaluate(
        renewed.replace("(token)", "(token.good)"), {"old": sign("a", ago=7200), "good": sign("customer-26")}
    )
    named = "() => JSON.parse(localStorage['service-chat.session']).named"
    await page.wait_for_function(named)
    await expect(bot(page, "收到：没登录上")).to_be_visible()


async def test_a_logout_that_did_not_get_through_is_told_again(visitor: BrowserContext, shop: Shop):
    shop.identity = sign("customer-27")
    page = await visit(visitor, shop)
    await launcher(page).click()
    await expect(bot(page, "我是智能客服")).to_be_visible()
    old = await page.evaluate("JSON.parse(localStorage['service-chat.session']).token")
    tries = 0

    async def fail_once(route: Route) -> None:
        nonlocal tries
        tries += 1
        await (route.abort() if tries == 1 else route.continue_())

    await page.route("**/api/chat/logout", fail_once)
    await page.evaluate("window.ServiceChat.logOut()")
    refused = await page.request.get(f"{shop.chat}/api/chat/messages", headers={"Authorization": f"Bearer {old}"})
    assert (refused.status, tries) == (401, 2)


async def test_what_a_named_customer_did_not_get_off_goes_with_his_session(
    visitor: BrowserContext, shop: Shop, site: Site
):
    shop.identity = sign("customer-28")
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "己的话")
    await expect(bot(page, "收到：己的话")).to_be_visible()
    await visitor.route("**/api/chat/messages", lambda route: route.abort())
    await say(page, "己没送出的话")
    await expect(page.get_by_role("button", name="未送出·点此重发")).to_be_visible()
    assert await page.evaluate("Object.keys(sessionStorage)") == []
    await visitor.unroute("**/api/chat/messages")
    await site.stop()
    site.token_key = "another key: every token of before is invalid"
    await site.start(origins=frozenset({shop.url}), widget_key=KEY)
    await expect(page.locator(".message.system")).to_contain_text("会话已过期")
    await page.evaluate("token => window.ServiceChat.identify(token)", sign("customer-29"))
    await say(page, "庚的话")
    await expect(bot(page, "收到：庚的话")).to_be_visible()
    await expect(page.get_by_text("己没送出的话")).to_have_count(0)
    assert "己没送出的话" not in [one.text for one in site.script.seen]


async def test_what_was_written_before_the_server_could_be_asked_is_not_the_next_ones(
    visitor: BrowserContext, shop: Shop, site: Site
):
    shop.identity = sign("customer-30")
    await visitor.route("**/api/chat/sessions", lambda route: route.abort())
    page = await visit(visitor, shop)
    await launcher(page).click()
    await say(page, "辛的话")
    await expect(page.get_by_role("button", name="未送出·点此重发")).to_be_visible()
    await page.evaluate("token => void window.ServiceChat.identify(token)", sign("customer-31"))
    await expect(page.get_by_text("辛的话")).to_have_count(0)
    await visitor.unroute("**/api/chat/sessions")
    await expect(bot(page, "我是智能客服")).to_be_visible()
    await expect(page.get_by_text("辛的话")).to_have_count(0)
    assert site.script.seen == []


async def test_a_widget_that_could_not_be_loaded_comes_when_it_can(visitor: BrowserContext, shop: Shop):
    tries = 0

    async def fail_once(route: Route) -> None:
        nonlocal tries
        tries += 1
        await (route.abort() if tries == 1 else route.continue_())

    await visitor.route("**/static/widget.css", fail_once)
    page = await visit(visitor, shop)
    await launcher(page).click()
    await expect(bot(page, "我是智能客服")).to_be_visible()
    assert tries == 2


async def test_a_page_that_is_swapped_for_another_keeps_one_widget(visitor: BrowserContext, shop: Shop):
    page = await visit(visitor, shop)
    await launcher(page).click()
    await expect(bot(page, "我是智能客服")).to_be_visible()
    await page.evaluate(
        "document.querySelector('service-chat-widget').remove(); ServiceChat.place(); ServiceChat.place()"
    )
    await expect(launcher(page)).to_have_count(1)
    await say(page, "还在")
    await expect(bot(page, "收到：还在")).to_have_count(1)


async def test_a_screen_reader_hears_of_news_and_stays_in_a_panel_that_covers_the_page(
    visitor: BrowserContext, shop: Shop, site: Site
):
    page = await visit(visitor, shop)
    await page.set_viewport_size(PHONE)
    await launcher(page).click()
    await expect(bot(page, "我是智能客服")).to_be_visible()
    dialog = page.get_by_role("dialog", name="在线客服")
    await expect(dialog).to_have_attribute("aria-modal", "true")
    await page.get_by_role("button", name="新会话").focus()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("link", name="个人信息说明")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="新会话")).to_be_focused()
    assert await page.get_by_role("main").count() == 0
    assert await page.get_by_role("heading", level=1).all_text_contents() == ["车险报价"]
    site.script.hold.clear()
    await say(page, "等一下")
    await expect(page.locator(".typing")).to_be_visible()
    await page.get_by_role("button", name="收起").click()
    site.script.hold.set()
    await expect(page.locator("service-chat-widget [role=status]").last).to_have_text("在线客服有 1 条新消息")


async def test_a_page_of_a_site_that_is_not_listed_gets_nothing(visitor: BrowserContext, shop: Shop, site: Site):
    await site.stop()
    await site.start(origins=frozenset({"https://other.example"}), widget_key=KEY)
    page = await visitor.new_page()
    await page.goto(shop.url)
    refused = await page.evaluate(
        "url => fetch(url + '/api/chat/sessions', {method: 'POST'}).then(() => 'heard', () => 'refused')", shop.chat
    )
    assert refused == "refused"
    await expect(launcher(page)).to_have_count(0)
