"""A whole front desk (real API, real dispatcher, real console, SQLite) with a small scripted assistant in Rasa's place."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.adapters import FileTaker
from bot.bootstrap import build_deadlines
from bot.channels import web as web_channel
from bot.channels.web.channel import WebDeps
from bot.channels.web.channel import attach as attach_chat
from bot.channels.web.identity import SiteIdentity
from bot.channels.web.limits import Limits, Rate
from bot.channels.web.tokens import Tokens
from bot.console.app import ConsoleDeps
from bot.console.app import attach as attach_console
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed
from bot.conversations.messages import Inbound, InputHint, OfferedChoice, Reply
from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.services.claim_rules import load_claim_rules
from bot.services.follow_ups.load_questionnaires import load_questionnaires
from bot.services.intent_names import load_entity_names, load_intent_names
from bot.services.open_document import DocumentGoneError
from bot.services.servicing.limits import load_limits
from bot.services.staff_accounts import By, add_first
from bot.settings import ROOT, Settings, read_settings
from bot.store.demo_people import NAMED_CUSTOMERS
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from bot.store.site_customers import SqlSiteCustomers
from bot.store.text_messages import TextOutbox
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import DATA_KEY, PeopleQueue
from tests.migrated import migrated_store

CHINA = ZoneInfo("Asia/Shanghai")
STATIC = Path(web_channel.__file__).parent / "static"
GREETING = Reply(
    "您好，我是智能客服，是机器人，不是真人。\n报案、查保单、投诉、改受益人都可以在这里办，直接说您的事就行；随时可以转人工。",
    tuple(OfferedChoice(title, f"/{title}") for title in ("报案", "查保单", "投诉", "改受益人", "转人工")),
)
SCRIPT: dict[str, Reply] = {
    "报案": Reply(
        "先看人。如果有人受伤或者不舒服，请先打 120，到安全的地方等。现在安全了吗？",
        tuple(OfferedChoice(title, f"/{title}") for title in ("已经安全", "还没有", "需要帮我转人工")),
        InputHint("is_safe", "choice"),
    ),
    "已经安全": Reply(
        "好，我来帮您报案，大约要 1 分钟。事故是今天几点发生的？（第 1/6 步）", (), InputHint("event_time", "datetime")
    ),
    "验证码": Reply(
        "验证码已发到您登记的手机 139****5678，请告诉我 6 位数字，10 分钟内有效。", (), InputHint("code", "otp")
    ),
    "出生": Reply("被保险人是哪天出生的？", (), InputHint("birth", "date")),
    "几个人": Reply("一共几个人受伤？", (), InputHint("injured", "number")),
    "多少钱": Reply("损失大约多少钱？", (), InputHint("loss", "amount")),
    "电话": Reply("可以拨打 12378，或访问 https://example.com/help。保单 P2023001234，保额 120 万，12378 元。"),
    "补交": Reply(
        "请发“门诊病历”，可以发多张。", (OfferedChoice("都发完了", "/inform"),), InputHint("claim_files", "file")
    ),
    "电子保单": Reply("点这里下载：/api/chat/documents/once_A-1\n链接只能打开一次。"),
    "核对": Reply(
        "请核对：\n· 时间 11 月 23 日 8:20\n· 地点 北四环学院桥东\n· 经过 追尾，对方车牌 京B·6***8\n"
        "· 受伤 1 人（颈部疼痛，未就医）\n· 联系电话 138****0000",
        tuple(OfferedChoice(title, f"/{title}") for title in ("确认提交", "改一项", "先不报了")),
        InputHint("confirm", "confirm"),
    ),
}


@dataclass(frozen=True)
class Card:
    name: str
    id_number: str
    phone: str
    policies: tuple[str, ...]
    purpose: str
    try_this: tuple[str, ...]


CARDS = [Card(one.name, one.id_number, one.phone, one.policy_nos, one.purpose, one.try_this) for one in NAMED_CUSTOMERS]


class Script:
    """Answers from SCRIPT, else 「收到：…」; 「转人工」 makes a hand-off. `hold` keeps turns waiting while it is unset."""

    def __init__(self, hand_over: Callable[[str, datetime, str], None]) -> None:
        self.seen: list[Inbound] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self._hand_over = hand_over

    async def respond(self, inbound: Inbound) -> Sequence[Reply]:
        self.seen.append(inbound)
        await self.hold.wait()
        if "转人工" in inbound.text:
            await asyncio.to_thread(self._hand_over, inbound.conversation_id, inbound.received_at, inbound.message_id)
            return [Reply("正在为您接通人工，前面 1 位，大约 2 分钟。您说过的我都转给坐席，不用重说。")]
        return [SCRIPT.get(inbound.text, Reply(f"收到：{inbound.text}"))]


class Site:
    """One installation. `stop` and `start` again is a restart: same database, same port, new processes' memory."""

    def __init__(self, var_dir: Path) -> None:
        url = migrated_store(var_dir / "assistant.db")
        self.settings: Settings = read_settings({"BOT_VAR_DIR": str(var_dir), "DATABASE_URL": url})
        self.token_key = self.settings.secrets.token_key
        self.engine = build_engine(url, DATA_KEY)
        self.log = SqlMessageLog(self.engine)
        self.limits = load_limits(ROOT / "data" / "servicing" / "limits.yml")
        self.script = Script(self.hand_over)
        add_first(self.unit_of_work, self.settings.secrets.desk_password, By("system", self.now()))
        self.port = 0
        self.refuse_streams = False
        self.documents_left = 1
        self.banner = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> datetime:
        return datetime.now(CHINA)

    def unit_of_work(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine)

    async def start(self, *, origins: frozenset[str] = frozenset(), widget_key: str = "") -> None:
        self.feed = Feed()
        self.dispatcher = Dispatcher(self.log, self.script, self.feed, people=PeopleQueue(self.log), clock=self.now)
        app = web.Application(middlewares=[self._watch])
        plenty = Rate(1000, 1000)
        chat = WebDeps(
            log=self.log,
            feed=self.feed,
            wake=self.dispatcher.wake,
            tokens=Tokens(self.token_key),
            greeting=GREETING,
            clock=self.now,
            readiness=self._ready,
            print_document=self._print_document,
            take_file=FileTaker(self.unit_of_work, self.log, self.limits),
            limits=Limits(plenty, plenty, plenty, files=plenty),
            static_dir=STATIC,
            banner=lambda _: self.banner,
            origins=origins,
            identity=SiteIdentity(widget_key),
            customers=SqlSiteCustomers(self.engine) if widget_key else None,
        )
        attach_chat(app, chat)
        outbox = TextOutbox(self.engine)
        console = ConsoleDeps(
            unit_of_work=self.unit_of_work,
            reading=self.unit_of_work,
            log=self.log,
            feed=self.feed,
            settings=self.settings,
            clock=self.now,
            named_customers=CARDS,
            recent_texts=outbox.texts_for,
            deadlines=build_deadlines(ROOT / "data"),
            questionnaires=load_questionnaires(ROOT / "data" / "follow_up"),
            limits=self.limits,
            claim_rules=load_claim_rules(ROOT / "data" / "claims"),
            intent_names=load_intent_names(ROOT / "data" / "intents.yml"),
            entity_names=load_entity_names(ROOT / "data" / "entities.yml"),
        )
        attach_console(app, console)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        listener = web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True)
        await listener.start()
        self.port = self.runner.addresses[0][1]
        await self.dispatcher.start()

    async def stop(self) -> None:
        self.feed.close()
        await self.dispatcher.stop(0.1)
        await self.runner.cleanup()

    def hand_over(self, conversation_id: str, at: datetime, message_id: str) -> None:
        with self.unit_of_work() as work:
            work.hand_offs.add(
                HandOff(
                    conversation_id=conversation_id,
                    reason="customer_asked",
                    reason_zh="客户要求人工服务",
                    post="理赔",
                    priority=Priority.COMPLAINT,
                    slots=(("事故时间", "11 月 23 日 8:20"), ("地点", "北四环学院桥东")),
                    rules_fired=("regulator_words", "elderly_customer"),
                    reference_no="C20261123000017",
                    requested_at=at,
                    idempotency_key=secrets.token_hex(8),
                )
            )
            work.ownerships.set_owner(conversation_id, Owner.QUEUE, at, message_id=message_id)
            work.commit()

    @web.middleware
    async def _watch(self, request: web.Request, handler: Callable) -> web.StreamResponse:
        if request.path == "/api/chat/stream" and self.refuse_streams:
            return web.Response(status=502)
        return await handler(request)

    def _print_document(self, token: str, conversation_id: str, _: datetime) -> bytes:
        """One document for whichever conversation comes first."""
        if (token, self.documents_left) != ("once_A-1", 1):
            raise DocumentGoneError
        self.documents_left = 0
        return b"%PDF-1.4 a document"

    async def _ready(self) -> dict[str, bool]:
        return {"log": True, "assistant": True, "actions": True}
