"""How soon WeChat is answered, whatever becomes of the assistant: `python -m benchmarks.wechat [--messages N]`.

The real processes behind WeChat's stand-in, one customer a message: while all is well, while Rasa is slow (it stands still ten
seconds, then works for half a one), while it stands still (it takes what is sent and says nothing), while it is dead, and after each
the answers that were owed. WeChat hangs up after 5 s.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import aiohttp
import numpy as np

from benchmarks.ours import Ours
from benchmarks.processes import free_port
from bot.bootstrap import prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.settings import ROOT, read_settings
from simulators.wechat.server import UNAVAILABLE, Account, WeChatServer

RATE = 25.0  # messages a second
SLOW, AWAKE = 10.0, 0.5  # seconds
PATIENCE = 240.0  # seconds for answers that are owed
GOAL = 4.5  # seconds until acknowledged, of 999 in 1,000
WORDS, ANSWER = "等待期是什么意思", "等待期"


async def send(server: WeChatServer, phase: str, messages: int) -> list[str]:
    """One message of each customer, evenly spread; their ids."""
    customers = [f"o{phase}-{number:024}" for number in range(messages)]
    server.acknowledged.clear()
    server.unanswered = 0
    tasks, began = [], time.monotonic()
    for number, customer in enumerate(customers):
        await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
        tasks.append(asyncio.create_task(server.say(customer, WORDS)))
    await asyncio.gather(*tasks)
    return customers


async def owed(server: WeChatServer, customers: list[str]) -> int:
    """How many customers have had no answer when the patience is over; a notice that we are busy is none."""
    waiting = {asyncio.create_task(server.hears(customer, ANSWER)) for customer in customers}
    _, unheard = await asyncio.wait(waiting, timeout=PATIENCE)
    for task in unheard:
        task.cancel()
    return len(unheard)


def tell(phase: str, server: WeChatServer, customers: list[str], left: int) -> bool:
    """Print the phase; whether all was in time and answered."""
    # A delivery that nobody answered took longer than any, whatever became of the next one.
    took = np.array([*server.acknowledged, *[np.inf] * server.unanswered])
    shares = [float(np.quantile(took, share)) for share in (0.5, 0.99, 0.999)]
    notices = sum(any(each.text == UNAVAILABLE for each in server.phones[customer]) for customer in customers)
    print(
        f"{phase:28}{len(customers):9}{shares[0]:9.2f}{shares[1]:9.2f}{shares[2]:9.2f}{notices:9}{left:9}", flush=True
    )
    return shares[2] < GOAL and not left


async def measure(messages: int) -> bool:
    """Whether every phase kept what was promised."""
    account, port = Account(aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"), free_port()
    more = account.environment(f"http://127.0.0.1:{port}")
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(Path(folder), ROOT / "models", more)
        prepare_store(read_settings({**ours.environment}), datetime.now(SHANGHAI).date())
        ours.start()
        try:
            async with WeChatServer(f"{ours.address}/wechat", account).running(port) as server:
                await ready(ours)
                print(
                    f"{'seconds until acknowledged':28}{'messages':>9}{'p50':>9}{'p99':>9}{'p99.9':>9}{'notices':>9}{'unheard':>9}"
                )
                kept: list[bool] = []
                customers = await send(server, "w", messages)
                kept.append(tell("all is well", server, customers, await owed(server, customers)))
                slowing = asyncio.create_task(slow_down(ours))
                customers = await send(server, "l", messages)
                slowing.cancel()
                await asyncio.wait([slowing])
                kept.append(tell("Rasa is slow", server, customers, await owed(server, customers)))
                ours.processes.signal("rasa", signal.SIGSTOP)
                customers = await send(server, "s", messages)
                ours.processes.signal("rasa", signal.SIGCONT)
                kept.append(tell("Rasa stands still", server, customers, await owed(server, customers)))
                ours.processes.kill("rasa")
                customers = await send(server, "d", messages)
                ours.start_rasa()
                kept.append(tell("Rasa is dead", server, customers, await owed(server, customers)))
                return all(kept)
        finally:
            ours.processes.stop()


async def slow_down(ours: Ours) -> None:
    """Until cancelled; then Rasa works as ever."""
    try:
        while True:
            ours.processes.signal("rasa", signal.SIGSTOP)
            await asyncio.sleep(SLOW)
            ours.processes.signal("rasa", signal.SIGCONT)
            await asyncio.sleep(AWAKE)
    finally:
        ours.processes.signal("rasa", signal.SIGCONT)


async def ready(ours: Ours) -> None:
    async with aiohttp.ClientSession() as http:
        while True:
            ours.processes.check()
            try:
                async with http.get(f"{ours.address}/readyz") as answer:
                    if (await answer.json())["status"] == "ready":
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=3000, help="in each of the four")
    return 0 if asyncio.run(measure(parser.parse_args().messages)) else 1


if __name__ == "__main__":
    sys.exit(main())
