"""Rasa tokenizer over our own jieba and lexicon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu.lexicon import LexiconFile, fingerprint, read_lexicon, write_lexicon
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import TokenizerSettings


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class LexiconJiebaTokenizer(Tokenizer):
    """Cuts folded text (half width, simplified) with insurance words kept whole; offsets are the original's.

    The words go into the model at training; a loaded model reads them there and never looks at `lexicon_dir`.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, files: list[LexiconFile]):
        super().__init__({**TokenizerSettings.DEFAULTS, **config})
        self._storage = storage
        self._resource = resource
        self._files = files
        self._segmenter = Segmenter(files)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return dict(TokenizerSettings.DEFAULTS)

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        return ["jieba", "opencc"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """A changed word retrains the pipeline, though no key of the config changed."""
        return fingerprint(read_lexicon(TokenizerSettings.parse(config).lexicon_dir))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexiconJiebaTokenizer:
        """For training. Raises ConfigurationError for an unknown key or a missing or empty lexicon."""
        settings = TokenizerSettings.parse(config)
        return cls(config, model_storage, resource, read_lexicon(settings.lexicon_dir))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LexiconJiebaTokenizer:
        """From a trained model. Raises ConfigurationError if the model holds no lexicon."""
        TokenizerSettings.parse(config)
        try:
            with model_storage.read_from(resource) as folder:
                files = read_lexicon(Path(folder))
        except ValueError as error:
            raise ConfigurationError("the model holds no lexicon; train it again", resource=resource.name) from error
        return cls(config, model_storage, resource, files)

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing is learnt; the lexicon goes into the model."""
        with self._storage.write_to(self._resource) as folder:
            write_lexicon(self._files, Path(folder))
        return self._resource

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of one attribute: `start` and `end` index the message as the customer wrote it."""
        text = message.get(attribute) or ""
        return [Token(word, start, end) for word, start, end in self._segmenter.cut(text)]
