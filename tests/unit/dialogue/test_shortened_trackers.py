"""What the tracker store folds away: a conversation that was shortened after each turn is in the state of one that was not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.events import read_event
from bot.dialogue.tracker import ConversationTracker
from bot.dialogue.tracker_store import TURNS_KEPT, EventNotKeptError, shorten

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [report_claim]
slots:
  claim_place: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  channel: {type: categorical, values: [web, wechat], initial_value: web, mappings: [{type: custom}]}
forms:
  claim_form: {required_slots: [claim_place]}
  complaint_form: {required_slots: [claim_place]}
""")
FORMS = ("claim_form", "complaint_form")
IN_A_TURN = st.one_of(
    st.builds(SlotSet, st.just("claim_place"), st.sampled_from(["科苑路", None])),
    st.builds(SlotSet, st.just("channel"), st.sampled_from(["web", "wechat", None])),
    st.builds(ActiveLoop, st.sampled_from([*FORMS, None])),
    st.builds(ActionExecutionRejected, st.sampled_from(FORMS)),
    st.builds(ActionExecuted, st.sampled_from(FORMS)),
    st.builds(FollowupAction, st.sampled_from(FORMS)),
    st.builds(BotUttered, st.just("在哪里？")),
    st.sampled_from([Restarted(), SessionStarted(), AllSlotsReset(), ConversationPaused(), ConversationResumed()]),
)


def turn(number: int, events: Sequence[Event]) -> list[Event]:
    said = UserUttered(f"第{number}句", {"name": "report_claim", "confidence": 0.9}, [], message_id=f"m{number}")
    return [ActionExecuted(ACTION_LISTEN_NAME), said, *events]


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    loop = tracker.active_loop
    return {
        "slots": tracker.current_slot_values(),
        "seen by policies": DOMAIN.get_active_state(tracker, omit_unset_slots=True),
        "form": (loop.name, loop.rejected, loop.is_interrupted) if loop else None,
        "paused": tracker.is_paused(),
        "message": tracker.latest_message,
        "action": tracker.latest_action,
        "ordered": tracker.followup_action,
    }


def read_back(events: Sequence[Event]) -> ConversationTracker:
    tracker: ConversationTracker = ConversationTracker.from_events(
        "c1", [read_event(event.as_dict()) for event in events], DOMAIN.slots, domain=DOMAIN
    )
    return tracker


def the_same_as_unshortened(turns: Sequence[Sequence[Event]]) -> None:
    whole = DialogueStateTracker("c1", DOMAIN.slots)
    shortened = read_back([])
    for number, events in enumerate(turns):
        whole.update_with_events(turn(number, events), DOMAIN)
        shortened.update_with_events(turn(number, events), DOMAIN)
        assert state_of(shortened) == state_of(whole)
        shortened = read_back(shorten(shortened, DOMAIN.slots))
        assert state_of(shortened) == state_of(whole)


@settings(deadline=None)
@given(st.lists(st.lists(IN_A_TURN, max_size=5), max_size=7))
def test_a_conversation_shortened_after_each_turn_is_in_the_state_of_one_that_was_not(turns: list[list[Event]]) -> None:
    the_same_as_unshortened(turns)


BEFORE: list[Event] = [ActiveLoop("claim_form"), SlotSet("claim_place", "科苑路"), SlotSet("channel", "wechat")]
LATER: list[list[Event]] = [[] for _ in range(TURNS_KEPT + 2)]


@pytest.mark.parametrize(
    "event",
    [
        AllSlotsReset(),
        Restarted(),
        SessionStarted(),
        ConversationPaused(),
        SlotSet("channel", None),
        ActionExecutionRejected("claim_form"),
    ],
    ids=lambda event: event.type_name,
)
def test_what_an_event_did_is_still_done_when_it_is_folded_away(event: Event) -> None:
    the_same_as_unshortened([BEFORE, [event], *LATER])


@pytest.mark.parametrize("event", [ActionReverted(), UserUtteranceReverted()], ids=lambda event: event.type_name)
def test_an_event_that_may_take_back_what_is_folded_away_is_refused(event: Event) -> None:
    with pytest.raises(EventNotKeptError) as refused:
        shorten(read_back([*turn(0, BEFORE), event]), DOMAIN.slots)
    assert refused.value.data == {"event": event.type_name}
