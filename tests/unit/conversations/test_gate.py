"""What keeps off a server that is down."""

from __future__ import annotations

import asyncio

from bot.conversations.gate import Gate, Gates
from bot.conversations.messages import Inbound
from bot.conversations.retry import RetryPolicy
from tests.fakes import START, SteppedPause


async def test_one_conversation_failing_for_ever_does_not_hold_up_the_others() -> None:
    gate = Gate(RetryPolicy(down_after=3))
    for _ in range(100):
        gate.failed("poison")
    assert not gate.is_down


async def test_different_conversations_failing_mean_that_the_server_is_down() -> None:
    gate = Gate(RetryPolicy(down_after=3))
    for name in ("a", "b", "c"):
        gate.failed(name)
    assert gate.is_down
    gate.succeeded()
    assert not gate.is_down


async def test_a_conversation_taken_by_a_person_no_longer_counts() -> None:
    gate = Gate(RetryPolicy(down_after=2))
    gate.failed("a")
    gate.failed("b")
    gate.forget("a")
    assert not gate.is_down


async def test_a_dead_assistant_is_probed_by_one_at_a_time_in_turn() -> None:
    pause = SteppedPause()
    gate = Gate(RetryPolicy(down_after=1, pause=pause, chance=lambda: 1.0))
    gate.failed("x")
    order: list[str] = []

    async def probe(name: str) -> None:
        async with gate.admission(name):
            order.append(name)
            gate.failed(name)

    probes = [asyncio.create_task(probe(name)) for name in ("a", "b", "c")]
    for expected in (["a"], ["a", "b"], ["a", "b", "c"]):
        await pause.step()
        await probes[len(expected) - 1]
        assert order == expected
    assert pause.asked == [0.5, 1, 1]


async def test_one_success_lets_everyone_waiting_through_at_once() -> None:
    pause = SteppedPause()
    gate = Gate(RetryPolicy(down_after=1, pause=pause))
    gate.failed("x")

    async def probe(name: str) -> None:
        async with gate.admission(name):
            gate.succeeded()

    probes = [asyncio.create_task(probe(f"c{number}")) for number in range(20)]
    await pause.step()
    await asyncio.gather(*probes)
    assert len(pause.asked) == 1


async def test_a_probe_that_hangs_does_not_keep_a_fresh_conversation_waiting() -> None:
    pause, hangs = SteppedPause(), asyncio.Event()
    gate = Gate(RetryPolicy(down_after=1, pause=pause))
    gate.failed("slow")
    answered: list[str] = []

    async def probe(name: str, until: asyncio.Event | None = None) -> None:
        async with gate.admission(name):
            if until:
                await until.wait()
            answered.append(name)
            gate.succeeded()

    slow = asyncio.create_task(probe("slow", hangs))
    await pause.step()
    fresh = asyncio.create_task(probe("fresh"))
    await pause.step()
    await fresh
    assert answered == ["fresh"]
    hangs.set()
    await slow


async def test_a_server_that_is_down_is_no_matter_of_anothers_customers() -> None:
    def of(name: str) -> Gate:
        return gates.of(Inbound(name, "m", 1, "你好", "", "web", START))

    gates = Gates(RetryPolicy(down_after=2), server_of=lambda inbound: str(len(inbound.conversation_id) % 2))
    for name in ("a", "ccc"):
        of(name).failed(name)
    assert of("a").is_down
    assert gates.any_is_down
    assert not of("bb").is_down
