"""When a start trains, and how a new model becomes the current one. Rasa itself is not run here."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import pytest

from bot.bootstrap import build_model_registry
from bot.services.models.card import SYSTEM, CardState, ModelCard
from bot.services.models.ports import ModelRegistry
from bot.services.models.split import Split
from bot.settings import Settings, read_settings
from bot.training import train as training
from bot.training.train import needs_training, take_over
from tests.fakes import START

CURRENT = "current.tar.gz"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"BOT_VAR_DIR": str(tmp_path / "var"), "BOT_MODEL_DIR": str(tmp_path / "models")})


class Start:
    """`python -m bot.training.train` on data of a given fingerprint; `trained` counts what it did."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.trained: list[str] = []
        self._settings, self._patch = settings, monkeypatch
        monkeypatch.setattr(training, "read_settings", lambda: settings)
        monkeypatch.setattr(training, "train_quietly", self._train)

    def __call__(self, data: str, *options: str) -> int:
        self._patch.setattr(training, "fingerprint", lambda: data)
        self._patch.setattr(sys, "argv", ["train", *options])
        return training.main()

    def _train(self, log_path: Path, *_: str) -> bool:
        wanted = training.fingerprint()
        if wanted.startswith("broken"):
            return False
        self.trained.append(wanted)
        registry = build_model_registry(self._settings.model_dir)
        take_over(registry, made(registry, wanted, SYSTEM))
        return True


def made(registry: ModelRegistry, wanted: str, by: str) -> ModelCard:
    """As a training leaves it."""
    registry.archive(wanted).parent.mkdir(exist_ok=True)
    registry.archive(wanted).write_text(wanted)
    card = ModelCard(wanted, wanted, by, START, 42.0)
    registry.put(card)
    return card


@pytest.fixture
def start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Start:
    return Start(settings, monkeypatch)


def test_a_second_start_without_changes_does_not_train(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    assert start("one") == 0
    assert "训练完成，用时 42 秒。" in capsys.readouterr().out
    assert start("one") == 0
    assert capsys.readouterr().out == "模型是最新的，不用训练。\n"
    assert start.trained == ["one"]


def test_a_change_of_data_trains(start: Start) -> None:
    start("one")
    start("two")
    assert start.trained == ["one", "two"]


def test_force_trains_what_did_not_change(start: Start) -> None:
    start("one")
    start("one", "--force")
    assert start.trained == ["one", "one"]


def test_a_training_that_failed_is_an_error_and_is_tried_again(start: Start) -> None:
    assert start("broken") == 1
    assert start("one") == 0


def test_a_failed_training_leaves_the_current_model(start: Start, settings: Settings) -> None:
    start("one")
    assert start("broken") == 1
    assert (settings.model_dir / CURRENT).resolve().read_text() == "one"


def test_the_new_model_replaces_the_old_one(start: Start, settings: Settings) -> None:
    start("one")
    start("two")
    assert (settings.model_dir / CURRENT).resolve().name == "assistant-two.tar.gz"
    assert [path.name for path in settings.model_dir.glob("assistant-*.tar.gz")] == ["assistant-two.tar.gz"]
    card = json.loads((settings.model_dir / "current.json").read_text())
    assert card == {"fingerprint": "two", "model": "assistant-two.tar.gz", "seconds": 42.0}


def test_a_model_that_was_removed_is_trained_anew(start: Start, settings: Settings) -> None:
    start("one")
    (settings.model_dir / "assistant-one.tar.gz").unlink()
    assert needs_training(build_model_registry(settings.model_dir), "one")


def test_a_start_leaves_a_released_model_though_the_data_changed(
    start: Start, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = build_model_registry(settings.model_dir)
    card = made(registry, "one", "anna")
    registry.make_current(dataclasses.replace(card, state=CardState.CURRENT, released_by="bert"))
    assert start("two", "--keep-released") == 0
    assert "仍用已发布的模型 one" in capsys.readouterr().out
    assert (start.trained, registry.current()) == ([], "one")
    assert start("two") == 0
    assert registry.current() == "two"
    card_of_one = registry.card("one")
    assert card_of_one is not None
    assert card_of_one.state is CardState.PREVIOUS  # a person's model is not thrown away


def test_a_model_that_still_serves_is_not_removed(start: Start, settings: Settings) -> None:
    start("one")
    registry = build_model_registry(settings.model_dir)
    registry.put_split(Split("one", "canary"))
    start("two")
    assert registry.archive("one").exists()
