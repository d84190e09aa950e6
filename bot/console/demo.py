"""/demo, in demo mode only: whom to play, and the text messages that synthetic phones got."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.deps import ConsoleDeps, SentText
from bot.console.pages import Pages

SHOWN = 50


@dataclass(frozen=True)
class Demo:
    deps: ConsoleDeps
    pages: Pages

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/demo", self.customers),
            web.get("/demo/inbox", self.inbox),
            web.get("/demo/inbox.json", self.inbox_json),
        ]

    async def customers(self, request: web.Request) -> web.Response:
        return self.pages.show("demo.html", customers=self.deps.named_customers)

    async def inbox(self, request: web.Request) -> web.Response:
        phone, texts = await self._texts(request)
        names = {customer.phone: customer.name for customer in self.deps.named_customers}
        return self.pages.show("inbox.html", phone=phone, texts=texts, names=names)

    async def inbox_json(self, request: web.Request) -> web.Response:
        _, texts = await self._texts(request)
        shown = [{"phone": one.phone, "text": one.text, "at": one.at.isoformat()} for one in texts]
        return web.json_response({"messages": shown})

    async def _texts(self, request: web.Request) -> tuple[str, Sequence[SentText]]:
        phone = request.query.get("phone", "").strip()
        return phone, await asyncio.to_thread(self.deps.recent_texts, phone or None, SHOWN)
