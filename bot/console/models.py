"""/desk/models: trainings with their progress, reports, the gate, approval, a share of the customers, release and rollback."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Guard, Refusal, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_field
from bot.console.pages import Pages
from bot.insurance.staff import May, Staff
from bot.services.models.card import CardState, ModelCard
from bot.services.models.jobs import KINDS, as_seen, start_job
from bot.services.models.ports import Job, JobState
from bot.services.models.release import ModelStepError, Release, same_person
from bot.services.models.report import ASKS, Report
from bot.services.models.split import Split
from bot.services.models.workbench import Workbench
from bot.services.ports import UnitOfWork

PATH = "/desk/models"
_JOBS = 8
_SHARES = (1, 5, 10, 25, 50)
_ID = r"{model_id:[0-9a-z]{1,12}}"
Step = Callable[[Release, UnitOfWork], object]


@dataclass(frozen=True)
class Listed:
    cards: Sequence[ModelCard]
    split: Split | None
    jobs: Sequence[Job]

    @property
    def runs(self) -> bool:
        return any(job.state is JobState.RUNNING for job in self.jobs)

    @property
    def may_roll_back(self) -> bool:
        before = any(card.state is CardState.PREVIOUS for card in self.cards)
        return before or (self.split is not None and bool(self.split.other))


def may_look(staff: Staff) -> bool:
    return staff.may(May.TRAIN_MODELS) or staff.may(May.RELEASE_MODELS)


@dataclass(frozen=True)
class ModelPages:
    """Trainers train and compare; they, and managers, approve what another has trained, and release. For others there is no such
    page."""

    deps: ConsoleDeps
    pages: Pages
    bench: Workbench

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [
            web.get(PATH, signed_in(self.list)),
            web.get(f"{PATH}/{_ID}", signed_in(self.show)),
            web.post(f"{PATH}/train", signed_in(self.train)),
            web.post(f"{PATH}/rollback", signed_in(self.roll_back)),
            web.post(f"{PATH}/{_ID}/compare", signed_in(self.compare)),
            web.post(f"{PATH}/{_ID}/approve", signed_in(self.approve)),
            web.post(f"{PATH}/{_ID}/share", signed_in(self.share)),
            web.post(f"{PATH}/{_ID}/release", signed_in(self.release)),
        ]

    async def list(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not may_look(session.staff):
            return self._none()
        listed = await asyncio.to_thread(self._list)
        return self.pages.show(
            "models.html", session=session, listed=listed, kinds=KINDS, form_id=secrets.token_urlsafe(12)
        )

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The report of a model, and what may be done with it. That customers' sentences were read is on record."""
        if not may_look(session.staff):
            return self._none()
        model_id = request.match_info["model_id"]
        card, report, split = await asyncio.to_thread(self._look, model_id, session.agent)
        if card is None:
            return self._none()
        return self.pages.show(
            "model.html",
            session=session,
            card=card,
            report=report,
            split=split,
            own=same_person(card.made_by, session.agent),
            stale=report is not None and report.before != self.bench.registry.current(),
            floors=self.bench.gate(),
            zh=self._zh,
            shares=_SHARES,
            form_id=secrets.token_urlsafe(12),
        )

    async def train(self, request: web.Request, session: Session) -> web.StreamResponse:
        return await self._start(request, session, "prepare", "")

    async def compare(self, request: web.Request, session: Session) -> web.StreamResponse:
        return await self._start(request, session, "compare", request.match_info["model_id"])

    async def approve(self, request: web.Request, session: Session) -> web.StreamResponse:
        model_id, now = request.match_info["model_id"], self.deps.clock()
        return await self._step(
            request, session, lambda release, work: release.approve(work, model_id, session.agent, now)
        )

    async def share(self, request: web.Request, session: Session) -> web.StreamResponse:
        model_id, now = request.match_info["model_id"], self.deps.clock()
        written = await read_field(request, "share")
        share = int(written) if written.isascii() and written.isdecimal() and len(written) < 4 else 0
        return await self._step(
            request, session, lambda release, work: release.share(work, model_id, share, session.agent, now)
        )

    async def release(self, request: web.Request, session: Session) -> web.StreamResponse:
        model_id, now = request.match_info["model_id"], self.deps.clock()
        return await self._step(
            request, session, lambda release, work: release.release(work, model_id, session.agent, now)
        )

    async def roll_back(self, request: web.Request, session: Session) -> web.StreamResponse:
        now = self.deps.clock()
        return await self._step(request, session, lambda release, work: release.roll_back(work, session.agent, now))

    async def _start(self, request: web.Request, session: Session, kind: str, model_id: str) -> web.StreamResponse:
        if not session.staff.may(May.TRAIN_MODELS):
            return self._none()
        if model_id and self.bench.registry.card(model_id) is None:
            return self._none()

        def begin() -> Refusal | None:
            try:
                with self.deps.unit_of_work() as work:
                    job = start_job(work, kind, model_id, session.agent, self.deps.clock())
                    work.commit()
            except ModelStepError as error:
                return 409, f"{error.data['flaw']}。"
            self.bench.start(job.job_id)
            return None

        return await self._carry_out(request, session, begin)

    async def _step(self, request: web.Request, session: Session, step: Step) -> web.StreamResponse:
        if not session.staff.may(May.RELEASE_MODELS):
            return self._none()

        def take() -> Refusal | None:
            try:
                with self.deps.unit_of_work() as work:
                    step(self.bench.release, work)
            except ModelStepError as error:
                return 409, f"{error.data['flaw']}。"
            return None

        return await self._carry_out(request, session, take)

    async def _carry_out(
        self, request: web.Request, session: Session, deed: Callable[[], Refusal | None]
    ) -> web.StreamResponse:
        refusal = await session.carry_out(await read_field(request, "form_id"), deed)
        if refusal is not None:
            return self.pages.refuse(*refusal)
        return web.Response(status=303, headers={"Location": PATH})

    def _list(self) -> Listed:
        now = self.deps.clock()
        with self.deps.reading() as work:
            jobs = [as_seen(job, now) for job in work.training_jobs.newest(_JOBS)]
        return Listed(self.bench.registry.cards(), self.bench.registry.split(), jobs)

    def _look(self, model_id: str, agent: str) -> tuple[ModelCard | None, Report | None, Split | None]:
        card = self.bench.registry.card(model_id)
        if card is None:
            return None, None, None
        with self.deps.unit_of_work() as work:
            report = work.comparisons.get(model_id)
            if report is not None:
                detail = {"sentences": str(len(report.customers.changed))}
                actor, now = f"agent:{agent}", self.deps.clock()
                work.audit.append("desk.model_viewed", subject=model_id, actor=actor, at=now, detail=detail)
                work.commit()
        return card, report, self.bench.registry.split()

    def _zh(self, intent: str) -> str:
        return "反问" if intent == ASKS else self.deps.intent_names.get(intent, intent)

    def _none(self) -> web.Response:
        return self.pages.refuse(404, "没有这个页面。")
