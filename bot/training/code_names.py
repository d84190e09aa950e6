"""Names that the program itself uses, so that a trainer's rename that the program does not know of is seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.services.clarify import MEANINGS
from bot.services.registry import JOURNEYS, SERVICE_FORM, form_of
from bot.services.servicing.catalogue import KIND_OF_INTENT
from bot.settings import ROOT

_FOLDERS = ("actions", "bot/dialogue", "bot/services")
_WORD = re.compile(r"""["']([a-z]\w*)["']""")
_SUBMIT, _VALIDATE = "action_submit_", "validate_"
# One form for all transactions, which keeps their answers in one slot.
_SERVICE_SLOTS = ("service_kind", "service_answers")


@dataclass(frozen=True)
class CodeNames:
    """`forms` with their slots in order, `intents` that open or offer something, `words`: every name written in the code.
    `opened`: the form of each journey and transaction that a dialogue test can be about."""

    forms: Mapping[str, tuple[str, ...]]
    intents: frozenset[str]
    words: frozenset[str]
    opened: Mapping[str, str]

    def has_action(self, name: str) -> bool:
        """Whether the code has this action: named in it, the end of a journey, or the questions of a form."""
        if name.startswith(_VALIDATE):
            return name.removeprefix(_VALIDATE) in self.forms
        return name in self.words or (name.startswith(_SUBMIT) and name.removeprefix(_SUBMIT) in self.words)


@lru_cache(maxsize=1)
def code_names() -> CodeNames:
    """Of the program that runs here."""
    files = (path for folder in _FOLDERS for path in sorted((ROOT / folder).rglob("*.py")))
    words = frozenset(word for path in files for word in _WORD.findall(path.read_text(encoding="utf-8")))
    forms = {
        form_of(key): _SERVICE_SLOTS if form_of(key) == SERVICE_FORM else tuple(entry.journey.slots)
        for key, entry in JOURNEYS.items()
    }
    own = {entry.journey.intent for key, entry in JOURNEYS.items() if form_of(key) != SERVICE_FORM}
    return CodeNames(
        forms,
        frozenset({*KIND_OF_INTENT, *MEANINGS, *own} - {""}),
        words,
        {_about(key, entry.journey.intent): form_of(key) for key, entry in JOURNEYS.items()},
    )


def _about(key: str, intent: str) -> str:
    return key.partition(":")[2] or intent or "give_consent"
