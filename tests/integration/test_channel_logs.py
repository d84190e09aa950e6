"""No log line of ours has what a customer says, who he is on WeChat, or the number that calls: not even when the assistant fails."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversations.messages import InputHint, OfferedChoice, Reply
from bot.conversations.notices import WAITING
from bot.errors import StoreUnavailableError
from bot.insurance.hand_off import Owner
from tests.hotline import KEY, AlibabaGateway, Hotline, VoiceXmlGateway
from tests.photos import photo
from tests.wechat_account import WeChatAccount

CANARY, PHONE, DIGITS = "金丝雀", "13800001234", "一三九零零零零五六七八"
OPEN_ID = "oCanary-00000000000000000001"
SECRETS = (CANARY, PHONE, DIGITS, "13900005678", OPEN_ID, KEY)


class Lines:
    """Everything that any logger of ours was given, at any level: message, arguments, data, and the errors with their causes."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    def events(self) -> list[str]:
        return [record.getMessage() for record in self._caplog.records if record.name.startswith("bot.")]

    def keep_to_themselves(self) -> None:
        for record in self._caplog.records:
            written = f"{record.getMessage()} {record.args} {record.__dict__} {record.exc_text}"
            written += json.dumps(getattr(record, "data", {}), ensure_ascii=False, default=str)
            error = record.exc_info[1] if record.exc_info else None
            while error is not None:
                written += f" {error!r}"
                error = error.__cause__ or error.__context__
            assert not [secret for secret in SECRETS if secret in written], (record.name, record.msg)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Lines]:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="bot"):
        yield Lines(caplog)


def asking(_: object) -> list[Reply]:
    return [Reply(f"{CANARY}的手机号是？", (OfferedChoice(CANARY, "/x"),), InputHint("claim_phone", "phone"))]


async def test_neither_words_nor_ids_of_wechats_customers_are_logged(hurried: WeChatAccount, lines: Lines) -> None:
    hurried.assistant.answer = asking
    await hurried.server.event(OPEN_ID, "subscribe", "")
    await hurried.server.say(OPEN_ID, f"{CANARY}{PHONE}")
    await hurried.server.hears(OPEN_ID, CANARY)
    await hurried.server.speak(OPEN_ID, CANARY)
    await hurried.server.show(OPEN_ID, photo(1))
    await hurried.server.show_kind(OPEN_ID, "location", Location_X="1", Location_Y="2", Scale="3", Label=CANARY)
    await hurried.server.event(OPEN_ID, "CLICK", "no_such_key")
    await hurried.server.deliver_again(OPEN_ID, "77", f"{CANARY}一")
    await hurried.server.deliver_again(OPEN_ID, "77", f"{CANARY}二")
    hurried.server.errcodes.extend([45047])
    await hurried.server.say(OPEN_ID, f"再来{CANARY}")
    hurried.log.set_owner(hurried.conversation(OPEN_ID), Owner.HUMAN, hurried.clock())
    await hurried.server.say(OPEN_ID, f"人工{CANARY}")
    assert {"turn.done", "wechat.unknown_menu_key"} <= {*lines.events()}
    lines.keep_to_themselves()


@pytest.mark.parametrize("how", ["down", "raises", "defect"])
async def test_nor_are_they_when_the_assistant_fails(hurried: WeChatAccount, lines: Lines, how: str) -> None:
    text = f"{CANARY}{PHONE}"

    def defect(_: object) -> list[Reply]:
        raise KeyError("a defect")

    hurried.assistant.up = how != "down"
    hurried.assistant.raises = {text} if how == "raises" else set()
    hurried.assistant.answer = defect
    await hurried.server.say(OPEN_ID, text)
    await hurried.server.hears(OPEN_ID, WAITING.text if how == "down" else "转人工")
    assert "turn.failed" in lines.events()
    lines.keep_to_themselves()


async def test_neither_words_nor_numbers_of_callers_are_logged(tmp_path: Path, lines: Lines) -> None:
    async with Hotline(tmp_path).running() as hotline:
        hotline.assistant.answer = asking
        call = hotline.call()
        await call.send("start", **{"from": f"+86{PHONE}", "to": PHONE})
        await call.says(CANARY, confidence=0.2, alternatives=[f"{CANARY}{DIGITS}"])
        await call.says("对")
        await call.says(DIGITS)
        await call.says("不对")
        await call.send("dtmf", digits="13900005678#")
        await call.send("speech", text=CANARY, event_id="same")
        await call.send("speech", text=f"{CANARY}二", event_id="same")
        await call.post({"id": CANARY, "type": "speech", "text": CANARY, CANARY: PHONE})
        await call.post({"id": "x1", "type": CANARY, "from": PHONE})
        await call.post(None, raw=f'{{"text": "{CANARY}'.encode())
        await call.send("hangup")
        alibaba = AlibabaGateway(hotline.http, hotline.url, "call-2")
        await alibaba.send("callin", caller=PHONE)
        await alibaba.send(CANARY, words=f"{CANARY}{PHONE}")
        await alibaba.post(f'{{"call_id": "{CANARY}", "words": "{PHONE}"}}'.encode())
        await alibaba.says(CANARY * 1000)
        browser = VoiceXmlGateway(hotline.http, hotline.url, "call-3")
        await browser.fetch(caller=PHONE)
        await browser.fetch(event=CANARY, id="n1", said=CANARY)
    assert {"turn.done", "ivr.used_again", "ivr.unknown_type", "ivr.unread"} <= {*lines.events()}
    lines.keep_to_themselves()


@pytest.mark.parametrize("how", ["down", "raises", "store", "defect"])
async def test_nor_are_they_when_a_call_fails(tmp_path: Path, lines: Lines, how: str) -> None:
    async with Hotline(tmp_path, patience=0.2, outage_patience=0.2).running() as hotline:
        hotline.assistant.up = how != "down"
        hotline.assistant.raises = {CANARY} if how == "raises" else set()

        def fails(*_: str) -> str | None:
            raise StoreUnavailableError(error="OperationalError") if how == "store" else KeyError("a defect")

        if how in ("store", "defect"):
            hotline.calls.answered = fails  # type: ignore[method-assign]
        browser = VoiceXmlGateway(hotline.http, hotline.url, "call-4")
        await browser.fetch(caller=PHONE)
        await browser.fetch(event="speech", id="n1", said=CANARY)
    assert {"turn.failed", "ivr.failed"} & {*lines.events()}
    lines.keep_to_themselves()
