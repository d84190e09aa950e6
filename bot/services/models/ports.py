"""What the use cases of models need from the outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

from bot.services.models.card import ModelCard
from bot.services.models.report import Report
from bot.services.models.split import Split


class ModelRegistry(Protocol):
    """The folder of models. Whoever changes more than one thing does it inside `changing`."""

    def changing(self) -> AbstractContextManager[None]:
        """Other processes wait."""
        ...

    def cards(self) -> Sequence[ModelCard]:
        """The newest first; also of a current model that no card was written for."""
        ...

    def archive(self, model_id: str) -> Path:
        """Where the model is, or would be."""
        ...

    def card(self, model_id: str) -> ModelCard | None: ...
    def put(self, card: ModelCard) -> None: ...
    def current(self) -> str:
        """The id of the model that a start serves; "" where there is none."""
        ...

    def make_current(self, card: ModelCard) -> None: ...
    def split(self) -> Split | None:
        """None where nothing was ever released."""
        ...

    def put_split(self, split: Split) -> None: ...
    def remove(self, model_id: str) -> None: ...
    def prune(self, keep: int) -> Sequence[str]:
        """Delete all but the newest so many and those in use; which they were."""
        ...


class JobState(str, Enum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    KILLED = "killed"

    @property
    def zh(self) -> str:
        return {"running": "进行中", "done": "完成", "failed": "没有成功", "killed": "被中断"}[self.value]


@dataclass(frozen=True)
class Job:
    """A training or a comparison. `progress` in per cent; `seen_at`: when its process last gave a sign of life."""

    job_id: str
    kind: str
    by: str
    model_id: str
    state: JobState
    step: str
    progress: int
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    failure: str = ""


class TrainingJobs(Protocol):
    def add(self, job: Job) -> bool:
        """False while another is running; then nothing is written."""
        ...

    def save(self, job: Job) -> None: ...
    def get(self, job_id: str) -> Job | None: ...
    def running(self) -> Job | None: ...
    def newest(self, limit: int) -> Sequence[Job]: ...


class Comparisons(Protocol):
    """Reports hold what customers said, masked; they are sealed."""

    def put(self, report: Report) -> None:
        """In place of an older one of the same model."""
        ...

    def get(self, model_id: str) -> Report | None: ...
    def forget(self, model_ids: Collection[str]) -> None: ...


@dataclass(frozen=True)
class SaidOnce:
    """What a customer typed of his own accord: no answer to a question of ours, no button."""

    conversation_id: str
    text: str


class RealSentences(Protocol):
    def newest(self, conversations: int) -> Sequence[SaidOnce]:
        """Of the conversations that were opened last; those in which wrongdoing was reported are not among them."""
        ...
