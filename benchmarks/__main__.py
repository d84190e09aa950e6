"""All benchmarks, one after the other: `python -m benchmarks [--full]`; `--full` sets stock Rasa beside ours throughout.

Each is a process of its own with a time limit; one that fails or is late does not keep the others from running.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from bot.settings import ROOT

HOUR = 3600
# Section: arguments, those that --full adds, seconds at most, seconds at most with --full.
SECTIONS: dict[str, tuple[list[str], list[str], int, int]] = {
    "leaks": ([], [], 300, 300),
    "entities": ([], [], 300, 300),
    "nlu": ([], ["--vanilla"], 600, HOUR),
    "train": ([], ["--full"], 600, HOUR),
    "retrieval": ([], [], 300, 300),
    "turns": ([], ["--vanilla"], 900, HOUR),
}


def run(section: str, *, full: bool) -> bool:
    """True when the section ended well and in time."""
    arguments, more, limit, full_limit = SECTIONS[section]
    command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{section}", *arguments, *(more if full else [])]
    print(f"\n== {section}", flush=True)
    began = time.monotonic()
    try:
        good = subprocess.run(command, cwd=ROOT, check=False, timeout=full_limit if full else limit).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"not done within {full_limit if full else limit} s")
        return False
    print(f"-- {section}: {'done' if good else 'failed'} in {time.monotonic() - began:.0f} s", flush=True)
    return good


def main() -> int:
    """1 when a section failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=f"any of {', '.join(SECTIONS)}; default: all")
    parser.add_argument("--full", action="store_true", help="train and run stock Rasa too; takes an hour")
    options = parser.parse_args()
    unknown = set(options.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    outcomes = [run(section, full=options.full) for section in options.sections or SECTIONS]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
