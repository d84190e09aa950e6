"""A tracker that copies its state instead of replaying its events, and shows policies only the slots they look at.

Stock trackers copy every slot and replay every event for each action that is run and for each policy that is asked,
six times and more a message, and stamp every event with the model's name. What actions and policies see is the same.
"""

from __future__ import annotations

import copy
import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

_REACHING_BACK = (Restarted, SessionStarted, ActionReverted, UserUtteranceReverted)


@dataclasses.dataclass(frozen=True)
class _Applied:
    """Of the first `seen` events those that apply, and the names of all forms that were begun."""

    seen: int = 0
    events: tuple[Event, ...] = ()
    forms: frozenset[str] = frozenset()


class ConversationTracker(DialogueStateTracker):
    """One conversation's state, for a domain whose slots are known. Events are only ever appended.

    `version`: of the row it is kept in, as it was last read or written; 0 while there is none.
    """

    slots: dict[str, Slot]
    version: int
    _applied: _Applied

    def __init__(self, sender_id: str, slots: Iterable[Slot] | None, *args: Any, **kwargs: Any) -> None:
        self._applied = _Applied()
        super().__init__(sender_id, (), *args, **kwargs)
        self.version = 0
        # The domain's own, as they are before anything is set; `_set_slot` puts another in the place of the one it sets.
        self.slots = {slot.name: slot for slot in slots or ()}

    def update(self, event: Event, domain: Domain | None = None) -> None:
        """Append the event and let it change the state."""
        self.events.append(event)
        event.apply_to(self)

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
        if self._applied.seen != len(self.events):
            self._applied = self._apply_new() or self._apply_all()
        return list(self._applied.events)

    def _apply_all(self) -> _Applied:
        forms = frozenset(event.name for event in self.events if type(event) is ActiveLoop and event.name)
        return _Applied(len(self.events), tuple(super().applied_events()), forms)

    def _apply_new(self) -> _Applied | None:
        """What Rasa's own reading makes of the events since the last one; None where they change what was before them."""
        known, applied = self._applied, list(self._applied.events)
        for event in islice(self.events, known.seen, None):
            kind = type(event)
            if kind in _REACHING_BACK or (kind is ActiveLoop and event.name and event.name not in known.forms):
                return None
            if (
                kind is ActionExecuted
                and event.action_name in known.forms
                and not self._first_loop_execution_or_unhappy_path(event.action_name, applied)
            ):
                self._undo_till_previous_loop_execution(event.action_name, applied)
            else:
                applied.append(event)
        return _Applied(len(self.events), tuple(applied), known.forms)

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
            self.slots[key] = _twin(self.slots[key])
        super()._set_slot(key, value)

    def _reset_slots(self) -> None:
        self.slots = {name: _twin(slot) for name, slot in self.slots.items()}
        super()._reset_slots()


def _twin(slot: Slot) -> Slot:
    """A slot of the same state; `copy.copy` asks the class how, which takes ten times as long."""
    twin: Slot = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin


class _FeaturedSlotsTracker(DialogueStateTracker):
    """Has only the slots that appear in states; setting another one changes nothing."""

    def _set_slot(self, key: str, value: Any) -> None:
        if key in self.slots:
            super()._set_slot(key, value)
