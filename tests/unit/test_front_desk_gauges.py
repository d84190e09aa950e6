"""What the whole front desk tells Prometheus of what may get lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot.bootstrap import build_front_desk_parts, prepare_store
from bot.conversations.contacts import Act, Allowance
from bot.conversations.messages import Reply, Sender
from bot.front_desk import DeskOptions, build_app
from bot.settings import read_settings
from tests.fakes import START, SettableClock

KEY = "a key for whoever watches the desk"
ACCOUNT = {
    "BOT_WECHAT_APP_ID": "wx1",
    "BOT_WECHAT_SECRET": "s",
    "BOT_WECHAT_TOKEN": "t",
    "BOT_WECHAT_AES_KEY": "a" * 43,
}


async def read(app: web.Application) -> dict[str, float]:
    server = TestServer(app)
    await server.start_server()
    try:
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as http,
            http.get(server.make_url("/metrics")) as answer,
        ):
            text = await answer.text()
    finally:
        await server.close()
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return {"/".join([one.name, *one.labels.values()]): one.value for one in samples}


@pytest.mark.parametrize("account", [{}, ACCOUNT])
async def test_what_waits_and_for_how_long_is_told(tmp_path: Path, account: dict[str, str]) -> None:
    said = {"BOT_VAR_DIR": str(tmp_path), "BOT_DEMO": "0", "BOT_RASA_PORT": "9", "BOT_METRICS_KEY": KEY, **account}
    settings, clock = read_settings(said), SettableClock(START)
    prepare_store(settings, START.date())
    parts = build_front_desk_parts(settings)
    log = parts.message_log
    for name, waits in (("one", 90), ("wechat-two", 30)):
        log.open(name, channel="web", at=START)
        log.receive(name, message_id="m1", text="报案", choice_id="", at=START - timedelta(seconds=waits))
    parts.contacts.heard("wechat-two", "oAmy", Act("m1", True, Allowance(0, START)))
    log.append("wechat-two", Reply("好的"), sender=Sender.BOT, at=START)
    found = await read(build_app(settings, parts, DeskOptions(clock=clock)))
    assert found["bot_oldest_unanswered_seconds"] == 90
    assert (found["bot_ready/log"], found["bot_ready/assistant"], found["bot_ready/actions"]) == (1, 0, 0)
    # The second one may have been told meanwhile that the assistant is away.
    assert (found.get("bot_wechat_messages_unsent", 0) >= 1) is bool(account)
    states = ("customers_unreachable", "passive_only", "account_paused")
    assert [found.get(f"bot_wechat_{state}") for state in states] == ([0, 0, 0] if account else [None] * 3)
