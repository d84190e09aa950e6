"""A policy for messages whose words decide by themselves, before any classifier's guess is followed.

What a person must see at once: rules in `data/complaints`, cited again by the action that hands over. Thanks and greetings
that tell of danger, which no ready text may answer. And the insured's consent code and the number of a follow-up, which no
sentence around them can make into anything else.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, List, Optional  # noqa: UP035  Rasa reads graph signatures with these

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.complaints.loader import load_rules
from bot.dialogue.escalation import ACTION, Said, decide
from bot.errors import ConfigurationError
from bot.services.danger_words import load_danger_words
from bot.settings import ROOT

log = logging.getLogger(__name__)

_KEYS = {"priority", "rules_dir", "max_history"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class EscalationPolicy(Policy):
    """Predicts `action_escalate` when a hand-off rule fires, `complaint_form` when what fired is a complaint,
    `consent_form` on a consent code, `service_form` on the number of a follow-up, `action_clarify` on small talk that tells of
    danger, else abstains."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:  # noqa: UP006
        return {"priority": 10, "rules_dir": "data/complaints", "max_history": 1}

    def __init__(
        self,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: Optional[TrackerFeaturizer] = None,  # noqa: UP045
    ) -> None:
        unknown = set(config) - _KEYS
        if unknown:
            raise ConfigurationError("unknown key", component="EscalationPolicy", keys=sorted(unknown))
        super().__init__(config, model_storage, resource, execution_context, featurizer)
        self._rules = load_rules(ROOT / Path(config["rules_dir"]))
        self._danger_words = load_danger_words(ROOT / "data" / "safety_first.yml", ROOT / Path(config["rules_dir"]))

    def train(
        self,
        training_trackers: List[TrackerWithCachedStates],  # noqa: UP006
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],  # noqa: UP006
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EscalationPolicy:
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,  # noqa: UP006, UP045
        **kwargs: Any,
    ) -> PolicyPrediction:
        scores = self._default_predictions(domain)
        name = self._decide(tracker)
        if name:
            scores[domain.index_for_action(name)] = 1.0
        return self._prediction(scores)

    def _decide(self, tracker: DialogueStateTracker) -> str:
        if tracker.latest_action_name == ACTION:
            return ACTION_LISTEN_NAME
        message = tracker.latest_message
        if tracker.latest_action_name != ACTION_LISTEN_NAME or message is None or not message.text:
            return ""
        if (message.metadata or {}).get("chosen"):
            return ""
        ranking = [(each["name"], each["confidence"]) for each in message.parse_data.get("intent_ranking") or []]
        said = Said(
            message.text,
            message.intent.get("name"),
            ranking,
            loop=tracker.active_loop_name,
            requested=str(tracker.get_slot(REQUESTED_SLOT) or ""),
        )
        return decide(self._rules, self._danger_words, said)
