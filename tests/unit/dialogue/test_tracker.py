"""Our tracker against Rasa's: the same states, the same applied events, cheaper copies."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    FollowupAction,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.tracker import ConversationTracker

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [report_claim, affirm]
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
actions: [validate_claim_form, action_submit_claim]
""")


def said(text: str, intent: str) -> Event:
    return UserUttered(text, {"name": intent, "confidence": 0.9}, [])


LISTEN, FORM = ActionExecuted("action_listen"), ActionExecuted("claim_form")
CLAIM: list[Event] = [
    LISTEN,
    said("报案", "report_claim"),
    FORM,
    ActiveLoop("claim_form"),
    BotUttered("在哪里？"),
    SlotSet("requested_slot", "claim_place"),
    LISTEN,
    said("科苑路", "affirm"),
    FORM,
    SlotSet("claim_place", "科苑路"),
    SlotSet("requested_slot", None),
    ActiveLoop(None),
    ActionExecuted("action_submit_claim", hide_rule_turn=True),
    SlotSet("offer", "claim_documents"),
    LISTEN,
    said("好的", "affirm"),
]
CONVERSATIONS = {
    "nothing said": [],
    "a claim": CLAIM,
    "in the form": CLAIM[:9],
    "a form that did not want it": [*CLAIM[:8], ActionExecutionRejected("claim_form")],
    "taken back": [*CLAIM, UserUtteranceReverted()],
    "begun again": [*CLAIM, Restarted(), LISTEN, said("报案", "report_claim")],
    "slots emptied": [*CLAIM, AllSlotsReset(), LISTEN],
    "an action ordered": [*CLAIM, FollowupAction("claim_form")],
}


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    names = ("sender_id", "followup_action", "latest_message", "latest_action", "active_loop", "_paused")
    return {
        **{name: getattr(tracker, name) for name in names},
        "events": list(tracker.events),
        "slots": {slot.name: (slot.value, slot.has_been_set) for slot in tracker.slots.values()},
    }


def both(events: list[Event]) -> tuple[DialogueStateTracker, ConversationTracker]:
    stock = DialogueStateTracker.from_events("c", events, DOMAIN.slots, domain=DOMAIN)
    return stock, ConversationTracker.from_events("c", events, DOMAIN.slots, domain=DOMAIN)


@pytest.mark.parametrize("events", CONVERSATIONS.values(), ids=CONVERSATIONS)
@pytest.mark.parametrize("ignore_rule_only_turns", [False, True])
def test_policies_see_the_states_that_a_stock_tracker_shows(events: list[Event], ignore_rule_only_turns: bool) -> None:
    stock, ours = both(events)
    rule_only = {"rule_only_slots": ["offer"], "rule_only_loops": ["claim_form"]}
    for omit in (False, True):
        asked = {"omit_unset_slots": omit, "ignore_rule_only_turns": ignore_rule_only_turns}
        assert ours.past_states(DOMAIN, **asked) == stock.past_states(DOMAIN, **asked)
        assert ours.past_states(DOMAIN, **asked, rule_only_data=rule_only) == stock.past_states(
            DOMAIN, **asked, rule_only_data=rule_only
        )


@pytest.mark.parametrize("events", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_state_and_applied_events_are_those_of_a_stock_tracker(events: list[Event]) -> None:
    stock, ours = both(events)
    assert state_of(ours) == state_of(stock)
    assert ours.applied_events() == stock.applied_events()


@pytest.mark.parametrize("events", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_a_copy_is_in_the_same_state(events: list[Event]) -> None:
    _, ours = both(events)
    assert state_of(ours.copy()) == state_of(ours)
    assert ours.copy().past_states(DOMAIN) == ours.past_states(DOMAIN)


@pytest.mark.parametrize(
    "change", [[SlotSet("claim_place", "别处")], [AllSlotsReset()], [ActionExecutionRejected("claim_form")], CLAIM]
)
def test_what_happens_to_a_copy_does_not_happen_to_the_original_nor_the_other_way(change: list[Event]) -> None:
    for events in CONVERSATIONS.values():
        _, ours = both(events)
        before, twin = state_of(ours.copy()), ours.copy()
        twin.update_with_events(change, DOMAIN)
        assert state_of(ours) == before
        second = ours.copy()
        ours.update_with_events(change, DOMAIN)
        assert state_of(second) == before


@pytest.mark.parametrize("events", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_applied_events_follow_a_conversation_that_goes_on(events: list[Event]) -> None:
    _, ours = both([])
    stock, _ = both([])
    for event in [*events, *CLAIM[1:], LISTEN]:
        ours.update(event, DOMAIN)
        stock.update(event, DOMAIN)
        assert ours.applied_events() == stock.applied_events()


def test_the_list_of_applied_events_is_the_callers_own() -> None:
    _, ours = both(CLAIM)
    ours.applied_events().clear()
    assert len(ours.applied_events()) > 0
