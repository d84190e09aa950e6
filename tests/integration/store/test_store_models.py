"""The folder of models, releases on it, and the store's trainings, comparisons and real sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.conversations.messages import InputHint, Reply, Sender
from bot.errors import ConfigurationError
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.models.card import SYSTEM, CardState, ModelCard
from bot.services.models.jobs import as_seen, start_job
from bot.services.models.ports import JobState
from bot.services.models.release import ModelStepError, Release
from bot.services.models.report import Changed, Customers, IntentFigures, Report, Verdict
from bot.services.models.split import ALL, Split, Step
from bot.store.engine import build_engine
from bot.store.message_log import SqlMessageLog
from bot.store.model_folder import ModelFolder
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import DATA_KEY, START
from tests.migrated import migrated_store

MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return build_engine(migrated_store(tmp_path / "a.db"), DATA_KEY)


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    made = ModelFolder(tmp_path / "models")
    made.folder.mkdir()
    return made


@pytest.fixture
def release(folder: ModelFolder) -> Release:
    return Release(folder, timedelta(minutes=15))


def model(folder: ModelFolder, model_id: str, **changes: object) -> ModelCard:
    """A candidate that the gate let pass, trained by anna."""
    folder.archive(model_id).write_text(model_id)
    at = START + MINUTE * len(folder.cards())
    card = ModelCard(model_id, f"hash of {model_id}", "anna", at, 40.0, compared_with="one", gate_passed=True)
    folder.put(replace(card, **changes))  # type: ignore[arg-type]
    return replace(card, **changes)  # type: ignore[arg-type]


@pytest.fixture
def two(folder: ModelFolder) -> ModelFolder:
    """ "one" is current, "two" a candidate."""
    folder.make_current(model(folder, "one", made_by=SYSTEM, state=CardState.CURRENT))
    model(folder, "two")
    return folder


def state(folder: ModelFolder, model_id: str) -> CardState:
    card = folder.card(model_id)
    assert card is not None
    return card.state


def refused(step: Callable[[], object]) -> str:
    with pytest.raises(ModelStepError) as error:
        step()
    return str(error.value.data["flaw"])


def test_a_model_goes_to_some_then_to_all_and_back_in_one_step(
    two: ModelFolder, release: Release, engine: Engine
) -> None:
    with SqlUnitOfWork(engine) as work:
        release.approve(work, "two", "bert", START)
        release.share(work, "two", 10, "bert", START + MINUTE)
        assert two.split() == Split("one", "two", (Step(START + MINUTE, 10),))
        assert (state(two, "two"), two.current()) == (CardState.CANARY, "one")
        release.release(work, "two", "bert", START + 2 * MINUTE)
        steps = (Step(START + MINUTE, 10), Step(START + 2 * MINUTE, ALL))
        assert two.split() == Split("one", "two", steps, START + 17 * MINUTE)
        assert (state(two, "one"), state(two, "two"), two.current()) == (CardState.PREVIOUS, CardState.CURRENT, "two")
        assert json.loads((two.folder / "current.json").read_text())["fingerprint"] == "hash of two"
        release.roll_back(work, "cora", START + 3 * MINUTE)
    assert two.split() == Split("one")
    assert (state(two, "one"), state(two, "two"), two.current()) == (CardState.CURRENT, CardState.WITHDRAWN, "one")
    with engine.connect() as connection:
        log = [
            tuple(row) for row in connection.execute(text("SELECT event, subject, actor FROM audit_log ORDER BY seq"))
        ]
    assert log == [
        ("model.approved", "two", "agent:bert"), ("model.shared", "two", "agent:bert"),
        ("model.released", "two", "agent:bert"), ("model.rolled_back", "two", "agent:cora"),
    ]  # fmt: skip


def test_a_canary_is_taken_back_in_one_step(two: ModelFolder, release: Release, engine: Engine) -> None:
    with SqlUnitOfWork(engine) as work:
        release.approve(work, "two", "bert", START)
        release.share(work, "two", 50, "bert", START)
        release.roll_back(work, "bert", START)
        assert (two.split(), state(two, "two"), two.current()) == (Split("one"), CardState.WITHDRAWN, "one")
        assert "先要另一个人批准" in refused(lambda: release.release(work, "two", "bert", START))


@pytest.mark.parametrize("by", ["anna", "cli:anna"])
def test_nobody_approves_what_he_has_trained(two: ModelFolder, release: Release, engine: Engine, by: str) -> None:
    with SqlUnitOfWork(engine) as work:
        assert "谁训练的" in refused(lambda: release.approve(work, "two", by, START))
        assert "先要另一个人批准" in refused(lambda: release.release(work, "two", "bert", START))
    assert two.current() == "one"


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ({"gate_passed": False}, "没有过关"), ({"gate_passed": None}, "比较一次"), ({"compared_with": "zero"}, "比较一次"),
    ],
)  # fmt: skip
def test_the_gate_blocks(two: ModelFolder, release: Release, engine: Engine, card: dict[str, object], why: str) -> None:
    model(two, "two", **card)
    with SqlUnitOfWork(engine) as work:
        assert why in refused(lambda: release.approve(work, "two", "bert", START))
        model(two, "two", **card, state=CardState.APPROVED)
        assert why in refused(lambda: release.share(work, "two", 10, "bert", START))
        assert why in refused(lambda: release.release(work, "two", "bert", START))
    assert (two.current(), two.split()) == ("one", None)


def test_there_is_one_canary_at_a_time_and_a_share_is_a_part(
    two: ModelFolder, release: Release, engine: Engine
) -> None:
    model(two, "three", state=CardState.APPROVED)
    with SqlUnitOfWork(engine) as work:
        release.approve(work, "two", "bert", START)
        for share in (0, 100, -1):
            assert "1 到 99" in refused(lambda share=share: release.share(work, "two", share, "bert", START))  # type: ignore[misc]
        release.share(work, "two", 5, "bert", START)
        assert "还有一个模型在灰度" in refused(lambda: release.share(work, "three", 5, "bert", START))
        assert "没有这个模型" in refused(lambda: release.share(work, "nine", 5, "bert", START))


def test_with_nothing_before_it_there_is_nothing_to_go_back_to(
    two: ModelFolder, release: Release, engine: Engine
) -> None:
    with SqlUnitOfWork(engine) as work:
        assert "没有上一个模型" in refused(lambda: release.roll_back(work, "bert", START))


def test_a_model_from_before_there_were_cards_has_one(folder: ModelFolder) -> None:
    folder.archive("old").write_text("old")
    (folder.folder / "current.tar.gz").symlink_to("assistant-old.tar.gz")
    (folder.folder / "current.json").write_text(
        '{"fingerprint": "f", "model": "assistant-old.tar.gz", "seconds": 40.1}'
    )
    card = folder.card("old")
    assert card is not None
    assert (card.state, card.data_hash, card.made_by) == (CardState.CURRENT, "f", SYSTEM)


def test_pruning_keeps_what_serves_and_what_a_rollback_goes_to(two: ModelFolder) -> None:
    for number in range(3, 8):
        model(two, f"m{number}")
    model(two, "back", state=CardState.PREVIOUS, released_at=START)
    two.put_split(Split("one", "two", (Step(START, 5),)))
    gone = two.prune(5)
    assert set(gone) == {"m3", "m4", "m5"}
    assert {card.model_id for card in two.cards()} == {"one", "two", "back", "m6", "m7"}


def test_a_card_or_a_split_that_is_none_is_named(two: ModelFolder) -> None:
    (two.folder / "assistant-two.json").write_text('{"model_id": "two"}')
    with pytest.raises(ConfigurationError, match="card"):
        two.card("two")
    (two.folder / "serving.json").write_text("{")
    with pytest.raises(ConfigurationError, match="JSON"):
        two.split()


def test_one_training_runs_at_a_time_and_a_killed_one_is_shown_and_makes_room(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as work:
        first = start_job(work, "train", "", "anna", START)
        work.commit()
    with SqlUnitOfWork(engine) as work:
        assert "已经有一个任务在跑" in refused(
            lambda: start_job(work, "train", "", "bert", START + timedelta(seconds=20))
        )
    later = START + timedelta(seconds=31)
    with SqlUnitOfWork(engine) as work:
        running = work.training_jobs.running()
        assert running is not None
        assert (as_seen(running, later).state, as_seen(running, START).state) == (JobState.KILLED, JobState.RUNNING)
        second = start_job(work, "compare", "two", "bert", later)
        work.commit()
    with SqlUnitOfWork(engine) as work:
        assert [job.job_id for job in work.training_jobs.newest(5)] == [second.job_id, first.job_id]
        killed = work.training_jobs.get(first.job_id)
        assert killed is not None
        assert (killed.state, killed.ended_at) == (JobState.KILLED, START)


def test_a_report_is_kept_sealed(engine: Engine) -> None:
    changed = (Changed("我的手机是 138****0000", "ab", "", "", "inform", Verdict.BETTER),)
    made = Report(
        "one",
        "two",
        START,
        (IntentFigures("greet", 2, 1, 2, 1, 0),),
        0,
        0,
        (),
        (),
        Customers(1, 1, changed),
        (),
        (),
        2.0,
    )
    with SqlUnitOfWork(engine) as work:
        work.comparisons.put(made)
        work.comparisons.put(replace(made, asks_after=3))
        work.commit()
        assert work.comparisons.get("two") == replace(made, asks_after=3)
        work.comparisons.forget(["two"])
        assert work.comparisons.get("two") is None
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT report FROM model_comparisons")).scalar()
    assert stored is not None
    assert stored.startswith("s1:")


def test_real_sentences_are_those_that_customers_typed_of_their_own_accord(engine: Engine) -> None:
    log = SqlMessageLog(engine)

    def says(conversation_id: str, number: int, words: str, **fields: str) -> None:
        log.receive(conversation_id, message_id=f"m{number}", text=words, choice_id="", at=START, **fields)

    for place, name in enumerate(("older", "newer", "reported")):
        log.open(name, channel="web", at=START + MINUTE * place)
        says(name, 1, f"{name} 要报案")
    log.append("newer", Reply("您叫什么？", (), InputHint("name", "name")), sender=Sender.BOT, at=START)
    says("newer", 2, "张三")
    log.append("newer", Reply("好的"), sender=Sender.BOT, at=START)
    says("newer", 3, "文件", payload="/inform")
    says("newer", 4, "什么是免赔额")
    log.append("newer", Reply("我是坐席"), sender=Sender.HUMAN, at=START)
    says("newer", 5, "您好坐席")
    with SqlUnitOfWork(engine) as work:
        work.requests.add(
            ServiceRequest(
                "S1", "report_misconduct", RequestStatus.ACCEPTED, "", "", (), (), START, START.date(), "D-P03", "合规监察",
                "reported", "key", restricted=True, alert_on=START.date(),
            )
        )  # fmt: skip
        work.commit()
    with SqlUnitOfWork(engine) as work:
        assert [one.text for one in work.real_sentences.newest(10)] == ["newer 要报案", "什么是免赔额", "older 要报案"]
        assert {one.conversation_id for one in work.real_sentences.newest(1)} == {"newer"}
