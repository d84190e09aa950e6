"""The Chinese names of the intents, of data/intents.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import read_row


def load_intent_names(path: Path) -> Mapping[str, str]:
    """Intent → its Chinese name. Raises DataFileError."""
    contract = read_row(path).child("intents")
    return MappingProxyType({name: contract.child(name).text("zh") for name in contract.values})
