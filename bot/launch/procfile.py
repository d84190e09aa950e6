"""The Procfile: which processes there are, one `name: command` a line."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable
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


def several(commands: Iterable[Command], name: str, number: int) -> tuple[Command, ...]:
    """The same commands with that one so many times, each told its place: desk, desk1, desk2."""
    found: list[Command] = []
    for command in commands:
        found.append(command)
        if command.name == name:
            found += [Command(f"{name}{place}", (*command.words, str(place))) for place in range(1, number)]
    return tuple(found)
