"""A policy for messages that their own intent does not explain: a short one that answers a question of ours ("车险的" alone
looks like an invoice), one that asks the last thing again of another ("那第二份呢"), one with several requests, and one about what was filed on
another channel (a change of address to the classifier, whatever is asked of it)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Optional  # noqa: UP035  Rasa reads graph signatures with these

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import ConfigurationError
from bot.services.elsewhere import begun_here
from bot.services.follow_up import ASKED_ABOUT, is_follow_up, read_asked
from bot.services.journeys.leaving import resumes_draft
from bot.services.journeys.repeat_complaint import what_is_added
from bot.services.recent import asks_the_same_of_another, read_recent
from bot.services.registry import form_of_elsewhere
from bot.services.several_requests import plan_requests
from bot.services.understanding import Entity, Request, Understood

ANSWER, SAME_OF_ANOTHER, SEVERAL = "action_answer", "action_same_of_another", "action_several_requests"
RESUME, ADD = "action_resume_draft", "action_add_to_complaint"
_ABOUT_A_COMPLAINT = ("query_complaint", "file_complaint")
REQUESTS = "requests"
_KEYS = {"priority", "max_history"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class FollowUpPolicy(Policy):
    """Predicts the action of `action_for`, else abstains."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:  # noqa: UP006
        return {"priority": 9, "max_history": 1}

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
            raise ConfigurationError("unknown key", component="FollowUpPolicy", keys=sorted(unknown))
        super().__init__(config, model_storage, resource, execution_context, featurizer)

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
    ) -> FollowUpPolicy:
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,  # noqa: UP006, UP045
        **kwargs: Any,
    ) -> PolicyPrediction:
        scores = self._default_predictions(domain)
        name = action_for(tracker)
        if name:
            scores[domain.index_for_action(name)] = 1.0
        return self._prediction(scores)


def action_for(tracker: DialogueStateTracker) -> str:
    """What the newest message is answered by, where its intent alone does not tell; "" where it does, in a form, and
    when something has been done about it already."""
    message = tracker.latest_message
    if tracker.latest_action_name != ACTION_LISTEN_NAME or tracker.active_loop_name is not None or message is None:
        return ""
    said = _understood(tracker.sender_id, message)
    asked = read_asked(tracker.get_slot(ASKED_ABOUT))
    if asked is not None and is_follow_up(asked, said):
        return ANSWER
    if tracker.get_slot("draft") and (resumes_draft(said) or begun_here(said.text)):
        return RESUME
    recent = read_recent(tracker.get_slot("recent"))
    if recent is not None and recent.intent in _ABOUT_A_COMPLAINT and what_is_added(said):
        return ADD
    if recent is not None and asks_the_same_of_another(recent, said):
        return SAME_OF_ANOTHER
    if plan_requests(said):
        return SEVERAL
    return "" if said.chosen else form_of_elsewhere(said.text)


def _understood(conversation_id: str, message: UserUttered) -> Understood:
    """What the decision needs of the message; the action reads all of it."""
    parsed = message.parse_data or {}
    return Understood(
        conversation_id=conversation_id,
        message_id="",
        received_at=datetime.min,
        channel="",
        text=message.text or "",
        intent=message.intent.get("name") or "",
        confidence=float(message.intent.get("confidence") or 0.0),
        entities=tuple(Entity(each["entity"], "", str(each["value"])) for each in message.entities or []),
        chosen=bool((message.metadata or {}).get("chosen")),
        requests=tuple(Request(**each) for each in parsed.get(REQUESTS) or []),
    )
