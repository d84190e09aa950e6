"""How fast recorded calls are taken in: `python -m benchmarks.transcripts [--calls N]`.

Calls of twenty utterances, customer and agent in turn, made of the held-out cases; read from a CSV, understood, judged, masked and stored
in a new SQLite file by the command that trainers use.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.sentences import read_cases
from bot.settings import ROOT

UTTERANCES = 20
GOAL = 500  # a second


def write_calls(path: Path, number: int) -> None:
    """The same calls at every run."""
    chance, texts = random.Random(1), [sentence.text for sentence in read_cases()]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["通话编号", "角色", "内容", "开始秒"])
        for call in range(number):
            for place in range(UTTERANCES):
                rows.writerow([call, "客户" if place % 2 else "坐席", chance.choice(texts), 7 * place])


def main() -> int:
    """Print utterances a second; 1 below the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "calls.csv"
        write_calls(path, options.calls)
        command = ["transcripts", "import", str(path), "--sides", "客户=客户,坐席=坐席", "--json"]
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bot", *command],
            cwd=ROOT,
            env={**os.environ, "BOT_VAR_DIR": f"{folder}/var", "BOT_DEMO": "0"},
            check=True,
            capture_output=True,
            text=True,
        )
    told = json.loads(done.stdout)
    print(
        f"{told['utterances']} utterances in {told['seconds']:.1f} s: {told['per_second']:.0f} a second (goal {GOAL})"
    )
    print(f"{told['offered']} of them offered to the trainers")
    return int(told["per_second"] < GOAL)


if __name__ == "__main__":
    sys.exit(main())
