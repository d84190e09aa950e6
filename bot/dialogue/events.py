"""Reading events back. Stock `Event.from_parameters` walks all event classes for each event that it reads."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses


@lru_cache(maxsize=1)
def _event_classes() -> dict[str, type[Event]]:
    # The first one of a name counts, as in `Event.resolve_by_type`.
    return {each.type_name: each for each in reversed(all_subclasses(Event))}


def read_event(parameters: dict[str, Any]) -> Event:
    """An event from its `as_dict`.

    Raises:
        KeyError: no event has that name.
        ValueError: the event's class makes nothing of the parameters.
    """
    event = _event_classes()[parameters["event"]]._from_parameters(parameters)
    if event is None:
        raise ValueError(parameters["event"])
    return event
