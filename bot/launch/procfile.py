"""The Procfile: which processes there are, one `name: command` a line."""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass

from bot.errors import ConfigurationError

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")


@dataclass(frozen=True)
class Command:
    name: str
    words: tuple[str, ...]


def parse_procfile(text: str) -> tuple[Command, ...]:
    """The commands in order; `python` is the interpreter that runs us.

    Raises:
        ConfigurationError: a line that is no `name: command`, or a name twice.
    """
    commands: dict[str, Command] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if not found or found[1] in commands:
            raise ConfigurationError("one `name: command` a line, each name once", file="Procfile", line=number)
        first, *rest = shlex.split(found[2])
        commands[found[1]] = Command(found[1], (sys.executable if first == "python" else first, *rest))
    return tuple(commands.values())
