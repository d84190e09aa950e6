"""All journeys by form name, with what writes at their end."""

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


@dataclass(frozen=True)
class RegisteredJourney:
    journey: Journey
    submit: Callable[[Situation], tuple[Reply, ...]]


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
}
FORM_OF_INTENT = {entry.journey.intent: form for form, entry in JOURNEYS.items() if entry.journey.intent}
