"""The page of models: what it shows, who does which step, and that a double click starts one training."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insurance.staff import Role
from bot.services.models.card import SYSTEM, CardState, ModelCard
from bot.services.models.jobs import start_job
from bot.services.models.ports import JobState
from bot.services.models.report import (
    ASKS,
    Blocked,
    Changed,
    Customers,
    IntentFigures,
    Mixed,
    Played,
    Report,
    Verdict,
)  # fmt: skip
from bot.services.models.split import Split
from tests.unit.console.conftest import HOSTILE


def put_models(place, words: str = HOSTILE, **changes: object) -> None:
    """m1 serves; m2 was trained by anna and let pass, with a report that holds these words wherever somebody's may stand."""
    registry = place.deps.models.registry
    registry.archive("m1").parent.mkdir(exist_ok=True)
    for name in ("m1", "m2"):
        registry.archive(name).write_text(name)
    registry.make_current(ModelCard("m1", "h1", SYSTEM, place.clock(), 40.0, CardState.CURRENT))
    card = ModelCard(
        "m2", "h2", "anna", place.clock(), 41.0, compared_with="m1", gate_passed=True, sentences=9, intents=2
    )
    registry.put(replace(card, figures={"accuracy": 0.93}, **changes))
    changed = Changed(f"我要退保{words}", "ab12cd", "", ASKS, "surrender_policy", Verdict.BETTER)
    report = Report(
        "m1", "m2", place.clock(), (IntentFigures("greet", 20, 18, 17, 1, 2), IntentFigures("repeat", 2, 2, 2, 0, 0)), 3, 2,
        (Mixed("greet", "thank", 1, 1, (words,)),), (replace(changed, wanted="greet", where="a.yml:3"),),
        Customers(40, 12, (changed,)), (Played("报案：一句话"), Played("查保单：名下三份", words)),
        (Blocked(f"“问候”{words}", words),), 20.0,
    )  # fmt: skip
    with place.deps.unit_of_work() as work:
        work.comparisons.put(report)
        work.commit()


@pytest.fixture
async def trainer(place):
    put_models(place)
    return await place.colleague("bert", Role.TRAINER)


async def test_the_list_and_the_report_say_it_in_a_trainers_words(place, trainer):
    status, page = await trainer.get("/desk/models")
    assert status == 200
    for shown in ("m1", "m2", "在用", "候选", "过关", "93.0%", "用现在的数据训练并比较"):
        assert shown in page
    assert "退回上一个模型" not in page  # there is none
    status, page = await trainer.get("/desk/models/m2")
    assert status == 200
    for shown in (
        "这 1 位客户的回答会变：1 个变好，0 个变差。", "重读了 12 位客户自己打的 40 句话", "反问", "退保", "问候", "多 1，少 2", "句子太少",
        "没有过关，不能发布", "a.yml:3", "没有通过", "批准",
    ):  # fmt: skip
        assert shown in page
    assert "<script>alert" not in page
    assert place.audit()[-1][:3] == ("desk.model_viewed", "m2", "agent:bert")


async def test_a_double_click_starts_one_training_and_another_is_told_to_wait(place, trainer):
    started: list[str] = []
    object.__setattr__(place.deps.models, "start", started.append)
    await trainer.get("/desk/models")
    form = trainer.form_id
    for _ in range(2):
        assert (await trainer.post("/desk/models/train", form_id=form)).status == 303
    assert len(started) == 1
    with place.deps.unit_of_work() as work:
        job = work.training_jobs.get(started[0])
    assert (job.kind, job.by, job.state) == ("prepare", "bert", JobState.RUNNING)
    assert (await trainer.post("/desk/models/m2/compare", form_id="other")).status == 409
    _, page = await trainer.get("/desk/models")
    assert "等待开始" in page
    assert "<progress" in page
    place.pass_time(seconds=31)
    _, page = await trainer.get("/desk/models")
    assert "被中断" in page
    assert (await trainer.post("/desk/models/m2/compare", form_id="third")).status == 303
    assert len(started) == 2


async def test_a_second_person_approves_and_a_manager_releases_and_takes_back(place, trainer):
    manager, anna = await place.colleague("boss", Role.MANAGER), await place.colleague("anna", Role.TRAINER)
    models = place.deps.models.registry
    assert "要由另一个人批准" in (await anna.get("/desk/models/m2"))[1]
    assert (await anna.post("/desk/models/m2/approve", form_id="1")).status == 409
    assert (await trainer.post("/desk/models/m2/release", form_id="2")).status == 409
    assert (await trainer.post("/desk/models/m2/approve", form_id="3")).status == 303
    assert (await manager.post("/desk/models/m2/share", form_id="4", share="10")).status == 303
    assert "10% 的新会话在用" in (await manager.get("/desk/models"))[1]
    assert (await manager.post("/desk/models/m2/share", form_id="5", share="x")).status == 409
    assert (await manager.post("/desk/models/m2/release", form_id="6")).status == 303
    assert models.current() == "m2"
    assert "新会话都用" in (await manager.get("/desk/models"))[1]
    assert (await manager.post("/desk/models/rollback", form_id="7")).status == 303
    assert (models.current(), models.split()) == ("m1", Split("m1"))
    actors = [row[:3] for row in place.audit() if row[0].startswith("model.")]
    assert actors == [
        ("model.approved", "m2", "agent:bert"), ("model.shared", "m2", "agent:boss"),
        ("model.released", "m2", "agent:boss"), ("model.rolled_back", "m2", "agent:boss"),
    ]  # fmt: skip


async def test_a_report_of_another_current_model_asks_for_a_new_comparison(place, trainer):
    put_models(place, state=CardState.APPROVED)
    registry = place.deps.models.registry
    registry.archive("m3").write_text("m3")
    registry.make_current(ModelCard("m3", "h3", SYSTEM, place.clock() + timedelta(days=1), 40.0, CardState.CURRENT))
    _, page = await trainer.get("/desk/models/m2")
    assert "要再比较一次" in page
    assert "全量发布" not in page
    assert (await trainer.post("/desk/models/m2/release", form_id="1")).status == 409


async def test_a_model_that_there_is_not_is_no_page(place, trainer):
    assert (await trainer.get("/desk/models/nine"))[0] == 404
    assert (await trainer.post("/desk/models/nine/compare", form_id="1")).status == 404


async def test_what_went_wrong_with_a_training_is_shown(place, trainer):
    with place.deps.unit_of_work() as work:
        job = start_job(work, "train", "", "bert", place.clock())
        work.training_jobs.save(
            replace(job, state=JobState.FAILED, failure=f"训练没有成功{HOSTILE}", ended_at=place.clock())
        )
        work.commit()
    _, page = await trainer.get("/desk/models")
    assert "训练没有成功" in page
    assert "<script>alert" not in page
