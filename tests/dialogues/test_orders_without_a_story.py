"""Errands in orders that no story has: whatever is said in between, each is done once, with the values told last (ADR 10)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.orders.shuffled import play
from tests.stack import Stack

pytest_plugins = ["tests.stack"]
pytestmark = pytest.mark.timeout(600)  # the first test also trains, where the model is not the data's
SEED, NUMBER = 10, 63


@pytest.fixture(scope="module")
def unhurried(stack: Stack) -> Iterator[Stack]:
    """Whoever says twenty things in two seconds would else be told to wait."""
    stack.heal()
    stack.restart("desk", module="benchmarks.desk")
    yield stack
    stack.restart("desk")


@pytest.mark.parametrize("number", range(NUMBER))
def test_an_errand_is_done_in_an_order_that_no_story_has(number: int, unhurried: Stack) -> None:
    outcome = play(unhurried, number, SEED)
    assert not [*outcome.lost, *outcome.flaws], str(outcome)
