"""Rules read what was meant: 头诉 is 投诉, 举抱 is 举报."""

from __future__ import annotations

from functools import lru_cache

from bot.settings import ROOT
from bot.text.homophones import HeardTerms

_FILE = ROOT / "data" / "lexicon" / "entities" / "heard.txt"


@lru_cache(maxsize=1)
def heard_terms() -> HeardTerms:
    """The terms as trainers write them, read on first use. Raises ConfigurationError for a malformed line."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return HeardTerms.parse(line for line in lines if line.strip() and not line.startswith("#"))
