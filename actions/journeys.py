"""Forms: `validate_<form>` gives each message to the journey engine, `action_submit_<…>` writes when it is confirmed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from actions.turn import Outcome, TurnAction
from bot.services.assistant import AssistantServices
from bot.services.journeys.engine import Turn, open_journey, take_turn
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Journey, Situation
from bot.services.journeys.registry import FORM_OF_INTENT, JOURNEYS
from bot.services.understanding import Understood

KEY, OUTCOME, MISSES, CARRIED, OFFER = "journey_key", "journey_outcome", "journey_misses", "carried_text", "offer"


class JourneyTurn(TurnAction, ABC):
    """One message of a journey."""

    @property
    @abstractmethod
    def form(self) -> str:
        """The Rasa form's name; abstract so that the SDK does not register the base itself."""

    def name(self) -> str:
        return f"validate_{self.form}"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        journey = JOURNEYS[self.form].journey
        requested = tracker.get_slot("requested_slot")
        if requested is None:
            return self._open(journey, said, tracker, using)
        answers = {slot: tracker.get_slot(slot) for slot in journey.slots if tracker.get_slot(slot)}
        situation = Situation(answers, said, using, tracker.get_slot(KEY) or "")
        turn = take_turn(journey, requested, int(tracker.get_slot(MISSES) or 0), situation)
        return self._outcome(journey, turn, situation, answers)

    def _open(self, journey: Journey, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        if said.choice and said.choice.startswith("@switch:"):
            # The words that made us offer this journey, not the button's.
            said = replace(said, text=tracker.get_slot(CARRIED) or "", entities=(), chosen=False)
        key = f"{said.conversation_id}:{said.message_id}:{self.form}"
        situation = Situation({}, said, using, key)
        turn = open_journey(journey, situation)
        outcome = self._outcome(journey, turn, situation, dict.fromkeys(journey.slots, ""))
        outcome.events.append(SlotSet(KEY, key))
        return outcome

    def _outcome(self, journey: Journey, turn: Turn, situation: Situation, before: dict[str, str]) -> Outcome:
        if turn.outcome.startswith("handed_off:"):
            finished = replace(situation, answers=turn.answers)
            turn.replies += hand_off_journey(journey, finished, turn.outcome.split(":", 1)[1])
        changed = {slot: value for slot, value in turn.answers.items() if before.get(slot) != value}
        cleared = [slot for slot in before if slot not in turn.answers]
        events = [SlotSet(slot, value or None) for slot, value in changed.items()]
        events += [SlotSet(slot, None) for slot in cleared]
        events += [
            SlotSet(OFFER, None),
            SlotSet(MISSES, str(turn.misses)),
            SlotSet(OUTCOME, turn.outcome or None),
            SlotSet("requested_slot", None if turn.outcome else turn.requested),
        ]
        if turn.unclear:
            events.append(SlotSet("misunderstood", "1"))
        if turn.offers_switch:
            events.append(SlotSet(CARRIED, situation.said.text))
        return Outcome(turn.replies, events)


class SubmitJourney(TurnAction, ABC):
    """The end of a journey: writes when it was confirmed, goes to another journey when the customer chose that."""

    what: ClassVar[str]
    offer: ClassVar[str] = "anything_else"

    @property
    @abstractmethod
    def form(self) -> str:
        """The Rasa form's name; abstract so that the SDK does not register the base itself."""

    def name(self) -> str:
        return f"action_submit_{self.what}"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        entry = JOURNEYS[self.form]
        ended = tracker.get_slot(OUTCOME) or ""
        events = [SlotSet(OUTCOME, None), SlotSet(KEY, None), SlotSet(MISSES, None)]
        if ended.startswith("switched:"):
            return Outcome([], [*events, FollowupAction(FORM_OF_INTENT[ended.split(":", 1)[1]])])
        if ended != "confirmed":
            return Outcome([], events)
        answers = {slot: tracker.get_slot(slot) for slot in entry.journey.slots if tracker.get_slot(slot)}
        situation = Situation(answers, said, using, tracker.get_slot(KEY) or "")
        return Outcome(list(entry.submit(situation)), [*events, SlotSet(OFFER, self.offer)])


class ValidateClaimForm(JourneyTurn):
    form = "claim_form"


class ActionSubmitClaim(SubmitJourney):
    form = "claim_form"
    what, offer = "claim", "claim_documents"


class ValidateClaimStatusForm(JourneyTurn):
    form = "claim_status_form"


class ActionSubmitClaimStatus(SubmitJourney):
    form = "claim_status_form"
    what = "claim_status"


class ValidatePolicyForm(JourneyTurn):
    form = "policy_form"


class ActionSubmitPolicy(SubmitJourney):
    form = "policy_form"
    what = "policy"


class ValidateComplaintForm(JourneyTurn):
    form = "complaint_form"


class ActionSubmitComplaint(SubmitJourney):
    form = "complaint_form"
    what = "complaint"


class ValidateComplaintStatusForm(JourneyTurn):
    form = "complaint_status_form"


class ActionSubmitComplaintStatus(SubmitJourney):
    form = "complaint_status_form"
    what = "complaint_status"


class ValidateComplaintWithdrawalForm(JourneyTurn):
    form = "complaint_withdrawal_form"


class ActionSubmitComplaintWithdrawal(SubmitJourney):
    form = "complaint_withdrawal_form"
    what = "complaint_withdrawal"


class ValidateBeneficiaryForm(JourneyTurn):
    form = "beneficiary_form"


class ActionSubmitBeneficiary(SubmitJourney):
    form = "beneficiary_form"
    what = "beneficiary"


class ValidateConsentForm(JourneyTurn):
    form = "consent_form"


class ActionSubmitConsent(SubmitJourney):
    form = "consent_form"
    what = "consent"
