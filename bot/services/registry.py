"""All journeys by key, with what writes at their end. A form has one journey, the service form one for each transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.services.deny_access import record_refusals
from bot.services.elsewhere import CLAIM, begun_elsewhere, filed_elsewhere
from bot.services.follow_ups.wish import asks_for_follow_up
from bot.services.journeys import (
    change_beneficiary,
    file_complaint,
    give_consent,
    query_claim,
    query_complaint,
    query_policy,
    report_claim,
    withdraw_complaint,
)
from bot.services.journeys.beneficiary_ids import POLICY as BENEFICIARY_POLICY
from bot.services.journeys.journey import Journey, Situation
from bot.services.reply import Reply
from bot.services.servicing.catalogue import KIND_OF_INTENT, TRANSACTIONS, kind_of
from bot.services.servicing.journey import SERVICE_FORM, journey_of
from bot.services.servicing.submit import submitter_of
from bot.services.servicing.transaction import POLICY
from bot.services.understanding import Understood

__all__ = [
    "JOURNEYS", "KEY_OF_INTENT", "SERVICE_FORM", "SWITCH", "RegisteredJourney", "form_of", "form_of_elsewhere",
    "key_to_open", "policy_of", "service_key",
]  # fmt: skip

SWITCH = "@switch:"  # a choice that opens a journey: an intent, or the kind of a transaction that has none of its own


@dataclass(frozen=True)
class RegisteredJourney:
    journey: Journey
    write: Callable[[Situation], tuple[Reply, ...]]

    def submit(self, situation: Situation) -> tuple[Reply, ...]:
        """What its end says; what it refuses is audited."""
        replies = self.write(situation)
        record_refusals(replies, situation.said, situation.services)
        return replies


def service_key(kind: str) -> str:
    """The key of a transaction's journey."""
    return f"{SERVICE_FORM}:{kind}"


JOURNEYS: dict[str, RegisteredJourney] = {
    module.JOURNEY.form: RegisteredJourney(module.JOURNEY, module.submit)
    for module in (
        change_beneficiary,
        file_complaint,
        give_consent,
        query_claim,
        query_complaint,
        query_policy,
        report_claim,
        withdraw_complaint,
    )
} | {
    service_key(kind): RegisteredJourney(journey_of(transaction), submitter_of(transaction))
    for kind, transaction in TRANSACTIONS.items()
}
KEY_OF_INTENT: dict[str, str] = {
    entry.journey.intent: key
    for key, entry in JOURNEYS.items()
    if entry.journey.intent and not key.startswith(SERVICE_FORM)
} | {name: service_key(kind) for name, kind in (*((kind, kind) for kind in TRANSACTIONS), *KIND_OF_INTENT.items())}


def key_to_open(said: Understood, carried: str = "") -> str:
    """The journey that a message opens: the follow-up or what was filed elsewhere that its words ask for, that of a pressed SWITCH choice (`carried`: the words it was offered for), or of
    the message's own intent and words. Raises KeyError when it opens none."""
    if not said.chosen and asks_for_follow_up(said.text):
        return service_key("answer_follow_up")
    if not said.chosen and form_of_elsewhere(said.text) == SERVICE_FORM:
        return service_key("own_matters")
    name = (said.choice or "").removeprefix(SWITCH)
    text = carried if name in KEY_OF_INTENT else said.text
    name = name if name in KEY_OF_INTENT else said.intent
    return service_key(kind_of(name, text)) if name in KIND_OF_INTENT else KEY_OF_INTENT[name]


def form_of_elsewhere(text: str) -> str:
    """The form that finds what was filed or begun on another channel, "" where the words ask for nothing of the kind. A claim is
    found by the phone that it was reported with, everything else by identity."""
    if begun_elsewhere(text):
        return SERVICE_FORM
    about = filed_elsewhere(text)
    if about is None:
        return ""
    return query_claim.JOURNEY.form if about.kinds == (CLAIM,) else SERVICE_FORM


def policy_of(situation: Situation) -> str:
    """The number of the policy that a finished journey was about, "" when it was about none."""
    for slot in (POLICY, query_policy.POLICY, BENEFICIARY_POLICY):
        if situation.get(slot):
            return situation.get(slot)
    return query_policy.shown_policy(situation) if situation.get(query_policy.QUESTION) else ""


def form_of(key: str) -> str:
    """The Rasa form that runs the journey of this key."""
    return key.partition(":")[0]
