"""All journeys by key, with what writes at their end. A form has one journey, the service form one for each transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
from bot.services.journeys.journey import Journey, Situation
from bot.services.reply import Reply
from bot.services.servicing.catalogue import KIND_OF_INTENT, TRANSACTIONS
from bot.services.servicing.journey import SERVICE_FORM, journey_of, submitter_of

__all__ = ["JOURNEYS", "KEY_OF_INTENT", "SERVICE_FORM", "RegisteredJourney", "form_of", "service_key"]


@dataclass(frozen=True)
class RegisteredJourney:
    journey: Journey
    submit: Callable[[Situation], tuple[Reply, ...]]


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
} | {intent: service_key(kind) for intent, kind in KIND_OF_INTENT.items()}


def form_of(key: str) -> str:
    """The Rasa form that runs the journey of this key."""
    return key.partition(":")[0]
