"""Schemathesis over both contracts: whatever a schema allows or forbids is answered as it says, and nothing is answered by 5xx."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from bot.settings import ROOT
from tests.chat_server import ChatServer, sqlite_log
from tests.hotline import KEY, Hotline

# The same cases each time: a run that fails by chance tells nothing to who has changed something else.
ALWAYS = ("--generation-deterministic", "--max-examples", "40", "--phases", "coverage,fuzzing", "--no-color")


async def fuzz(contract: str, url: str, headers: Mapping[str, str]) -> str:
    """What the tool prints. Raises AssertionError when it found a failure."""
    arguments = [argument for name, value in headers.items() for argument in ("--header", f"{name}: {value}")]
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(ROOT / "tests" / "schemathesis.toml"),
        "run", str(ROOT / "docs" / contract), "--url", url, *arguments, *ALWAYS,
        # A body that is a photo is rarely guessed.
        "--suppress-health-check", "filter_too_much",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed = (await done.communicate())[0].decode()
    assert done.returncode == 0, printed[-6000:]
    return printed


def generated(printed: str) -> int:
    found = re.search(r"(\d+) generated, (\d+) passed", printed)
    assert found, printed[-2000:]
    assert int(found[2]) >= 0.9 * int(found[1])
    return int(found[1])


async def test_the_chat_api_keeps_its_contract_whatever_is_sent(tmp_path: Path) -> None:
    async with ChatServer(sqlite_log(tmp_path)).running() as server:
        server.feed.close()  # streams and long polls end at once
        async with aiohttp.ClientSession() as http, http.post(f"{server.url}/api/chat/sessions") as answer:
            token = (await answer.json())["token"]
        printed = await fuzz("openapi.yml", server.url, {"Authorization": f"Bearer {token}"})
    assert generated(printed) > 300


async def test_the_hotline_keeps_its_contract_whatever_is_sent(tmp_path: Path) -> None:
    async with Hotline(tmp_path, patience=0.2).running() as hotline:
        printed = await fuzz("openapi-ivr.yml", hotline.url, {"Authorization": f"Bearer {KEY}"})
    assert generated(printed) > 100
