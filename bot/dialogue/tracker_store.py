"""A tracker store whose turns cost the same at turn 10 and turn 690.

Stock `SQLTrackerStore` reads and counts all events of a session for each message. Here a conversation is one row: its
slots, its active form and the events of its last turns. The full transcript lives in our own message log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import ujson
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.events import read_event
from bot.dialogue.tracker import ConversationTracker
from bot.store.trackers import TrackerRows

TURNS_KEPT = 2  # rules and stories are one turn long (data/rules, data/stories); all else is in slots


class ConversationTrackerStore(TrackerStore):
    """Keeps the last `TURNS_KEPT` user turns of each conversation and a snapshot of what came before."""

    def __init__(self, domain: Domain | None, rows: TrackerRows, event_broker: EventBroker | None = None) -> None:
        super().__init__(domain, event_broker)
        self._rows = rows

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Replace the conversation's row."""
        await self.stream_events(tracker)
        text = ujson.dumps([event.as_dict() for event in shorten(tracker)], ensure_ascii=False)
        await asyncio.to_thread(self._rows.put, tracker.sender_id, text)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's tracker, or None for a new one."""
        text = await asyncio.to_thread(self._rows.get, sender_id)
        if text is None:
            return None
        events = [read_event(parameters) for parameters in ujson.loads(text)]
        tracker: DialogueStateTracker = ConversationTracker.from_events(
            sender_id, events, self.domain.slots, domain=self.domain
        )
        return tracker

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """An empty tracker."""
        return ConversationTracker(sender_id, self.domain.slots, max_event_history=self.max_event_history)

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A tracker for a new conversation; nothing of it is stored before its first turn is done."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def keys(self) -> Iterable[str]:
        """All conversation ids."""
        return await asyncio.to_thread(self._rows.keys)


def shorten(tracker: DialogueStateTracker) -> list[Event]:
    """The events of the last turns, preceded by the slots and the form as they were when those turns began."""
    events = list(tracker.events)
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= TURNS_KEPT:
        return events
    cut = starts[-TURNS_KEPT]
    slots: dict[str, Any] = {}
    form: str | None = None
    for event in events[:cut]:
        if isinstance(event, SlotSet):
            slots[event.key] = event.value
        elif isinstance(event, ActiveLoop):
            form = event.name
    snapshot: list[Event] = [SlotSet(key, value) for key, value in slots.items() if value is not None]
    if form:
        snapshot.insert(0, ActiveLoop(form))
    listening: list[Event] = [ActionExecuted(ACTION_LISTEN_NAME)]
    return snapshot + listening + events[cut:]
