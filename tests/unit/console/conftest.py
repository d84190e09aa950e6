"""The console alone on a real server, over a real SQLite store and a clock that the test moves."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from aiohttp import ClientResponse, CookieJar, FormData, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text as sql
from sqlalchemy.engine import Engine
from yarl import URL

from bot.adapters import WordGuard
from bot.bootstrap import build_deadlines, build_promises, build_stage_targets
from bot.complaints.loader import load_rules
from bot.complaints.rule import ComplaintRule, citing
from bot.console.app import ConsoleDeps, attach
from bot.console.auth import COOKIE
from bot.conversations.feed import Feed, Watch
from bot.conversations.messages import Reply, Sender
from bot.documents.inspect_image import inspect_file
from bot.documents.paper_pdf import print_paper
from bot.documents.report_pdf import print_report
from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.insurance.staff import POSTS, Credentials, DeskSession, Role, Staff, Stage, usual_posts
from bot.services.claim_rules import load_claim_rules
from bot.services.contingency import load_kinds
from bot.services.follow_ups.load_questionnaires import load_questionnaires
from bot.services.guard_reply import load_guard
from bot.services.intent_names import load_entity_names, load_intent_names
from bot.services.load_upkeep import load_upkeep
from bot.services.models.gate import load_gate
from bot.services.models.release import Release
from bot.services.models.workbench import Workbench
from bot.services.quality.load_rubric import load_rubric
from bot.services.servicing.limits import load_limits
from bot.settings import ROOT, Settings, read_settings
from bot.store.engine import build_engine, read_only
from bot.store.message_log import SqlMessageLog
from bot.store.model_folder import ModelFolder
from bot.store.text_messages import TextOutbox
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import DATA_KEY, START, SettableClock
from tests.migrated import migrated_store

HOSTILE = "<script>alert('x')</script>\"&'"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_FORM_ID = re.compile(r'name="form_id" value="([^"]+)"')


@dataclass(frozen=True)
class Customer:
    name: str = "赵建国" + HOSTILE
    id_number: str = "110105198001010010"
    phone: str = "13800000001"
    policies: tuple[str, ...] = ("P2023001234",)
    try_this: tuple[str, ...] = ("追尾了，要报案",)


class NoticedFeed(Feed):
    """Tells when somebody watches."""

    def __init__(self) -> None:
        super().__init__()
        self.watched = asyncio.Event()

    def watch(self, conversation_id: str) -> AbstractContextManager[Watch]:
        self.watched.set()
        return super().watch(conversation_id)


@dataclass
class Browser:
    """One agent's browser: keeps cookies, and the form token of the page it looked at last."""

    client: TestClient
    csrf: str = ""
    form_id: str = ""

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(path) as response:
            return response.status, self._read(await response.text())

    async def post(self, path: str, **fields: str) -> ClientResponse:
        fields = {"csrf": self.csrf, **fields}
        response = await self.client.post(path, data=fields, allow_redirects=False)
        await response.read()
        return response

    async def upload(self, path: str, content: bytes, *, name: str = "扫描.png", **fields: str) -> ClientResponse:
        """As a browser sends a form with one file."""
        form = FormData({"csrf": self.csrf, **fields})
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        response = await self.client.post(path, data=form, allow_redirects=False)
        await response.read()
        return response

    async def sign_in(self, agent: str, password: str) -> ClientResponse:
        await self.get("/desk/login")
        response = await self.post("/desk/login", agent=agent, password=password)
        await self.get("/desk")
        return response

    def _read(self, page: str) -> str:
        self.csrf = (_CSRF.findall(page) or [self.csrf])[0]
        self.form_id = (_FORM_ID.findall(page) or [self.form_id])[0]
        return page


