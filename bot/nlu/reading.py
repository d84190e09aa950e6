"""All entity readers over one message. No Rasa here: the component only passes messages in and out."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from bot.nlu.entity_names import NameFinder
from bot.nlu.entity_patterns import find_hospitals, find_injuries
from bot.nlu.entity_places import PlaceFinder
from bot.nlu.entity_ruler import VocabularyRuler
from bot.nlu.settings import ExtractorSettings
from bot.nlu.vocabularies import Vocabularies
from bot.text.candidates import Candidate, resolve
from bot.text.homophones import only_terms
from bot.text.normalise import fold
from bot.text.said_numbers import NumberReader
from bot.text.values import find_values


class EntityReader:
    """Reads every entity of the contract from a message."""

    def __init__(self, settings: ExtractorSettings, vocabularies: Vocabularies) -> None:
        self._numbers = NumberReader(
            policy_no=settings.policy_no_pattern.pattern,
            claim_no=settings.claim_no_pattern.pattern,
            complaint_no=settings.complaint_no_pattern.pattern,
        )
        # Asked twice for each message: for its values, and for what was heard.
        self._correct = lru_cache(maxsize=2)(vocabularies.heard.correct)
        self._ruler = VocabularyRuler(vocabularies)
        self._places = PlaceFinder(vocabularies.places)
        self._names = NameFinder(vocabularies)

    def hear(self, text: str) -> str:
        """The message with its misheard terms put right, as long as `text`; empty where nothing was misheard."""
        return only_terms(text, fold(text), self._correct)

    def read(self, text: str, now: datetime, boundaries: set[tuple[int, int]]) -> list[Candidate]:
        """Entities without overlaps, in reading order, offsets into `text` as it was written.

        `now` is when the message was received and carries a zone; `boundaries` are the tokens' (start, end).
        Values come from what was written, and only terms, and the roles beside a name or a number, from what was heard:
        a wrong correction costs no date and no amount.
        """
        folded = fold(text)
        heard = self._correct(folded)
        return resolve(
            [
                *find_values(folded, now, self._numbers, cues=heard),
                *find_hospitals(folded),
                *find_injuries(folded),
                *self._ruler.find(heard, boundaries),
                *self._places.find(folded, boundaries),
                *(name for name in self._names.find(heard, boundaries) if _is_written(name, folded, heard)),
            ]
        )


def _is_written(name: Candidate, folded: str, heard: str) -> bool:
    """Nobody is called by a character that was put there."""
    return folded[name.start : name.end] == heard[name.start : name.end]
