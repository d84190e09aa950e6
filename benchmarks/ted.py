"""Our model with a policy that learns orders of events besides: `python -m benchmarks.ted FOLDER` trains it there.

`python -m benchmarks.orders --ted` plays the same conversations on it: whether it does what no story and no rule says.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from bot.settings import ROOT
from bot.training.fingerprint import fingerprint
from bot.training.train import train

# As Rasa's documentation gives it; asked only where no rule and no remembered story decides, like every policy of its priority.
TED = {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True}


def train_with_ted(folder: Path) -> float:
    """The seconds it took."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    config["policies"].append(TED)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.yml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return train(folder, fingerprint(), path)


if __name__ == "__main__":
    print(f"with TED: trained in {train_with_ted(Path(sys.argv[1])):.0f} s")
