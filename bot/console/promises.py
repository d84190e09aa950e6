"""/desk/promises: the company's promises with their numbers and articles, for everybody at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages


@dataclass(frozen=True)
class PromisesPage:
    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [web.get("/desk/promises", signed_in(self.show))]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        return self.pages.show("promises.html", session=session, groups=self.deps.promises)
