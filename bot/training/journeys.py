"""What an intent opens at the beginning of a conversation, by data/rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigurationError


def first_actions(folder: Path) -> Mapping[str, str]:
    """Intent → the action or form that the rule without a condition begins with. Raises ConfigurationError."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            for rule in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["rules"]:
                found |= _opened_by(rule)
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise ConfigurationError("is no file of rules", file=path.name, problem=str(error)) from error
    return found


def _opened_by(rule: Mapping[str, Any]) -> dict[str, str]:
    steps = rule["steps"]
    if "condition" in rule or not steps:
        return {}
    action = next((step["action"] for step in steps if "action" in step), "")
    return {intent: action for intent in _intents(steps[0])} if action else {}


def _intents(step: Mapping[str, Any]) -> Iterator[str]:
    if "intent" in step:
        yield step["intent"]
    for other in step.get("or", ()):
        yield from _intents(other)
