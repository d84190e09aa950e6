"""What the tests of the chat page look at and do."""

from __future__ import annotations

import json
import re

from playwright.async_api import Locator, Page, Request, expect

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
