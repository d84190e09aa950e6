"""Rasa's side of the intent model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu import features, intent_model, sentence_encoder
from bot.nlu.extractors import HEARD
from bot.nlu.intent_model import IntentModel
from bot.nlu.sentence_encoder import SentenceEncoder, encoder_digest
from bot.nlu.settings import number_between, refuse_unknown_keys
from bot.settings import ROOT
from bot.text import pinyin
from bot.text.clauses import split_clauses
from bot.text.requests import Part, split_requests

ALARM = "alarm"  # the clause that alone would be a call for help, where there is one
EMERGENCY, LEAST_ALARM = "emergency", 0.3
REQUESTS = "requests"  # a list of {text, start, end, intent, confidence}, where the message has more than one part


@dataclass(frozen=True)
class ClassifierSettings:
    """Keys of `LexicalIntentClassifier`; `ridge`, `balance` and `encoder_share` are explained at `IntentModel.train`.

    `encoder_dir`: the folder of a sentence encoder (`bot.nlu.sentence_encoder`), from the repository's root; "" for none.
    """

    ridge: float
    balance: float
    ranking_length: int
    encoder_dir: str = ""
    encoder_share: float = 1.0

    DEFAULTS = {  # noqa: RUF012 - read only; Rasa wants a dict
        "ridge": 0.15, "balance": 0.5, "ranking_length": 10, "encoder_dir": "", "encoder_share": 1.0,
    }  # fmt: skip

    @classmethod
    def parse(cls, config: Mapping[str, object]) -> ClassifierSettings:
        """Defaults overlaid with `config`. Raises ConfigurationError for an unknown key or a value out of range."""
        name = "LexicalIntentClassifier"
        refuse_unknown_keys(name, config, cls.DEFAULTS)
        merged = {**cls.DEFAULTS, **config}
        ranking_length = merged["ranking_length"]
        if not isinstance(ranking_length, int) or isinstance(ranking_length, bool) or ranking_length < 2:
            raise ConfigurationError(
                "must be a whole number from 2", component=name, key="ranking_length", value=ranking_length
            )
        if not isinstance(merged["encoder_dir"], str):
            raise ConfigurationError("must be a folder's path", component=name, key="encoder_dir")
        return cls(
            ridge=number_between(name, merged, "ridge", 0.001, 100),
            balance=number_between(name, merged, "balance", 0, 1),
            ranking_length=ranking_length,
            encoder_dir=merged["encoder_dir"],
            encoder_share=number_between(name, merged, "encoder_share", 0.01, 10),
        )

    def encoder(self) -> SentenceEncoder | None:
        """The named one. Raises ConfigurationError when it cannot be read."""
        return SentenceEncoder.open(ROOT / self.encoder_dir) if self.encoder_dir else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LexicalIntentClassifier(GraphComponent, IntentClassifier):
    """Sets `intent` and `intent_ranking` (best first, calibrated) from the text alone, with its misheard terms put right where an
    extractor before it heard some, and `requests` where it reads like
    several requests, and `alarm` where a clause of it alone would be a call for help; needs no tokenizer or featurizer.

    A message that has an intent already is left as it is. Pressed buttons (`/intent{...}`) need no care here: in Rasa
    3.6 `RegexMessageHandler` is the last node of the graph and puts a message of its own in place of ours
    (`DefaultV1Recipe._create_predict_nodes`).
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        self._settings = ClassifierSettings.parse(config)
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return dict(ClassifierSettings.DEFAULTS)

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        return ["numpy", "scipy", "opencc"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Changed feature or model code, or another encoder, retrains; Rasa itself only looks at the source of this class."""
        sources = [
            Path(str(module.__file__)).read_bytes() for module in (features, pinyin, intent_model, sentence_encoder)
        ]
        if config.get("encoder_dir"):
            sources.append(encoder_digest(ROOT / config["encoder_dir"]).encode())
        return hashlib.sha256(b"\0".join(sources)).hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexicalIntentClassifier:
        """For training. Raises ConfigurationError for an unknown key."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LexicalIntentClassifier:
        """From a trained model. Raises ConfigurationError if it holds no intent model or one of another format."""
        try:
            with model_storage.read_from(resource) as folder:
                model = IntentModel.load(Path(folder), ClassifierSettings.parse(config).encoder())
        except ValueError as error:
            raise ConfigurationError("the model holds no intents; train it again", resource=resource.name) from error
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and persist. Raises ConfigurationError if there are fewer than two intents."""
        examples = [each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT)]
        self._model = IntentModel.train(
            [each.get(TEXT) for each in examples],
            [each.get(INTENT) for each in examples],
            ridge=self._settings.ridge,
            balance=self._settings.balance,
            encoder=self._settings.encoder(),
            encoder_share=self._settings.encoder_share,
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add `intent` and `intent_ranking` to each message that has no intent yet."""
        for message in messages:
            if not message.get(INTENT):
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        if self._model is None:
            raise ConfigurationError("the classifier is not trained", resource=self._resource.name)
        text = message.get(TEXT) or ""
        heard = message.get(HEARD) or text  # as long as `text`
        probabilities = self._model.probabilities(heard)
        best = (-probabilities).argsort(kind="stable")[: self._settings.ranking_length]
        ranking = [
            {INTENT_NAME_KEY: self._model.intents[place], PREDICTED_CONFIDENCE_KEY: float(probabilities[place])}
            for place in best
        ]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        parts = split_requests(text)
        if len(parts) > 1:
            message.set(REQUESTS, [self._classify_part(part, heard) for part in parts], add_to_output=True)
        alarm = find_alarm(text, self._emergency)
        if alarm:
            message.set(ALARM, alarm, add_to_output=True)

    def _emergency(self, text: str) -> float:
        assert self._model is not None
        if EMERGENCY not in self._model.intents:
            return 0.0
        return float(self._model.probabilities(text)[list(self._model.intents).index(EMERGENCY)])

    def _classify_part(self, part: Part, heard: str) -> dict[str, Any]:
        assert self._model is not None
        probabilities = self._model.probabilities(heard[part.start : part.end])
        best = int(probabilities.argmax())
        return {**asdict(part), "intent": self._model.intents[best], "confidence": float(probabilities[best])}


def find_alarm(text: str, emergency: Callable[[str], float]) -> str:
    """The clause most like a call for help, which a question beside it hides from the whole message's intent; "" for none.

    `emergency`: the probability that a text alone is one.
    """
    ranked = [(emergency(clause), clause) for clause in split_clauses(text)]
    probability, clause = max(ranked, default=(0.0, ""))
    return clause if probability >= LEAST_ALARM else ""
