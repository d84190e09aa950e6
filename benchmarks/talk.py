"""What customers say in the benchmarks, and timing it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

CLAIMED = "报案成功"


class Customer(Protocol):
    """One conversation with one of the systems."""

    async def say(self, text: str) -> list[str]:
        """The texts of the replies."""


Arrive = Callable[[aiohttp.ClientSession], AbstractAsyncContextManager[Customer]]


def claim_conversation() -> list[str]:
    """Ten turns: greet, report a claim through the whole form, confirm, thank. The phone differs each time."""
    return [
        "你好",
        "我要报案",
        "家里的财产",
        "没有人受伤",
        "今天早上八点二十",
        "深圳市南山区科苑路三号楼",
        "洗衣机水管爆了，客厅的木地板全泡了",
        f"138{random.randrange(10**8):08d}",
        "确认",
        "谢谢",
    ]


SMALL_TALK = ("你好", "谢谢", "报案要准备什么材料", "你是机器人吗")


@dataclass
class Timing:
    """Seconds per message, and for the whole run."""

    each: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    def add(self, other: Timing) -> None:
        self.each += other.each
        self.elapsed += other.elapsed

    def percentile(self, share: float) -> float:
        """Milliseconds; the nearest rank."""
        ordered = sorted(self.each)
        return 1e3 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def per_second(self) -> float:
        return len(self.each) / self.elapsed


async def converse(customer: Customer, texts: Sequence[str]) -> list[float]:
    """Say each text after the last one's answer. Raises RuntimeError when one gets no answer."""
    times = []
    for text in texts:
        began = time.perf_counter()
        replies = await customer.say(text)
        times.append(time.perf_counter() - began)
        if not replies:
            raise RuntimeError(f"no answer to {text}")
    return times


async def crowd(arrive: Arrive, conversations: int, at_once: int) -> Timing:
    """So many ten-turn conversations, `at_once` of them at any time. Raises RuntimeError when a claim is not made."""
    timing = Timing()
    waiting = list(range(conversations))

    async def one_after_the_other(http: aiohttp.ClientSession) -> None:
        while waiting:
            waiting.pop()
            async with arrive(http) as customer:
                *texts, farewell = claim_conversation()
                timing.each += await converse(customer, texts[:-1])
                began = time.perf_counter()
                replies = await customer.say(texts[-1])
                timing.each.append(time.perf_counter() - began)
                if CLAIMED not in "".join(replies):
                    raise RuntimeError(f"no claim was made: {replies}")
                timing.each += await converse(customer, [farewell])

    began = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await asyncio.gather(*(one_after_the_other(http) for _ in range(at_once)))
    timing.elapsed = time.perf_counter() - began
    return timing


async def long_conversation(arrive: Arrive, turns: int) -> list[float]:
    """Seconds of each turn of one long conversation."""
    texts = [SMALL_TALK[turn % len(SMALL_TALK)] for turn in range(turns)]
    async with aiohttp.ClientSession() as http, arrive(http) as customer:
        return await converse(customer, texts)
