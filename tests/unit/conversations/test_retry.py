from __future__ import annotations

import asyncio

from bot.conversations.retry import Gate, RetryPolicy
from tests.fakes import SteppedPause


def test_delays_double_up_to_the_longest() -> None:
    policy = RetryPolicy(first=0.5, longest=10, chance=lambda: 1.0)
    assert [policy.delay(n) for n in (1, 2, 3, 4, 5, 6, 7)] == [0.5, 1, 2, 4, 8, 10, 10]


def test_delays_stay_bounded_after_a_million_failures() -> None:
    assert RetryPolicy(longest=10).delay(1_000_000) <= 10


def test_jitter_never_shortens_a_delay_below_half() -> None:
    assert RetryPolicy(first=2, chance=lambda: 0.0).delay(1) == 1


async def test_one_conversation_failing_for_ever_does_not_hold_up_the_others() -> None:
    gate = Gate(RetryPolicy(down_after=3))
    for _ in range(100):
        gate.failed("poison")
    assert not gate.assistant_is_down


async def test_different_conversations_failing_mean_that_the_assistant_is_down() -> None:
    gate = Gate(RetryPolicy(down_after=3))
    for name in ("a", "b", "c"):
        gate.failed(name)
    assert gate.assistant_is_down
    gate.succeeded()
    assert not gate.assistant_is_down


async def test_a_conversation_taken_by_a_person_no_longer_counts() -> None:
    gate = Gate(RetryPolicy(down_after=2))
    gate.failed("a")
    gate.failed("b")
    gate.forget("a")
    assert not gate.assistant_is_down


async def test_a_dead_assistant_is_probed_by_one_at_a_time_in_turn() -> None:
    pause = SteppedPause()
    gate = Gate(RetryPolicy(down_after=1, pause=pause, chance=lambda: 1.0))
    gate.failed("x")
    order: list[str] = []

    async def probe(name: str) -> None:
        async with gate.admission():
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

    async def probe() -> None:
        async with gate.admission():
            gate.succeeded()

    probes = [asyncio.create_task(probe()) for _ in range(20)]
    await pause.step()
    await asyncio.gather(*probes)
    assert len(pause.asked) == 1
