"""The chat page in a real browser: writing, and the field that suits what was asked."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e.page_parts import SAY, answered, bot, mine, posts_of, say


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


@pytest.mark.parametrize(
    ("text", "mode", "picker"),
    [
        ("验证码", "numeric", None),
        ("几个人", "numeric", None),
        ("多少钱", "decimal", None),
        ("出生", "text", "date"),
        ("已经安全", "text", "datetime-local"),
        ("核对", "text", None),
        ("你好", "text", None),
    ],
)
async def test_field_suits_what_was_asked(page: Page, text: str, mode: str, picker: str | None):
    await say(page, text)
    await expect(page.locator(".message.bot")).to_have_count(2)
    await expect(page.locator(SAY)).to_have_attribute("inputmode", mode)
    await expect(page.locator("[data-part=pick]")).to_be_visible(visible=picker is not None)
    if picker:
        await expect(page.locator("[data-part=date]")).to_have_attribute("type", picker)
    # None of these asks for a file; a button for one would promise that it is wanted.
    await expect(page.locator("[data-part=choosefile]")).to_be_hidden()


@pytest.mark.parametrize(
    ("asked", "picked", "written"),
    [
        ("已经安全", "2026-11-23T08:20", "2026年11月23日 8:20"),
        ("出生", "1990-03-07", "1990年3月7日"),
    ],
)
async def test_what_was_picked_is_written_as_people_write_it(page: Page, asked: str, picked: str, written: str):
    await say(page, asked)
    await expect(page.locator("[data-part=pick]")).to_be_visible()
    await page.locator("[data-part=date]").evaluate(
        f"field => {{ field.value = '{picked}'; field.dispatchEvent(new Event('change')) }}"
    )
    await expect(page.locator(SAY)).to_have_value(written)
    await page.press(SAY, "Enter")
    await expect(bot(page, f"收到：{written}")).to_be_visible()


async def test_the_keyboard_of_digits_has_a_way_out_to_words(page: Page):
    await say(page, "几个人")
    await expect(page.locator(SAY)).to_have_attribute("inputmode", "numeric")
    await answered(page, "三个人，都是轻伤")
    await expect(page.locator(SAY)).to_have_attribute("inputmode", "text")
