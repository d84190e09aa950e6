"""When two meanings are about as likely, or none is likely, the assistant asks instead of guessing."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.doubt import FallbackSettings, is_doubtful


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AmbiguityFallback(GraphComponent, IntentClassifier):
    """Sets the intent `nlu_fallback`, first in `intent_ranking` too; the likely meanings follow it there, best first.

    Out of scope is an intent of its own and is trained; this is for what could be one of several things. Unlike Rasa's
    `FallbackClassifier` the confidence of the fallback is the probability that the best guess is wrong, a message without
    a ranking (its intent came from elsewhere) is left as it is, and unknown keys are refused.
    """

    def __init__(self, settings: FallbackSettings) -> None:
        self._settings = settings

    @classmethod
    def required_components(cls) -> list[type]:
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return dict(FallbackSettings.DEFAULTS)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AmbiguityFallback:
        """Raises ConfigurationError for an unknown key or a value outside 0 to 1."""
        return cls(FallbackSettings.parse(config))

    def process(self, messages: list[Message]) -> list[Message]:
        """Replace the intent of each message whose meaning is doubtful."""
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY) or []
            pairs = [(each[INTENT_NAME_KEY], each[PREDICTED_CONFIDENCE_KEY]) for each in ranking]
            if is_doubtful(pairs, self._settings, message.get(TEXT) or ""):
                doubt = {
                    INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME,
                    PREDICTED_CONFIDENCE_KEY: 1.0 - ranking[0][PREDICTED_CONFIDENCE_KEY],
                }
                message.set(INTENT, doubt, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [doubt, *ranking], add_to_output=True)
        return messages
