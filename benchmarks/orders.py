"""How many errands are done in orders that no story has: `python -m benchmarks.orders [--conversations N] [--seed N] [--ted] [--show]`.

Customers who answer what is asked and between two answers ask, greet, thank, wait, chat, correct themselves or want something else, at
places that a seed chooses (tests/orders), talk to the three processes through the chat API. An errand is done when it is on record
once, with the values told last; a conversation is without a flaw when besides every message had its answer, none was misunderstood, and
after each digression the open question was still open. The tests play the same with other seeds and other words.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from benchmarks.certainty import wilson
from bot.settings import ROOT
from tests.orders.asides import STRANGERS
from tests.orders.shuffled import Outcome, play
from tests.stack import Stack

CONVERSATIONS, SEED = 200, 1


def measure(conversations: int, seed: int, *, ted: bool = False) -> list[Outcome]:
    """One after the other, on a store of their own. `ted`: with a model that has the learnt policy too."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if ted:
            models = str(Path(folder) / "models")
            subprocess.run([sys.executable, "-W", "ignore", "-m", "benchmarks.ted", models], cwd=ROOT, check=True)
            os.environ["BOT_MODEL_DIR"] = models
        stack = Stack(Path(folder))
        try:
            stack.start()
            stack.restart("desk", module="benchmarks.desk")  # without limits: nobody here pauses between two messages
            bar = tqdm(range(conversations), unit="talk", disable=None, file=sys.stderr)
            return [play(stack, number, seed, STRANGERS) for number in bar]
        finally:
            stack.stop()


def as_text(outcomes: Sequence[Outcome], seconds: float) -> str:
    """How many are done and how many without a flaw, with a 95 % interval; then by errand."""
    messages = sum(each.turns for each in outcomes)
    lines = [f"{len(outcomes)} conversations, {messages} messages, {seconds:.0f} s"]
    for name, good in (
        ("done once, with the values told last", [not each.lost for each in outcomes]),
        ("done, and without a flaw on the way", [not each.lost and not each.flaws for each in outcomes]),
    ):
        low, high = wilson(sum(good), len(good))
        lines.append(f"{name}: {sum(good)} of {len(good)} ({sum(good) / len(good):.3f}; {low:.3f} to {high:.3f})")
    done = Counter(each.errand for each in outcomes if not each.lost)
    clean = Counter(each.errand for each in outcomes if not each.lost and not each.flaws)
    total = Counter(each.errand for each in outcomes)
    lines += [
        f"  {errand}: {done[errand]} done, {clean[errand]} without a flaw, of {total[errand]}" for errand in total
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", action="store_true", help="the conversations that were lost or had a flaw")
    parser.add_argument(
        "--ted", action="store_true", help="on a model with a policy that learns orders of events besides"
    )
    options = parser.parse_args()
    began = time.monotonic()
    outcomes = measure(options.conversations, options.seed, ted=options.ted)
    print(as_text(outcomes, time.monotonic() - began))
    if options.show:
        print(*(each for each in outcomes if each.lost or each.flaws), sep="\n")


if __name__ == "__main__":
    main()
