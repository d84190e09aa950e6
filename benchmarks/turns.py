"""Start, turns and memory, ours beside stock Rasa: `python -m benchmarks.turns [--vanilla] [--json]`.

Ten-turn conversations (greet, a claim with its form, confirm) with one, ten and fifty customers at once, then a long one of
1,000 turns. Ours is measured at Rasa's channel, as stock Rasa is, and through the chat API from post to answer, which stores every
message before it is acknowledged and every answer before it is sent; stock Rasa has nothing of the kind. The systems take turns within one run, so that a busy machine
is busy for both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from benchmarks.ours import Ours
from benchmarks.processes import Processes
from benchmarks.said import CLAIM, CLAIM_AT, CLAIM_EVERY
from benchmarks.stock import EXTENT, Stock
from benchmarks.talk import Arrive, Timing, crowd, long_conversation, until_answered
from bot.bootstrap import prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.settings import RASA_WORKERS, ROOT, read_settings

ROUNDS = 2
CROWDS = (1, 10, 50)
LONG = 1000  # turns
SHOWN_TURNS = (10, 100, LONG)
AROUND = 10  # turns whose median stands for one
LEAST_LONG = CLAIM_AT - 1 + len(CLAIM)  # turns; less holds no whole claim
CHANNEL, CHAT, STOCK = "ours, channel", "ours, chat API", "stock Rasa"
MEMORY_KEY = [
    "memory: proportional set size (PSS): what several processes share is counted once.",
    "memory of a Rasa worker: the PSS of Rasa's processes divided by their number, ours {workers} forked from one,",
    "stock Rasa's 1. What forked workers share is thereby divided too: one that ran alone would need more.",
]
KEY = [
    "channel / stock: both at the same inner place, Rasa's HTTP channel, where a message is lost if the process dies.",
    "chat API / stock: through our whole door, which stores each message before it is acknowledged and each answer before it is",
    "sent; stock Rasa has no such door and is measured at its REST channel. Of messages a second more is better, else less is.",
    f"Stock Rasa's model: {EXTENT}; ours: all sentences. On all of them stock Rasa trains for hours (`train`, `nlu`).",
]


@dataclass(frozen=True)
class Door:
    """Where customers come in, and whose processes serve them."""

    name: str
    arrive: Arrive
    processes: Processes

    def draw(self, part: object) -> Random:
        """What chooses the words. Both systems are told the same at the same kind of door; what our chat API is told our Rasa has
        not heard at the other door before."""
        return Random(f"{self.name == CHAT} {part}")


@dataclass
class Measured:
    """What one door gave: seconds, milliseconds, MiB."""

    starts: list[float] = field(default_factory=list)
    crowds: dict[int, Timing] = field(default_factory=lambda: {number: Timing() for number in CROWDS})
    cpu: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)  # by process
    workers: int = 1  # of Rasa, in its process
    turns: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """By name, in the order of the table."""
        found = {}
        if self.starts:  # the first round reads from the disk what the next finds in memory
            found = {"first start to answer, s": self.starts[0], "next start to answer, s": min(self.starts[1:])}
        for number, timing in self.crowds.items():
            found |= {
                f"{number} at once: p50, ms": timing.percentile(0.5),
                f"{number} at once: p95, ms": timing.percentile(0.95),
                f"{number} at once: p99, ms": timing.percentile(0.99),
                f"{number} at once: messages a second": timing.per_second,
            }
        claims = self._claims()
        messages = sum(len(timing.each) for timing in self.crowds.values())
        return {
            **found,
            "CPU a message, ms": 1e3 * self.cpu / messages,
            "memory, MiB": sum(self.memory.values()),
            "memory of a Rasa worker, MiB": self.memory["rasa"] / self.workers,
            **{f"turn {turn}, ms": self._turn(turn) for turn in SHOWN_TURNS if turn <= len(self.turns)},
            "last turn / turn 10": self._turn(len(self.turns)) / self._turn(10),
            "a turn of the first claim, ms": claims[0],
            f"a turn of the last claim, of {len(claims)}, ms": claims[-1],
        }

    def _claims(self) -> list[float]:
        """Milliseconds of the middle turn of each whole claim in the long conversation."""
        starts = range(CLAIM_AT - 1, len(self.turns) - len(CLAIM) + 1, CLAIM_EVERY)
        return [1e3 * statistics.median(self.turns[start : start + len(CLAIM)]) for start in starts]

    def _turn(self, number: int) -> float:
        """Milliseconds of the turns around that one, the last ones for the last."""
        end = min(number + AROUND // 2, len(self.turns))
        return 1e3 * statistics.median(self.turns[end - AROUND : end])


def prepare_ours(folder: Path) -> Ours:
    """Our system with a current model and a filled store of its own."""
    settings = read_settings()
    subprocess.run([sys.executable, "-m", "bot.training.train"], cwd=ROOT, check=True, capture_output=True)
    ours = Ours(folder, settings.model_dir)
    prepare_store(read_settings(ours.environment), datetime.now(SHANGHAI).date())
    return ours


async def measure_starts(ours: Ours, stock: Stock | None, results: dict[str, Measured]) -> None:
    """From nothing running to the first answer, all of what a person starts."""
    for _ in range(ROUNDS):
        results[CHAT].starts.append(await _start(ours.start_as_installed, ours.at_the_door, ours.processes))
        if stock:
            results[STOCK].starts.append(await _start(stock.start, stock.at_the_channel, stock.processes))


async def _start(start: Callable[[], None], arrive: Arrive, processes: Processes) -> float:
    began = time.perf_counter()
    start()
    try:
        await until_answered(arrive, processes.check)
        return time.perf_counter() - began
    finally:
        processes.stop()


async def measure_turns(
    doors: list[Door], results: dict[str, Measured], *, conversations: int, seconds: float, long: int
) -> None:
    """The crowds, round by round, and the long conversation; the processes run."""
    for door in doors:
        # What is loaded by the first message.
        await crowd(door.arrive, conversations=2, at_once=1, seconds=60, draw=door.draw("first"))
    for number in CROWDS:
        for round_ in range(ROUNDS):
            for door in doors:
                before = sum(door.processes.cpu_seconds().values())
                timing = await crowd(
                    door.arrive,
                    conversations=max(conversations, number),
                    at_once=number,
                    seconds=seconds / ROUNDS,
                    draw=door.draw((number, round_)),
                )
                results[door.name].crowds[number].add(timing)
                results[door.name].cpu += sum(door.processes.cpu_seconds().values()) - before
    for door in doors:
        results[door.name].turns = await long_conversation(door.arrive, long, door.draw("long"))
        results[door.name].workers = 1 if door.name == STOCK else RASA_WORKERS
        results[door.name].memory = door.processes.memory_mb()


async def measure(folder: Path, *, vanilla: bool, conversations: int, seconds: float, long: int) -> dict[str, Measured]:
    """Everything, by door."""
    ours, stock = prepare_ours(folder), Stock(folder) if vanilla else None
    if stock:
        print(
            f"stock Rasa: trained in {stock.train():.0f} s on {EXTENT} (kept in var/bench until they change)",
            flush=True,
        )
    results = {name: Measured() for name in (CHANNEL, CHAT, *([STOCK] if stock else []))}
    await measure_starts(ours, stock, results)
    doors = [Door(CHANNEL, ours.at_the_channel, ours.processes), Door(CHAT, ours.at_the_door, ours.processes)]
    if stock:
        doors.insert(1, Door(STOCK, stock.at_the_channel, stock.processes))
    systems = [ours, stock] if stock else [ours]
    try:
        for system in systems:
            system.start()
        for door in doors:
            await until_answered(door.arrive, door.processes.check)
        await measure_turns(doors, results, conversations=conversations, seconds=seconds, long=long)
    finally:
        for system in systems:
            system.processes.stop()
    # The start is the same for both of our doors: one system.
    results[CHANNEL].starts = results[CHAT].starts
    return results


def as_table(results: dict[str, Measured]) -> str:
    """A line for each figure; with stock Rasa also what ours is of stock Rasa's, at the same inner place and through our whole door."""
    figures = {name: measured.figures() for name, measured in results.items()}
    names = [name for name in (CHANNEL, CHAT, STOCK) if name in figures]
    ratios = _ratios(figures)
    lines = [f"{'':36}" + "".join(f"{name:>20}" for name in (*names, *ratios))]
    for figure in figures[CHANNEL]:
        line = f"{figure:36}" + "".join(_cell(figures[name].get(figure)) for name in names)
        lines.append(line + "".join(_ratio(ratio.get(figure)) for ratio in ratios.values()))
    memory = [line.format(workers=results[CHANNEL].workers) for line in MEMORY_KEY]
    return "\n".join([*lines, *memory, *(KEY if ratios else [])])


