"""/desk: sign in, the queue, one conversation."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.console import auth
from bot.console.agents import FIRST_AGENT, Agents, BadAgentNameError
from bot.console.case_sheet import TRANSACTION_NAMES
from bot.console.deps import ConsoleDeps
from bot.console.desk_work import DeskWork, NothingToTakeError, NotInHandError, TakenByOtherError
from bot.console.forms import read_form
from bot.console.pages import CHINA, Pages
from bot.console.wording import warning
from bot.services.triage_complaint import RecusedError

LONGEST_ANSWER = 2000
LONGEST_WAIT = 25.0  # seconds
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Desk:
    deps: ConsoleDeps
    pages: Pages
    agents: Agents
    work: DeskWork
    sessions: auth.Sessions
    brake: auth.SignInBrake

    def routes(self) -> list[web.AbstractRouteDef]:
        one = r"/desk/{conversation_id:[\w.-]{1,128}}"
        return [
            web.get("/desk/login", self.show_login),
            web.post("/desk/login", self.login),
            web.post("/desk/logout", self.signed_in(self.logout)),
            web.get("/desk", self.signed_in(self.queue)),
            web.get("/desk/agents", self.signed_in(self.show_agents)),
            web.post("/desk/agents", self.signed_in(self.change_agents)),
            web.get(one, self.signed_in(self.conversation)),
            web.get(one + "/messages.json", self.signed_in(self.news)),
            web.post(one + "/take", self.signed_in(self.take)),
            web.post(one + "/answer", self.signed_in(self.answer)),
            web.post(one + "/return", self.signed_in(self.give_back)),
        ]

    def signed_in(self, handler: auth.Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Only for agents; every POST must carry the session's form token. Refusals of the desk become pages."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            session = self.sessions.find(request)
            if session is None:
                if request.path.endswith(".json"):
                    return web.json_response({"code": "signed_out", "message": "请重新登录。"}, status=401)
                raise web.HTTPSeeOther("/desk/login")
            if request.method == "POST" and not session.accepts(await _field(request, "csrf")):
                return self.pages.refuse(403, "页面已过期，请返回工作台重新打开后再操作。")
            try:
                return await handler(request, session)
            except NothingToTakeError:
                return self.pages.refuse(404, "没有这个待处理的会话，可能已经交还机器人。")
            except TakenByOtherError as error:
                return self.pages.refuse(409, f"这个会话已由 {error.data['agent']} 接手。")
            except NotInHandError:
                return self.pages.refuse(409, "请先接手，再答复或交还。")
            except RecusedError:
                return self.pages.refuse(403, "这里投诉的是您本人，按回避规定由别的同事处理（投诉办法第十七条）。")

        return guarded

    async def show_login(self, request: web.Request) -> web.StreamResponse:
        return self._login_page(request)

    async def login(self, request: web.Request) -> web.StreamResponse:
        if not auth.same_token(request.cookies.get(auth.FORM_COOKIE, ""), await _field(request, "csrf")):
            return self._login_page(request, 403, "页面已过期，请重新登录。")
        agent, address = (await _field(request, "agent")).strip(), request.remote or ""
        if seconds := self.brake.wait(address, agent):
            page = self._login_page(request, 429, f"尝试次数过多，请 {-(-seconds // 60)} 分钟后再试。")
            page.headers["Retry-After"] = str(seconds)
            return page
        if not await asyncio.to_thread(self.agents.check, agent, await _field(request, "password")):
            return self._login_page(request, 401, "工号或密码不正确。")
        self.brake.forgive(address, agent)
        response = web.Response(status=303, headers={"Location": "/desk"})
        self.sessions.open(agent, response, secure=request.secure)
        response.del_cookie(auth.FORM_COOKIE, path="/desk")
        return response

    def _login_page(self, request: web.Request, status: int = 200, sentence: str = "") -> web.Response:
        token = secrets.token_urlsafe(24)
        page = self.pages.show("login.html", status=status, csrf=token, sentence=sentence, first_agent=FIRST_AGENT)
        auth.set_cookie(page, auth.FORM_COOKIE, token, secure=request.secure, max_age=3600)
        return page

    async def logout(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        response = web.Response(status=303, headers={"Location": "/desk/login"})
        self.sessions.close(request, response)
        return response

    async def queue(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        overview = await asyncio.to_thread(self.work.overview, session.agent, self.deps.clock().date())
        return self.pages.show(
            "queue.html", session=session, overview=overview, first_agent=FIRST_AGENT, names=TRANSACTION_NAMES
        )

    async def show_agents(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        return self._agents_page(session)

    async def change_agents(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        if session.agent != FIRST_AGENT:
            return self._agents_page(session)
        name = (await _field(request, "name")).strip()
        if await _field(request, "do") == "remove":
            self.agents.remove(name)
            self.sessions.close_all(name)
            return self._agents_page(session, sentence=f"已移除 {name}。")
        try:
            password = await asyncio.to_thread(self.agents.add, name)
        except BadAgentNameError:
            return self._agents_page(session, 400, sentence="工号应为 2 到 20 位字母、数字或汉字。")
        self.sessions.close_all(name)
        return self._agents_page(session, sentence=f"{name} 的密码（只显示这一次）：{password}")

    def _agents_page(self, session: auth.Session, status: int = 200, sentence: str = "") -> web.Response:
        if session.agent != FIRST_AGENT:
            return self.pages.refuse(403, "只有首位坐席可以管理坐席账号。")
        return self.pages.show(
            "agents.html",
            status=status,
            session=session,
            names=self.agents.names(),
            sentence=sentence,
            first_agent=FIRST_AGENT,
        )

    async def conversation(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        dossier = await asyncio.to_thread(self.work.look, _id(request), session.agent, self.deps.clock())
        return self.pages.show(
            "conversation.html",
            session=session,
            dossier=dossier,
            form_id=secrets.token_urlsafe(12),
            longest=LONGEST_ANSWER,
            first_agent=FIRST_AGENT,
        )

    async def news(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        """Messages after a number, as soon as there are any or the owner changes; at the latest after `wait` seconds."""
        after, wait = request.query.get("after", ""), request.query.get("wait", "0")
        if not (after.isdecimal() and wait.isdecimal() and len(after) < 10 and len(wait) < 3):
            return web.json_response({"code": "bad_query", "message": "查询参数不正确。"}, status=400)
        conversation_id, log = _id(request), self.deps.log
        if not await asyncio.to_thread(self.work.may_follow, conversation_id, session.agent):
            return web.json_response({"code": "closed", "message": "会话已交还机器人。"}, status=404)
        deadline = asyncio.get_running_loop().time() + min(LONGEST_WAIT, int(wait))
        with self.deps.feed.watch(conversation_id) as watch:
            first = owner = await asyncio.to_thread(log.owner, conversation_id)
            while not (messages := await asyncio.to_thread(log.after, conversation_id, int(after))) and owner is first:
                left = deadline - asyncio.get_running_loop().time()
                if self.deps.feed.closed or left <= 0 or not await watch.wait(left):
                    break
                owner = await asyncio.to_thread(log.owner, conversation_id)
        shown = [
            {
                "seq": one.seq,
                "from": one.sender.value,
                "text": one.text,
                "at": one.at.astimezone(CHINA).strftime("%H:%M"),
            }
            for one in messages
        ]
        return web.json_response({"messages": shown, "owner": owner.value})

    async def take(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        await asyncio.to_thread(self.work.take, _id(request), session.agent, self.deps.clock())
        return self._changed(_id(request), f"/desk/{_id(request)}")

    async def answer(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        text = _CONTROL.sub("", (await _field(request, "text")).replace("\r\n", "\n")).strip()
        if not text or len(text) > LONGEST_ANSWER:
            return self.pages.refuse(400, f"答复应为 1 到 {LONGEST_ANSWER} 个字。")
        if warned := warning(session, self.deps.objection, text, "客户"):
            return self.pages.refuse(422, warned)
        if session.first_use(await _field(request, "form_id")):
            await asyncio.to_thread(self.work.answer, _id(request), session.agent, text, self.deps.clock())
        return self._changed(_id(request), f"/desk/{_id(request)}#answer")

    async def give_back(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        await asyncio.to_thread(self.work.give_back, _id(request), session.agent, self.deps.clock())
        return self._changed(_id(request), "/desk")

    def _changed(self, conversation_id: str, location: str) -> web.Response:
        self.deps.feed.notify(conversation_id)
        return web.Response(status=303, headers={"Location": location})


def _id(request: web.Request) -> str:
    return request.match_info["conversation_id"]


async def _field(request: web.Request, name: str) -> str:
    value = (await read_form(request)).get(name, "")
    return value if isinstance(value, str) else ""
