"""/desk/staff: the administrator adds accounts, says what they may do, and helps who cannot sign in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_field, read_form
from bot.console.pages import Pages
from bot.console.times import day, typed_day
from bot.insurance.staff import POSTS, May, Role, Staff, usual_posts
from bot.services.ports import UnitOfWork
from bot.services.staff_accounts import (
    BadStaffNameError,
    By,
    NoRoleError,
    NoSuchStaffError,
    StaffNameTakenError,
    TrainingToComeError,
    add_staff,
    change_work,
    draw_password,
    forget_authenticator,
    hand_out_password,
    lock,
    record_training,
    unlock,
)

# What is done to the account of that name, and the sentence that says so.
Deed = Callable[[UnitOfWork, str, By], str]
_DONE = "这一步已经做过了。需要再做一次，请在下面重新点。"
_REFUSALS = {
    BadStaffNameError: (400, "工号应为 2 到 20 位字母、数字或汉字。"),
    StaffNameTakenError: (409, "这个工号用过了。为了记录说得清是谁，工号不能再给别人用。"),
    NoRoleError: (400, "至少要选一个角色，岗位和机构要从列出的里面选。"),
    TrainingToComeError: (400, "请填培训合格的日子，不能晚于今天。"),
    NoSuchStaffError: (404, "没有这个工号。"),
}


def _prepare_password() -> Deed:
    drawn = draw_password()

    def tell(work: UnitOfWork, name: str, by: By) -> str:
        hand_out_password(work, name, drawn, by)
        return f"{name} 的新密码（只显示这一次，登录后要换）：{drawn.password}"

    return tell


def _forget(work: UnitOfWork, name: str, by: By) -> str:
    forget_authenticator(work, name, by)
    return f"已清除 {name} 的验证器，下次登录时重新绑定。"


def _lock(work: UnitOfWork, name: str, by: By) -> str:
    lock(work, name, by)
    return f"{name} 已停用，并已在各处退出。"


def _unlock(work: UnitOfWork, name: str, by: By) -> str:
    unlock(work, name, by)
    return f"{name} 已恢复使用。"


def _train(on: date | None) -> Deed:
    def write(work: UnitOfWork, name: str, by: By) -> str:
        if on is None:
            raise TrainingToComeError(name=name)
        record_training(work, name, on, by)
        return f"{name} 的岗前培训登记为 {day(on)} 合格。"

    return write


# What can be done to an account, by the name of its button, each with what it needs from before the transaction.
_DEEDS: dict[str, Callable[[], Deed]] = {
    "password": _prepare_password,
    "authenticator": lambda: _forget,
    "lock": lambda: _lock,
    "unlock": lambda: _unlock,
}


@dataclass(frozen=True)
class StaffPages:
    """For the administrator alone; nobody changes his own account, so that none gives himself more."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        one = r"/desk/staff/{name:[^/]{2,20}}"
        return [
            web.get("/desk/staff", signed_in(self.show)),
            web.post("/desk/staff", signed_in(self.add)),
            web.post(one + "/work", signed_in(self.change)),
            web.post(one + "/trained", signed_in(self.train)),
            web.post(one + "/{deed:password|authenticator|lock|unlock}", signed_in(self.help)),
        ]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        return await self._page(session)

    async def add(self, request: web.Request, session: Session) -> web.StreamResponse:
        name = (await read_field(request, "name")).strip()
        wanted = await self._wanted(request, name)

        def prepare() -> Deed:
            drawn = draw_password()

            def write(work: UnitOfWork, name: str, by: By) -> str:
                self._check(wanted)
                add_staff(work, wanted, drawn, by)
                return f"{name} 的密码（只显示这一次，登录后要换）：{drawn.password}"

            return write

        return await self._carry_out(request, session, prepare, name, adds=True)

    async def change(self, request: web.Request, session: Session) -> web.StreamResponse:
        name = request.match_info["name"]
        wanted = await self._wanted(request, name)

        def write(work: UnitOfWork, name: str, by: By) -> str:
            self._check(wanted)
            change_work(work, wanted, by)
            return f"{name} 的角色、岗位和机构已改，要重新登录。"

        return await self._carry_out(request, session, lambda: write, name)

    async def train(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The day on which the training before the work was passed."""
        on = typed_day((await read_field(request, "on")).strip())
        return await self._carry_out(request, session, lambda: _train(on), request.match_info["name"])

    async def help(self, request: web.Request, session: Session) -> web.StreamResponse:
        prepare = _DEEDS[request.match_info["deed"]]
        return await self._carry_out(request, session, prepare, request.match_info["name"])

    async def _carry_out(
        self, request: web.Request, session: Session, prepare: Callable[[], Deed], name: str, *, adds: bool = False
    ) -> web.StreamResponse:
        if not session.staff.may(May.MANAGE_STAFF):
            return self._not_theirs()
        if name == session.agent and not adds:
            return await self._page(session, 403, "不能改自己的账号，请另一位系统管理员来改。")
        form_id = await read_field(request, "form_id")
        try:
            async with session.only_once(form_id) as new:  # a page loaded again must not draw another password
                sentence = await asyncio.to_thread(self._write, session, prepare, name) if new else _DONE
        except tuple(_REFUSALS) as error:
            return await self._page(session, *_REFUSALS[type(error)])
        return await self._page(session, sentence=sentence)

    def _write(self, session: Session, prepare: Callable[[], Deed], name: str) -> str:
        deed = prepare()
        with self.deps.unit_of_work() as work:
            sentence = deed(work, name, By(f"agent:{session.agent}", self.deps.clock()))
            work.commit()
        return sentence

    async def _page(self, session: Session, status: int = 200, sentence: str = "") -> web.StreamResponse:
        if not session.staff.may(May.MANAGE_STAFF):
            return self._not_theirs()
        return self.pages.show(
            "staff.html",
            status=status,
            session=session,
            staff=await asyncio.to_thread(self._all),
            roles=tuple(Role),
            posts=POSTS,
            institutions=self.deps.institutions,
            sentence=sentence,
            form_id=secrets.token_urlsafe(12),
        )

    async def _wanted(self, request: web.Request, name: str) -> Staff:
        """The account as the form has it: the roles and posts that are ticked, and an institution of ours."""
        form = await read_form(request)
        roles = frozenset(role for role in Role if role.value in form.getall("role", []))
        posts = frozenset(str(post) for post in form.getall("post", [])) or usual_posts(roles)
        return Staff(name, roles, posts, institution=str(form.get("institution", "")))

    def _check(self, wanted: Staff) -> None:
        if wanted.institution and wanted.institution not in self.deps.institutions:
            raise NoRoleError(name=wanted.name)

    def _all(self) -> Sequence[Staff]:
        with self.deps.unit_of_work() as work:
            return work.staff.all()

    def _not_theirs(self) -> web.Response:
        return self.pages.refuse(404, "没有这个页面。")
