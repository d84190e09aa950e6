"""/desk/training: trainers look at sentences that were not understood well and say what they are; a second one approves."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from bot.console.auth import Guard, Handler, Refusal, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages, asked_page
from bot.console.training_list import CHANNELS, as_query, choices, read_chosen
from bot.errors import BotError
from bot.insurance.review_item import ReviewItem, ReviewReason, ReviewState, ReviewStep
from bot.insurance.staff import May
from bot.services.ports import UnitOfWork
from bot.services.review.decide import By, Contract, Proposal, accept, approve, discard, propose, send_back, undo
from bot.services.review.errors import CorpusError, ExampleFlawError, ItemGoneError, ItemStepError, SamePersonError
from bot.services.review.group import Group, group_alike
from bot.services.review_ports import Chosen, Landed, Order, View

LIST, ROWS = "/desk/training", 50
GROUPED = 600  # of the most heard sentences that nobody understood
GROUPS, MEMBERS = 30, 20  # shown on a page
LONGEST_VIEW, VIEWS = 20, 20
STATUSES: dict[type[BotError], int] = {
    ItemGoneError: 404, ItemStepError: 409, SamePersonError: 403, ExampleFlawError: 400, CorpusError: 409,
}  # fmt: skip
# What is done to an item, by the last part of its address.
Deed = Callable[[UnitOfWork, str, Contract, By, Mapping[str, str]], ReviewItem]
_DEEDS: dict[str, Deed] = {
    "accept": lambda work, item, contract, by, fields: accept(work, item, contract, by, fields.get("example", "")),
    "propose": lambda work, item, contract, by, fields: propose(
        work,
        Proposal(item, fields.get("intent", ""), fields.get("new_intent", ""), fields.get("example", "")),
        contract,
        by,
    ),
    "discard": lambda work, item, _, by, fields: discard(work, item, by, fields.get("note", "")),
    "approve": lambda work, item, _, by, __: approve(work, item, by),
    "return": lambda work, item, _, by, fields: send_back(work, item, by, fields.get("note", "")),
    "undo": lambda work, item, _, by, __: undo(work, item, by),
}


@dataclass(frozen=True)
class Listed:
    items: Sequence[ReviewItem]
    more: bool
    counted: Mapping[ReviewState, int]
    views: Sequence[View]


@dataclass(frozen=True)
class TrainingPages:
    """For trainers alone: they see masked sentences of every post, and no customer."""

    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        one = LIST + r"/{item:[0-9a-f]{20}}"
        handlers = (
            (web.get, LIST, self.show_list),
            (web.get, f"{LIST}/groups", self.show_groups),
            (web.post, f"{LIST}/groups", self.propose_group),
            (web.post, f"{LIST}/views", self.keep_view),
            (web.post, f"{LIST}/views/drop", self.drop_view),
            (web.post, f"{LIST}/land", self.land),
            (web.get, one, self.show),
            (web.post, one + "/{deed:" + "|".join(_DEEDS) + "}", self.decide),
        )
        return [add(path, signed_in(self._for_trainers(handler))) for add, path, handler in handlers]

    def _for_trainers(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request, session: Session) -> web.StreamResponse:
            if not session.staff.may(May.TRAIN):
                return self.pages.refuse(404, "没有这个页面。")
            return await handler(request, session)

        return guarded

    async def show_list(self, request: web.Request, session: Session) -> web.StreamResponse:
        chosen, number = read_chosen(request.query, self.deps.intent_names), asked_page(request)
        listed = await asyncio.to_thread(self._list, chosen, number, session.agent)
        return self._show_list(session, listed, chosen, number)

    def _show_list(
        self, session: Session, listed: Listed, chosen: Chosen, number: int, landed: Sequence[Landed] | None = None
    ) -> web.Response:
        tabs = [(state, as_query(replace(chosen, state=state))) for state in ReviewState]
        return self.pages.show(
            "training.html", session=session, listed=listed, chosen=chosen, number=number, tabs=tabs, landed=landed,
            query=as_query(chosen), earlier=as_query(chosen, page=str(number - 1)), later=as_query(chosen, page=str(number + 1)),
            reasons=tuple(ReviewReason), orders=tuple(Order), channels=CHANNELS, names=self.deps.intent_names,
            intents=choices(self.deps.intent_names), entities=choices(self.deps.entity_names),
            form_id=secrets.token_urlsafe(12),
        )  # fmt: skip

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        found = await asyncio.to_thread(self._look, request.match_info["item"])
        if found is None:
            return self.pages.refuse(404, "没有这一条。")
        return self.pages.show(
            "training_item.html", session=session, item=found[0], steps=found[1], channels=CHANNELS,
            names=self.deps.intent_names, entity_names=self.deps.entity_names, form_id=secrets.token_urlsafe(12),
        )  # fmt: skip

    async def show_groups(self, request: web.Request, session: Session) -> web.StreamResponse:
        groups = await asyncio.to_thread(self._groups)
        return self.pages.show(
            "training_groups.html", session=session, groups=groups[:GROUPS], found=len(groups), members=MEMBERS, looked=GROUPED,
            names=self.deps.intent_names, form_id=secrets.token_urlsafe(12),
        )  # fmt: skip

    async def propose_group(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The ticked ones as examples of one intent, or of a new one. Those that cannot be are told, the others stand."""
        form = await read_form(request)
        fields = {name: str(value).strip() for name, value in form.items()}
        ticked = [str(one) for one in form.getall("item", [])][:GROUPED]
        if not ticked:
            return self.pages.refuse(400, "没有勾选句子。")
        proposals = [Proposal(one, fields.get("intent", ""), fields.get("new_intent", "")) for one in ticked]
        by = By(session.agent, self.deps.clock())

        def write() -> Refusal | None:
            done = [self._propose(one, by) for one in proposals]
            flaws = [refusal[1] for refusal in done if refusal]
            if not flaws:
                return None
            told = "".join(dict.fromkeys(flaws))
            return 409, f"提出了 {len(done) - len(flaws)} 句，{len(flaws)} 句没有提：{told}这些在列表里一句一句处理。"

        refusal = await session.carry_out(fields.get("form_id", ""), write)
        return self.pages.refuse(*refusal) if refusal else _to(f"{LIST}/groups")

    def _propose(self, proposal: Proposal, by: By) -> Refusal | None:
        return self._write(lambda work: propose(work, proposal, self._contract, by))

    async def decide(self, request: web.Request, session: Session) -> web.StreamResponse:
        """One deed on one item; `quiet` is a page that goes on by itself."""
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        item, deed = request.match_info["item"], _DEEDS[request.match_info["deed"]]
        by = By(session.agent, self.deps.clock())

        def write() -> Refusal | None:
            return self._write(lambda work: deed(work, item, self._contract, by, fields))

        refusal = await session.carry_out(fields.get("form_id", ""), write)
        if refusal:
            return self.pages.refuse(*refusal)
        return web.Response(status=204) if fields.get("quiet") else _to(f"{LIST}/{item}")

    async def keep_view(self, request: web.Request, session: Session) -> web.StreamResponse:
        fields = {name: str(value).strip() for name, value in (await read_form(request)).items()}
        chosen, name = read_chosen(fields, self.deps.intent_names), fields.get("name", "")
        if not 0 < len(name) <= LONGEST_VIEW:
            return self.pages.refuse(400, f"名称要写 1 到 {LONGEST_VIEW} 个字。")
        view = View(session.agent, name, as_query(chosen))

        def write() -> Refusal | None:
            with self.deps.unit_of_work() as work:
                if len(work.review_items.views(session.agent)) >= VIEWS:
                    return 409, f"最多存 {VIEWS} 个，先删掉几个。"
                work.review_items.keep_view(view)
                work.commit()
            return None

        refusal = await asyncio.to_thread(write)
        return self.pages.refuse(*refusal) if refusal else _to(f"{LIST}?{view.query}")

    async def drop_view(self, request: web.Request, session: Session) -> web.StreamResponse:
        name = str((await read_form(request)).get("name", ""))

        def write() -> None:
            with self.deps.unit_of_work() as work:
                work.review_items.drop_view(session.agent, name)
                work.commit()

        await asyncio.to_thread(write)
        return _to(LIST)

    async def land(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Put what is approved into the corpus and say what became of it; twice does nothing more."""
        try:
            landed = await asyncio.to_thread(self.deps.land_examples, session.agent, self.deps.clock())
        except CorpusError as error:
            return self.pages.refuse(409, f"{error.data.get('flaw', '')}。没有写进去的还在“已通过”里，解决后再写一次。")
        chosen = Chosen(ReviewState.APPROVED)
        return self._show_list(
            session, await asyncio.to_thread(self._list, chosen, 1, session.agent), chosen, 1, landed
        )

    @property
    def _contract(self) -> Contract:
        return Contract(self.deps.intent_names, self.deps.entity_names)

    def _list(self, chosen: Chosen, number: int, owner: str) -> Listed:
        with self.deps.reading() as work:
            items = work.review_items.page(chosen, offset=(number - 1) * ROWS, limit=ROWS + 1)
            return Listed(items[:ROWS], len(items) > ROWS, work.review_items.counted(), work.review_items.views(owner))

    def _look(self, item_id: str) -> tuple[ReviewItem, Sequence[ReviewStep]] | None:
        with self.deps.reading() as work:
            item = work.review_items.get(item_id)
            return (item, work.review_items.steps(item_id)) if item else None

    def _groups(self) -> Sequence[Group]:
        with self.deps.reading() as work:
            items = work.review_items.unknown(GROUPED)
        return group_alike(items)

    def _write(self, deed: Callable[[UnitOfWork], object]) -> Refusal | None:
        """Why not; None when it is done."""
        try:
            with self.deps.unit_of_work() as work:
                deed(work)
                work.commit()
        except tuple(STATUSES) as error:
            return STATUSES[type(error)], f"{error.data['flaw']}。"
        return None


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})