def _ratios(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """What each of our doors is of stock Rasa, by figure; empty without stock Rasa."""
    if STOCK not in figures:
        return {}
    return {
        f"{short} / stock": {
            figure: value / figures[STOCK][figure]
            for figure, value in figures[door].items()
            if figure in figures[STOCK]
        }
        for short, door in (("channel", CHANNEL), ("chat API", CHAT))
    }


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'':>20}"
    return f"{value:20.1f}" if value >= 10 else f"{value:20.2f}"


def _ratio(value: float | None) -> str:
    return f"{'':>20}" if value is None else f"{value:20.2f}"


def as_json(results: dict[str, Measured]) -> str:
    """Figures by system, and what ours are of stock Rasa's as `ratios`, by door."""
    figures = {name: measured.figures() for name, measured in results.items()}
    rounded = {name: {key: round(value, 2) for key, value in each.items()} for name, each in figures.items()}
    ratios = {name: {key: round(value, 3) for key, value in ratio.items()} for name, ratio in _ratios(figures).items()}
    return json.dumps({**rounded, "ratios": ratios}, ensure_ascii=False, indent=2)


def long_turns(text: str) -> int:
    """The number of turns of the long conversation. Raises ArgumentTypeError where a claim would be missing or be cut off."""
    turns = int(text)
    if turns < LEAST_LONG:
        raise argparse.ArgumentTypeError(f"at least {LEAST_LONG} turns: the first claim is whole only then")
    since_claim = (turns - CLAIM_AT) % CLAIM_EVERY
    if since_claim < len(CLAIM) - 1:
        begin, end = turns - since_claim, turns - since_claim + len(CLAIM) - 1
        raise argparse.ArgumentTypeError(f"{turns} turns end within the claim of turns {begin} to {end}")
    return turns


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vanilla", action="store_true", help="stock Rasa too; its first training takes minutes")
    parser.add_argument("--conversations", type=int, default=20, help="of ten turns, per round and crowd")
    parser.add_argument("--seconds", type=float, default=60, help="for each crowd at each door, at most")
    parser.add_argument(
        "--long", type=long_turns, default=LONG, help=f"turns of the long conversation; at least {LEAST_LONG}"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        results = asyncio.run(
            measure(
                Path(folder),
                vanilla=options.vanilla,
                conversations=options.conversations,
                seconds=options.seconds,
                long=options.long,
            )
        )
    print(as_json(results) if options.json else as_table(results))


if __name__ == "__main__":
    main()
