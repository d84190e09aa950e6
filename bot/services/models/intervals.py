"""How sure a share, or the difference of two shares of the same sentences, can be (95 %)."""

from __future__ import annotations

from math import sqrt

Z = 1.959963984540054


def wilson(right: int, of: int) -> tuple[float, float]:
    """The score interval of a share (Wilson, 1927). (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    share, z2 = right / of, Z * Z
    middle, spread = share + z2 / (2 * of), Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + z2 / of)), min(1.0, (middle + spread) / (1 + z2 / of))


def change(both: int, gained: int, lost: int, neither: int) -> tuple[float, float]:
    """The interval of the share afterwards minus the one before, on the same sentences (Newcombe, 1998: method 10).

    `both`: right before and after; `gained`: only after; `lost`: only before.
    """
    of = both + gained + lost + neither
    if not of:
        return -1.0, 1.0
    before, after = (both + lost) / of, (both + gained) / of
    (low_before, high_before), (low_after, high_after) = wilson(both + lost, of), wilson(both + gained, of)
    product = (both + lost) * (gained + neither) * (both + gained) * (lost + neither)
    covers = both * neither - gained * lost
    phi = (max(covers - of / 2, 0) if covers > 0 else covers) / sqrt(product) if product else 0.0

    def spread(one: float, other: float) -> float:
        return sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))

    difference = after - before
    return (
        max(-1.0, difference - spread(after - low_after, high_before - before)),
        min(1.0, difference + spread(high_after - after, before - low_before)),
    )
