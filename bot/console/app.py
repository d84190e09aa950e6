"""Adds the desk, and in demo mode the demo pages, to the front desk's application."""

from __future__ import annotations

from aiohttp import web

from bot.console.agents import Agents
from bot.console.auth import Sessions, SignInBrake
from bot.console.cases import Cases
from bot.console.demo import Demo
from bot.console.deps import ConsoleDeps
from bot.console.desk import Desk
from bot.console.desk_work import DeskWork
from bot.console.events import Events
from bot.console.follow_ups import FollowUps
from bot.console.pages import HERE, Pages, protect
from bot.console.ratings import Ratings
from bot.console.reports import Reports
from bot.console.tasks import Tasks

__all__ = ["ConsoleDeps", "attach"]


def attach(app: web.Application, deps: ConsoleDeps) -> None:
    """Register `/desk…`, `/desk/cases…`, `/desk/tasks`, `/desk/reports`, `/desk/events`, `/desk/ratings`, `/desk/follow-ups…`, `/desk/static/…` and, when `deps.settings.demo`, `/demo…`."""
    pages = Pages(deps.clock, deps.settings.event_agents, deps.settings.follow_up_readers)
    desk = Desk(
        deps=deps,
        pages=pages,
        agents=Agents(deps.settings.var_dir / "agents.json", deps.settings.secrets.desk_password),
        work=DeskWork(deps.unit_of_work, deps.log, deps.settings.compliance_agents),
        sessions=Sessions(deps.clock),
        brake=SignInBrake(deps.clock),
    )
    app.on_response_prepare.append(protect)
    app.router.add_static("/desk/static", HERE / "static")
    # before the desk's own: a conversation's address would match "cases", "tasks" and the others too
    app.add_routes(Cases(deps, pages).routes(desk.signed_in))
    app.add_routes(Tasks(deps, pages).routes(desk.signed_in))
    app.add_routes(Reports(deps, pages).routes(desk.signed_in))
    app.add_routes(Events(deps, pages).routes(desk.signed_in))
    app.add_routes(FollowUps(deps, pages).routes(desk.signed_in))
    app.add_routes(Ratings(deps, pages).routes(desk.signed_in))
    app.add_routes(desk.routes())
    if deps.settings.demo:
        app.add_routes(Demo(deps, pages).routes())
