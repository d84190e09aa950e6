"""The Chinese names of the intents (data/intents.yml) and of the entities (data/entities.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import read_row


def load_intent_names(path: Path) -> Mapping[str, str]:
    """Intent → its Chinese name. Raises DataFileError."""
    return _names(path, "intents")


def load_entity_names(path: Path) -> Mapping[str, str]:
    """Entity → its Chinese name. Raises DataFileError."""
    return _names(path, "entities")


def _names(path: Path, key: str) -> Mapping[str, str]:
    contract = read_row(path).child(key)
    return MappingProxyType({name: contract.child(name).text("zh") for name in contract.values})
