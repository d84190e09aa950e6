"""The tracker store: what is kept of a conversation, and that reading it back gives the same conversation."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import yaml
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    SlotSet,
    UserUttered,
)

from bot.dialogue.events import read_event
from bot.dialogue.processor import HonestAgent, has_slots_to_extract
from bot.dialogue.tracker import ConversationTracker
from bot.dialogue.tracker_store import TURNS_KEPT, ConversationTrackerStore
from bot.settings import ROOT
from bot.store.engine import build_engine
from bot.store.trackers import NO_ROW, TrackerRows, metadata
from tests.fakes import DATA_KEY

SLOTS = """
version: "3.1"
intents: [report_claim]
slots:
  claim_place: {type: text, influence_conversation: false, mappings: [MAPPING]}
forms:
  claim_form: {required_slots: [claim_place]}
"""
DOMAIN = Domain.from_yaml(SLOTS.replace("MAPPING", "{type: custom}"))


@pytest.fixture
def rows(tmp_path: Path) -> TrackerRows:
    engine = build_engine(f"sqlite:///{tmp_path / 'assistant.db'}", DATA_KEY)
    metadata.create_all(engine)
    engine.dispose()
    return TrackerRows(engine)


@pytest.fixture
def store(rows: TrackerRows) -> ConversationTrackerStore:
    return ConversationTrackerStore(DOMAIN, rows)


def turn(number: int) -> list[Event]:
    return [
        ActionExecuted(ACTION_LISTEN_NAME),
        UserUttered(f"第{number}句", {"name": "report_claim", "confidence": 0.9}, [], message_id=f"m{number}"),
        ActionExecuted("claim_form"),
        SlotSet("claim_place", f"{number} 号"),
        BotUttered(f"第{number}答", {"custom": {"input": {"slot": "claim_place", "kind": "text"}}}),
    ]


def conversation(turns: int, *more: Event, name: str = "c1") -> ConversationTracker:
    events = [event for number in range(turns) for event in turn(number)]
    tracker: ConversationTracker = ConversationTracker.from_events(name, [*events, *more], DOMAIN.slots, domain=DOMAIN)
    return tracker


async def stored(store: ConversationTrackerStore, tracker: ConversationTracker) -> ConversationTracker:
    await store.save(tracker)
    read = await store.retrieve(tracker.sender_id)
    assert isinstance(read, ConversationTracker)
    return read


@pytest.mark.parametrize("turns", [1, TURNS_KEPT, TURNS_KEPT + 1, TURNS_KEPT + 7])
async def test_a_stored_conversation_goes_on_where_it_was(store: ConversationTrackerStore, turns: int) -> None:
    before = conversation(turns, ActiveLoop("claim_form"), ActionExecuted(ACTION_LISTEN_NAME))
    after = await stored(store, before)
    assert after.current_slot_values() == before.current_slot_values()
    assert after.active_loop_name == "claim_form"
    assert after.latest_message == before.latest_message
    assert after.latest_action_name == before.latest_action_name
    said = [event.text for event in after.events if isinstance(event, BotUttered)]
    assert said == [f"第{number}答" for number in range(max(0, turns - TURNS_KEPT), turns)]


async def test_what_is_stored_does_not_grow_with_the_conversation(
    store: ConversationTrackerStore, rows: TrackerRows
) -> None:
    sizes = []
    for turns in (10, 200):
        name = f"after {turns}"
        await store.save(conversation(turns, name=name))
        row = rows.get(name)
        assert row is not None
        sizes.append(len(row.events))
    assert sizes[1] < 1.1 * sizes[0]  # its numbers are longer


async def test_a_conversation_kept_open_for_200_turns_has_as_many_events_as_a_short_one(
    store: ConversationTrackerStore,
) -> None:
    tracker = await stored(store, conversation(1))
    counts = []
    for number in range(1, 200):
        tracker.update_with_events(turn(number), DOMAIN)
        tracker = await stored(store, tracker)
        counts.append(len(tracker.events))
    assert counts[5] == counts[-1]


async def test_a_new_conversation_is_empty_and_nothing_of_it_is_stored(store: ConversationTrackerStore) -> None:
    tracker = await store.get_or_create_tracker("c9", append_action_listen=False)
    assert isinstance(tracker, ConversationTracker)
    assert not tracker.events
    assert await store.retrieve("c9") is None


async def test_all_conversations_are_listed(store: ConversationTrackerStore) -> None:
    await store.save(conversation(1))
    assert list(await store.keys()) == ["c1"]


async def test_an_unreadable_row_is_an_error_and_no_new_conversation(
    store: ConversationTrackerStore, rows: TrackerRows
) -> None:
    rows.put("c1", '[{"event": "made_up"}]', NO_ROW)
    with pytest.raises(KeyError):
        await store.retrieve("c1")


def test_a_store_that_is_away_fails_the_turn_and_is_not_replaced_by_memory(store: ConversationTrackerStore) -> None:
    agent = HonestAgent(tracker_store=store)
    assert agent.tracker_store is store
    assert not isinstance(agent.tracker_store, FailSafeTrackerStore)


@pytest.mark.parametrize("event", [*turn(1), ActiveLoop(None), ActiveLoop("claim_form"), FollowupAction("claim_form")])
def test_an_event_read_back_is_the_one_that_was_written(event: Event) -> None:
    assert read_event(event.as_dict()).as_dict() == event.as_dict()


def test_rows_are_replaced_and_read_without_waiting_for_a_writer(rows: TrackerRows, tmp_path: Path) -> None:
    rows.put("c1", "[1]", rows.put("c1", "[]", NO_ROW))
    writer = sqlite3.connect(tmp_path / "assistant.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert rows.get("c1") == ("[1]", 2)
    assert rows.get("c2") is None
    writer.close()


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("{type: custom}", False),
        ("{type: custom, action: action_fill}", True),
        ("{type: from_text}", True),
    ],
)
def test_slots_are_extracted_only_where_a_mapping_says_so(mapping: str, expected: bool) -> None:
    domain = Domain.from_yaml(SLOTS.replace("MAPPING", mapping))
    assert has_slots_to_extract(domain) is expected


def test_our_own_slots_are_all_filled_by_actions() -> None:
    assert not has_slots_to_extract(Domain.from_file(str(ROOT / "domain.yml")))


@pytest.mark.parametrize("folder", ["stories", "rules"])
def test_no_story_or_rule_looks_further_back_than_the_turns_that_are_kept(folder: str) -> None:
    for path in (ROOT / "data" / folder).glob("*.yml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for story in [*content.get("stories", []), *content.get("rules", [])]:
            turns = sum("intent" in step or "user" in step or "or" in step for step in story["steps"])
            assert turns <= TURNS_KEPT, f"{path.name}: {story}"
