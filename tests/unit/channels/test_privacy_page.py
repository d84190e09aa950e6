"""The privacy page names the company, whom to ask, what is kept how long, and the rights (个保法 art 17)."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web.channel import WebDeps, attach
from bot.channels.web.tokens import Tokens
from bot.conversations.feed import Feed
from bot.conversations.messages import Reply
from bot.front_desk import STATIC
from bot.services.privacy_notice import load_privacy_notice
from bot.settings import ROOT, read_settings
from tests.fakes import MemoryLog, SettableClock


async def page(tmp_path: Path, environment: dict[str, str]) -> str:
    async def ready() -> dict[str, bool]:
        return {}

    settings = read_settings({"BOT_VAR_DIR": str(tmp_path), **environment})
    deps = WebDeps(
        log=MemoryLog(),
        feed=Feed(),
        wake=lambda _: None,
        tokens=Tokens(settings.secrets.token_key),
        greeting=Reply(""),
        clock=SettableClock(),
        readiness=ready,
        print_document=lambda *_: b"",
        take_file=lambda *_: (0, False),
        static_dir=STATIC,
        notice=settings.privacy_notice,
    )
    app = web.Application()
    attach(app, deps)
    async with TestClient(TestServer(app)) as client, client.get("/static/privacy.html") as response:
        assert response.status == 200
        return await response.text()


async def test_the_page_names_the_company_and_whom_to_ask(tmp_path: Path) -> None:
    shown = await page(
        tmp_path,
        {
            "BOT_COMPANY_NAME": "示例<保险>公司",
            "BOT_PRIVACY_CONTACT": "法务部 privacy@example.com",
            "BOT_SERVICE_PHONE": "95500",
        },
    )
    for words in ("示例&lt;保险&gt;公司", "法务部 privacy@example.com", "95500"):
        assert words in shown
    assert "{" not in shown


async def test_what_is_kept_how_long_and_the_rights_are_said(tmp_path: Path) -> None:
    shown = await page(tmp_path, {})
    for words in (
        "至少 10 年",
        "反洗钱法第三十四条",
        "查阅",
        "更正",
        "删除",
        "撤回同意",
        "12378",
        "保险合同首页印的客服热线",
    ):
        assert words in shown
    assert "{" not in shown


async def test_the_page_has_the_version_that_is_recorded_with_the_customer(tmp_path: Path) -> None:
    version = load_privacy_notice(ROOT / "data" / "privacy_notice.yml").version
    assert f'id="version">{version}<' in await page(tmp_path, {})


def test_each_channel_is_told_where_the_whole_text_stands() -> None:
    notice = load_privacy_notice(ROOT / "data" / "privacy_notice.yml")
    assert "页面下方" in notice.for_channel("web")
    assert "网页客服" in notice.for_channel("wechat")
    assert "页" not in notice.for_channel("ivr")
