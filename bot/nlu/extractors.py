"""Rasa entity extractor for the entity contract: rules and word lists, no training."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu.lexicon import LexiconFile, fingerprint, read_lexicon, write_lexicon
from bot.nlu.reading import EntityReader
from bot.nlu.settings import ExtractorSettings
from bot.nlu.vocabularies import Vocabularies
from bot.text.dates import SHANGHAI

HEARD = "heard"  # the message with its misheard terms put right, where it has any; as long as its text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class InsuranceEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds `{entity, start, end, value, extractor}` with `value` in the contract's normal form, and `heard` to a message
    with misheard terms.

    Dates resolve against the message's metadata `received_at` (ISO 8601), else against the time of processing.
    The word lists go into the model at training; a loaded model never looks at `entities_dir`.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, files: list[LexiconFile]
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._files = files
        self._reader = EntityReader(ExtractorSettings.parse(config), Vocabularies.parse(files))

    @classmethod
    def required_components(cls) -> list[Any]:
        from bot.nlu.tokenizer import LexiconJiebaTokenizer

        return [LexiconJiebaTokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return dict(ExtractorSettings.DEFAULTS)

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy", "opencc"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        return fingerprint(read_lexicon(ExtractorSettings.parse(config).entities_dir))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> InsuranceEntityExtractor:
        """For training. Raises ConfigurationError for an unknown key or a missing or malformed word list."""
        settings = ExtractorSettings.parse(config)
        return cls(config, model_storage, resource, read_lexicon(settings.entities_dir))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> InsuranceEntityExtractor:
        """From a trained model. Raises ConfigurationError if the model holds no word lists."""
        try:
            with model_storage.read_from(resource) as folder:
                files = read_lexicon(Path(folder))
        except ValueError as error:
            raise ConfigurationError("the model holds no word lists; train it again", resource=resource.name) from error
        return cls(config, model_storage, resource, files)

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing is learnt; the word lists go into the model."""
        with self._storage.write_to(self._resource) as folder:
            write_lexicon(self._files, Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message to those other extractors found."""
        for message in messages:
            found = self.add_extractor_name(self._extract(message))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
            heard = self._reader.hear(message.get(TEXT) or "")
            if heard:
                message.set(HEARD, heard, add_to_output=True)
        return messages

    def _extract(self, message: Message) -> list[dict[str, Any]]:
        text = message.get(TEXT)
        if not text:
            return []
        boundaries = {(token.start, token.end) for token in message.get(TOKENS_NAMES[TEXT], [])}
        return [
            {"entity": found.entity, "start": found.start, "end": found.end, "value": found.value}
            for found in self._reader.read(text, reference_time(message), boundaries)
        ]


def reference_time(message: Message) -> datetime:
    """When the message was received; a time without a zone is taken as Asia/Shanghai.

    Raises ValueError if `received_at` is no ISO 8601 time: whoever set it must hear of it.
    """
    received = (message.get("metadata") or {}).get("received_at")
    if received is None:
        return datetime.now(SHANGHAI)
    at = datetime.fromisoformat(str(received).replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
