"""How long training takes: `python -m benchmarks.train [--full]`, with `--full` stock DIET on the same sentences."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from benchmarks.processes import QUIET
from benchmarks.stock import full_config, rasa
from bot.settings import ROOT


def _seconds(command: list[str], **environment: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env={**os.environ, **QUIET, **environment}, check=True, capture_output=True)
    return time.perf_counter() - began


def train_ours(folder: Path) -> float:
    """Seconds of the whole training, from the command to the model, with nothing cached."""
    command = [sys.executable, "-m", "bot.training.train", "--force"]
    return _seconds(command, BOT_MODEL_DIR=str(folder / "models"), RASA_CACHE_DIRECTORY=str(folder / "cache"))


def train_stock(folder: Path) -> float:
    """Seconds that `rasa train nlu` takes with the stock pipeline on the same data; a quarter of an hour and more."""
    config = folder / "config.yml"
    config.write_text(yaml.safe_dump(full_config(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    places = ["--config", str(config), "--nlu", str(ROOT / "data" / "nlu"), "--domain", str(ROOT / "domain.yml")]
    command = rasa("train", "nlu", *places, "--out", str(folder / "stock"))
    return _seconds(command, RASA_CACHE_DIRECTORY=str(folder / "cache"))


def main() -> None:
    """Print seconds, and with --full the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="stock DIET too (15 minutes and more)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-train-") as folder:
        ours = train_ours(Path(folder))
        print(f"ours, everything: {ours:.0f} s", flush=True)
        if options.full:
            stock = train_stock(Path(folder))
            print(f"stock Rasa, NLU only: {stock:.0f} s; ours / stock: {ours / stock:.3f}")


if __name__ == "__main__":
    main()
