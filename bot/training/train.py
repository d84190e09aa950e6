"""`python -m bot.training.train`: train when the data changed, and make the result the current model."""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

import structlog

from bot.settings import ROOT, Settings, read_settings
from bot.training.fingerprint import fingerprint

CURRENT = "current.tar.gz"
# The sentences come by `bot.training.importer`, which config.yml names.
TRAINING_FILES = ("data/stories", "data/rules", "data/responses.yml")


def needs_training(model_dir: Path, wanted: str) -> bool:
    """True when there is no current model, or it was made from other files."""
    card = model_dir / "current.json"
    if not card.exists() or not (model_dir / CURRENT).exists():
        return True
    return bool(json.loads(card.read_text())["fingerprint"] != wanted)


def train(model_dir: Path, wanted: str, config: Path = ROOT / "config.yml") -> float:
    """Train and switch `current.tar.gz` over in one step; returns the seconds it took. `config`: pipeline and policies.

    Raises:
        RuntimeError: Rasa made no model.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.filterwarnings("ignore")
    logging.getLogger("rasa").setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    started = time.monotonic()
    # Rasa takes seconds to import; a start that trains nothing does not pay for it.
    from rasa.model_training import train as rasa_train

    model_dir.mkdir(parents=True, exist_ok=True)
    result = rasa_train(
        domain=str(ROOT / "domain.yml"),
        config=str(config),
        training_files=[str(ROOT / name) for name in TRAINING_FILES],
        output=str(model_dir),
        force_training=True,
        fixed_model_name=f"assistant-{wanted[:12]}",
    )
    if result.code != 0 or not result.model:
        raise RuntimeError(f"training failed with code {result.code}")
    seconds = time.monotonic() - started
    _make_current(model_dir, Path(result.model), wanted, seconds)
    return seconds


def _make_current(model_dir: Path, model: Path, wanted: str, seconds: float) -> None:
    link = model_dir / f".{CURRENT}.{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(model.name)
    link.replace(model_dir / CURRENT)
    card = {"fingerprint": wanted, "model": model.name, "seconds": round(seconds, 1)}
    (model_dir / "current.json").write_text(json.dumps(card, indent=2) + "\n")
    for old in model_dir.glob("assistant-*.tar.gz"):
        if old.name != model.name:
            old.unlink()


def train_quietly(settings: Settings, wanted: str) -> bool:
    """Train in a process of its own whose chatter goes to `var/training.log`; shown only when it fails.

    Rasa and TensorFlow print progress bars and other libraries' warnings that no setting of theirs turns off.
    """
    log_path = settings.var_dir / "training.log"
    command = [sys.executable, "-W", "ignore", "-m", "bot.training.train", "--here"]
    with log_path.open("w") as log:
        done = subprocess.run(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        print(log_path.read_text()[-3000:])
        print(f"训练失败，完整记录在 {log_path}。")
    return done.returncode == 0 and not needs_training(settings.model_dir, wanted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    parser.add_argument("--here", action="store_true", help="train in this process, with all that Rasa prints")
    options = parser.parse_args()
    settings = read_settings()
    wanted = fingerprint()
    if options.here:
        train(settings.model_dir, wanted)
        return 0
    if not options.force and not needs_training(settings.model_dir, wanted):
        print("模型是最新的，不用训练。")
        return 0
    print("正在训练（约一分钟）……", flush=True)
    if not train_quietly(settings, wanted):
        return 1
    seconds = json.loads((settings.model_dir / "current.json").read_text())["seconds"]
    print(f"训练完成，用时 {seconds:.0f} 秒。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
