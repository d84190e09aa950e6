"""The model's own cutting of words and reading of entities, made of a corpus's lexicon instead of a trained model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.errors import ConfigurationError
from bot.nlu.lexicon import LexiconFile
from bot.nlu.reading import EntityReader
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import ExtractorSettings
from bot.nlu.vocabularies import Vocabularies

Words = list[tuple[str, int, int]]  # word, start, end


@dataclass(frozen=True)
class Cutting:
    """How sentences are cut with a lexicon."""

    files: tuple[LexiconFile, ...]
    segmenter: Segmenter

    def cut(self, text: str) -> Words:
        return self.segmenter.cut(text)

    def with_word(self, word: str) -> Cutting:
        """As it would be with one word more."""
        return _cutting((*self.files, LexiconFile("", word)))

    def changed_by(self, word: str, texts: Iterable[str]) -> list[str]:
        """Those of `texts` that one word more would cut otherwise."""
        more = self.with_word(word)
        return [text for text in texts if self.cut(text) != more.cut(text)]


def segmenter_of(files: tuple[LexiconFile, ...]) -> Cutting | None:
    """The cutting of a lexicon; None where a line of it does not read, which another check says."""
    try:
        return _cutting(files)
    except ConfigurationError:
        return None


# Each holds a dictionary of its own, some twenty megabytes.
@lru_cache(maxsize=3)
def _cutting(files: tuple[LexiconFile, ...]) -> Cutting:
    return Cutting(files, Segmenter(list(files)))


@lru_cache(maxsize=2)
def reader_of(vocabularies: tuple[LexiconFile, ...]) -> EntityReader | None:
    """The reader of entities with these word lists; None where they do not read, which another check says."""
    try:
        return EntityReader(ExtractorSettings.parse({}), Vocabularies.parse(list(vocabularies)))
    except ConfigurationError:
        return None


def read_entities(reader: EntityReader, text: str, now: datetime, words: Words) -> set[tuple[str, int, int]]:
    """(entity, start, end) of what the model finds in `text` cut into `words`."""
    found = reader.read(text, now, {(start, end) for _, start, end in words})
    return {(each.entity, each.start, each.end) for each in found}
