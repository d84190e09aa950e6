"""What a model was made from, as one hash, so that nothing is trained twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.settings import ROOT

# Code that ends up in the model: a change there needs a new one.
_SOURCES = ("config.yml", "domain.yml", "data/responses.yml")
_FOLDERS = (
    ("data/nlu", "*.yml"),
    ("data/stories", "*.yml"),
    ("data/rules", "*.yml"),
    ("data/lexicon", "**/*"),
    ("bot/nlu", "*.py"),
)


def fingerprint(root: Path = ROOT) -> str:
    """A hex digest over names and contents of everything a model depends on."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in _SOURCES:
        yield root / name
    for folder, pattern in _FOLDERS:
        yield from sorted(path for path in (root / folder).glob(pattern) if path.is_file())
