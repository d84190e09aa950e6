"""Calls of our action server: they send what our actions read, over connections that stay open.

Stock `RemoteAction` opens a connection for each call, sends the whole domain and every event of the tracker, and checks
the answer against a JSON schema that it checks itself each time: 60 % of a turn's CPU, all in all.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

import rasa
from rasa.core.actions.action import Action, RemoteAction, action_for_name_or_text
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.dialogue.breaker import Breaker
from bot.dialogue.events import read_event
from bot.errors import BotError

ACTION_SECONDS = 15  # less than the front desk waits for a turn, so that a late action is seen here first

# Answers that say nothing of the action: another secret, a server that cannot work now.
SERVER_DOWN = frozenset((401, 502, 503, 504))


def build_actions(domain: Domain, endpoint: EndpointConfig | None) -> dict[str, Action]:
    """All actions of a domain by name, made once: Rasa makes a dozen anew for each one it looks up."""
    return {name: _build_action(name, domain, endpoint) for name in domain.action_names_or_texts}


def _build_action(name: str, domain: Domain, endpoint: EndpointConfig | None) -> Action:
    action = action_for_name_or_text(name, domain, endpoint)
    if type(action) is RemoteAction:
        return ServedAction(name, endpoint)
    if type(action) is FormAction and f"validate_{name}" in domain.action_names_or_texts:
        return JourneyForm(name, endpoint)
    return action


class BadActionAnswerError(BotError):
    """The action server answered something else than lists of events and responses."""

    code = "bad_action_answer"


class ActionUnreachableError(BotError):
    """The action server could not be asked, was late, or has no database: the turn may be tried again."""

    code = "action_unreachable"


class _KeptOpen:
    """A session whose `async with` ends without closing it."""

    def __init__(self, session: Any) -> None:
        self._session = session

    async def __aenter__(self) -> Any:
        return self._session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class KeepAliveEndpoint(EndpointConfig):
    """An endpoint with one HTTP session and one breaker for all its calls. Use it on one event loop and `close` it there."""

    def __init__(self, url: str, headers: dict[str, str], breaker: Breaker | None = None) -> None:
        super().__init__(url=url, headers=headers)
        self._kept: Any = None
        self._breaker = breaker or Breaker()

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """The answer. Raises NotAskedError at once while the server is left alone, and what Rasa's raises."""
        with self._breaker.call(_is_answer):
            return await super().request(*args, **kwargs)

    def session(self) -> Any:
        """The session, opened by the first call."""
        if self._kept is None or self._kept.closed:
            self._kept = super().session()
        return _KeptOpen(self._kept)

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.close()


def _is_answer(error: Exception) -> bool:
    """Whatever the status, and JSON or not, the server was there in time."""
    return isinstance(error, (ClientResponseError, ValueError))


class ServedAction(RemoteAction):
    """An action of our action server."""

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """What the action said and did.

        Raises:
            ActionUnreachableError: nothing is wrong with this turn. At once where the last calls of any turn were too.
            BadActionAnswerError: the answer is not as promised.
            ClientResponseError: the server answered an error: the action raised.
        """
        answer = await self._ask(action_call(self.name(), tracker))
        check_answer(self.name(), answer)
        said: list[Event] = await self._utter_responses(answer["responses"], output_channel, nlg, tracker)
        return [*said, *map(read_event, answer["events"])]

    async def _ask(self, call: dict[str, Any]) -> Any:
        try:
            return await self.action_endpoint.request(json=call, timeout=ACTION_SECONDS)
        except ClientResponseError as error:
            if error.status in SERVER_DOWN:
                raise ActionUnreachableError(action=self.name(), status=error.status) from error
            raise
        except ValueError:  # an answer that is no JSON is an answer
            raise
        except Exception as error:  # refused, reset, late, not even asked: whatever the connection did
            raise ActionUnreachableError(action=self.name(), cause=type(error).__name__) from error


class JourneyForm(FormAction):
    """A form run by the journey engine behind `validate_<form>`, which it must have.

    The engine asks the next question itself and ends the form by setting `requested_slot` to None.
    """

    async def validate_slots(
        self,
        slot_candidates: dict[str, Any],
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        """What `validate_<form>` answers; it is shown the candidates as slots."""
        seen = tracker.copy()
        requested = SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(tracker))
        candidates = [SlotSet(name, value) for name, value in slot_candidates.items()]
        seen.update_with_events([requested, ActionExecuted(self.name()), *candidates], domain)
        validation = ServedAction(f"validate_{self.name()}", self.action_endpoint)
        events: list[Event] = await validation.run(output_channel, nlg, seen, domain)
        return events

    async def request_next_slot(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        events_so_far: list[Event],
    ) -> list[Event]:
        """Nothing but the end of a form that the engine has ended."""
        done = await self.is_done(output_channel, nlg, tracker, domain, events_so_far)
        return [SlotSet(REQUESTED_SLOT, None)] if done else []


def action_call(name: str, tracker: DialogueStateTracker) -> dict[str, Any]:
    """The body of a call, as `rasa_sdk` reads it. Of the events only what the bot said, oldest first; no domain."""
    loop = tracker.active_loop
    return {
        "next_action": name,
        "sender_id": tracker.sender_id,
        "version": rasa.__version__,
        "domain": {},
        "tracker": {
            "sender_id": tracker.sender_id,
            "slots": tracker.current_slot_values(),
            "latest_message": _latest_message(tracker),
            "events": [_said(event) for event in tracker.events if isinstance(event, BotUttered)],
            "paused": tracker.is_paused(),
            "followup_action": tracker.followup_action,
            "active_loop": dict(vars(loop)) if loop else {},
            "latest_action_name": tracker.latest_action_name,
        },
    }


def _latest_message(tracker: DialogueStateTracker) -> dict[str, Any]:
    latest = tracker.latest_message
    if latest is None:
        return {}
    ranking = latest.parse_data.get("intent_ranking") or []
    return {
        "text": latest.text,
        "intent": latest.intent,
        "intent_ranking": ranking,
        "alarm": latest.parse_data.get("alarm") or "",
        "interlude": latest.parse_data.get("interlude") or "",
        "requests": latest.parse_data.get("requests") or [],
        "heard": latest.parse_data.get("heard") or "",
        "entities": latest.entities,
        "message_id": latest.message_id,
        "metadata": latest.metadata,
    }


def _said(event: BotUttered) -> dict[str, Any]:
    return {"event": "bot", "timestamp": event.timestamp, "text": event.text}


def check_answer(action: str, answer: Any) -> None:
    """Raises BadActionAnswerError unless it is `{"events": [{"event": str, …}, …], "responses": [{…}, …]}`."""
    if not isinstance(answer, dict):
        raise BadActionAnswerError(action=action, place="answer")
    events, responses = answer.get("events"), answer.get("responses")
    if not isinstance(events, list) or not all(
        isinstance(each, dict) and isinstance(each.get("event"), str) for each in events
    ):
        raise BadActionAnswerError(action=action, place="events")
    if not isinstance(responses, list) or not all(isinstance(each, dict) for each in responses):
        raise BadActionAnswerError(action=action, place="responses")
