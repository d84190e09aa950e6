"""A policy for messages whose words decide by themselves, before any classifier's guess is followed.

What a person must see at once: rules in `data/complaints`, cited again by the action that hands over. Thanks and greetings
that tell of danger, which no ready text may answer. And the insured's consent code and the number of a follow-up, which no
sentence around them can make into anything else.
"""

from __future__ import annotations

import logging
import re
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
from bot.complaints.rule import Facts
from bot.errors import ConfigurationError
from bot.insurance.hand_off import Priority
from bot.services.danger_words import load_danger_words
from bot.services.follow_ups.wish import asks_for_follow_up
from bot.services.journeys.claim_injuries import answers_who_is_hurt
from bot.services.journeys.give_consent import find_code
from bot.services.refuse_consent import refuses_change
from bot.services.screen_message import complains, judge_doubtful
from bot.settings import ROOT
from bot.text.amounts import largest_amount
from bot.text.complainants import count_complainants

log = logging.getLogger(__name__)

ACTION, CONSENT_FORM, COMPLAINT_FORM = "action_escalate", "consent_form", "complaint_form"
SERVICE_FORM, CLARIFY = "service_form", "action_clarify"
# A complaint is registered before it is handed over, a report of wrongdoing goes to its own restricted queue; only a
# crisis goes past their forms. Who is being asked to pay ("冒充客服让我转钱") has no time for a report.
_OWN_WAY = {"file_complaint", "report_misconduct"}
_REPORTS, _ASKED_TO_PAY = re.compile(r"举报|检举|揭发|匿名|实名|反映"), re.compile(r"[让叫喊催](?:我|俺|咱)|冒充")
# Answered with a text of the domain, before which no action can put a sentence of safety (bot.services.safety_first).
_SMALL_TALK = {"greet", "thank", "cancel", "correct_answer", "bot_challenge"}
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
        if tracker.active_loop_name is None and (find_code(message.text) or refuses_change(message.text)):
            return CONSENT_FORM
        if tracker.active_loop_name is None and asks_for_follow_up(message.text):
            return SERVICE_FORM
        # Words only: what the store knows is judged by the action server, where the complaint is taken.
        calm = answers_who_is_hurt(str(tracker.get_slot(REQUESTED_SLOT) or ""), message.text)
        facts = Facts(
            message.text,
            "inform" if calm else message.intent.get("name"),
            joint_count=count_complainants(message.text),
            amount=largest_amount(message.text),
        )
        ranking = [(each["name"], each["confidence"]) for each in message.parse_data.get("intent_ranking") or []]
        verdict = judge_doubtful(self._rules, facts, ranking)
        if not verdict.hand_off:
            small_talk = tracker.active_loop_name is None and message.intent.get("name") in _SMALL_TALK
            return CLARIFY if small_talk and self._danger_words.dangers(message.text) else ""
        complaining = message.intent.get("name") in _OWN_WAY or tracker.active_loop_name == COMPLAINT_FORM
        if verdict.priority is Priority.FUND_SAFETY and message.intent.get("name") == "report_misconduct":
            asked = _ASKED_TO_PAY.search(message.text) and not _REPORTS.search(message.text)
            complaining = tracker.active_loop_name is not None or not asked
        if complaining and verdict.priority is not Priority.INJURY_OR_DEATH:
            return ""
        return COMPLAINT_FORM if complains(verdict) and tracker.active_loop_name is None else ACTION
