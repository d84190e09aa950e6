from __future__ import annotations

from bot.conversations.retry import RetryPolicy


def test_delays_double_up_to_the_longest() -> None:
    policy = RetryPolicy(first=0.5, longest=10, chance=lambda: 1.0)
    assert [policy.delay(n) for n in (1, 2, 3, 4, 5, 6, 7)] == [0.5, 1, 2, 4, 8, 10, 10]


def test_delays_stay_bounded_after_a_million_failures() -> None:
    assert RetryPolicy(longest=10).delay(1_000_000) <= 10


def test_jitter_never_shortens_a_delay_below_half() -> None:
    assert RetryPolicy(first=2, chance=lambda: 0.0).delay(1) == 1
