"""Entity vocabularies as trainers write them: `data/lexicon/entities/<entity>.txt`; and `heard.txt` of bot.text.homophones.

A line is `normal form: word word word`, or only words that stand for themselves. `word(我)` counts only behind
我, 俺, 他 and the like; `word(商业)` only behind 商业.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import ConfigurationError
from bot.nlu.lexicon import LexiconFile
from bot.text.homophones import HeardTerms
from bot.text.normalise import fold

RULER_ENTITIES = (
    "relationship", "document", "line_of_business", "illness", "roadside_service", "complaint_kind",
)  # fmt: skip
_WORD_LISTS = ("places", "surnames_common", "surnames_rare", "given_names", "not_names")
_HEARD = "heard"
_LINE = re.compile(r"(?:(?P<normal>[^:：()\s]+)[:：])?\s*(?P<words>.+)")
_WORD = re.compile(r"(?P<word>[^()\s]+)(?:\((?P<behind>[^()\s]+)\))?")


@dataclass(frozen=True)
class Entry:
    """One word of an entity; `value` is its normal form, `behind` what must stand right before it."""

    entity: str
    word: str
    value: str
    behind: str | None = None


@dataclass(frozen=True)
class Vocabularies:
    """All word lists of the extractor."""

    entries: tuple[Entry, ...]
    places: frozenset[str]
    surnames_common: frozenset[str]
    surnames_rare: frozenset[str]
    given_names: frozenset[str]
    not_names: frozenset[str]
    heard: HeardTerms

    @classmethod
    def parse(cls, files: list[LexiconFile]) -> Vocabularies:
        """Raises ConfigurationError for a missing list, or a line that does not read, with its file and number."""
        by_name = {file.name.removesuffix(".txt"): file for file in files}
        needed = {*RULER_ENTITIES, *_WORD_LISTS, _HEARD}
        if set(by_name) != needed:
            raise ConfigurationError(
                "entity word lists do not match what is read",
                missing=sorted(needed - set(by_name)),
                unknown=sorted(set(by_name) - needed),
            )
        return cls(
            entries=tuple(entry for entity in RULER_ENTITIES for entry in _entries(entity, by_name[entity])),
            heard=HeardTerms.parse(line for _, line in by_name[_HEARD].lines),
            **{name: _words(by_name[name]) for name in _WORD_LISTS},
        )


def _words(file: LexiconFile) -> frozenset[str]:
    return frozenset(word for _, line in file.lines for word in line.split())


def _entries(entity: str, file: LexiconFile) -> list[Entry]:
    return [entry for number, line in file.lines for entry in read_line(entity, file.name, number, line)]


def read_line(entity: str, name: str, number: int, line: str) -> list[Entry]:
    """The words of one line of an entity's list. Raises ConfigurationError with the file's `name` and the line's number."""
    parsed = _LINE.fullmatch(line)
    if parsed is None:
        raise ConfigurationError("line is not 'normal form: words'", file=name, line=number, text=line)
    entries = []
    for item in parsed["words"].split():
        word = _WORD.fullmatch(item)
        if word is None:
            raise ConfigurationError("word does not read", file=name, line=number, text=item)
        folded = fold(word["word"]).lower()
        entries.append(Entry(entity, folded, parsed["normal"] or folded, word["behind"]))
    return entries
