"""How often a conversation or an address may ask."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass, field

from bot.channels.errors import RefusedRequestError


@dataclass(frozen=True)
class Rate:
    """A token bucket: `burst` at once, then `per_second`."""

    burst: float
    per_second: float


@dataclass(frozen=True)
class Limits:
    """`sessions` is per network address and generous, because a mobile network puts many customers behind one."""

    messages: Rate = field(default_factory=lambda: Rate(10, 2))
    reads: Rate = field(default_factory=lambda: Rate(60, 20))
    sessions: Rate = field(default_factory=lambda: Rate(60, 1))
    waiting: int = 32  # long polls and streams open at once per conversation
    files: Rate = field(default_factory=lambda: Rate(20, 0.5))


class Buckets:
    """Token buckets by key; full ones are forgotten, so that memory follows the number of busy keys."""

    def __init__(self, rate: Rate, *, sweep_at: int = 10_000) -> None:
        self._rate = rate
        self._levels: dict[str, tuple[float, float]] = {}  # key: (tokens left, when that was)
        self._sweep_at = self._first_sweep = sweep_at

    def take(self, key: str, now: float) -> None:
        """Take one token; `now` in seconds of any clock that only goes forward.

        Raises:
            RefusedRequestError: rate_limited, with the seconds until there is one.
        """
        left = self._level(key, now)
        if left < 1:
            raise RefusedRequestError("rate_limited", retry_after=math.ceil((1 - left) / self._rate.per_second))
        self._levels[key] = (left - 1, now)
        if len(self._levels) > self._sweep_at:
            self._sweep(now)

    def _level(self, key: str, now: float) -> float:
        left, since = self._levels.get(key, (self._rate.burst, now))
        return min(self._rate.burst, left + (now - since) * self._rate.per_second)

    def _sweep(self, now: float) -> None:
        self._levels = {key: value for key, value in self._levels.items() if self._level(key, now) < self._rate.burst}
        self._sweep_at = max(self._first_sweep, 2 * len(self._levels))


def address_key(address: str | None) -> str:
    """One subscriber: an IPv4 address, or the /64 that an IPv6 line gets as a whole."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
