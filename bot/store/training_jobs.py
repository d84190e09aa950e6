"""Trainings, comparisons of models, and the sentences of customers that comparisons read again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection

from bot.conversations.messages import Sender
from bot.services.errors import DuplicateKeyError
from bot.services.models.ports import Job, JobState, SaidOnce
from bot.services.models.report import Report
from bot.store.case_tables import SERVICE_REQUESTS
from bot.store.conversation_tables import CONVERSATIONS, MESSAGES
from bot.store.rows import insert_once, update_one, upsert
from bot.store.training_tables import MODEL_COMPARISONS, TRAINING_JOBS

_THE_PLACE = 1


class SqlTrainingJobs:
    """Implements bot.services.models.ports.TrainingJobs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job: Job) -> bool:
        try:
            insert_once(self._connection, TRAINING_JOBS, _row(job), key="place")
        except DuplicateKeyError:
            return False
        return True

    def save(self, job: Job) -> None:
        update_one(self._connection, TRAINING_JOBS, {"job_id": job.job_id}, _row(job))

    def get(self, job_id: str) -> Job | None:
        return next(iter(self._all(select(TRAINING_JOBS).where(TRAINING_JOBS.c.job_id == job_id))), None)

    def running(self) -> Job | None:
        return next(iter(self._all(select(TRAINING_JOBS).where(TRAINING_JOBS.c.place == _THE_PLACE))), None)

    def newest(self, limit: int) -> Sequence[Job]:
        return self._all(select(TRAINING_JOBS).order_by(TRAINING_JOBS.c.started_at.desc()).limit(limit))

    def _all(self, statement: Any) -> tuple[Job, ...]:
        rows = self._connection.execute(statement).mappings()
        return tuple(
            Job(**{**{name: row[name] for name in row if name != "place"}, "state": JobState(row["state"])})
            for row in rows
        )


def _row(job: Job) -> dict[str, Any]:
    place = _THE_PLACE if job.state is JobState.RUNNING else None
    return {**vars(job), "state": job.state.value, "place": place}


class SqlComparisons:
    """Implements bot.services.models.ports.Comparisons."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, report: Report) -> None:
        row = {
            "model_id": report.after, "compared_with": report.before, "at": report.at, "report": report.as_json(),
        }  # fmt: skip
        upsert(self._connection, MODEL_COMPARISONS, row, keys=["model_id"])

    def get(self, model_id: str) -> Report | None:
        wanted = select(MODEL_COMPARISONS.c.report).where(MODEL_COMPARISONS.c.model_id == model_id)
        found = self._connection.execute(wanted).scalar()
        return None if found is None else Report.from_json(found)

    def forget(self, model_ids: Collection[str]) -> None:
        gone = MODEL_COMPARISONS.c.model_id.in_(sorted(model_ids))
        self._connection.execute(MODEL_COMPARISONS.delete().where(gone))


class SqlRealSentences:
    """Implements bot.services.models.ports.RealSentences."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, conversations: int) -> Sequence[SaidOnce]:
        reported = select(SERVICE_REQUESTS.c.conversation_id).where(SERVICE_REQUESTS.c.restricted)
        newest = (
            select(CONVERSATIONS.c.conversation_id)
            .where(CONVERSATIONS.c.conversation_id.notin_(reported))
            .order_by(CONVERSATIONS.c.opened_at.desc(), CONVERSATIONS.c.conversation_id)
            .limit(conversations)
            .subquery()
        )
        before = MESSAGES.alias("before")
        joined = MESSAGES.join(newest, newest.c.conversation_id == MESSAGES.c.conversation_id).outerjoin(
            before,
            and_(before.c.conversation_id == MESSAGES.c.conversation_id, before.c.seq == MESSAGES.c.seq - 1),
        )
        # What answers a question of a form is not understood as an intent of its own.
        own = and_(
            MESSAGES.c.sender == Sender.CUSTOMER.value,
            MESSAGES.c.payload == "",
            or_(before.c.input_slot.is_(None), before.c.input_slot == ""),
            or_(before.c.sender.is_(None), before.c.sender != Sender.HUMAN.value),
        )
        said = (
            select(MESSAGES.c.conversation_id, MESSAGES.c.text)
            .select_from(joined)
            .where(own)
            .order_by(MESSAGES.c.conversation_id, MESSAGES.c.seq)
        )
        return tuple(SaidOnce(row.conversation_id, row.text) for row in self._connection.execute(said))
