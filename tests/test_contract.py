"""The files that trainers edit agree with the code where `python -m bot validate` does not look."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.services.clarify import MEANINGS
from bot.services.registry import JOURNEYS, SERVICE_FORM, form_of
from bot.services.servicing.catalogue import KIND_OF_INTENT, TRANSACTIONS
from bot.services.servicing.request_posts import load_request_posts
from bot.services.servicing.who_may import load_who_may

ROOT = Path(__file__).resolve().parent.parent


def load(path: Path) -> dict:  # type: ignore[type-arg]
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # type: ignore[no-any-return]


INTENTS = set(load(ROOT / "data/intents.yml")["intents"])
DOMAIN = load(ROOT / "domain.yml")


def test_each_journey_is_a_form_with_its_slots_rules_and_actions() -> None:
    rules = {rule["rule"]: rule["steps"] for rule in load(ROOT / "data/rules/journeys.yml")["rules"]}
    closing = {
        step["action"]
        for steps in rules.values()
        for step in steps
        if str(step.get("action", "")).startswith("action_submit")
    }
    for key, entry in JOURNEYS.items():
        form = form_of(key)
        # Transactions share one form, which keeps all their answers in one slot.
        slots = ["service_kind", "service_answers"] if form == SERVICE_FORM else list(entry.journey.slots)
        assert DOMAIN["forms"][form]["required_slots"] == slots, form
        assert f"validate_{form}" in DOMAIN["actions"]
        assert set(slots) <= set(DOMAIN["slots"])
    assert len(closing) == len({form_of(key) for key in JOURNEYS})
    assert closing <= set(DOMAIN["actions"])


def test_each_transaction_is_reached_by_its_intents_and_is_in_the_decision_table() -> None:
    rules = load(ROOT / "data/rules/journeys.yml")["rules"]
    opening = next(rule["steps"] for rule in rules if rule["rule"] == "办理业务，开始")
    assert {step["intent"] for step in opening[0]["or"]} == set(KIND_OF_INTENT)
    assert set(KIND_OF_INTENT) <= INTENTS
    about_policies = {kind for kind, each in TRANSACTIONS.items() if each.policies is not None}
    # Every row is read: of the transactions about a policy, of a claim, of one side of a transaction.
    assert (
        about_policies | {"claim", "repay_loan", "change_beneficiary"}
        == load_who_may(ROOT / "data/servicing/who_may.yml").kinds
    )


def test_posts_are_told_of_kinds_of_requests_alone() -> None:
    assert set(load_request_posts(ROOT / "data/servicing/posts.yml")) <= set(TRANSACTIONS)


def test_every_offered_meaning_is_an_intent() -> None:
    assert set(MEANINGS) <= INTENTS
