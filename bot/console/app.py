"""Adds the desk, and in demo mode the demo pages, to the front desk's application."""

from __future__ import annotations

from aiohttp import web

from bot.console.board import BoardPage
from bot.console.cases import Cases
from bot.console.complaint_list import ComplaintList
from bot.console.demo import Demo
from bot.console.deps import ConsoleDeps
from bot.console.desk import Desk
from bot.console.events import Events
from bot.console.figures import FigurePages
from bot.console.follow_ups import FollowUps
from bot.console.improvements import Improvements
from bot.console.inquiries import Inquiries
from bot.console.live import Live
from bot.console.models import ModelPages
from bot.console.pages import HERE, Pages, protect
from bot.console.promises import PromisesPage
from bot.console.quality import QualityPages
from bot.console.ratings import Ratings
from bot.console.reports import Reports
from bot.console.sign_in import SignInPages
from bot.console.staff_pages import StaffPages
from bot.console.tasks import Tasks
from bot.console.training import TrainingPages
from bot.console.upkeep import UpkeepPage
from bot.console.visits import Visits
from bot.services.desk_access import TRAINING
from bot.services.desk_work import DeskWork
from bot.services.prove_staff import SignIn

__all__ = ["ConsoleDeps", "attach"]


def attach(app: web.Application, deps: ConsoleDeps) -> None:
    """Register `/desk` with all below it and, when `deps.settings.demo`, `/demo`."""
    pages = Pages(deps.clock)
    sign_in = SignInPages(deps, pages, SignIn(deps.unit_of_work))
    signed_in = sign_in.signed_in
    app.on_response_prepare.append(protect)
    app.router.add_static("/desk/static", HERE / "static")
    app.add_routes(sign_in.routes())
    # before the desk's own: a conversation's address would match "cases", "tasks" and the others too
    app.add_routes(Cases(deps, pages).routes(signed_in))
    app.add_routes(ComplaintList(deps, pages).routes(signed_in))
    app.add_routes(Inquiries(deps, pages).routes(signed_in))
    app.add_routes(Tasks(deps, pages).routes(signed_in))
    app.add_routes(Reports(deps, pages).routes(signed_in))
    app.add_routes(Events(deps, pages).routes(signed_in))
    app.add_routes(FollowUps(deps, pages).routes(signed_in))
    app.add_routes(Visits(deps, pages).routes(signed_in))
    app.add_routes(BoardPage(deps, pages).routes(signed_in))
    app.add_routes(FigurePages(deps, pages).routes(signed_in))
    app.add_routes(QualityPages(deps, pages).routes(signed_in))
    app.add_routes(TrainingPages(deps, pages).routes(signed_in))
    if deps.models is not None:
        app.add_routes(ModelPages(deps, pages, deps.models).routes(signed_in))
    app.add_routes(Ratings(deps, pages).routes(signed_in))
    app.add_routes(Improvements(deps, pages).routes(signed_in))
    app.add_routes(PromisesPage(deps, pages).routes(signed_in))
    app.add_routes(UpkeepPage(deps, pages).routes(signed_in))
    app.add_routes(StaffPages(deps, pages).routes(signed_in))
    work = DeskWork(deps.unit_of_work, only_trained=bool(deps.limits.whole(TRAINING)))
    app.add_routes(Live(deps, work, sign_in.sign_in).routes(signed_in))
    app.add_routes(Desk(deps, pages, work).routes(signed_in))
    if deps.settings.demo:
        app.add_routes(Demo(deps, pages).routes())
