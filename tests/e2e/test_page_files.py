"""The page's file field: there when a file is asked for, with its name, its progress and plain words when it fails."""

from __future__ import annotations

import re

from playwright.async_api import Page, Route, expect

from tests.e2e.page_parts import bot, mine, say
from tests.e2e.standin import Site
from tests.photos import HTML, photo

CHOOSE = "[data-part=choosefile]"
NAME = "[data-part=filename]"
UPLOAD = "[data-part=sendfile]"
ERROR = "[data-part=fileerror]"
FILES = re.compile("/api/chat/files$")


async def asked_for_a_file(page: Page) -> None:
    await say(page, "补交")
    await expect(page.locator(CHOOSE)).to_be_visible()


async def choose(page: Page, name: str, content: bytes, media_type: str = "image/png") -> None:
    async with page.expect_file_chooser() as chooser:
        await page.click(CHOOSE)
    await (await chooser.value).set_files({"name": name, "mimeType": media_type, "buffer": content})


async def test_a_photo_is_chosen_named_sent_and_answered(page: Page, site: Site) -> None:
    await expect(page.locator(CHOOSE)).to_be_hidden()
    await asked_for_a_file(page)
    await choose(page, "我的病历.png", photo())
    await expect(page.locator(NAME)).to_contain_text("我的病历.png（")
    await page.click(UPLOAD)
    await expect(mine(page).filter(has_text="[文件] 我的病历.png")).to_be_visible()
    await expect(bot(page, "收到：[文件] 我的病历.png")).to_be_visible()
    # Nobody asks for a file any more.
    await expect(page.locator(CHOOSE)).to_be_hidden()
    conversation = site.script.seen[-1].conversation_id
    with site.unit_of_work() as work:
        (file,) = work.files.of_conversation(conversation)
        assert work.files.content(file.file_no) == photo()


async def test_what_can_not_be_taken_is_said_before_it_is_sent(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: FILES.search(request.url) and sent.append(request.url))
    await asked_for_a_file(page)
    for name, content, media_type, words in (
        ("说明.html", HTML, "text/html", "只能传照片"),
        ("空.png", b"", "image/png", "是空的"),
        ("大.pdf", bytes(10 * 1024 * 1024 + 1), "application/pdf", "超过 10MB"),
    ):
        await choose(page, name, content, media_type)
        await expect(page.locator(ERROR)).to_contain_text(words)
        await expect(page.locator(UPLOAD)).to_be_hidden()
    assert sent == []


async def test_what_the_server_refuses_is_said_in_its_words(page: Page) -> None:
    await asked_for_a_file(page)
    await choose(page, "假的.png", HTML)
    await page.click(UPLOAD)
    await expect(page.locator(ERROR)).to_contain_text("只能传照片（jpg、png、heic）或 PDF")
    await page.click("[data-part=dropfile]")
    await expect(page.locator(NAME)).to_be_hidden()
    await expect(page.locator(ERROR)).to_be_hidden()


async def test_a_lost_upload_is_sent_again_and_stored_once(page: Page, site: Site) -> None:
    lost: list[str] = []

    async def lose_the_answer(route: Route) -> None:
        """The file arrives, its receipt does not."""
        if lost:
            await route.continue_()
            return
        lost.append(route.request.headers["x-message-id"])
        await route.fetch()
        await route.abort()

    await page.route(FILES, lose_the_answer)
    await asked_for_a_file(page)
    await choose(page, "发票.png", photo(2))
    await page.click(UPLOAD)
    await expect(page.locator(ERROR)).to_contain_text("可以再点一次“上传”")
    await page.click(UPLOAD)
    await expect(page.locator(NAME)).to_be_hidden()
    await expect(mine(page).filter(has_text="[文件] 发票.png")).to_have_count(1)
    with site.unit_of_work() as work:
        assert len(work.files.of_conversation(site.script.seen[-1].conversation_id)) == 1


async def test_while_it_leaves_its_progress_shows_and_nothing_is_sent_twice(page: Page) -> None:
    waiting: list[Route] = []
    await page.route(FILES, lambda route: waiting.append(route))
    await asked_for_a_file(page)
    await choose(page, "发票.png", photo(3))
    await page.click(UPLOAD)
    await expect(page.locator("[data-part=progress]")).to_be_visible()
    await expect(page.locator(UPLOAD)).to_be_disabled()
    await expect(page.locator(CHOOSE)).to_be_disabled()
    assert len(waiting) == 1
    await waiting[0].continue_()
    await expect(page.locator("[data-part=progress]")).to_be_hidden()
    await expect(mine(page).filter(has_text="[文件] 发票.png")).to_be_visible()
