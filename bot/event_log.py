"""Log lines as events: one JSON object a line on stderr, made so that what customers write cannot get into them."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import datetime, timezone


class EventFormatter(logging.Formatter):
    """`{"at", "level", "from", "event", …data}`.

    Data comes only from `extra={"data": {…}}`. Arguments, exception messages and everything after the first line of a
    message are left out: a database error quotes the row that it refused, and asyncio quotes the error.
    """

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": str(record.msg).partition("\n")[0][:200],
        }
        data = getattr(record, "data", None)
        if isinstance(data, dict):
            event.update(data)
        if record.exc_info and record.exc_info[0] is not None:
            event["error"] = record.exc_info[0].__name__
            event["where"] = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])]
        return json.dumps(event, ensure_ascii=False, default=str)


def start_event_log(level: int = logging.INFO) -> None:
    """Send every logger's events to stderr; an entry point calls this once."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EventFormatter())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
