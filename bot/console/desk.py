"""/desk: the queue, one conversation."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from aiohttp import web

from bot.console import auth
from bot.console.case_sheet import TRANSACTION_NAMES
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_field
from bot.console.pages import CHINA, Pages
from bot.console.wording import warning
from bot.conversations.messages import Sender, StoredMessage
from bot.insurance.staff import POSTS, May, Staff
from bot.services import move_conversation as moves
from bot.services.desk_access import NothingToTakeError, NotThatPostError
from bot.services.desk_work import DeskWork

LONGEST_ANSWER = 2000
LEAST_WHY, LONGEST_NOTE = 4, 500
TO_COLLEAGUE = "@"  # before a name where a post might stand
LONGEST_WAIT = 25.0  # seconds
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Standing:
    """Who has a conversation, up to which message the customer has read it, and up to which his channel has taken it."""

    owner: str
    read: int
    delivered: int

    @property
    def state(self) -> str:
        return f"{self.owner}-{self.read}-{self.delivered}"


@dataclass(frozen=True)
class Desk:
    deps: ConsoleDeps
    pages: Pages
    work: DeskWork

    def routes(self, signed_in: auth.Guard) -> list[web.AbstractRouteDef]:
        one = r"/desk/{conversation_id:[\w.-]{1,128}}"
        return [
            web.get("/desk", signed_in(self.queue)),
            web.post("/desk/away", signed_in(self.away)),
            web.get(one, signed_in(self.conversation)),
            web.get(one + "/messages.json", signed_in(self.news)),
            web.get(one + "/suggestions.json", signed_in(self.suggestions)),
            web.post(one + "/take", signed_in(self.take)),
            web.post(one + "/answer", signed_in(self.answer)),
            web.post(one + "/return", signed_in(self.give_back)),
            web.post(one + "/note", signed_in(self.note)),
            web.post(one + "/pass-on", signed_in(self.pass_on)),
            web.post(one + "/take-over", signed_in(self.take_over)),
        ]

    async def queue(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        now = self.deps.clock()
        overview = await asyncio.to_thread(self.work.overview, session.staff, now.date())
        off_until = self._off_until(session.staff, now)
        stays = overview.stays_until is not None and now < overview.stays_until
        return self.pages.show(
            "queue.html", session=session, overview=overview, names=TRANSACTION_NAMES, off_until=off_until, stays=stays,
            rules={rule.id: rule.title for rule in self.deps.complaint_rules},
        )  # fmt: skip

    async def away(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        state, now = await read_field(request, "away"), self.deps.clock()
        stays = self._off_until(session.staff, now) if state == "stay" else None
        await asyncio.to_thread(self.work.set_away, session.staff, now, away=state == "yes", stays_until=stays)
        return web.Response(status=303, headers={"Location": "/desk"})

    async def conversation(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        conversation_id = _id(request)
        dossier = await asyncio.to_thread(self.work.look, conversation_id, session.staff, self.deps.clock())
        return self.pages.show(
            "conversation.html",
            session=session,
            dossier=dossier,
            messages=await asyncio.to_thread(self.deps.log.after, conversation_id, 0),
            standing=await asyncio.to_thread(self._standing, conversation_id),
            cite=self.deps.cite,
            form_id=secrets.token_urlsafe(12),
            longest=LONGEST_ANSWER,
            longest_note=LONGEST_NOTE,
            least_why=LEAST_WHY,
            posts=[post for post in POSTS if post != dossier.hand_off.post],
        )

    async def news(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        """Messages after a number, as soon as there are any, or the owner changes, or the customer has read on; at the latest after
        `wait` seconds. `state`: what the page knows of the last two, as it was told."""
        after, wait = request.query.get("after", ""), request.query.get("wait", "0")
        if not (after.isdecimal() and wait.isdecimal() and len(after) < 10 and len(wait) < 3):
            return web.json_response({"code": "bad_query", "message": "查询参数不正确。"}, status=400)
        conversation_id, log = _id(request), self.deps.log
        if not await self._may_follow(request, session):
            return _closed()
        deadline = asyncio.get_running_loop().time() + min(LONGEST_WAIT, int(wait))
        with self.deps.feed.watch(conversation_id) as watch:
            standing = await asyncio.to_thread(self._standing, conversation_id)
            known = request.query.get("state", "") or standing.state
            while not (messages := await asyncio.to_thread(log.after, conversation_id, int(after))):
                left = deadline - asyncio.get_running_loop().time()
                if standing.state != known or self.deps.feed.closed or left <= 0 or not await watch.wait(left):
                    break
                standing = await asyncio.to_thread(self._standing, conversation_id)
        if messages and not await self._may_follow(request, session):  # passed on, or locked, while this waited
            return _closed()
        return web.json_response({"messages": list(map(_shown, messages)), "state": standing.state, **asdict(standing)})

    def _standing(self, conversation_id: str) -> Standing:
        log = self.deps.log
        return Standing(
            log.owner(conversation_id).value, log.seen_up_to(conversation_id), self.deps.delivered(conversation_id)
        )

    async def suggestions(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        """What might be answered to what the customer said last."""
        if not await self._may_follow(request, session):
            return _closed()
        said = await asyncio.to_thread(self.deps.log.after, _id(request), 0)
        asked = next((one.text for one in reversed(said) if one.sender is Sender.CUSTOMER), "")
        found = await asyncio.to_thread(self.deps.suggest, asked, self.deps.clock())
        return web.json_response({"suggestions": [{"title": one.title, "text": one.text} for one in found]})

    async def take(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        if not session.staff.may(May.TALK):
            return self.pages.refuse(403, "接待客户由坐席和各岗位的同事做。")
        await self._move(request, session, moves.take)
        return self._changed(_id(request), f"/desk/{_id(request)}")

    async def answer(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        text = _cleaned(await read_field(request, "text"))
        if not text or len(text) > LONGEST_ANSWER:
            return self.pages.refuse(400, f"答复应为 1 到 {LONGEST_ANSWER} 个字。")
        if warned := await warning(session, self.deps.objection, text, "客户"):
            return self.pages.refuse(422, warned)
        form_id = await read_field(request, "form_id")
        if not form_id:
            return self.pages.refuse(400, "页面已过期，请刷新后再发。")
        say = self.work.join if await read_field(request, "joins") == "yes" else self.work.answer
        await asyncio.to_thread(say, _id(request), session.staff, text, form_id, self.deps.clock())
        return self._changed(_id(request), f"/desk/{_id(request)}#answer")

    async def note(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        text = _cleaned(await read_field(request, "note"))
        if not text or len(text) > LONGEST_NOTE:
            return self.pages.refuse(400, f"备注应为 1 到 {LONGEST_NOTE} 个字。")
        if not await self._may_follow(request, session):
            raise NothingToTakeError(conversation_id=_id(request))
        async with session.only_once(await read_field(request, "form_id")) as new:
            if new:
                await asyncio.to_thread(self.work.note, _id(request), session.staff, text, self.deps.clock())
        return web.Response(status=303, headers={"Location": f"/desk/{_id(request)}#notes"})

    async def pass_on(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        post, why = await read_field(request, "post"), _cleaned(await read_field(request, "why"))
        if not LEAST_WHY <= len(why) <= LONGEST_NOTE:
            return self.pages.refuse(400, f"转岗要写明原因，{LEAST_WHY} 到 {LONGEST_NOTE} 个字，接手的同事会看到。")
        to_colleague = post.startswith(TO_COLLEAGUE)
        move = moves.give_to(post.removeprefix(TO_COLLEAGUE), why) if to_colleague else moves.pass_on(post, why)
        try:
            await self._move(request, session, move)
        except NotThatPostError:
            return self.pages.refuse(409, "请选另一个岗位或同事。举报的会话只由合规监察办，不能转出。")
        return self._changed(_id(request), "/desk")

    async def take_over(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        if not session.staff.may(May.SUPERVISE):
            return self.pages.refuse(403, "接管别人的会话由主管做。")
        await self._move(request, session, moves.take_over)
        return self._changed(_id(request), f"/desk/{_id(request)}")

    async def give_back(self, request: web.Request, session: auth.Session) -> web.StreamResponse:
        await self._move(request, session, moves.give_back)
        return self._changed(_id(request), "/desk")

    def _off_until(self, staff: Staff, now: datetime) -> datetime | None:
        """When the first of the account's posts has its hours again; None while one has them."""
        back = [self.deps.back_at(now, post) for post in staff.posts]
        return min((each for each in back if each is not None), default=None) if None not in back else None

    async def _move(self, request: web.Request, session: auth.Session, move: moves.Move) -> None:
        await asyncio.to_thread(self.work.move, _id(request), session.staff, move, self.deps.clock())

    async def _may_follow(self, request: web.Request, session: auth.Session) -> bool:
        key = session.signed.session.key
        return await asyncio.to_thread(self.work.may_follow, _id(request), session.staff, key, self.deps.clock())

    def _changed(self, conversation_id: str, location: str) -> web.Response:
        self.deps.feed.notify(conversation_id)
        return web.Response(status=303, headers={"Location": location})


def _shown(one: StoredMessage) -> dict[str, object]:
    at = one.at.astimezone(CHINA).strftime("%H:%M")
    return {"seq": one.seq, "from": one.sender.value, "by": one.by, "text": one.text, "at": at}


def _closed() -> web.Response:
    return web.json_response({"code": "closed", "message": "会话已交还机器人。"}, status=404)


def _cleaned(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def _id(request: web.Request) -> str:
    return request.match_info["conversation_id"]
