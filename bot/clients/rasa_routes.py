"""Where each model answers, as the supervisor says (docs/adr/0019); without its file, the ports of the settings."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.services.models.split import Split

log = logging.getLogger(__name__)
Stamp = tuple[int, int, int]
NOBODY_SAID = Split("")


@dataclass(frozen=True)
class Plan:
    """`servers`: the addresses of the workers of each model that answers now; there is one at least."""

    split: Split
    servers: Mapping[str, tuple[str, ...]]

    def workers_for(self, conversation_id: str, opened_at: datetime | None) -> tuple[str, ...]:
        """Of the model that the conversation has; where that one does not answer, of one that does."""
        for model in (self.split.model_of(conversation_id, opened_at), *self.split.models, *self.servers):
            if model in self.servers:
                return self.servers[model]
        raise AssertionError("a plan has a server")

    def as_json(self) -> str:
        return json.dumps({"split": self.split.as_json(), "servers": self.servers})

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """What `as_json` made. Raises ValueError, KeyError, TypeError, AttributeError for anything else."""
        row = json.loads(text)
        servers = {str(model): tuple(url.rstrip("/") for url in urls) for model, urls in row["servers"].items()}
        if not all(servers.values()) or not servers:
            raise ValueError("no server")
        return cls(Split.from_json(row["split"]), servers)


class Routes:
    """The plan of a file, looked at again whenever the file has changed. `usual`: addresses where there is no file."""

    def __init__(self, path: Path | None, usual: Sequence[str]) -> None:
        self._path = path
        self._usual = self._plan = Plan(NOBODY_SAID, {"": tuple(url.rstrip("/") for url in usual)})
        self._stamp: Stamp | None = None

    def now(self) -> Plan:
        """One look at the file's stamp: some microseconds. A file that cannot be read changes nothing."""
        if self._path is None:
            return self._usual
        try:
            seen = self._path.stat()
        except OSError:
            self._plan, self._stamp = self._usual, None
            return self._plan
        stamp = (seen.st_mtime_ns, seen.st_ino, seen.st_size)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._plan = Plan.from_json(self._path.read_text(encoding="utf-8"))
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                log.error("routes.unreadable", extra={"data": {"error": type(error).__name__}})
        return self._plan


def fixed(urls: Sequence[str]) -> Routes:
    """Always these."""
    return Routes(None, urls)
