"""The job as a process: a comparison from the desk's records to the card, and what is left of one that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.bootstrap import build_message_log, build_model_registry, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.services.models.card import SYSTEM, CardState
from bot.services.models.jobs import as_seen, start_job
from bot.services.models.ports import Job, JobState
from bot.settings import ROOT, read_settings
from tests.customer import wait_until
from tests.stack import START_PATIENCE, Stack

pytestmark = pytest.mark.timeout(900)  # it may have to train, and it starts three processes
CANDIDATE = "abcabcabcabc"


@dataclass
class Desk:
    """A model that serves, and a candidate that is the same one under another name."""

    environment: dict[str, str]

    def __post_init__(self) -> None:
        self.settings = read_settings(self.environment)
        self.unit_of_work = build_unit_of_work(self.settings)
        self.registry = build_model_registry(self.settings.model_dir)

    def job(self, kind: str, model_id: str = "") -> Job:
        with self.unit_of_work() as work:
            job = start_job(work, kind, model_id, "anna", datetime.now(SHANGHAI))
            work.commit()
        return job

    def start(self, job: Job) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "ignore", "-m", "bot.training.job", job.job_id]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)

    def seen(self, job: Job) -> Job:
        with self.unit_of_work() as work:
            found = work.training_jobs.get(job.job_id)
        assert found is not None
        return found

    def until_it_works(self, job: Job) -> None:
        wait_until(lambda: self.seen(job).step == "正在比较", "the job has begun", START_PATIENCE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    trained = Stack(tmp_path_factory.mktemp("trained"))
    trained.train()
    var = tmp_path_factory.mktemp("desk")
    made = Desk({**trained.environment, "BOT_VAR_DIR": str(var), "BOT_MODEL_DIR": str(var / "models")})
    prepare_store(made.settings, datetime.now(SHANGHAI).date())
    source = build_model_registry(trained.settings.model_dir)
    card = source.card(source.current())
    assert card is not None
    with made.registry.changing():
        for model_id in (card.model_id, CANDIDATE):
            made.registry.archive(model_id).symlink_to(source.archive(card.model_id).resolve())
        made.registry.make_current(replace(card, state=CardState.CURRENT, made_by=SYSTEM))
        made.registry.put(replace(card, model_id=CANDIDATE, state=CardState.CANDIDATE, made_by="anna"))
    return made


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_job_that_is_told_to_end_says_so_and_one_that_is_killed_is_seen(
    desk: Desk, processes: list[subprocess.Popen[bytes]]
) -> None:
    told = desk.job("compare", CANDIDATE)
    processes.append(desk.start(told))
    desk.until_it_works(told)
    processes[-1].send_signal(signal.SIGTERM)
    assert processes[-1].wait(START_PATIENCE) == 1
    assert (desk.seen(told).state, desk.seen(told).failure) == (JobState.KILLED, "被人中断")

    killed = desk.job("compare", CANDIDATE)
    processes.append(desk.start(killed))
    desk.until_it_works(killed)
    os.killpg(processes[-1].pid, signal.SIGKILL)
    processes[-1].wait()
    left = desk.seen(killed)
    assert left.state is JobState.RUNNING
    assert as_seen(left, left.seen_at + timedelta(seconds=31)).state is JobState.KILLED
    with desk.unit_of_work() as work:
        work.training_jobs.save(as_seen(left, left.seen_at + timedelta(seconds=31)))
        work.commit()


def test_a_comparison_reads_real_sentences_plays_what_must_pass_and_writes_the_card(
    desk: Desk, processes: list[subprocess.Popen[bytes]]
) -> None:
    log = build_message_log(desk.settings)
    log.open("a-customer", channel="web", at=datetime.now(SHANGHAI))
    for number, words in enumerate(("我要退保", "我的手机号是13800001001，理赔到哪一步了")):
        log.receive("a-customer", message_id=f"m{number}", text=words, choice_id="", at=datetime.now(SHANGHAI))
    job = desk.job("compare", CANDIDATE)
    processes.append(desk.start(job))
    assert processes[-1].wait(800) == 0
    done = desk.seen(job)
    assert (done.state, done.progress) == (JobState.DONE, 100)
    assert done.step == "过关。1 位客户说过的 2 句话，回答都不变。"
    with desk.unit_of_work() as work:
        report = work.comparisons.get(CANDIDATE)
    assert report is not None
    assert (report.passed, report.changed, report.all.before) == (True, (), report.all.after)
    assert report.all.of > 900
    assert len(report.dialogues) >= 10
    card = desk.registry.card(CANDIDATE)
    assert card is not None
    assert (card.gate_passed, card.compared_with) == (True, desk.registry.current())
    assert card.figures["accuracy"] > 0.9


def test_a_job_of_a_model_that_is_not_there_says_so(desk: Desk, processes: list[subprocess.Popen[bytes]]) -> None:
    job = desk.job("compare", "nine")
    processes.append(desk.start(job))
    assert processes[-1].wait(START_PATIENCE) == 1
    assert desk.seen(job).state is JobState.FAILED
    assert "不在" in desk.seen(job).failure
