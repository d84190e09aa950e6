"""`python -m bot.training.train`: train when the data changed, and make the result the current model.

With `--candidate` the result is a model beside the current one, for `python -m bot compare` and all that follows.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from bot.bootstrap import build_model_registry
from bot.calendars.clocks import SHANGHAI
from bot.services.models.card import SYSTEM, CardState, ModelCard
from bot.services.models.ports import ModelRegistry
from bot.settings import ROOT, Settings, read_settings
from bot.training.corpus import read_corpus
from bot.training.fingerprint import fingerprint

ID_LENGTH = 12  # of the data's hash: the same data is the same model
# The sentences come by `bot.training.importer`, which config.yml names.
TRAINING_FILES = ("data/stories", "data/rules", "data/responses.yml")


def id_of(wanted: str) -> str:
    """Of the model that is made from data of this hash."""
    return wanted[:ID_LENGTH]


def needs_training(registry: ModelRegistry, wanted: str) -> bool:
    """True when there is no current model, or it was made from other files."""
    card = registry.card(registry.current())
    return card is None or card.data_hash != wanted


def train(model_dir: Path, wanted: str, config: Path = ROOT / "config.yml") -> float:
    """Train and make the result the current model in one step; returns the seconds it took. `config`: pipeline and policies.

    Raises:
        RuntimeError: Rasa made no model.
    """
    registry = build_model_registry(model_dir)
    card = make_model(registry, wanted, SYSTEM, config)
    take_over(registry, card)
    return card.seconds


def make_model(registry: ModelRegistry, wanted: str, by: str, config: Path = ROOT / "config.yml") -> ModelCard:
    """Train a candidate. Its archive is whole before it has its name, and it has its name before its card.

    Raises:
        RuntimeError: Rasa made no model.
    """
    _quiet()
    started = time.monotonic()
    # Rasa takes seconds to import; a start that trains nothing does not pay for it.
    from rasa.model_training import train as rasa_train

    archive = registry.archive(id_of(wanted))
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".training-", dir=archive.parent) as draft:
        result = rasa_train(
            domain=str(ROOT / "domain.yml"),
            config=str(config),
            training_files=[str(ROOT / name) for name in TRAINING_FILES],
            output=draft,
            force_training=True,
            fixed_model_name=archive.name.removesuffix(".tar.gz"),
        )
        if result.code != 0 or not result.model:
            raise RuntimeError(f"training failed with code {result.code}")
        seconds = time.monotonic() - started
        shutil.move(result.model, archive)
    sentences = Counter(intent for intent, _ in read_corpus(ROOT))
    card = ModelCard(
        model_id=id_of(wanted),
        data_hash=wanted,
        made_by=by,
        made_at=datetime.now(SHANGHAI),
        seconds=round(seconds, 1),
        sentences=sentences.total(),
        intents=len(sentences),
    )
    registry.put(card)
    return card


def _quiet() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.filterwarnings("ignore")
    logging.getLogger("rasa").setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def take_over(registry: ModelRegistry, card: ModelCard) -> None:
    """Without a gate, as a start does on a machine where nothing was ever released. The system's own model before it goes."""
    with registry.changing():
        old = registry.card(registry.current())
        registry.make_current(ModelCard.from_json({**card.as_json(), "state": CardState.CURRENT.value}))
        split = registry.split()
        in_use = old is not None and split is not None and old.model_id in split.models
        if old is not None and old.model_id != card.model_id and not in_use:
            if old.made_by == SYSTEM:
                registry.remove(old.model_id)
            else:
                registry.put(ModelCard.from_json({**old.as_json(), "state": CardState.PREVIOUS.value}))


def train_quietly(log_path: Path, *options: str, tell: Callable[[float], None] = lambda _: None) -> bool:
    """Train in a process of its own whose chatter goes to `log_path`; shown only when it fails. `tell`: hears every half second
    how many seconds have passed.

    Rasa and TensorFlow print progress bars and other libraries' warnings that no setting of theirs turns off.
    """
    log_path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "bot.training.train", "--here", *options]
    began = time.monotonic()
    with log_path.open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            while True:
                try:
                    return running.wait(0.5) == 0
                except subprocess.TimeoutExpired:
                    tell(time.monotonic() - began)
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    parser.add_argument("--here", action="store_true", help="train in this process, with all that Rasa prints")
    parser.add_argument("--candidate", metavar="BY", help="leave the current model; BY is who wants it")
    parser.add_argument("--keep-released", action="store_true", help="leave a current model that somebody released")
    options = parser.parse_args()
    settings = read_settings()
    registry, wanted = build_model_registry(settings.model_dir), fingerprint()
    if options.candidate:
        make_model(registry, wanted, options.candidate)
        return 0
    if options.here:
        train(settings.model_dir, wanted)
        return 0
    current = registry.card(registry.current())
    if not options.force and not needs_training(registry, wanted):
        print("模型是最新的，不用训练。")
        return 0
    if options.keep_released and current is not None and current.released_by:
        print(
            f"数据改过了，仍用已发布的模型 {current.model_id}。换成新的要训练、比较、批准、发布，见 docs/trainers-guide.md。"
        )
        return 0
    return _train_now(settings, registry, wanted)


def _train_now(settings: Settings, registry: ModelRegistry, wanted: str) -> int:
    print("正在训练（约一分钟）……", flush=True)
    log_path = settings.var_dir / "training.log"
    if not train_quietly(log_path) or needs_training(registry, wanted):
        print(log_path.read_text()[-3000:] if log_path.exists() else "")
        print(f"训练失败，完整记录在 {log_path}。")
        return 1
    card = registry.card(registry.current())
    print(f"训练完成，用时 {card.seconds if card else 0:.0f} 秒。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
