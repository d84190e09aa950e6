"""The words of data/lexicon/entities with their lines: which entity and which normal form each stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.errors import ConfigurationError
from bot.nlu.lexicon import LexiconFile
from bot.nlu.vocabularies import RULER_ENTITIES, read_line
from bot.training.lined_corpus import VOCABULARIES, LinedCorpus
from bot.training.pieces import Where


@dataclass(frozen=True)
class VocabularyWord:
    """One word of a list; `behind`: what it counts behind, `value`: its normal form."""

    entity: str
    word: str
    value: str
    behind: str | None
    where: Where


def words_of(corpus: LinedCorpus) -> Mapping[str, tuple[VocabularyWord, ...]]:
    """By the word as it is looked for: half width, simplified, lower case. A line that does not read has none."""
    return _words(corpus.vocabularies)


@lru_cache(maxsize=2)
def _words(files: tuple[LexiconFile, ...]) -> Mapping[str, tuple[VocabularyWord, ...]]:
    found: dict[str, list[VocabularyWord]] = defaultdict(list)
    for file in files:
        entity = file.name.removesuffix(".txt")
        if entity not in RULER_ENTITIES:
            continue
        for number, line in file.lines:
            try:
                entries = read_line(entity, file.name, number, line)
            except ConfigurationError:
                continue  # check_lexicon says so
            for entry in entries:
                where = (f"{VOCABULARIES}{file.name}", number)
                found[entry.word].append(VocabularyWord(entity, entry.word, entry.value, entry.behind, where))
    return {word: tuple(each) for word, each in found.items()}
