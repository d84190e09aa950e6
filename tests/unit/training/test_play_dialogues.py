"""What a trial run of the dialogues is given of the installation that starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.bootstrap import build_model_registry
from bot.services.models.card import ModelCard
from bot.services.models.report import Played
from bot.training import play_dialogues
from bot.training.play_dialogues import DialoguesNotPlayedError, play
from tests.fakes import START

CARD = ModelCard("two", "hash", "anna", START, 1.0)


class Runner:
    """In place of pytest: writes the results that it is told to, and down what it was given."""

    def __init__(self, folder: Path, results: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen = folder / "seen.json"
        script = (
            "import json, os\n"
            f"open({str(self.seen)!r}, 'w').write(json.dumps(dict(os.environ)))\n"
            "registry = __import__('pathlib').Path(os.environ['BOT_MODEL_DIR'])\n"
            "assert (registry / 'current.tar.gz').read_text() == 'the model'\n"
            f"open(os.environ['BOT_DIALOGUE_RESULTS'], 'w').write({''.join(json.dumps(row) + chr(10) for row in results)!r})\n"
            "print('that is all')\n"
        )
        popen = subprocess.Popen

        def start(_: list[str], **options: object) -> subprocess.Popen[str]:
            return popen([sys.executable, "-c", script], **options)  # type: ignore[call-overload,no-any-return]

        monkeypatch.setattr(play_dialogues.subprocess, "Popen", start)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = build_model_registry(tmp_path).archive("two")
    path.write_text("the model")
    return path


def test_results_come_in_the_order_asked_for_and_nothing_of_the_installation_goes_in(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BOT_WECHAT_SECRET", "DATABASE_URL", "BOT_VAR_DIR"):
        monkeypatch.setenv(name, "ours")
    runner = Runner(tmp_path, [{"name": "b", "why": "没有问"}, {"name": "a", "why": ""}], monkeypatch)
    assert play(CARD, archive, ("a", "b", "c"), lambda _: None) == (Played("a"), Played("b", "没有问"))
    seen = json.loads(runner.seen.read_text())
    assert "ours" not in seen.values()
    assert json.loads(seen["BOT_DIALOGUES"]) == ["a", "b", "c"]


def test_a_run_that_gave_nothing_says_what_was_printed(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Runner(tmp_path, [], monkeypatch)
    with pytest.raises(DialoguesNotPlayedError, match="that is all"):
        play(CARD, archive, ("a",), lambda _: None)
    assert play(CARD, archive, (), lambda _: None) == ()
