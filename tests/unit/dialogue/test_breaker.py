"""A server that does not answer is left alone for a moment, and asked again by one call first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.dialogue.breaker import Breaker, NotAskedError


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def ask(breaker: Breaker, outcome: BaseException | None = None) -> str:
    """What became of a call: answered, the error's name, or not asked."""
    try:
        with breaker.call(lambda error: isinstance(error, ValueError)):
            if outcome is not None:
                raise outcome
    except NotAskedError:
        return "not asked"
    except BaseException as error:
        return type(error).__name__
    return "answered"


def opened() -> tuple[Breaker, Clock]:
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(3):
        assert ask(breaker, OSError()) == "OSError"
    return breaker, clock


def test_after_three_calls_without_an_answer_nobody_is_let_through_for_two_seconds() -> None:
    breaker, clock = opened()
    assert ask(breaker) == "not asked"
    clock.now += 1.9
    assert ask(breaker) == "not asked"
    clock.now += 0.2
    assert ask(breaker) == "answered"
    assert ask(breaker) == "answered"


@pytest.mark.parametrize("answer", [None, ValueError()])
def test_an_answer_in_between_counts_anew(answer: Exception | None) -> None:
    breaker = Breaker(clock=Clock())
    for outcome in (OSError(), OSError(), answer, OSError(), OSError()):
        ask(breaker, outcome)
    assert ask(breaker) == "answered"


def test_one_alone_tries_and_the_others_do_not_wait_for_it() -> None:
    breaker, clock = opened()
    clock.now += 3
    with breaker.call(lambda _: False):
        clock.now += 14
        assert ask(breaker) == "not asked"
    assert ask(breaker) == "answered"


def test_a_try_that_fails_too_is_a_pause_more() -> None:
    breaker, clock = opened()
    clock.now += 2
    assert ask(breaker, OSError()) == "OSError"
    clock.now += 1.9
    assert ask(breaker) == "not asked"
    clock.now += 0.2
    assert ask(breaker) == "answered"


@pytest.mark.parametrize("gone", [asyncio.CancelledError, KeyboardInterrupt])
def test_a_try_that_nobody_waited_for_leaves_the_next_one_to_ask(gone: Callable[[], BaseException]) -> None:
    breaker, clock = opened()
    clock.now += 2
    ask(breaker, gone())
    assert ask(breaker) == "answered"
