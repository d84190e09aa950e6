"""How long training takes: `python -m benchmarks.train [--vanilla]`; with `--vanilla` stock Rasa beside ours on the same sentences.

Both by the same command, `rasa train nlu`, on the same file: the slice of the turn benchmark with stock's default pipeline (DIET),
then all sentences with stock's logistic regression. DIET on all of them takes three to four minutes an epoch and a hundred epochs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from benchmarks.nlu import LOGISTIC, write_nlu
from benchmarks.processes import QUIET
from benchmarks.sentences import read_training
from benchmarks.stock import EXTENT, full_config, rasa, write_slice
from bot.settings import ROOT


def _seconds(command: list[str], folder: Path, **environment: str) -> float:
    """Of the command, with nothing cached."""
    fresh = tempfile.mkdtemp(dir=folder)
    began = time.perf_counter()
    environment = {**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": fresh, **environment}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def train_ours(folder: Path) -> float:
    """Seconds of our whole training, understanding and dialogue, from the command to the model."""
    command = [sys.executable, "-m", "bot.training.train", "--force"]
    return _seconds(command, folder, BOT_MODEL_DIR=str(folder / "models"))


def train_nlu(config: dict[str, Any], nlu: Path, folder: Path) -> float:
    """Seconds of `rasa train nlu` with this pipeline on this file."""
    file = folder / "config.yml"
    file.write_text(yaml.safe_dump({**config, "policies": []}, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return _seconds(rasa("train", "nlu", "--config", str(file), "--nlu", str(nlu), "--out", str(folder)), folder)


def compare(folder: Path) -> None:
    """A line for each extent: ours, stock's, their ratio."""
    pipeline = {key: _read(ROOT / "config.yml")[key] for key in ("recipe", "assistant_id", "language", "pipeline")}
    few, every = folder / "slice.yml", folder / "all.yml"
    write_slice(few)
    sentences = read_training()
    write_nlu(sentences, every)
    rows = (
        (EXTENT, few, "DIET", full_config()),
        (f"all {len(sentences)} sentences", every, "logistic regression", _read(LOGISTIC)),
    )
    print("`rasa train nlu`, the same file for both:")
    for extent, nlu, name, config in rows:
        ours, stock = train_nlu(pipeline, nlu, folder), train_nlu(config, nlu, folder)
        print(f"  {extent}: ours {ours:.0f} s, stock {name} {stock:.0f} s, ours / stock {ours / stock:.2f}", flush=True)
    print("  DIET on all sentences: three to four minutes an epoch and a hundred epochs, not run")


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Print seconds, and with --vanilla the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vanilla", action="store_true", help="stock Rasa too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-train-") as name:
        folder = Path(name)
        print(f"ours, everything, understanding and dialogue: {train_ours(folder):.0f} s", flush=True)
        if options.vanilla:
            compare(folder)


if __name__ == "__main__":
    main()
