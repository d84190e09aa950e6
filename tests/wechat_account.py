"""An official account on a real port and a real SQLite file, with a scripted assistant behind it and WeChat's stand-in before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from aiohttp import web

from bot.adapters import FileTaker
from bot.channels.wechat.channel import WeChatDeps, attach, conversation_of
from bot.channels.wechat.crypto import Seal
from bot.channels.wechat.intake import MenuKey
from bot.channels.wechat.render import MORE, parts_of
from bot.clients.wechat_api import WeChatApi
from bot.conversations.delivery import Deliverer
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed
from bot.conversations.messages import OfferedChoice, Reply
from bot.conversations.retry import RetryPolicy
from bot.services.servicing.limits import load_limits
from bot.settings import ROOT
from bot.store.account_tokens import SqlAccountTokens
from bot.store.contacts import SqlContacts
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from bot.store.unit_of_work import SqlUnitOfWork
from simulators.wechat.server import Account, WeChatServer
from tests.fakes import DATA_KEY, PeopleQueue, ScriptedAssistant
from tests.migrated import migrated_store

GREETING = Reply("您好，我是智能客服（机器人）。", (OfferedChoice("报案", "/report_claim"),))
ID_KEY = "a key of the tests"


class RealClock:
    """The real time, moved on as the test says: signatures carry it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(timezone(timedelta(hours=8))) + self.ahead


@dataclass
class WeChatAccount:
    """`answer_by`: seconds that the door waits for a turn."""

    folder: Path
    account: Account = field(default_factory=Account)
    answer_by: float = 2.0
    hangs_up_after: float = 5.0
    to_their_agents: bool = False
    assistant: ScriptedAssistant = field(default_factory=ScriptedAssistant)
    clock: RealClock = field(default_factory=RealClock)

    def __post_init__(self) -> None:
        url = migrated_store(self.folder / "assistant.db")
        self.engine = build_engine(url, DATA_KEY)
        self.log, self.contacts = SqlMessageLog(self.engine), SqlContacts(self.engine)
        self.server = WeChatServer("", self.account, self.hangs_up_after, clock=lambda: self.clock().timestamp())

    def conversation(self, open_id: str) -> str:
        return conversation_of(open_id, self.account.app_id, ID_KEY)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[WeChatAccount]:
        """The account's door; again after it ended, as after a restart."""
        retry = RetryPolicy(first=0.02, longest=0.1, longest_probe=0.05)
        feed, unit_of_work = Feed(), lambda: SqlUnitOfWork(self.engine)
        async with self.server.running():
            api = WeChatApi(
                self.server.url, self.account.app_id, self.account.secret, tokens=SqlAccountTokens(self.engine)
            )
            dispatcher = Dispatcher(
                self.log, self.assistant, feed, people=PeopleQueue(self.log), clock=self.clock, retry=retry
            )
            deliverer = Deliverer(
                self.contacts,
                feed,
                owns=lambda conversation_id: conversation_id.startswith("wx"),
                cut=parts_of,
                send=api.send_text,
                clock=self.clock,
                retry=retry,
                more=MORE,
            )
            limits = load_limits(ROOT / "data" / "servicing" / "limits.yml")
            app = web.Application()
            attach(
                app,
                WeChatDeps(
                    seal=Seal(self.account.app_id, self.account.token, self.account.aes_key),
                    log=self.log,
                    unit_of_work=unit_of_work,
                    contacts=self.contacts,
                    deliverer=deliverer,
                    feed=feed,
                    wake=dispatcher.wake,
                    take_file=FileTaker(unit_of_work, self.log, limits),
                    media=api.media,
                    greeting=GREETING,
                    clock=self.clock,
                    id_key=ID_KEY,
                    menu={"report_claim": MenuKey("报案", "/report_claim")},
                    answer_by=self.answer_by,
                    to_their_agents=self.to_their_agents,
                ),
            )
            runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = self.server.callback = f"http://127.0.0.1:{runner.addresses[0][1]}/wechat"
            await dispatcher.start()
            await deliverer.start()
            self.feed, self.api = feed, api
            try:
                yield self
            finally:
                feed.close()
                await runner.cleanup()
                await dispatcher.stop()
                await deliverer.stop()
                await api.close()
