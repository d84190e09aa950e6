"""Plays dialogues of tests/dialogues against a model that is not released: the three real processes, on a store of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import build_model_registry
from bot.errors import BotError
from bot.services.models.card import CardState, ModelCard
from bot.services.models.report import Played
from bot.settings import ROOT

FILE = ROOT / "tests" / "dialogues" / "test_dialogues.py"
WANTED, RESULTS = "BOT_DIALOGUES", "BOT_DIALOGUE_RESULTS"  # read by tests/dialogues/conftest.py
PATIENCE = 1800.0  # seconds for all
GRACE = 40.0  # seconds to end three processes


class DialoguesNotPlayedError(BotError):
    """The runner did not run; `data["flaw"]` is why, for a trainer."""

    code = "dialogues_not_played"


def play(
    card: ModelCard,
    archive: Path,
    names: Sequence[str],
    tell: Callable[[float], None],
) -> tuple[Played, ...]:
    """How each of them went, in their order; one that there is none of is left out. Raises DialoguesNotPlayedError."""
    if not names:
        return ()
    if not FILE.exists():
        raise DialoguesNotPlayedError(flaw="这里没有 tests/dialogues，跑不了对话")
    with tempfile.TemporaryDirectory(prefix="dialogues-") as folder:
        results = Path(folder) / "results.jsonl"
        own = _model_folder(Path(folder) / "models", card, archive)
        wanted = {WANTED: json.dumps(list(names), ensure_ascii=False), RESULTS: str(results)}
        command = [sys.executable, "-W", "ignore", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(FILE)]
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**_of_nobody(os.environ), **wanted, "BOT_MODEL_DIR": str(own)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = _wait(running, results, len(names), tell)
        found = {one.name: one for one in _read(results)}
    if not found:
        raise DialoguesNotPlayedError(flaw=f"对话没有跑起来：{said[-400:]}")
    return tuple(found[name] for name in names if name in found)


def _of_nobody(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what belongs to this installation: its database, its WeChat account, its keys."""
    return {
        name: value for name, value in environment.items() if not name.startswith("BOT_") and name != "DATABASE_URL"
    }


def _model_folder(folder: Path, card: ModelCard, archive: Path) -> Path:
    """One in which the candidate is the current model, so that whoever starts there neither trains nor takes another."""
    folder.mkdir()
    registry = build_model_registry(folder)
    registry.archive(card.model_id).symlink_to(archive.resolve())
    registry.make_current(replace(card, state=CardState.CURRENT))
    return folder


def _wait(running: subprocess.Popen[str], results: Path, count: int, tell: Callable[[float], None]) -> str:
    """Until it has ended; what it printed."""
    ends = time.monotonic() + PATIENCE
    try:
        while True:
            try:
                said, _ = running.communicate(timeout=0.5)
            except subprocess.TimeoutExpired:
                tell(len(_read(results)) / count)
                if time.monotonic() > ends:
                    raise DialoguesNotPlayedError(flaw=f"{PATIENCE:.0f} 秒还没有跑完对话") from None
            else:
                return said
    finally:
        if running.poll() is None:
            _end(running)


def _end(running: subprocess.Popen[str]) -> None:
    """As Ctrl+C does: then the runner ends the processes that it has started."""
    running.send_signal(signal.SIGINT)
    try:
        running.communicate(timeout=GRACE)
    except subprocess.TimeoutExpired:
        running.kill()
        running.communicate()


def _read(results: Path) -> list[Played]:
    if not results.exists():
        return []
    lines = results.read_text(encoding="utf-8").splitlines()
    return [Played(**json.loads(line)) for line in lines if line.endswith("}")]
