"""What the event log says, counted for Prometheus: one counter of events by name, the seconds of turns.

A log line and a metric are the same thing seen twice; nobody has to remember to write both.
"""

from __future__ import annotations

import logging
import re

from prometheus_client import CollectorRegistry, Counter, Histogram

_EVENT = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class EventMetrics(logging.Handler):
    """Counts `bot_events_total{event, level}`; `bot_turn_seconds` is how long the assistant took for a turn that was done."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__()
        self._events = Counter("bot_events", "Events of the log", ("event", "level"), registry=registry)
        self._turns = Histogram("bot_turn_seconds", "Turns of the assistant", buckets=_SECONDS, registry=registry)

    def emit(self, record: logging.LogRecord) -> None:
        name = record.msg if isinstance(record.msg, str) and _EVENT.fullmatch(record.msg) else "other"
        self._events.labels(name, record.levelname.lower()).inc()
        data = getattr(record, "data", None)
        if name == "turn.done" and isinstance(data, dict) and isinstance(data.get("seconds"), float):
            self._turns.observe(data["seconds"])
