"""/demo, in demo mode only: whom to play, and the text messages that synthetic phones got."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.console.deps import ConsoleDeps, SentText
from bot.console.pages import Pages

SHOWN = 50
Handler = Callable[[web.Request], Awaitable[web.Response]]
# Of a proxy, which is a neighbour whoever stands behind it.
_FORWARDED = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")


@dataclass(frozen=True)
class Demo:
    deps: ConsoleDeps
    pages: Pages

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/demo", self._meant(self.customers)),
            web.get("/demo/inbox", self._meant(self.inbox)),
            web.get("/demo/inbox.json", self._meant(self.inbox_json)),
        ]

    def _meant(self, handler: Handler) -> Handler:
        """For this machine only, unless whoever started us said that it is a demo for all."""

        async def guarded(request: web.Request) -> web.Response:
            if self.deps.settings.demo_for_all or _is_from_here(request):
                return await handler(request)
            return self.pages.refuse(403, "演示页只在本机打开。要给别人看，启动时写明 BOT_DEMO=1。")

        return guarded

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


def _is_from_here(request: web.Request) -> bool:
    try:
        is_near = ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    # A page elsewhere whose name leads to this machine says its own name; a proxy may say nothing of itself.
    is_named = (urlsplit(f"//{request.host}").hostname or "") in ("localhost", "127.0.0.1", "::1")
    return is_near and is_named and not any(name in request.headers for name in _FORWARDED)