@dataclass
class Place:
    """A started console and what is behind it."""

    deps: ConsoleDeps
    clock: SettableClock
    server: TestServer
    engine: object
    browsers: list[TestClient] = field(default_factory=list)

    def browser(self) -> Browser:
        client = TestClient(self.server, cookie_jar=CookieJar(unsafe=True))
        self.browsers.append(client)
        return Browser(client)

    async def agent(self) -> Browser:
        """One who may do everything."""
        return await self.signed_in(Staff("desk", frozenset(Role), frozenset(POSTS)))

    async def colleague(self, name: str = "1002", *roles: Role, posts: Collection[str] = ()) -> Browser:
        """One of these roles, at the usual posts unless said otherwise; without any role, an agent of the general post."""
        held = frozenset(roles or (Role.AGENT,))
        return await self.signed_in(Staff(name, held, frozenset(posts) or usual_posts(held)))

    async def signed_in(self, staff: Staff) -> Browser:
        """Without the steps that tests of signing in take."""
        cookie = f"cookie-of-{staff.name}-{len(self.browsers)}"
        key = hashlib.sha256(cookie.encode()).hexdigest()
        with self.deps.unit_of_work() as work:
            if work.staff.get(staff.name) is None:
                work.staff.add(staff, Credentials("no password", handed_out=False), self.clock())
            session = DeskSession(key, staff.name, f"token-of-{cookie}", Stage.DONE, self.clock(), self.clock())
            work.desk_sessions.open(session)
            work.commit()
        browser = self.browser()
        browser.client.session.cookie_jar.update_cookies({COOKIE: cookie}, URL(self.server.make_url("/desk")))
        await browser.get("/desk")
        return browser

    def hand_off(self, conversation_id: str, **changes: object) -> HandOff:
        """A customer who said something and waits for a person."""
        self.deps.log.open(conversation_id, channel="web", at=self.clock())
        self.deps.log.append(conversation_id, Reply("您好，我是机器人"), sender=Sender.BOT, at=self.clock())
        made = HandOff(
            conversation_id=conversation_id,
            reason="customer_asked",
            reason_zh="客户要求人工",
            post="综合",
            priority=Priority.NORMAL,
            slots=(("地点", "北四环"),),
            rules_fired=(),
            reference_no="",
            requested_at=self.clock(),
            idempotency_key=f"{conversation_id}:1",
        )
        made = replace(made, **changes)
        with self.deps.unit_of_work() as work:
            work.hand_offs.add(made)
            work.ownerships.set_owner(conversation_id, Owner.QUEUE, self.clock())
            work.commit()
        return made

    def send_text(self, phone: str, text: str) -> None:
        with self.deps.unit_of_work() as work:
            work.texts.send(phone, text, self.clock())
            work.commit()

    def audit(self) -> list[tuple[str, str, str, str]]:
        with self.engine.connect() as connection:
            rows = connection.execute(sql("SELECT event, subject, actor, detail FROM audit_log ORDER BY seq"))
            return [tuple(row) for row in rows]

    def pass_time(self, **spans: float) -> None:
        self.clock.now += timedelta(**spans)


@lru_cache(maxsize=1)
def complaint_rules() -> Sequence[ComplaintRule]:
    """Of the product's data: they take half a second to read, and nothing changes them."""
    return load_rules(ROOT / "data" / "complaints")


@pytest.fixture
def demo() -> bool:
    return True


def console_deps(engine: Engine, settings: Settings, clock: SettableClock) -> ConsoleDeps:
    """The desk's own parts on any store."""
    rules = complaint_rules()
    return ConsoleDeps(
        unit_of_work=lambda: SqlUnitOfWork(engine),
        reading=lambda: SqlUnitOfWork(read_only(engine)),
        log=SqlMessageLog(engine),
        feed=NoticedFeed(),
        settings=settings,
        clock=clock,
        named_customers=(Customer(),),
        recent_texts=TextOutbox(engine).texts_for,
        deadlines=build_deadlines(ROOT / "data"),
        questionnaires=load_questionnaires(ROOT / "data" / "follow_up"),
        limits=load_limits(ROOT / "data" / "servicing" / "limits.yml"),
        claim_rules=load_claim_rules(ROOT / "data" / "claims"),
        print_paper=print_paper,
        print_report=print_report,
        inspect_file=inspect_file,
        upkeep=load_upkeep(ROOT / "data"),
        promises=build_promises(ROOT / "data"),
        rubric=load_rubric(ROOT / "data" / "quality" / "rubric.yml"),
        intent_names=load_intent_names(ROOT / "data" / "intents.yml"),
        entity_names=load_entity_names(ROOT / "data" / "entities.yml"),
        objection=WordGuard(load_guard(ROOT / "data" / "guard" / "never_say.yml")).why,
        complaint_rules=rules,
        institutions={"HQ": "总公司", "BJ": "北京分公司", "SH": "上海分公司"},
        stage_targets=build_stage_targets(ROOT / "data"),
        disasters=load_kinds(ROOT / "data" / "events.yml"),
        cite=citing(rules),
        models=workbench(settings.var_dir / "models"),
    )


def workbench(folder: Path) -> Workbench:
    """On an empty folder; what is started does nothing."""
    registry, gate = ModelFolder(folder), load_gate(ROOT / "data" / "training" / "gate.yml")
    return Workbench(registry, Release(registry, timedelta(minutes=15)), lambda: gate, lambda _: None)


@asynccontextmanager
async def running_console(engine: Engine, settings: Settings) -> AsyncIterator[Place]:
    """The console alone on a real server, over this store."""
    clock = SettableClock(START)
    deps = console_deps(engine, settings, clock)
    app = web.Application()
    attach(app, deps)
    server = TestServer(app)
    await server.start_server()
    place = Place(deps, clock, server, engine)
    yield place
    deps.feed.close()
    for client in place.browsers:
        await client.session.close()
    await server.close()
    engine.dispose()


@pytest.fixture
async def place(tmp_path: Path, demo: bool) -> AsyncIterator[Place]:
    url = migrated_store(tmp_path / "desk.db")
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path), "DATABASE_URL": url, "BOT_DEMO": "1" if demo else "0"})
    async with running_console(build_engine(url, DATA_KEY), settings) as place:
        yield place
