"""/desk/login: a password, a code where the role asks for one, an own password in place of one that was handed out."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import segno
from aiohttp import web

from bot.console import auth, live
from bot.console.complaint_writing import RECUSED
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_field
from bot.console.pages import Pages
from bot.errors import StoreUnavailableError
from bot.insurance.staff import Stage
from bot.services.desk_access import NothingToTakeError, NotInHandError, NotTrainedError, TakenByOtherError
from bot.services.prove_staff import (
    LEAST,
    LONGEST,
    NotProvedError,
    Signed,
    SignIn,
    TooManyTriesError,
    WeakPasswordError,
    authenticator_address,
)
from bot.services.staff_accounts import FIRST
from bot.services.triage_complaint import RecusedError

# Where each step of a sign-in is, and the page that asks for it.
STEPS = {
    Stage.CODE: ("/desk/login/code", "login_code.html"),
    Stage.ENROL: ("/desk/login/authenticator", "login_authenticator.html"),
    Stage.PASSWORD: ("/desk/login/password", "login_password.html"),
    Stage.DONE: ("/desk", ""),
}
ISSUER = "坐席工作台"  # what the authenticator app lists the account under; a long name makes a dense picture
NOT_TRAINED = "这个账号还没有登记岗前培训合格，不能接待客户。请主管联系系统管理员登记。"
_FORM_LIFETIME = 3600  # seconds


@dataclass(frozen=True)
class SignInPages:
    deps: ConsoleDeps
    pages: Pages
    sign_in: SignIn

    def routes(self) -> list[web.AbstractRouteDef]:
        steps: list[web.AbstractRouteDef] = []
        for stage, take in ((Stage.CODE, self._code), (Stage.ENROL, self._code), (Stage.PASSWORD, self._password)):
            address, _ = STEPS[stage]
            steps += [web.get(address, self._step(stage, self._ask)), web.post(address, self._step(stage, take))]
        return [
            web.get("/desk/login", self.show_login),
            web.post("/desk/login", self.login),
            web.post("/desk/logout", self.signed_in(self.logout)),
            web.get("/desk/password", self.signed_in(self.show_password)),
            web.post("/desk/password", self.signed_in(self.change_password)),
            *steps,
        ]

    def signed_in(self, handler: auth.Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Only for staff whose sign-in is complete; every POST must carry the session's form token. Refusals of the desk become pages."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            looks_for_news = request.path.endswith(".json")
            by_itself = looks_for_news or request.path == live.PATH or "X-Refresh" in request.headers
            signed = await self._find(request, is_work=not by_itself)
            if signed is None or signed.session.stage is not Stage.DONE:
                if looks_for_news:
                    return web.json_response({"code": "signed_out", "message": "请重新登录。"}, status=401)
                raise web.HTTPSeeOther(STEPS[signed.session.stage][0] if signed else "/desk/login")
            session = auth.Session(signed, self.sign_in, self.deps.clock)
            if request.method == "POST" and not session.accepts(await read_field(request, "csrf")):
                return self.pages.refuse(403, "页面已过期，请返回工作台重新打开后再操作。")
            try:
                return await handler(request, session)
            except NothingToTakeError:
                return self.pages.refuse(404, "没有这个待处理的会话，可能已经交还机器人。")
            except TakenByOtherError as error:
                return self.pages.refuse(409, f"这个会话已由 {error.data['agent']} 接手。")
            except NotTrainedError:
                return self.pages.refuse(403, NOT_TRAINED)
            except NotInHandError:
                return self.pages.refuse(409, "请先接手，再答复或交还。")
            except StoreUnavailableError:
                return self.pages.refuse(503, "系统繁忙，刚才这一步没有做成。请返回上一页，稍后再试。")
            except RecusedError:
                return self.pages.refuse(*RECUSED)

        return guarded

    async def show_login(self, request: web.Request) -> web.StreamResponse:
        return self._login_page(request)

    async def login(self, request: web.Request) -> web.StreamResponse:
        if not auth.same_token(request.cookies.get(auth.FORM_COOKIE, ""), await read_field(request, "csrf")):
            return self._login_page(request, 403, "页面已过期，请重新登录。")
        name, password = (await read_field(request, "agent")).strip(), await read_field(request, "password")
        try:
            signed = await asyncio.to_thread(
                self.sign_in.by_password, name, password, request.remote or "", self.deps.clock()
            )
        except TooManyTriesError as error:
            return self._later(self._login_page(request, 429, _try_later(error)), error)
        except NotProvedError:
            return self._login_page(request, 401, "工号或密码不正确。")
        response = self._go_on(request, signed)
        response.del_cookie(auth.FORM_COOKIE, path="/desk")
        return response

    async def logout(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        await asyncio.to_thread(self.sign_in.sign_out, auth.cookie_of(request))
        response = web.Response(status=303, headers={"Location": "/desk/login"})
        response.del_cookie(auth.COOKIE, path="/desk")
        return response

    async def show_password(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        return self._password_page(session)

    async def change_password(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        old, new = await read_field(request, "old"), await read_field(request, "password")
        if new != await read_field(request, "again"):
            return self._password_page(session, 400, "两次填的密码不一样，请重填。")
        try:
            changed = await asyncio.to_thread(self.sign_in.change_password, session.signed, old, new, self.deps.clock())
        except TooManyTriesError as error:
            return self._later(self._password_page(session, 429, _try_later(error)), error)
        except NotProvedError:
            return self._password_page(session, 401, "现在的密码不正确。")
        except WeakPasswordError as error:
            return self._password_page(session, 400, f"{error.data['flaw']}，请换一个。")
        return self._go_on(request, changed)

    def _password_page(self, session: auth.Session, status: int = 200, sentence: str = "") -> web.Response:
        return self.pages.show(
            "password.html", status=status, session=session, sentence=sentence, least=LEAST, longest=LONGEST
        )

    def _step(
        self, stage: Stage, handler: Callable[[web.Request, Signed], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Only for who is just there in the sign-in."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            signed = await self._find(request, is_work=True)
            if signed is None or signed.session.stage is not stage:
                raise web.HTTPSeeOther(STEPS[signed.session.stage][0] if signed else "/desk/login")
            if request.method == "POST" and not auth.same_token(await read_field(request, "csrf"), signed.session.csrf):
                return self._step_page(signed, 403, "页面已过期，请再填一次。")
            return await handler(request, signed)

        return guarded

    async def _ask(self, _: web.Request, signed: Signed) -> web.Response:
        return self._step_page(signed)

    async def _code(self, request: web.Request, signed: Signed) -> web.Response:
        code = "".join((await read_field(request, "code")).split())
        try:
            moved = await asyncio.to_thread(self.sign_in.by_code, signed, code, self.deps.clock())
        except TooManyTriesError as error:
            return self._later(self._step_page(signed, 429, _try_later(error)), error)
        except NotProvedError:
            return self._step_page(signed, 401, "验证码不正确，或已经用过。请等下一个，再填一次。")
        return self._go_on(request, moved)

    async def _password(self, request: web.Request, signed: Signed) -> web.Response:
        password = await read_field(request, "password")
        if password != await read_field(request, "again"):
            return self._step_page(signed, 400, "两次填的密码不一样，请重填。")
        try:
            moved = await asyncio.to_thread(self.sign_in.own_password, signed, password, self.deps.clock())
        except WeakPasswordError as error:
            return self._step_page(signed, 400, f"{error.data['flaw']}，请换一个。")
        return self._go_on(request, moved)

    async def _find(self, request: web.Request, *, is_work: bool) -> Signed | None:
        cookie = auth.cookie_of(request)
        if not cookie:
            return None
        return await asyncio.to_thread(self.sign_in.find, cookie, self.deps.clock(), is_work=is_work)

    def _go_on(self, request: web.Request, signed: Signed) -> web.Response:
        response = web.Response(status=303, headers={"Location": STEPS[signed.session.stage][0]})
        auth.keep_signed_in(response, signed, secure=request.secure)
        return response

    def _login_page(self, request: web.Request, status: int = 200, sentence: str = "") -> web.Response:
        token = secrets.token_urlsafe(24)
        page = self.pages.show("login.html", status=status, csrf=token, sentence=sentence, first=FIRST)
        auth.set_cookie(page, auth.FORM_COOKIE, token, secure=request.secure, max_age=_FORM_LIFETIME)
        return page

    def _step_page(self, signed: Signed, status: int = 200, sentence: str = "") -> web.Response:
        address, template = STEPS[signed.session.stage]
        offered = signed.session.offered
        return self.pages.show(
            template,
            status=status,
            address=address,
            csrf=signed.session.csrf,
            name=signed.staff.name,
            sentence=sentence,
            secret=" ".join(offered[place : place + 4] for place in range(0, len(offered), 4)),
            picture=_picture(authenticator_address(signed, ISSUER)) if offered else "",
            least=LEAST,
            longest=LONGEST,
        )

    @staticmethod
    def _later(page: web.Response, error: TooManyTriesError) -> web.Response:
        page.headers["Retry-After"] = str(error.data["seconds"])
        return page


def _try_later(error: TooManyTriesError) -> str:
    return f"尝试次数过多，请 {-(-int(str(error.data['seconds'])) // 60)} 分钟后再试。"


def _picture(address: str) -> str:
    """The QR code as SVG, without styles, which the page's policy forbids."""
    return str(segno.make(address, error="m").svg_inline(border=4, svgclass="qr", lineclass=None, omitsize=True))
