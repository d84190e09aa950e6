"""All benchmarks, one after the other: `python -m benchmarks [--full] [--write]`; `--full` sets stock Rasa beside ours.

Each is a process of its own with a time limit; one that fails or is late does not keep the others from running. `--write`
puts what was printed into benchmarks/results.md, with the machine and the day; sections that did not run stay as they are.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from bot.settings import ROOT

HOUR = 3600
RESULTS = ROOT / "benchmarks" / "results.md"
HEAD = "# Figures\n\nWritten by `python -m benchmarks [--full] --write`; ratios of one run count, absolute times are this machine's."
# Section: arguments, those that --full adds, seconds at most, seconds at most with --full.
SECTIONS: dict[str, tuple[list[str], list[str], int, int]] = {
    "leaks": ([], [], 300, 300),
    "validate": ([], [], 300, 300),
    "entities": ([], [], 300, 300),
    "nlu": ([], ["--vanilla", "--diet", "25"], 600, HOUR),  # DIET on all sentences takes hours
    "noise": ([], [], 300, 300),
    "train": ([], ["--vanilla"], 600, HOUR),
    "dangers": ([], [], 300, 300),
    "retrieval": ([], [], 300, 300),
    "turns": ([], ["--vanilla"], 900, HOUR),
    "wechat": ([], [], 3000, 3000),
    "transcripts": ([], [], 300, 300),
    "orders": (["--conversations", "200"], [], 900, 900),
    "kills": (["--kills", "3"], ["--kills", "30", "--database", "postgresql", "sqlite"], 900, HOUR),
    "hostile": (["--messages", "300"], ["--messages", "10000"], 900, HOUR),
}
# Two hours and more: only when named.
NAMED: dict[str, tuple[list[str], list[str], int, int]] = {
    "kills, 200 of each": (["--kills", "200"], [], 4 * HOUR, 4 * HOUR),
    "desk_pages": ([], [], HOUR, HOUR),
    "orders, with TED": (["--conversations", "200", "--ted"], [], HOUR, HOUR),
    "kills, two front desks": (["--kills", "20", "--desks", "2"], [], HOUR, HOUR),
}


def run(section: str, *, full: bool) -> str | None:
    """What the section printed; None when it did not end well and in time."""
    arguments, more, limit, full_limit = (SECTIONS | NAMED)[section]
    module = section.partition(",")[0]
    command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{module}", *arguments, *(more if full else [])]
    print(f"\n== {section}", flush=True)
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=ROOT, check=False, timeout=full_limit if full else limit, stdout=subprocess.PIPE, text=True
        )
    except subprocess.TimeoutExpired:
        print(f"not done within {full_limit if full else limit} s")
        return None
    good = done.returncode == 0
    print(f"{done.stdout}-- {section}: {'done' if good else 'failed'} in {time.monotonic() - began:.0f} s", flush=True)
    return done.stdout if good else None


def write_results(printed: dict[str, str], path: Path = RESULTS) -> None:
    """Put these sections into the file, each with its day and machine; others of before stay."""
    kept = _sections(path.read_text(encoding="utf-8")) if path.exists() else {}
    where = f"{date.today()}, {_machine()}"
    kept |= {name: f"{where}\n\n```\n{text.strip()}\n```" for name, text in printed.items()}
    body = "\n\n".join(f"## {name}\n\n{kept[name]}" for name in SECTIONS | NAMED if name in kept)
    path.write_text(f"{HEAD}\n\n{body}\n", encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return {name: content.strip() for name, content in zip(parts[::2], parts[1::2], strict=True)}


def _machine() -> str:
    model = (
        next((line for line in _read("/proc/cpuinfo") if line.startswith("model name")), ": ?").split(":")[1].strip()
    )
    memory = next((line for line in _read("/proc/meminfo") if line.startswith("MemTotal")), "MemTotal: 0 kB").split()[1]
    return f"{os.cpu_count()} × {model}, {int(memory) / 1024 / 1024:.0f} GiB, Python {platform.python_version()}"


def _read(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def main() -> int:
    """1 when a section failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "sections",
        nargs="*",
        metavar="section",
        help=f"any of {', '.join(SECTIONS)}; default: all of these; when named: {'; '.join(NAMED)}",
    )
    parser.add_argument("--full", action="store_true", help="train and run stock Rasa too; takes an hour and a half")
    parser.add_argument("--write", action="store_true", help="put the figures into benchmarks/results.md")
    options = parser.parse_args()
    unknown = set(options.sections) - set(SECTIONS | NAMED)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    printed = {section: run(section, full=options.full) for section in options.sections or SECTIONS}
    if options.write:
        write_results({section: text for section, text in printed.items() if text is not None})
    return 0 if None not in printed.values() else 1


if __name__ == "__main__":
    sys.exit(main())
