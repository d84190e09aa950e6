"""A chat server on a real port and a customer who has just arrived; an official account before a stand-in of WeChat's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.chat_server import ChatServer, Customer, sqlite_log
from tests.wechat_account import WeChatAccount


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ChatServer]:
    async with ChatServer(sqlite_log(tmp_path)).running() as running:
        yield running


@pytest.fixture
async def customer(http: aiohttp.ClientSession, server: ChatServer) -> Customer:
    return await Customer.arrive(http, server.url)


@pytest.fixture
async def account(tmp_path: Path) -> AsyncIterator[WeChatAccount]:
    async with WeChatAccount(tmp_path).running() as running:
        yield running


@pytest.fixture
async def hurried(tmp_path: Path) -> AsyncIterator[WeChatAccount]:
    """One that waits for no turn: every answer is pushed."""
    async with WeChatAccount(tmp_path, answer_by=0.05).running() as running:
        yield running
