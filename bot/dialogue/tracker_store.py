"""A tracker store whose turns cost the same at turn 10 and turn 690.

Stock `SQLTrackerStore` reads and counts all events of a session for each message. Here a conversation is one row: its
slots, its active form and the events of its last turns. The full transcript lives in our own message log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import ujson
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    ConversationPaused,
    Event,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.events import read_event
from bot.dialogue.tracker import ConversationTracker
from bot.errors import BotError
from bot.store.trackers import TrackerRows

T = TypeVar("T")
TURNS_KEPT = 2  # rules and stories are one turn long (data/rules, data/stories); all else is in slots
_TAKES_BACK = frozenset({ActionReverted, UserUtteranceReverted})


class EventNotKeptError(BotError):
    """An action or policy gave an event that this store cannot keep; the turn had no effect. `data["event"]`: its type."""

    code = "event_not_kept"


class ConversationTrackerStore(TrackerStore):
    """Keeps the last `TURNS_KEPT` user turns of each conversation and a snapshot of what came before."""

    def __init__(self, domain: Domain | None, rows: TrackerRows, event_broker: EventBroker | None = None) -> None:
        super().__init__(domain, event_broker)
        self._rows = rows

    async def save(self, tracker: ConversationTracker) -> None:
        """Replace the row that the tracker was read from. Who is cancelled meanwhile is so once that is done: a turn that
        has ended, and given back the conversation's lock, writes nothing any more.

        Raises:
            EventNotKeptError: see `shorten`.
            StateChangedError: another turn has been saved since; its state is read when this one is tried again.
        """
        await self.stream_events(tracker)
        text = ujson.dumps([event.as_dict() for event in shorten(tracker, self.domain.slots)], ensure_ascii=False)
        tracker.version = await _to_its_end(self._rows.put, tracker.sender_id, text, tracker.version)

    async def retrieve(self, sender_id: str) -> ConversationTracker | None:
        """The conversation's tracker, or None for a new one."""
        row = await asyncio.to_thread(self._rows.get, sender_id)
        if row is None:
            return None
        events = [read_event(parameters) for parameters in ujson.loads(row.events)]
        tracker: ConversationTracker = ConversationTracker.from_events(
            sender_id, events, self.domain.slots, domain=self.domain
        )
        tracker.version = row.version
        return tracker

    def init_tracker(self, sender_id: str) -> ConversationTracker:
        """An empty tracker."""
        return ConversationTracker(sender_id, self.domain.slots, max_event_history=self.max_event_history)

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> ConversationTracker:
        """A tracker for a new conversation; nothing of it is stored before its first turn is done."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def keys(self) -> Iterable[str]:
        """All conversation ids."""
        return await asyncio.to_thread(self._rows.keys)


async def _to_its_end(call: Callable[..., T], *args: Any) -> T:
    """Run it in a thread and return with it and not before, even when cancelled meanwhile, however often."""
    # A bare future: who cancels all tasks at the end of a loop does not reach it.
    running = asyncio.get_running_loop().run_in_executor(None, call, *args)
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        running.exception()  # nobody is left to hear of it
        raise cancelled
    return running.result()


def shorten(tracker: DialogueStateTracker, slots: Iterable[Slot]) -> list[Event]:
    """The events of the last turns, preceded by what makes an empty tracker what this one was when those turns began.

    `slots`: the domain's.

    Raises:
        EventNotKeptError: an event takes back others, which may be among those that are let go.
    """
    events = list(tracker.events)
    for event in events:
        if type(event) in _TAKES_BACK:
            raise EventNotKeptError(event=event.type_name)
    starts = [index for index, event in enumerate(events) if type(event) is UserUttered]
    if len(starts) <= TURNS_KEPT:
        return events
    cut = starts[-TURNS_KEPT]
    before = ConversationTracker.from_events(tracker.sender_id, events[:cut], slots)
    return [*_snapshot(before), *events[cut:]]


def _snapshot(tracker: DialogueStateTracker) -> list[Event]:
    """Events after which an empty tracker is in this one's state, between two turns.

    Read off the state and not off the events: some reset all slots, end the form or pause the conversation.
    """
    snapshot: list[Event] = []
    if tracker.is_paused():
        snapshot.append(ConversationPaused())
    if tracker.active_loop:
        snapshot.append(ActiveLoop(tracker.active_loop.name))
        if tracker.active_loop.rejected:
            snapshot.append(ActionExecutionRejected(tracker.active_loop.name))
    for slot in tracker.slots.values():
        # None is a value where it took the place of another that the slot begins with.
        if slot.has_been_set and (slot.value is not None or slot.initial_value is not None):
            snapshot.append(SlotSet(slot.name, slot.value))
    return [*snapshot, ActionExecuted(ACTION_LISTEN_NAME)]
