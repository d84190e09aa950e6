"""A trained model's understanding without Rasa: for batches and tools that need no dialogue. Loads in two seconds.

The same classifier, segmenter and entity reader over the same files of the model as the pipeline of config.yml runs.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import ConfigurationError
from bot.nlu.doubt import FallbackSettings, is_doubtful
from bot.nlu.intent_model import IntentModel
from bot.nlu.lexicon import read_lexicon
from bot.nlu.reading import EntityReader
from bot.nlu.segmenter import Segmenter
from bot.nlu.sentence_encoder import SentenceEncoder
from bot.nlu.settings import ExtractorSettings
from bot.nlu.vocabularies import Vocabularies
from bot.services.understanding import Entity, Understood
from bot.settings import ROOT

_CLASSIFIER = "bot.nlu.intent_classifier.LexicalIntentClassifier"
_TOKENIZER = "bot.nlu.tokenizer.LexiconJiebaTokenizer"
_EXTRACTOR = "bot.nlu.extractors.InsuranceEntityExtractor"
_FALLBACK = "bot.nlu.fallback.AmbiguityFallback"
_RANKED = 5
Ranking = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class IntentRead:
    """The best guess, and whether the assistant would ask back instead of going by it."""

    intent: str
    doubtful: bool


@dataclass(frozen=True)
class SentenceReader:
    """Reads one sentence at a time; safe for one thread."""

    model: IntentModel
    segmenter: Segmenter
    entities: EntityReader
    doubt: FallbackSettings

    @classmethod
    def open(cls, archive: Path) -> SentenceReader:
        """From a model that `bot.training.train` made. Raises ConfigurationError: there is none, or it is another one."""
        try:
            with tempfile.TemporaryDirectory(prefix="model-") as folder, tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
                return cls._from(_Unpacked.read(Path(folder)))
        except (OSError, tarfile.TarError, KeyError, ValueError) as error:
            raise ConfigurationError("no model that can be read; run make train", model=archive.name) from error

    @classmethod
    def _from(cls, unpacked: _Unpacked) -> SentenceReader:
        encoder = str(unpacked.config(_CLASSIFIER).get("encoder_dir") or "")
        return cls(
            model=IntentModel.load(
                unpacked.folder(_CLASSIFIER), SentenceEncoder.open(ROOT / encoder) if encoder else None
            ),
            segmenter=Segmenter(read_lexicon(unpacked.folder(_TOKENIZER))),
            entities=EntityReader(
                ExtractorSettings.parse(unpacked.config(_EXTRACTOR)),
                Vocabularies.parse(read_lexicon(unpacked.folder(_EXTRACTOR))),
            ),
            doubt=FallbackSettings.parse(unpacked.config(_FALLBACK)),
        )

    def rank(self, text: str) -> tuple[str, Ranking]:
        """What was heard ("" where nothing was misheard), and the likeliest intents with their probabilities, best first."""
        heard = self.entities.hear(text)
        probabilities = self.model.probabilities(heard or text)
        best = (-probabilities).argsort(kind="stable")[:_RANKED]
        return heard, tuple((self.model.intents[place], float(probabilities[place])) for place in best)

    def read_intent(self, text: str) -> IntentRead:
        """Without entities: a fifth of the time."""
        _, ranking = self.rank(text)
        return IntentRead(ranking[0][0], is_doubtful(ranking, self.doubt, text))

    def __call__(self, text: str, at: datetime) -> Understood:
        """The best guess, however doubtful: `in_doubt` tells. Dates are counted from `at`."""
        heard, ranking = self.rank(text)
        boundaries = {(start, end) for _, start, end in self.segmenter.cut(text)}
        entities = tuple(
            Entity(found.entity, text[found.start : found.end], str(found.value), found.start, found.end)
            for found in self.entities.read(text, at, boundaries)
        )
        return Understood("", "", at, "transcript", text, ranking[0][0], ranking[0][1], ranking, entities, heard=heard)

    def in_doubt(self, said: Understood) -> bool:
        """Whether the assistant would ask back instead of answering."""
        return is_doubtful(said.ranking, self.doubt, said.text)


@dataclass(frozen=True)
class _Unpacked:
    """An unpacked model archive. `nodes`: component → (its folder's name, its keys in config.yml)."""

    root: Path
    nodes: Mapping[str, tuple[str, dict[str, Any]]]

    @classmethod
    def read(cls, folder: Path) -> _Unpacked:
        metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
        nodes = metadata["predict_schema"]["nodes"].values()
        return cls(
            folder,
            {node["uses"]: ((node.get("resource") or {}).get("name", ""), node.get("config") or {}) for node in nodes},
        )

    def config(self, component: str) -> dict[str, Any]:
        return self.nodes[component][1]

    def folder(self, component: str) -> Path:
        return self.root / "components" / self.nodes[component][0]
