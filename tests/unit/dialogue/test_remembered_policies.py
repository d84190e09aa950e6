"""The remembering policies against Rasa's own: the same prediction for the same tracker, the second time without asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.training_data.loading import load_data_from_files
from rasa.shared.core.training_data.structures import StoryGraph

from bot.dialogue.remembered_policies import RememberedMemoizationPolicy, RememberedRulePolicy, situation_of
from bot.dialogue.tracker import ConversationTracker
from bot.errors import ConfigurationError

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents:
- report_claim: {use_entities: []}
- affirm: {use_entities: []}
- greet
entities: [person_name]
slots:
  offer:
    type: categorical
    values: [claim_documents, anything_else]
    mappings: [{type: custom}]
  claim_place:
    type: text
    influence_conversation: false
    mappings: [{type: custom}]
forms:
  claim_form: {required_slots: [claim_place]}
responses:
  utter_greet: [{text: 您好}]
actions: [validate_claim_form, action_submit_claim, action_answer]
""")
TURNS = """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: begin
  steps: [{intent: report_claim}, {action: claim_form}, {active_loop: claim_form}]
- rule: end
  condition: [{active_loop: claim_form}]
  steps: [{action: claim_form}, {active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: action_submit_claim}]
stories:
- story: papers
  steps: [{slot_was_set: [{offer: claim_documents}]}, {intent: affirm}, {action: action_answer}]
"""
WORDS = """
version: "3.1"
rules:
- rule: words
  steps: [{user: 在吗}, {action: utter_greet}]
"""
CONFIGS = {MemoizationPolicy: {"max_history": 1}, RulePolicy: {"core_fallback_action_name": "action_answer"}}


def trackers(folder: Path, turns: str) -> list[TrackerWithCachedStates]:
    from rasa.shared.core.generator import TrainingDataGenerator

    (folder / "turns.yml").write_text(turns, encoding="utf-8")
    steps = load_data_from_files([str(folder / "turns.yml")], DOMAIN)
    return TrainingDataGenerator(StoryGraph(steps), DOMAIN, use_story_concatenation=False).generate()


def trained(kind: type[Policy], stock: type[Policy], folder: Path, turns: str = TURNS) -> Any:
    folder.mkdir()
    config = {**kind.get_default_config(), **CONFIGS[stock]}
    policy: Any = kind(config, LocalModelStorage(folder), Resource("policy"), ExecutionContext(GraphSchema({})))
    policy.train(trackers(folder, turns), DOMAIN)
    return policy


def said(intent: str, *entities: str) -> Event:
    found = [{"entity": name, "value": "王", "start": 0, "end": 1} for name in entities]
    return UserUttered("话", {"name": intent, "confidence": 0.9}, found)


LISTEN, FORM = ActionExecuted("action_listen"), ActionExecuted("claim_form")
CLAIM = [
    LISTEN,
    said("greet", "person_name"),
    DefinePrevUserUtteredFeaturization(False),
    ActionExecuted("utter_greet"),
    BotUttered("您好"),
    LISTEN,
    said("report_claim"),
    FORM,
    ActiveLoop("claim_form"),
    SlotSet("requested_slot", "claim_place"),
    LISTEN,
    said("affirm", "person_name"),
    ActionExecutionRejected("claim_form"),
    FORM,
    SlotSet("claim_place", "科苑路"),
    SlotSet("requested_slot", None),
    ActiveLoop(None),
    ActionExecuted("action_submit_claim"),
    SlotSet("offer", "claim_documents"),
    LISTEN,
    said("affirm"),
    ActionExecuted("action_answer"),
    LISTEN,
]


def tracker(events: list[Event]) -> ConversationTracker:
    found = ConversationTracker.from_events("c", events, DOMAIN.slots, domain=DOMAIN)
    assert isinstance(found, ConversationTracker)
    return found


def shown(prediction: PolicyPrediction) -> tuple[Any, ...]:
    flags = (prediction.is_no_user_prediction, prediction.is_end_to_end_prediction, prediction.hide_rule_turn)
    return (list(prediction.probabilities), prediction.policy_priority, prediction.events, *flags)


@pytest.mark.parametrize(
    ("kind", "stock"), [(RememberedMemoizationPolicy, MemoizationPolicy), (RememberedRulePolicy, RulePolicy)]
)
def test_it_predicts_what_the_stock_policy_predicts(kind: type[Policy], stock: type[Policy], tmp_path: Path) -> None:
    ours, theirs = trained(kind, stock, tmp_path / "ours"), trained(stock, stock, tmp_path / "stock")
    for _ in range(2):  # the second time from memory
        for length in range(1, len(CLAIM) + 1):
            now = tracker(CLAIM[:length])
            assert shown(ours.predict_action_probabilities(now, DOMAIN)) == shown(
                theirs.predict_action_probabilities(now, DOMAIN)
            )


def test_what_policies_do_not_look_at_makes_no_other_situation() -> None:
    plain = [LISTEN, said("affirm"), BotUttered("一"), SlotSet("claim_place", "科苑路")]
    other = [LISTEN, said("affirm", "person_name"), BotUttered("二"), SlotSet("claim_place", "别处")]
    assert situation_of(tracker(plain), DOMAIN) == situation_of(tracker(other), DOMAIN)


@pytest.mark.parametrize(
    "changed",
    [
        [LISTEN, said("greet")],
        [LISTEN, said("affirm"), SlotSet("offer", "anything_else")],
        [LISTEN, said("affirm"), ActionExecuted("action_answer")],
        [ActiveLoop("claim_form"), LISTEN, said("affirm")],
        [ActiveLoop("claim_form"), LISTEN, said("affirm"), ActionExecutionRejected("claim_form")],
        [LISTEN, said("greet", "person_name")],
    ],
)
def test_what_they_look_at_makes_another(changed: list[Event]) -> None:
    others = [[LISTEN, said("affirm")], [ActiveLoop("claim_form"), LISTEN], [LISTEN, said("greet"), LISTEN]]
    assert situation_of(tracker(changed), DOMAIN) not in [situation_of(tracker(each), DOMAIN) for each in others]


def test_a_known_situation_is_not_worked_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = trained(RememberedRulePolicy, RulePolicy, tmp_path / "ours")
    first = ours.predict_action_probabilities(tracker(CLAIM[:7]), DOMAIN)
    monkeypatch.delattr(RulePolicy, "predict_action_probabilities")
    assert ours.predict_action_probabilities(tracker(CLAIM[:7]), DOMAIN) is first


def test_what_is_not_known_to_be_unseen_is_worked_out(tmp_path: Path) -> None:
    ours, theirs = (trained(kind, RulePolicy, tmp_path / kind.__name__) for kind in (RememberedRulePolicy, RulePolicy))
    by_text = UserUttered("在吗", {"name": None, "confidence": 0.0}, use_text_for_featurization=True)
    for events in ([LISTEN, by_text], [*CLAIM, Restarted(), LISTEN, said("greet")]):
        for _ in range(2):
            assert shown(ours.predict_action_probabilities(tracker(events), DOMAIN)) == shown(
                theirs.predict_action_probabilities(tracker(events), DOMAIN)
            )


def test_a_rule_on_very_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        trained(RememberedRulePolicy, RulePolicy, tmp_path / "words", WORDS)
