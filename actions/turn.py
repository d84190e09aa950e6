"""What all actions share: reading the tracker into an `Understood`, sending replies, services off the event loop."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import services
from bot.services.assistant import AssistantServices
from bot.services.count_service import topic_of
from bot.services.follow_up import ASKED_ABOUT
from bot.services.reply import Reply
from bot.services.safety_first import put_safety_first
from bot.services.understanding import Entity, Request, Understood
from bot.text.typed_choice import MEANING

Event = dict[str, Any]
REQUESTED = "requested_slot"
SAFETY_TOLD = "safety_told"  # see bot.services.safety_first


@dataclass
class Outcome:
    """What an action leaves behind: messages and Rasa events."""

    replies: list[Reply] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class TurnAction(Action, ABC):
    """An action whose work is synchronous (`act`) and runs in a thread, so that one slow query stops nobody else.

    `hears_topics`: a message that it acts on outside a journey asks for something; false of what ends a journey, whose message was an
    answer.
    """

    hears_topics: ClassVar[bool] = True

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        outcome = await asyncio.to_thread(self._act_safely, read_turn(tracker), tracker, services())
        for reply in outcome.replies:
            send(dispatcher, reply)
        return _close_question(outcome.events, tracker)

    def _act_safely(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        """What `act` leaves behind, a sentence of safety before it: here, so that no action can forget it."""
        outcome = self.act(said, tracker, using)
        asked_back = any(reply.slot == MEANING for reply in outcome.replies)
        using.heard.hear(said, in_journey=tracker.get_slot(REQUESTED) is not None, asked_back=asked_back)
        if self.hears_topics and tracker.get_slot(REQUESTED) is None:
            using.tally.add(topic_of(said))
        # A journey that began with whom to call does not say it at each answer.
        before = bot_texts(tracker) if tracker.get_slot(REQUESTED) else []
        told = tracker.get_slot(SAFETY_TOLD) or ""
        first = put_safety_first(said, outcome.replies, using, before=before, told=told)
        if first is None:
            return outcome
        return Outcome([first.reply, *outcome.replies], [SlotSet(SAFETY_TOLD, first.told), *outcome.events])

    @abstractmethod
    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        """Do the work of one turn."""


def bot_texts(tracker: Tracker) -> list[str]:
    """What the assistant said in the turns that the tracker still has, oldest first."""
    return [event["text"] for event in tracker.events if event["event"] == "bot" and event.get("text")]


def _close_question(events: list[Event], tracker: Tracker) -> list[Event]:
    """A question of ours is open for one message: whatever came of that, it is not asked about any more."""
    if tracker.get_slot(ASKED_ABOUT) and not any(event.get("name") == ASKED_ABOUT for event in events):
        return [SlotSet(ASKED_ABOUT, None), *events]
    return events


def read_turn(tracker: Tracker) -> Understood:
    """The latest message. Raises KeyError when it did not come through our own channel, which always stamps it."""
    latest = tracker.latest_message
    metadata = latest["metadata"]
    intent = latest.get("intent") or {}
    chosen = bool(metadata["chosen"])
    return Understood(
        conversation_id=tracker.sender_id,
        message_id=metadata["message_id"],
        received_at=datetime.fromisoformat(metadata["received_at"]),
        channel=metadata["channel"],
        text="" if chosen else latest.get("text") or "",
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0.0),
        ranking=tuple((item["name"], float(item["confidence"])) for item in latest.get("intent_ranking") or []),
        entities=tuple(_entity(item, latest.get("text") or "") for item in latest.get("entities") or []),
        chosen=chosen,
        heard="" if chosen else latest.get("heard") or "",
        alarm="" if chosen else latest.get("alarm") or "",
        interlude="" if chosen else latest.get("interlude") or "",
        requests=() if chosen else tuple(Request(**item) for item in latest.get("requests") or []),
    )


def _entity(item: dict[str, Any], text: str) -> Entity:
    start, end = int(item.get("start") or 0), int(item.get("end") or 0)
    return Entity(item["entity"], text[start:end], str(item["value"]), start, end)


def send(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """One reply as one bot message; the input hint rides in `custom`."""
    hint = {"input": {"slot": reply.slot, "kind": reply.kind}} if reply.slot else None
    dispatcher.utter_message(
        text=reply.text,
        buttons=[{"title": choice.title, "payload": choice.payload} for choice in reply.choices] or None,
        json_message=hint,
    )
