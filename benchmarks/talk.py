"""Talking to one of the systems, and timing it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

import aiohttp

from benchmarks.said import REPORTS, claim_conversation, long_talk

CLAIMED = "报案成功"
SILENCE = 300  # seconds after which nobody answers a conversation any more
GLANCE = 0.05  # seconds between two tries of a system that is starting


class Customer(Protocol):
    """One conversation with one of the systems."""

    async def say(self, text: str) -> list[str]:
        """The texts of the replies."""


Arrive = Callable[[aiohttp.ClientSession], AbstractAsyncContextManager[Customer]]


@dataclass
class Timing:
    """Seconds of each message, and of the whole run."""

    each: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    def add(self, other: Timing) -> None:
        """Another run of the same."""
        self.each += other.each
        self.elapsed += other.elapsed

    def percentile(self, share: float) -> float:
        """Milliseconds; the nearest rank."""
        ordered = sorted(self.each)
        return 1e3 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def per_second(self) -> float:
        return len(self.each) / self.elapsed


async def converse(customer: Customer, texts: Sequence[str], times: list[float]) -> list[str]:
    """Say each text after the last one's answer; returns all that was answered.

    Raises:
        RuntimeError: a message was not answered.
    """
    heard: list[str] = []
    for text in texts:
        began = time.perf_counter()
        replies = await customer.say(text)
        times.append(time.perf_counter() - began)
        if not replies:
            raise RuntimeError(f"no answer to {text}")
        heard += replies
    return heard


async def crowd(arrive: Arrive, *, conversations: int, at_once: int, seconds: float, draw: Random) -> Timing:
    """Ten-turn conversations, `at_once` of them at any time; none begins after `seconds`. `draw` chooses the words.

    Raises:
        RuntimeError: a message was not answered, or a claim not made.
        TimeoutError: a conversation stands still.
    """
    timing = Timing()
    began = time.perf_counter()
    left = conversations

    async def one_after_the_other(http: aiohttp.ClientSession) -> None:
        nonlocal left
        while left > 0 and time.perf_counter() - began < seconds:
            left -= 1
            async with arrive(http) as customer:
                heard = await asyncio.wait_for(converse(customer, claim_conversation(draw), timing.each), SILENCE)
            if not any(CLAIMED in text for text in heard):
                raise RuntimeError(f"no claim was made: {heard}")

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await asyncio.gather(*(one_after_the_other(http) for _ in range(at_once)))
    timing.elapsed = time.perf_counter() - began
    return timing


async def long_conversation(arrive: Arrive, turns: int, draw: Random) -> list[float]:
    """Seconds of each turn of one long conversation (`long_talk`).

    Raises:
        RuntimeError: a message was not answered, or not every claim made.
    """
    times: list[float] = []
    talk = long_talk(turns, draw)
    async with aiohttp.ClientSession() as http, arrive(http) as customer:
        heard = await converse(customer, talk, times)
    wanted = sum(text in REPORTS for text in talk)
    if (made := sum(CLAIMED in text for text in heard)) < wanted:
        raise RuntimeError(f"{made} of {wanted} claims were made")
    return times


async def until_answered(arrive: Arrive, alive: Callable[[], None]) -> None:
    """Try until a greeting is answered; `alive` raises when there is nobody to wait for any more."""
    async with aiohttp.ClientSession() as http:
        while True:
            alive()
            try:
                async with arrive(http) as customer:
                    if any(await customer.say("你好")):
                        return
            except (OSError, aiohttp.ClientError):
                await asyncio.sleep(GLANCE)
