"""Lexicon folders: read, fingerprinted, and copied into the model so that a loaded model needs no folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigurationError


@dataclass(frozen=True)
class LexiconFile:
    """One `*.txt` of the folder; `lines` are (line number, text) without comments and blanks."""

    name: str
    content: str

    @property
    def lines(self) -> list[tuple[int, str]]:
        numbered = ((number, line.strip()) for number, line in enumerate(self.content.splitlines(), start=1))
        return [(number, line) for number, line in numbered if line and not line.startswith("#")]


def read_lexicon(folder: Path) -> list[LexiconFile]:
    """Every `*.txt` of `folder`, by name. Raises ConfigurationError if there is none, or no line in them."""
    files = [LexiconFile(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))]
    if not any(file.lines for file in files):
        raise ConfigurationError("lexicon folder is missing or empty", folder=str(folder))
    return files


def write_lexicon(files: list[LexiconFile], folder: Path) -> None:
    """Copy the files as they were read."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file.name).write_text(file.content, encoding="utf-8")


def fingerprint(files: list[LexiconFile]) -> str:
    """Changes when any word does, so that Rasa retrains what it would otherwise take from its cache."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0{file.content}\0".encode())
    return digest.hexdigest()
