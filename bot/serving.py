"""What a process does once it has loaded all it needs and from now on answers."""

from __future__ import annotations

import gc
import resource

from threadpoolctl import threadpool_limits

# Objects made before the youngest are looked through, and how many such looks before the older ones are (default 700, 10, 10).
# A turn makes some thousands: with the default a tenth of its time went into looking at what it still uses.
_THRESHOLDS = (20_000, 20, 50)


def ready_to_serve() -> None:
    """Call it once, after start-up: what is there stays there and is never looked at again, the rest less often.

    Matrices are multiplied by one thread: a second one on a sentence's worth of numbers only waits, and waits by spinning, on
    the core that another process needs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    threadpool_limits(1)


def allow_many_connections() -> None:
    """As many open files as the system lets us have: with the usual 1,024 a thousand idle connections shut out everyone."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
