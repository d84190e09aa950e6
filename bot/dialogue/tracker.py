"""A tracker that copies its state instead of replaying its events, and shows policies only the slots they look at.

Stock trackers copy every slot and replay every event for each action that is run and for each policy that is asked,
six times and more a message. What actions and policies see is the same.
"""

from __future__ import annotations

import copy
import dataclasses
from collections import deque
from collections.abc import Iterator
from typing import Any

from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker


class ConversationTracker(DialogueStateTracker):
    """One conversation's state, for a domain whose slots are known. Events are only ever appended."""

    slots: dict[str, Slot]
    _applied: tuple[int, list[Event]] = (0, [])  # how many events there were, and those that apply

    def copy(self) -> ConversationTracker:
        """Another tracker in the same state; it shares the events, and the slots until one is set."""
        twin = copy.copy(self)
        twin.events = deque(self.events, maxlen=self.events.maxlen)
        twin.slots = dict(self.slots)
        # Rasa changes the loop's flags in place.
        twin.active_loop = dataclasses.replace(self.active_loop) if self.active_loop else None
        return twin

    def applied_events(self) -> list[Event]:
        """The events that count: none that was taken back, a form's later runs left out."""
        if self._applied[0] != len(self.events):
            self._applied = (len(self.events), super().applied_events())
        return list(self._applied[1])

    def generate_all_prior_trackers(self) -> Iterator[tuple[DialogueStateTracker, bool]]:
        """The state before each action, and whether its turn is hidden from policies that learn from stories."""
        featured = [slot for slot in self.slots.values() if slot.influence_conversation]
        replayed = _FeaturedSlotsTracker(self.sender_id, featured, is_rule_tracker=self.is_rule_tracker)
        for event in self.applied_events():
            if isinstance(event, ActionExecuted):
                yield replayed, event.hide_rule_turn
            replayed.update(event)
        yield replayed, False

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            self.slots[key] = copy.copy(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        self.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
        super()._reset_slots()


class _FeaturedSlotsTracker(DialogueStateTracker):
    """Has only the slots that appear in states; setting another one changes nothing."""

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            super()._set_slot(key, value)
