"""Trainings and comparisons as jobs: one at a time, each in a process of its own that gives signs of life."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.services.models.ports import Job, JobState
from bot.services.models.release import ModelStepError
from bot.services.ports import UnitOfWork

KINDS = {"train": "训练", "compare": "比较", "prepare": "训练并比较"}
EVERY = 3.0  # seconds between signs of life
SILENT = timedelta(seconds=30)  # without one: its process is gone
_NUMBERED = "M"


def start_job(work: UnitOfWork, kind: str, model_id: str, by: str, now: datetime) -> Job:
    """On record, before its process starts; the caller commits. `model_id`: to be compared, "" for one that is to be trained.

    Raises:
        ModelStepError: another is running.
    """
    before = work.training_jobs.running()
    if before is not None and as_seen(before, now).state is JobState.KILLED:
        work.training_jobs.save(as_seen(before, now))
    number = work.numbers.next(_NUMBERED, now.date())
    job = Job(number, kind, by, model_id, JobState.RUNNING, "等待开始", 0, now, now)
    if not work.training_jobs.add(job):
        raise ModelStepError("已经有一个任务在跑，等它完成再开始")
    work.audit.append(
        "model.job_started", subject=number, actor=f"agent:{by}", at=now, detail={"kind": kind, "model": model_id}
    )
    return job


def as_seen(job: Job, now: datetime) -> Job:
    """As it really is: one that has been silent for too long was killed with its process."""
    if job.state is not JobState.RUNNING or now - job.seen_at <= SILENT:
        return job
    return replace(job, state=JobState.KILLED, ended_at=job.seen_at, failure="进程中途没有了（被结束，或者机器重启过）")
