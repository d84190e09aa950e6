"""Forms: `validate_<form>` gives each message to the journey engine, `action_submit_<…>` writes when it is confirmed."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from actions.turn import Outcome, TurnAction
from bot.services.assistant import AssistantServices
from bot.services.count_service import journey_facts
from bot.services.journeys.asking import EDIT
from bot.services.journeys.drafts import forget_draft, keep_draft
from bot.services.journeys.engine import open_journey, resume_journey, take_turn
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Journey, Situation
from bot.services.journeys.leaving import PUT_OFF, SAVED, Draft, cancels_all, read_draft
from bot.services.journeys.turn import Turn
from bot.services.recent import Recent, read_recent
from bot.services.registry import (
    JOURNEYS,
    KEY_OF_INTENT,
    SERVICE_FORM,
    SWITCH,
    form_of,
    key_to_open,
    policy_of,
    service_key,
)
from bot.services.reply import Reply
from bot.services.several_requests import QUESTION, Waiting, announce, from_slot, set_aside, to_slot, waiting
from bot.services.understanding import Understood

SERVICE_KIND, SERVICE_ANSWERS = "service_kind", "service_answers"
KEY, OUTCOME, MISSES, CARRIED, OFFER = "journey_key", "journey_outcome", "journey_misses", "carried_text", "offer"
ASKED = "journey_asked"  # the counted questions put so far
RECENT = "recent"  # see bot.services.recent
DRAFT = "draft"  # see bot.services.journeys.leaving
NOW, LATER = "request_now", "requests_later"  # of several requests: the one that opens next, and those after it


class JourneyTurn(TurnAction, ABC):
    """One message of a journey."""

    @property
    @abstractmethod
    def form(self) -> str:
        """The Rasa form's name; abstract so that the SDK does not register the base itself."""

    def name(self) -> str:
        return f"validate_{self.form}"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        requested = tracker.get_slot("requested_slot")
        now = from_slot(tracker.get_slot(NOW)) if requested is None else ()
        if now:
            said = now[0].as_said(said)
        key = journey_key(self.form, tracker) if requested is not None else self._key_to_open(said, tracker)
        journey = JOURNEYS[key].journey
        if requested is None:
            return self._open(key, journey, said, tracker, using)
        return self._go_on(key, requested, said, tracker, using)

    def _go_on(self, key: str, requested: str, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        journey = JOURNEYS[key].journey
        answers = read_answers(journey, tracker)
        said, others = set_aside(said, journey)
        asked = tuple((tracker.get_slot(ASKED) or "").split())
        situation = Situation(answers, said, using, tracker.get_slot(KEY) or "", recent_policy(tracker), asked)
        turn = take_turn(journey, requested, int(tracker.get_slot(MISSES) or 0), situation)
        _count(key, turn, situation, requested)
        later = from_slot(tracker.get_slot(LATER))
        if turn.outcome == "cancelled" and cancels_all(said):
            later = ()
        asides = [each for each in others if not each.intent.startswith(QUESTION)]
        if asides:
            later = (*later, *map(waiting, asides))
            noted = "、".join(f"“{each.text}”" for each in asides)
            turn.replies.insert(0, Reply(f"{noted}记下了，办完这件接着办。"))
        answers_beside = [Reply(using.knowledge.answer(each).text) for each in others if each not in asides]
        turn.replies[:0] = list(dict.fromkeys(answers_beside))
        return self._outcome(key, turn, situation, answers, later)

    def _key_to_open(self, said: Understood, tracker: Tracker) -> str:
        return key_to_open(said, tracker.get_slot(CARRIED) or "") if self.form == SERVICE_FORM else self.form

    def _open(
        self, key: str, journey: Journey, said: Understood, tracker: Tracker, using: AssistantServices
    ) -> Outcome:
        if said.choice and said.choice.startswith(SWITCH):
            # The words that made us offer this journey, not the button's.
            said = replace(said, text=tracker.get_slot(CARRIED) or "", entities=(), chosen=False)
        run = f"{said.conversation_id}:{said.message_id}:{key}"
        draft = read_draft(tracker.get_slot(DRAFT))
        if draft and draft.key == key and draft.is_kept(said.received_at):
            run = draft.run
            situation = Situation(draft.answers, said, using, run, recent_policy(tracker))
            turn = resume_journey(journey, situation)
        else:
            draft, situation = None, Situation({}, said, using, run, recent_policy(tracker))
            turn = open_journey(journey, situation)
        _count(key, turn, situation)
        later = from_slot(tracker.get_slot(LATER))
        outcome = self._outcome(key, turn, situation, dict.fromkeys(journey.slots, ""), later)
        about = Recent(said.intent, said.text, recent_policy(tracker)).as_slot()
        outcome.events += [
            SlotSet(KEY, run),
            SlotSet(SERVICE_KIND, key.partition(":")[2] or None),
            SlotSet(NOW, None),
            SlotSet(RECENT, about),
        ]
        if draft:
            outcome.events.append(SlotSet(DRAFT, None))
        return outcome

    def _outcome(
        self,
        key: str,
        turn: Turn,
        situation: Situation,
        before: dict[str, str],
        later: tuple[Waiting, ...],
    ) -> Outcome:
        journey = JOURNEYS[key].journey
        keep_draft(journey, key, turn, situation)
        if turn.outcome.startswith("handed_off:"):
            finished = replace(situation, answers=turn.answers)
            reason = turn.outcome.split(":", 1)[1]
            turn.replies += hand_off_journey(journey, finished, reason, also_wanted=[each.text for each in later])
            later = ()
        if later and turn.outcome == "ended":  # a rule was told: the next request goes on at once
            turn.replies = _without_last_question(turn.replies)
        events = write_answers(journey, before, turn.answers)
        events += [
            SlotSet(LATER, to_slot(later)),
            SlotSet(OFFER, None),
            SlotSet(MISSES, str(turn.misses)),
            SlotSet(ASKED, " ".join(turn.asked)),
            SlotSet(OUTCOME, turn.outcome or None),
            SlotSet("requested_slot", None if turn.outcome else turn.requested),
        ]
        if turn.unclear:
            events.append(SlotSet("misunderstood", "1"))
        if turn.offers_switch:
            events.append(SlotSet(CARRIED, situation.said.text))
        return Outcome(turn.replies, events)


def _count(key: str, turn: Turn, situation: Situation, before: str = "") -> None:
    """How far the run has come by this turn; `before`: the question that was open, "" when it opens. That wrongdoing is reported is
    counted nowhere: compliance alone knows of it."""
    if JOURNEYS[key].journey.restricted:
        return
    reached = "" if turn.outcome or turn.requested in (before, EDIT) else turn.requested
    facts = journey_facts(situation.said, situation.key, key, reached=reached, outcome=turn.outcome, opens=not before)
    situation.services.tally.add(facts)


def _without_last_question(replies: list[Reply]) -> list[Reply]:
    """One question at a time: what comes next asks its own."""
    return replies[:-1] if replies and replies[-1].text.endswith("？") else replies


def recent_policy(tracker: Tracker) -> str:
    """The number of the policy that the conversation was last about."""
    recent = read_recent(tracker.get_slot(RECENT))
    return recent.policy_no if recent else ""


def _remember_policy(situation: Situation, tracker: Tracker) -> list[dict[str, Any]]:
    recent, number = read_recent(tracker.get_slot(RECENT)), policy_of(situation)
    return [SlotSet(RECENT, replace(recent, policy_no=number).as_slot())] if recent and number else []


def journey_key(form: str, tracker: Tracker) -> str:
    """Which journey the active form runs."""
    return service_key(tracker.get_slot(SERVICE_KIND) or "") if form == SERVICE_FORM else form


def read_answers(journey: Journey, tracker: Tracker) -> dict[str, str]:
    """A form of its own keeps each answer in a slot; the service form, whose questions differ, keeps all in one."""
    if journey.form == SERVICE_FORM:
        return dict(json.loads(tracker.get_slot(SERVICE_ANSWERS) or "{}"))
    return {slot: tracker.get_slot(slot) for slot in journey.slots if tracker.get_slot(slot)}


def write_answers(journey: Journey, before: dict[str, str], after: dict[str, str]) -> list[dict[str, Any]]:
    """The events that make the slots say `after`."""
    if journey.form == SERVICE_FORM:
        kept = {slot: value for slot, value in after.items() if value}
        return [SlotSet(SERVICE_ANSWERS, json.dumps(kept, ensure_ascii=False))]
    changed = {slot: value for slot, value in after.items() if before.get(slot) != value}
    cleared = [slot for slot in before if slot not in after]
    return [
        *(SlotSet(slot, value or None) for slot, value in changed.items()),
        *(SlotSet(slot, None) for slot in cleared),
    ]


class SubmitJourney(TurnAction, ABC):
    """The end of a journey: writes when it was confirmed, goes to another journey when the customer chose that."""

    hears_topics = False
    what: ClassVar[str]
    offer: ClassVar[str] = "anything_else"

    @property
    @abstractmethod
    def form(self) -> str:
        """The Rasa form's name; abstract so that the SDK does not register the base itself."""

    def name(self) -> str:
        return f"action_submit_{self.what}"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        entry = JOURNEYS[journey_key(self.form, tracker)]
        ended = tracker.get_slot(OUTCOME) or ""
        events = [SlotSet(OUTCOME, None), SlotSet(KEY, None), SlotSet(MISSES, None)]
        if ended.startswith(PUT_OFF):
            events.append(self._keep(entry.journey, said, tracker))
            waits = Waiting(journey_key(self.form, tracker).partition(":")[2] or entry.journey.intent, "")
            now = Waiting(ended.removeprefix(PUT_OFF), said.text, said.entities)
            return Outcome([], [*events, *open_next(now, (waits, *from_slot(tracker.get_slot(LATER))))])
        if ended == SAVED:  # what else was wished for waits with it
            return Outcome([], [*events, self._keep(entry.journey, said, tracker)])
        if ended.startswith("switched:"):
            return Outcome([], [*events, *_switch(ended.split(":", 1)[1], said, tracker)])
        replies: list[Reply] = []
        if ended == "confirmed":
            answers, key = read_answers(entry.journey, tracker), tracker.get_slot(KEY) or ""
            situation = Situation(answers, said, using, key, recent_policy(tracker))
            replies, events = list(entry.submit(situation)), [*events, SlotSet(OFFER, self.offer)]
            forget_draft(key, using)
            events += _remember_policy(situation, tracker)
        first, *later = from_slot(tracker.get_slot(LATER)) or (None,)
        if first is None or ended.startswith("handed_off:"):
            return Outcome(replies, events)
        return Outcome(
            [*_without_last_question(replies), Reply(announce(first, later))], [*events, *open_next(first, later)]
        )

    def _keep(self, journey: Journey, said: Understood, tracker: Tracker) -> dict[str, Any]:
        """What was answered so far, for when the customer comes back to it."""
        run, answers = tracker.get_slot(KEY) or "", read_answers(journey, tracker)
        key = journey_key(self.form, tracker)
        return SlotSet(DRAFT, Draft.of(key, run, answers, said.received_at).as_slot())


def _switch(intent: str, said: Understood, tracker: Tracker) -> list[dict[str, Any]]:
    """The events that open another journey. What a typed message means was read by the journey it leaves; it tells nothing more."""
    form = form_of(KEY_OF_INTENT[intent])
    if said.chosen or form != SERVICE_FORM:
        return [FollowupAction(form)]
    return open_next(Waiting(intent, ""), from_slot(tracker.get_slot(LATER)))


def open_next(first: Waiting, later: Sequence[Waiting]) -> list[dict[str, Any]]:
    """The events that open a waiting request's journey and keep the others waiting."""
    form = form_of(KEY_OF_INTENT[first.intent])
    return [SlotSet(NOW, to_slot([first])), SlotSet(LATER, to_slot(later)), FollowupAction(form)]


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


class ValidateServiceForm(JourneyTurn):
    form = SERVICE_FORM


class ActionSubmitService(SubmitJourney):
    form = SERVICE_FORM
    what = "service"
