"""A training or a comparison as a job: `python -m bot.training.job NUMBER`, in a process of its own; its state is in the store."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bootstrap import build_model_registry, build_unit_of_work
from bot.calendars.clocks import SHANGHAI
from bot.errors import BotError
from bot.event_log import start_event_log
from bot.nlu.sentence_reader import SentenceReader
from bot.services.intent_names import load_intent_names
from bot.services.models.card import CardState, ModelCard
from bot.services.models.gate import Gate, load_gate
from bot.services.models.jobs import EVERY, as_seen
from bot.services.models.ports import Job, JobState, ModelRegistry
from bot.services.models.release import ModelStepError
from bot.services.models.report import Customers, Report
from bot.services.ports import UnitOfWorkFactory
from bot.settings import ROOT, Settings, read_settings
from bot.training.compare import HeldOut, Ids, Pair, compare_customers, compare_held_out, labels_of, write_report
from bot.training.corpus import read_corpus
from bot.training.fingerprint import fingerprint
from bot.training.held_out import read_cases
from bot.training.play_dialogues import play
from bot.training.train import id_of, train_quietly

log = logging.getLogger(__name__)
USUAL_SECONDS = 60.0  # of a training, where none has been timed
Watcher = Callable[[Job], None]


class StoppedError(BaseException):
    """The process is told to end."""


@dataclass
class Desk:
    """Where the job is written down. `watch` hears of each change, too."""

    unit_of_work: UnitOfWorkFactory
    job: Job
    watch: Watcher = lambda _: None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.stopping = threading.Event()  # whatever works beside must end, too
        self._told = 0.0
        self._heart = threading.Thread(target=self._beat, daemon=True)
        self._heart.start()

    def step(self, words: str, progress: int) -> None:
        self._write(step=words, progress=progress)

    def within(self, words: str, first: int, last: int) -> Callable[[float], None]:
        """Takes a share of a step that goes from `first` to `last` per cent; at most one change a second is written down.
        It raises StoppedError where the job is to end."""

        def tell(share: float) -> None:
            if self.stopping.is_set():
                raise StoppedError
            progress = first + int((last - first) * min(share, 1.0))
            if time.monotonic() - self._told >= 1.0 and (words, progress) != (self.job.step, self.job.progress):
                self.step(words, progress)

        return tell

    def end(self, state: JobState, *, failure: str = "", step: str = "") -> None:
        self._over.set()
        self._heart.join(EVERY)
        progress = 100 if state is JobState.DONE else self.job.progress
        self._write(state=state, failure=failure, step=step or self.job.step, progress=progress, ended_at=_now())

    def name(self, model_id: str) -> None:
        self._write(model_id=model_id)

    def _beat(self) -> None:
        while not self._over.wait(EVERY):
            try:
                self._write()
            except BotError as error:
                log.warning("training.unseen", extra={"data": {"code": error.code}})

    def _write(self, **changes: object) -> None:
        with self._lock:
            self._told = time.monotonic()
            self.job = replace(self.job, seen_at=_now(), **changes)  # type: ignore[arg-type]
            with self.unit_of_work() as work:
                work.training_jobs.save(self.job)
                work.commit()
        self.watch(self.job)


def run(settings: Settings, job: Job, watch: Watcher = lambda _: None) -> Job:
    """Do it, here, and write down how it ended; the job as it is then. Raises whatever ends the process."""
    desk = Desk(build_unit_of_work(settings), job, watch)
    try:
        said = _do(settings, desk)
    except BotError as error:
        desk.end(JobState.FAILED, failure=str(error.data.get("flaw") or error))
    except (KeyboardInterrupt, StoppedError):
        desk.end(JobState.KILLED, failure="被人中断")
        raise
    except Exception as error:  # the page must say so, whatever it was
        log.exception("training.failed")
        desk.end(JobState.FAILED, failure=f"出了意外：{type(error).__name__}")
    else:
        desk.end(JobState.DONE, step=said)
    return desk.job


def _do(settings: Settings, desk: Desk) -> str:
    registry = build_model_registry(settings.model_dir)
    if desk.job.kind in ("train", "prepare"):
        desk.name(train_candidate(settings, registry, desk, last=55 if desk.job.kind == "prepare" else 100))
    if desk.job.kind == "train":
        return "训练完成，可以比较了"
    report = compare(settings, registry, desk, first=55 if desk.job.kind == "prepare" else 0)
    return ("过关。" if report.passed else f"没有过关（{len(report.blocked)} 处）。") + report.customers.headline


def train_candidate(settings: Settings, registry: ModelRegistry, desk: Desk, last: int) -> str:
    """The id of a model of the data as it is now; trained unless there is one. Raises ModelStepError."""
    wanted = fingerprint()
    card = registry.card(id_of(wanted))
    if card is not None:
        return card.model_id
    current = registry.card(registry.current())
    usual = current.seconds if current and current.seconds else USUAL_SECONDS
    tell = desk.within("正在训练", 0, last)
    desk.step("正在训练", 0)
    log_path = settings.var_dir / "jobs" / f"{desk.job.job_id}.log"
    done = train_quietly(log_path, "--candidate", desk.job.by, tell=lambda spent: tell(min(0.97, spent / (usual + 10))))
    if not done:
        raise ModelStepError(f"训练没有成功，记录在 {log_path}")
    if registry.card(id_of(wanted)) is None:
        raise ModelStepError("训练的时候数据又改了，请再训练一次")
    with registry.changing():
        gone = registry.prune(load_gate(settings.data_dir / "training" / "gate.yml").keep)
    with desk.unit_of_work() as work:
        work.comparisons.forget(gone)
        work.commit()
    return id_of(wanted)


def compare(settings: Settings, registry: ModelRegistry, desk: Desk, first: int) -> Report:
    """The report, stored, and its figures on the card. Raises ModelStepError, DataFileError, DialoguesNotPlayedError."""
    began = time.monotonic()
    card, before = registry.card(desk.job.model_id), registry.current()
    if card is None or not before or card.model_id == before:
        raise ModelStepError("要比较的模型不在，或者它就是现在用的那个")
    gate = load_gate(settings.data_dir / "training" / "gate.yml")
    desk.step("正在比较", first)
    with ThreadPoolExecutor(1) as beside:
        # Most of the time it waits for the processes that it has started; the sentences are read meanwhile.
        tell = desk.within("正在跑必须通过的对话", 80, 100)
        playing = beside.submit(play, card, registry.archive(card.model_id), gate.must_pass, tell)
        try:
            held_out, customers = _read_again(registry, Ids(before, card.model_id), desk, gate, first)
            played = playing.result()
        except BaseException:
            desk.stopping.set()
            raise
    names = load_intent_names(settings.data_dir / "intents.yml")
    report = write_report(Ids(before, card.model_id), held_out, customers, played, gate, names, at=_now(), began=began)
    _keep(desk, registry, card, report)
    return report


def _read_again(registry: ModelRegistry, ids: Ids, desk: Desk, gate: Gate, first: int) -> tuple[HeldOut, Customers]:
    """With both models: what no model has seen, and what customers said."""
    cases = read_cases()
    pair = Pair(
        SentenceReader.open(registry.archive(ids.before)),
        SentenceReader.open(registry.archive(ids.after)),
        labels_of(read_corpus(ROOT), cases),
    )
    held_out = compare_held_out(pair, cases, desk.within("正在读留出的句子", first, 70))
    with desk.unit_of_work() as work:
        said = work.real_sentences.newest(gate.conversations)
    return held_out, compare_customers(pair, said, _now(), desk.within("正在重读客户说过的话", 70, 80))


def _keep(desk: Desk, registry: ModelRegistry, card: ModelCard, report: Report) -> None:
    with desk.unit_of_work() as work:
        work.comparisons.put(report)
        work.commit()
    with registry.changing():
        known = registry.card(card.model_id) or card
        # A gate that is shut now takes an earlier approval back.
        state = CardState.CANDIDATE if known.state is CardState.APPROVED and not report.passed else known.state
        registry.put(
            replace(
                known,
                state=state,
                compared_with=report.before,
                compared_at=report.at,
                gate_passed=report.passed,
                figures=report.figures,
            )
        )


def _now() -> datetime:
    return datetime.now(SHANGHAI)


def _stop(*_: object) -> None:
    raise StoppedError


def main() -> int:
    start_event_log(logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    settings = read_settings()
    with build_unit_of_work(settings)() as work:
        job = work.training_jobs.get(sys.argv[1])
    if job is None or as_seen(job, _now()).state is not JobState.RUNNING:
        print("没有这个任务，或者它已经结束。", file=sys.stderr)
        return 1
    try:
        return 0 if run(settings, job).state is JobState.DONE else 1
    except (KeyboardInterrupt, StoppedError):
        return 1


if __name__ == "__main__":
    sys.exit(main())
