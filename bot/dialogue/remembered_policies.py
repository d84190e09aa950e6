"""Rasa's own exact policies, asked once for each situation: what they look at is few things, and comes again and again.

Memoization and rules predict from intents, actions, forms and the few slots that appear in states. To find them, stock
policies rebuild the states of the last turns from every event, for each policy, twice a message. Here the same things are
read off the events in one pass and looked up.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Dict, List, Optional, Tuple  # noqa: UP035  Rasa reads graph signatures with these

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import USED_ENTITIES_KEY, Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    FollowupAction,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.errors import ConfigurationError

MOST_REMEMBERED = 2000  # situations a policy; each holds one number an action

Situation = Tuple[Hashable, ...]  # noqa: UP006
_UNSEEN = frozenset({BotUttered, SessionStarted, FollowupAction})
_NOTHING: Situation = ()


class UnknownSituationError(Exception):
    """Something happened of which it is not known whether a policy sees it."""


def situation_of(tracker: DialogueStateTracker, domain: Domain) -> Situation:
    """All that a policy without texts can see of a tracker, in the order it happened.

    Raises UnknownSituationError.
    """
    seen: list[Hashable] = [tracker.is_paused()]
    for event in tracker.applied_events():
        kind = type(event)
        if kind in _UNSEEN:
            continue
        read = _READERS.get(kind)
        if read is None:
            raise UnknownSituationError
        if part := read(event, tracker, domain):
            seen.append(part)
    return tuple(seen)


def _slot(event: SlotSet, tracker: DialogueStateTracker, _: Domain) -> Situation:
    slot = tracker.slots.get(event.key)
    return ("slot", event.key, repr(event.value)) if slot is not None and slot.influence_conversation else _NOTHING


def _action(event: ActionExecuted, _: DialogueStateTracker, __: Domain) -> Situation:
    return ("action", event.action_name, event.action_text, event.hide_rule_turn)


def _user(event: UserUttered, _: DialogueStateTracker, domain: Domain) -> Situation:
    if event.use_text_for_featurization:
        raise UnknownSituationError
    used = domain.intent_properties.get(event.intent_name, {}).get(USED_ENTITIES_KEY) or ()
    entities = [(each["entity"], each.get("role"), each.get("group")) for each in event.entities]
    return ("user", event.intent_name, *(each for each in entities if each[0] in used))


def _featurization(event: DefinePrevUserUtteredFeaturization, _: DialogueStateTracker, __: Domain) -> Situation:
    if event.use_text_for_featurization:
        raise UnknownSituationError
    return ("intent",)


# By exact class: Rasa's events are abstract base classes, for which isinstance is slow.
_READERS: Dict[type, Callable[[Any, DialogueStateTracker, Domain], Situation]] = {  # noqa: UP006
    SlotSet: _slot,
    ActionExecuted: _action,
    UserUttered: _user,
    DefinePrevUserUtteredFeaturization: _featurization,
    ActiveLoop: lambda event, _, __: ("loop", event.name),
    LoopInterrupted: lambda event, _, __: ("interrupted", event.is_interrupted),
    ActionExecutionRejected: lambda event, _, __: ("rejected", event.action_name),
}


class Remembering(Policy):
    """Put before a policy class: its predictions are kept by situation, the longest unused are forgotten first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._predictions: OrderedDict[Situation, PolicyPrediction] = OrderedDict()

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,  # noqa: UP006, UP045
        **kwargs: Any,
    ) -> PolicyPrediction:
        try:
            situation = situation_of(tracker, domain)
        except UnknownSituationError:
            return self._predict_anew(tracker, domain, rule_only_data, **kwargs)
        if situation in self._predictions:
            self._predictions.move_to_end(situation)
            return self._predictions[situation]
        prediction = self._predict_anew(tracker, domain, rule_only_data, **kwargs)
        # An event belongs to one conversation.
        if not prediction.events and not prediction.optional_events:
            self._predictions[situation] = prediction
        if len(self._predictions) > MOST_REMEMBERED:
            self._predictions.popitem(last=False)
        return prediction

    def _predict_anew(self, *args: Any, **kwargs: Any) -> PolicyPrediction:
        prediction: PolicyPrediction = super().predict_action_probabilities(*args, **kwargs)
        return prediction


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RememberedMemoizationPolicy(Remembering, MemoizationPolicy):
    """`MemoizationPolicy`, each situation once."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RememberedRulePolicy(Remembering, RulePolicy):
    """`RulePolicy`, each situation once. Not for rules that start with a customer's very words."""

    def train(
        self,
        training_trackers: List[TrackerWithCachedStates],  # noqa: UP006
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Raises ConfigurationError for a rule with words in place of an intent."""
        resource: Resource = super().train(training_trackers, domain, **kwargs)
        worded = [key for key in self.lookup[RULES] if '"text"' in key]
        if worded:
            raise ConfigurationError("a rule has words in place of an intent", rules=worded)
        return resource
