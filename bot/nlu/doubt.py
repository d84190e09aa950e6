"""When a meaning is in doubt: the best guess is unlikely, the second about as likely, or it may be none of ours. No Rasa here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.nlu.settings import number_between, refuse_unknown_keys

OUT_OF_SCOPE = "out_of_scope"
EMERGENCY = "emergency"  # help is not held up by a question


@dataclass(frozen=True)
class FallbackSettings:
    """Keys of `AmbiguityFallback`: least probability of the best intent, least distance to the second, and the probability of
    being out of scope from which on a guess is not trusted (a wrong answer about somebody else's business sounds like ours)."""

    threshold: float
    margin: float
    foreign: float

    # On the development sets: asks back at 7 % of messages, and every other of those guesses would have been wrong.
    DEFAULTS = {"threshold": 0.5, "margin": 0.2, "foreign": 0.12}  # noqa: RUF012 - read only; Rasa wants a dict of the defaults

    @classmethod
    def parse(cls, config: Mapping[str, object]) -> FallbackSettings:
        """Defaults overlaid with `config`. Raises ConfigurationError for an unknown key or a value outside 0 to 1."""
        name = "AmbiguityFallback"
        refuse_unknown_keys(name, config, cls.DEFAULTS)
        merged = {**cls.DEFAULTS, **config}
        return cls(
            threshold=number_between(name, merged, "threshold", 0, 1),
            margin=number_between(name, merged, "margin", 0, 1),
            foreign=number_between(name, merged, "foreign", 0, 1),
        )


def is_doubtful(ranking: Sequence[tuple[str, float]], settings: FallbackSettings) -> bool:
    """Whether to ask back; `ranking` holds intents with probabilities, best first. Nothing to choose from is no doubt."""
    if not ranking:
        return False
    (name, best), (_, second) = (*ranking, ("", 0.0))[:2]
    if best < settings.threshold or best - second < settings.margin:
        return True
    return name not in (OUT_OF_SCOPE, EMERGENCY) and dict(ranking).get(OUT_OF_SCOPE, 0.0) > settings.foreign


_CODE = re.compile(r"^[^\u4e00-\u9fff@]*[/／\\{}<>=_\[\]][^\u4e00-\u9fff@]*$")


def looks_like_code(text: str) -> bool:
    """A command, a tag, a slot: no customer's sentence, whatever the classifier makes of its letters."""
    return bool(_CODE.match(text))
