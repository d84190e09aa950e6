"""Rasa's side of the interludes: "有人敲门，等等" in the middle of a form is no answer to it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu import features, intent_model, interludes
from bot.nlu.extractors import HEARD
from bot.nlu.intent_model import IntentModel
from bot.nlu.interludes import interlude_of, train_interludes
from bot.nlu.settings import number_between, refuse_unknown_keys

INTERLUDE = "interlude"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class InterludeReader(GraphComponent):
    """Sets `interlude` (waits, chats, asks_again, asks_if_done, asks_who, greets, thanks) where a short message is surely one. The intent is left
    as it is: what an interlude means depends on whether a question is open, and that the services know.

    `sure`: the least probability; what is less sure may be the answer.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        refuse_unknown_keys("InterludeReader", config, self.get_default_config())
        merged = {**self.get_default_config(), **config}
        self._sure = number_between("InterludeReader", merged, "sure", 0.5, 1)
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"sure": 0.6}

    @staticmethod
    def supported_languages() -> list[str] | None:
        return ["zh"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Changed sentences or code retrain; Rasa itself only looks at the source of this class."""
        modules = [Path(str(module.__file__)) for module in (features, intent_model, interludes)]
        files = [*modules, *sorted(interludes.FOLDER.glob("*.yml"))]
        return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> InterludeReader:
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
    ) -> InterludeReader:
        """From a trained model. Raises ConfigurationError if it holds no interludes or those of another format."""
        try:
            with model_storage.read_from(resource) as folder:
                model = IntentModel.load(Path(folder))
        except ValueError as error:
            raise ConfigurationError("the model holds no interludes; train it again", resource=resource.name) from error
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and persist. Raises ConfigurationError for a malformed file of data/interludes."""
        examples = (each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT))
        self._model = train_interludes((each.get(TEXT), each.get(INTENT)) for each in examples)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add `interlude` to each message that is one."""
        if self._model is None:
            raise ConfigurationError("the interludes are not trained", resource=self._resource.name)
        for message in messages:
            kind = interlude_of(self._model, message.get(HEARD) or message.get(TEXT) or "", self._sure)
            if kind:
                message.set(INTERLUDE, kind, add_to_output=True)
        return messages
