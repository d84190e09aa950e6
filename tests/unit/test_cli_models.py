"""`python -m bot train|compare|release|rollback|try` where nothing heavy is needed: who may, what is said, what JSON holds."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.bootstrap import build_model_registry, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.cli import main
from bot.insurance.staff import Role, Staff
from bot.services.models.card import SYSTEM, CardState, ModelCard
from bot.services.staff_accounts import By, add_staff, draw_password
from bot.settings import read_settings
from tests.fakes import START
from tests.migrated import migrated_store


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """m1 serves, m2 was trained by anna and let pass; bert is a trainer, carl an agent."""
    monkeypatch.setenv("BOT_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_MODEL_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("BOT_DEMO", "0")
    monkeypatch.setenv("DATABASE_URL", migrated_store(tmp_path / "a.db"))
    settings = read_settings()
    registry = build_model_registry(settings.model_dir)
    registry.archive("m1").parent.mkdir()
    for name in ("m1", "m2"):
        registry.archive(name).write_text("no archive")
    registry.make_current(ModelCard("m1", "h1", SYSTEM, START, 40.0, CardState.CURRENT))
    registry.put(ModelCard("m2", "h2", "cli:anna", START, 40.0, compared_with="m1", gate_passed=True))
    prepare_store(settings, START.date())
    with build_unit_of_work(settings)() as work:
        for name, role in (("anna", Role.TRAINER), ("bert", Role.TRAINER), ("carl", Role.AGENT)):
            by = By("test", datetime.now(SHANGHAI))
            add_staff(work, Staff(name, frozenset({role}), frozenset()), draw_password(), by)
        work.commit()


def test_from_approval_to_rollback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "m2", "--approve", "--by", "anna"]) == 1
    assert "谁训练的，谁不能批准" in capsys.readouterr().err
    assert main(["release", "m2", "--approve", "--by", "bert"]) == 0
    assert main(["release", "m2", "--share", "10", "--by", "bert", "--json"]) == 0
    split = json.loads(capsys.readouterr().out.splitlines()[-1])["split"]
    assert (split["base"], split["other"], split["steps"][0][1]) == ("m1", "m2", 10)
    assert main(["release"]) == 0
    assert "灰度中（新会话的 10%）" in capsys.readouterr().out
    assert main(["release", "m2", "--by", "bert"]) == 0
    assert main(["rollback", "--by", "bert"]) == 0
    assert "所有会话用 m1" in capsys.readouterr().out
    assert main(["release", "--json"]) == 0
    rows = {row["model_id"]: row["state"] for row in json.loads(capsys.readouterr().out)["models"]}
    assert rows == {"m1": "current", "m2": "withdrawn"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["release", "m2"], "要写 --by 工号"), (["rollback", "--by", "carl"], "没有这项权限"), (["train", "--by", "nobody"], "没有这项权限"),
        (["release", "m9", "--by", "bert"], "没有这个模型"), (["rollback", "--by", "bert"], "没有上一个模型可以退回"),
        (["compare", "m9", "--by", "bert"], "要比较的模型不在"), (["try", "你好", "--model", "m9"], "没有这个模型"),
        (["try", "你好"], "no model that can be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why(arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    assert why in capsys.readouterr().err


def test_an_empty_sentence_is_no_argument(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["try", " "])
    assert "是空的" in capsys.readouterr().err
