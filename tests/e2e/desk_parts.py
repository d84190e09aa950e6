"""Signing in at the desk for the first time, as whoever started it does."""

from __future__ import annotations

from playwright.async_api import Page, expect

OWN_PASSWORD = "correct horse battery"


async def into_the_desk(page: Page, first_password: str, name: str = "desk") -> None:
    """With the password that was printed at the first start, and an own one in its place."""
    await page.goto("/desk")
    await page.fill("#agent", name)
    await page.fill("#password", first_password)
    await page.get_by_role("button", name="登录").click()
    await page.get_by_text("请设自己的密码").wait_for()
    await page.fill("#password", OWN_PASSWORD)
    await page.fill("#again", OWN_PASSWORD)
    await page.get_by_role("button", name="保存并继续").click()


async def answer_customer(page: Page, words: str) -> None:
    """As an agent does: type and press enter. The page puts the cursor there once it listens to the keys."""
    await expect(page.locator("#text")).to_be_focused()
    await page.fill("#text", words)
    await page.press("#text", "Enter")
