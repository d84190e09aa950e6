"""Messages understood by the real entity reader, so that a journey can be talked to without Rasa."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.nlu.lexicon import read_lexicon
from bot.nlu.reading import EntityReader
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import DEFAULT_ENTITIES_DIR, DEFAULT_LEXICON_DIR, ExtractorSettings
from bot.nlu.vocabularies import Vocabularies
from bot.services.understanding import Entity, Understood

ROOT = Path(__file__).parents[4]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
Hear = Callable[..., Understood]


@pytest.fixture(scope="session")
def hear() -> Hear:
    """hear(text, intent=…, confidence=…, chosen=…, conversation=…, message=…, at=…) → Understood."""
    vocabularies = Vocabularies.parse(read_lexicon(ROOT / DEFAULT_ENTITIES_DIR))
    reader = EntityReader(ExtractorSettings.parse(ExtractorSettings.DEFAULTS), vocabularies)
    segmenter = Segmenter(read_lexicon(ROOT / DEFAULT_LEXICON_DIR))

    def understand(
        text: str,
        *,
        intent: str = "inform",
        confidence: float = 0.9,
        chosen: bool = False,
        conversation: str = "conversation",
        message: str = "message",
        at: datetime = NOW,
    ) -> Understood:
        boundaries = {(start, end) for _, start, end in segmenter.cut(text)}
        entities = tuple(
            Entity(one.entity, text[one.start : one.end], str(one.value), one.start, one.end)
            for one in reader.read(text, at, boundaries)
        )
        if chosen:
            entities = (Entity("choice", text, text),)
        return Understood(conversation, message, at, "web", text, intent, confidence, entities=entities, chosen=chosen)

    return understand
