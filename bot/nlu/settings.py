"""Component keys, parsed strictly: Rasa itself accepts a misspelt key in silence and runs with the default."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigurationError
from bot.text.said_numbers import CLAIM_NO, COMPLAINT_NO, POLICY_NO

DEFAULT_LEXICON_DIR = "data/lexicon"
DEFAULT_ENTITIES_DIR = "data/lexicon/entities"


def refuse_unknown_keys(component: str, config: Mapping[str, object], known: Iterable[str]) -> None:
    """Raise ConfigurationError naming every key of `config` that `component` does not have."""
    allowed = sorted(known)
    unknown = sorted(set(config) - set(allowed))
    if unknown:
        raise ConfigurationError("unknown component key", component=component, unknown=unknown, known=allowed)


def number_between(component: str, config: Mapping[str, object], key: str, low: float, high: float) -> float:
    """`config[key]` as a number from `low` to `high`. Raises ConfigurationError otherwise."""
    value = config.get(key)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigurationError(f"must be a number from {low} to {high}", component=component, key=key, value=value)
    return float(value)


def _text(component: str, config: Mapping[str, object], key: str) -> str:
    value = config.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError("must be a non-empty string", component=component, key=key, value=value)
    return value


def _flag(component: str, config: Mapping[str, object], key: str) -> bool:
    value = config.get(key)
    if not isinstance(value, bool):
        raise ConfigurationError("must be true or false", component=component, key=key, value=value)
    return value


def _pattern(component: str, config: Mapping[str, object], key: str) -> re.Pattern[str]:
    source = _text(component, config, key)
    try:
        return re.compile(source)
    except re.error as error:
        raise ConfigurationError(
            "is not a regular expression", component=component, key=key, reason=str(error)
        ) from error


@dataclass(frozen=True)
class TokenizerSettings:
    """Keys of `LexiconJiebaTokenizer`."""

    lexicon_dir: Path
    intent_tokenization_flag: bool
    intent_split_symbol: str

    DEFAULTS = {  # noqa: RUF012 - read only; Rasa wants a dict of the defaults
        "lexicon_dir": DEFAULT_LEXICON_DIR,
        "intent_tokenization_flag": False,
        "intent_split_symbol": "_",
    }

    @classmethod
    def parse(cls, config: Mapping[str, object]) -> TokenizerSettings:
        """Defaults overlaid with `config`. Raises ConfigurationError for an unknown key or a wrong type."""
        name = "LexiconJiebaTokenizer"
        refuse_unknown_keys(name, config, cls.DEFAULTS)
        merged = {**cls.DEFAULTS, **config}
        return cls(
            lexicon_dir=Path(_text(name, merged, "lexicon_dir")),
            intent_tokenization_flag=_flag(name, merged, "intent_tokenization_flag"),
            intent_split_symbol=_text(name, merged, "intent_split_symbol"),
        )


@dataclass(frozen=True)
class ExtractorSettings:
    """Keys of `InsuranceEntityExtractor`. Number patterns see a normal form: capitals and digits, no gaps."""

    entities_dir: Path
    policy_no_pattern: re.Pattern[str]
    claim_no_pattern: re.Pattern[str]
    complaint_no_pattern: re.Pattern[str]

    DEFAULTS = {  # noqa: RUF012 - read only; Rasa wants a dict of the defaults
        "entities_dir": DEFAULT_ENTITIES_DIR,
        "policy_no_pattern": POLICY_NO,
        "claim_no_pattern": CLAIM_NO,
        "complaint_no_pattern": COMPLAINT_NO,
    }

    @classmethod
    def parse(cls, config: Mapping[str, object]) -> ExtractorSettings:
        """Defaults overlaid with `config`. Raises ConfigurationError for an unknown key or a bad pattern."""
        name = "InsuranceEntityExtractor"
        refuse_unknown_keys(name, config, cls.DEFAULTS)
        merged = {**cls.DEFAULTS, **config}
        return cls(
            entities_dir=Path(_text(name, merged, "entities_dir")),
            policy_no_pattern=_pattern(name, merged, "policy_no_pattern"),
            claim_no_pattern=_pattern(name, merged, "claim_no_pattern"),
            complaint_no_pattern=_pattern(name, merged, "complaint_no_pattern"),
        )
