"""A message processor whose turns either happen or don't.

Stock Rasa 3.6 records an action that failed as done and goes on (`MessageProcessor._run_action`), so that a customer
hears "submitted" while the action server is dead. Here a failed action fails the turn before the tracker is saved.
"""

from __future__ import annotations

import asyncio
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator, TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.exceptions import ActionLimitReached, ModelNotFound
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS, DEFAULT_SLOT_NAMES, SlotMappingType
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.action_calls import build_actions
from bot.dialogue.graph_runner import PlannedGraphRunner
from bot.dialogue.model_storage import PredictionStorage
from bot.errors import BotError


class ActionFailedError(BotError):
    """An action raised or its server did not answer (the cause says which); the turn had no effect."""

    code = "action_failed"


class WatchedAction(Action):
    """Runs another action and remembers why it failed, because the caller swallows the exception."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self.failure: Exception | None = None

    def name(self) -> str:
        return str(self._action.name())

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> Any:
        return self._action.event_for_successful_execution(prediction)

    async def run(self, *args: Any, **kwargs: Any) -> list[Event]:
        try:
            events: list[Event] = await self._action.run(*args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            self.failure = error
            raise
        return events


class AlreadyHandledError(BotError):
    """The turn has been run and saved; its answer was lost on the way back."""

    code = "already_handled"

    def __init__(self, tracker: DialogueStateTracker) -> None:
        super().__init__()
        self.tracker = tracker


class HonestProcessor(MessageProcessor):
    """`handle_message` raises ActionFailedError instead of going on after a failed action, and runs a turn once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actions = build_actions(self.domain, self.action_endpoint)
        self._has_slots_to_extract = has_slots_to_extract(self.domain)

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        """Load an archive. Raises ModelNotFound when it is no archive."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                metadata, runner = load_predict_graph_runner(
                    Path(folder), Path(model_path), PredictionStorage, PlannedGraphRunner
                )
            except (tarfile.ReadError, FileNotFoundError) as error:
                raise ModelNotFound(f"no model at {model_path}") from error
        return Path(model_path).name, metadata, runner

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """Run a turn, or give the answer of the saved turn with the same message id again."""
        try:
            answer: list[dict[str, Any]] | None = await super().handle_message(message)
        except AlreadyHandledError as handled:
            for event in last_answer(handled.tracker):
                await message.output_channel.send_response(message.sender_id, event.message())
            return None
        return answer

    async def log_message(self, message: UserMessage, should_save_tracker: bool = True) -> DialogueStateTracker:
        # The store is asked by a thread; what was said is understood meanwhile, which needs no tracker.
        fetching = asyncio.ensure_future(
            self.fetch_tracker_and_update_session(message.sender_id, message.output_channel, message.metadata)
        )
        try:
            await asyncio.sleep(0)
            message.parse_data = message.parse_data or await self.parse_message(message)
            tracker: DialogueStateTracker = await fetching
        finally:
            fetching.cancel()
        latest = tracker.latest_message
        if latest is not None and latest.message_id == message.message_id:
            raise AlreadyHandledError(tracker)
        await self._handle_message_with_tracker(message, tracker)
        if should_save_tracker:
            await self.save_tracker(tracker)
        return tracker

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Nothing, where every slot is filled by actions."""
        if self._has_slots_to_extract:
            return await super().run_action_extract_slots(output_channel, tracker)
        return tracker

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """The next action. Raises ActionLimitReached after too many in one turn."""
        goes_on = self.should_predict_another_action(tracker.latest_action_name)
        if self.is_action_limit_reached(tracker, goes_on):
            raise ActionLimitReached("too many actions in one turn")
        prediction = self._predict_next_with_tracker(tracker)
        name = self.domain.action_names_or_texts[prediction.max_confidence_index]
        return self._actions[name], prediction

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """Nothing: Rasa writes out all slots for a log line that nobody may read."""

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Nothing: the model has just the intents and entities of the domain it was trained with."""

    def _log_action_on_tracker(
        self, tracker: DialogueStateTracker, action: Action, events: list[Event] | None, prediction: PolicyPrediction
    ) -> None:
        """As in Rasa, without copies of all events for log lines."""
        happened = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in happened):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(happened, self.domain)

    def _get_action(self, action_name: str) -> Action | None:
        return self._actions.get(action_name) or super()._get_action(action_name)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = WatchedAction(action)
        goes_on = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.failure is not None:
            raise ActionFailedError(action=action.name()) from watched.failure
        return bool(goes_on)


def last_answer(tracker: DialogueStateTracker) -> list[BotUttered]:
    """The bot's messages after the last user message, in the order they were said."""
    said: list[BotUttered] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            said.append(event)
    return said[::-1]


def has_slots_to_extract(domain: Domain) -> bool:
    """False when no mapping of the domain ever fills a slot from a message: all are custom, without an action."""
    if ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions:
        return True
    mappings = [each for slot in domain.slots if slot.name not in DEFAULT_SLOT_NAMES for each in slot.mappings]
    return any(each.get("type") != str(SlotMappingType.CUSTOM) or "action" in each for each in mappings)


class HonestAgent(Agent):
    """An agent that loads models into an HonestProcessor."""

    @staticmethod
    def _create_tracker_store(store: TrackerStore, domain: Domain) -> TrackerStore:
        # Not in Rasa's FailSafeTrackerStore: where the database is away it begins conversations anew, keeps what it is
        # given in memory, and never reads it back. Here such a turn fails, and the front desk tries it again.
        store.domain = domain
        return store

    def load_model(self, model_path: Any, fingerprint: str | None = None) -> None:
        """Load a trained model archive. Raises ModelNotFound."""
        self.processor = HonestProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
            http_interpreter=self.http_interpreter,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, TemplatedNaturalLanguageGenerator):
            self.nlg.responses = self.domain.responses if self.domain else {}
