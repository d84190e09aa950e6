from __future__ import annotations

import pytest

from bot.channels.errors import RefusedRequestError
from bot.channels.web.limits import Buckets, Rate, address_key


def take(buckets: Buckets, now: float, key: str = "a") -> int:
    """0 when allowed, else Retry-After."""
    try:
        buckets.take(key, now)
    except RefusedRequestError as refusal:
        return refusal.retry_after
    return 0


def test_a_burst_passes_and_the_next_one_is_told_when_to_come_back() -> None:
    buckets = Buckets(Rate(10, 2))
    assert [take(buckets, 100.0) for _ in range(11)] == [0] * 10 + [1]


def test_it_refills_with_time_up_to_the_burst() -> None:
    buckets = Buckets(Rate(2, 0.5))
    assert [take(buckets, 0), take(buckets, 0), take(buckets, 0)] == [0, 0, 2]
    assert take(buckets, 2) == 0
    assert [take(buckets, 1000) for _ in range(3)] == [0, 0, 2]


def test_being_refused_costs_nothing() -> None:
    buckets = Buckets(Rate(1, 1))
    take(buckets, 0)
    assert [take(buckets, 0.9) for _ in range(50)] == [1] * 50
    assert take(buckets, 1) == 0


def test_one_conversation_does_not_use_up_the_others_share() -> None:
    buckets = Buckets(Rate(1, 1))
    assert [take(buckets, 0, "a"), take(buckets, 0, "a"), take(buckets, 0, "b")] == [0, 1, 0]


def test_keys_that_are_quiet_again_are_forgotten() -> None:
    buckets = Buckets(Rate(1, 1), sweep_at=100)
    for number in range(10_000):
        take(buckets, float(number), str(number))
    assert len(buckets._levels) <= 101


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_stands_for_one_subscriber(address: str | None, key: str) -> None:
    assert address_key(address) == key
