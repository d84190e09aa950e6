"""Which sentences tell an interlude from an answer: data/interludes, and of the intents' sentences those that are either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from bot.errors import ConfigurationError
from bot.nlu.intent_model import IntentModel
from bot.settings import ROOT

FOLDER = ROOT / "data" / "interludes"
ANSWERS = "answers"  # the kind that is none
LONGEST = 26  # characters; a longer message tells something
# Intents that are a kind, and those that are neither a kind nor surely an answer.
_KINDS = {"repeat": "asks_again", "greet": "greets", "thank": "thanks", "bot_challenge": "asks_who"}
_NEITHER = frozenset({"out_of_scope"})
# What sounds like an interlude and is none; of the other intents one sentence in so many shows what customers come with.
_NEAR = frozenset(
    {"affirm", "deny", "cancel", "goodbye", "inform", "emergency", "request_callback", "ask_capabilities"}
)
_EVERY = 8
_RIDGE, _BALANCE = 0.15, 0.5  # as the intents'; nothing was gained by others


def read_interludes(folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """(sentence, kind) of the files. Raises ConfigurationError naming a file that is not `kind` and `said`."""
    for path in sorted(folder.glob("*.yml")):
        try:
            table = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            raise ConfigurationError("is not YAML", file=path.name, problem=str(error)) from error
        if not isinstance(table, dict) or set(table) != {"kind", "said"} or not isinstance(table["said"], list):
            raise ConfigurationError("must hold `kind` and a list `said`", file=path.name)
        yield from ((str(said), str(table["kind"])) for said in table["said"])


def train_interludes(intents: Iterable[tuple[str, str]], folder: Path = FOLDER) -> IntentModel:
    """A model whose "intents" are the kinds of interlude and ANSWERS. `intents`: (sentence, intent) of the intents' training."""
    taught = [*read_interludes(folder), *_from_intents(intents)]
    return IntentModel.train([said for said, _ in taught], [kind for _, kind in taught], ridge=_RIDGE, balance=_BALANCE)


def _from_intents(intents: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    short = [(said, intent) for said, intent in intents if len(said) <= LONGEST and intent not in _NEITHER]
    yield from ((said, _KINDS[intent]) for said, intent in short if intent in _KINDS)
    others = [said for said, intent in short if intent not in _KINDS and intent not in _NEAR]
    near = [said for said, intent in short if intent in _NEAR]
    yield from ((said, ANSWERS) for said in (*near, *others[::_EVERY]))


def interlude_of(model: IntentModel, text: str, sure: float) -> str:
    """The kind of interlude that `text` is with a probability of `sure` and more; "" for an answer, a wish, a story."""
    if not text.strip() or len(text.strip()) > LONGEST:
        return ""
    probabilities = model.probabilities(text)
    best = int(probabilities.argmax())
    kind = model.intents[best]
    return kind if kind != ANSWERS and probabilities[best] >= sure else ""
