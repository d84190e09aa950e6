"""The files that trainers edit agree with the contract, with the code, and with each other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.services.clarify import MEANINGS
from bot.services.registry import JOURNEYS, SERVICE_FORM, form_of
from bot.services.servicing.catalogue import KIND_OF_INTENT, TRANSACTIONS
from bot.services.servicing.request_posts import load_request_posts
from bot.services.servicing.who_may import load_who_may
from bot.text.normalise import normalise

ROOT = Path(__file__).resolve().parent.parent
CONVERSATION = {
    "greet", "goodbye", "thank", "affirm", "deny", "cancel", "correct_answer", "repeat", "bot_challenge",
    "ask_capabilities", "request_human", "request_callback", "inform", "emergency", "out_of_scope",
}  # fmt: skip
ENTITY = re.compile(r"\[([^\]]+)\]\((\w+)\)")


def load(path: Path) -> dict:  # type: ignore[type-arg]
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # type: ignore[no-any-return]


INTENTS = set(load(ROOT / "data/intents.yml")["intents"])
ENTITIES = set(load(ROOT / "data/entities.yml")["entities"])
DOMAIN = load(ROOT / "domain.yml")


def training_sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in load(path)["nlu"]:
            found.setdefault(block["intent"], []).extend(
                line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")
            )
    return found


def held_out() -> list[tuple[str, dict]]:  # type: ignore[type-arg]
    return [
        (block["intent"], case)
        for path in sorted((ROOT / "tests/nlu_cases").glob("*.yml"))
        for block in load(path)
        for case in block["cases"]
    ]


TRAINING = training_sentences()
HELD_OUT = held_out()


def bare(sentence: str) -> str:
    return re.sub(r"[\W_]", "", normalise(ENTITY.sub(r"\1", sentence)))


def test_domain_has_exactly_the_contracts_intents() -> None:
    assert {next(iter(item)) if isinstance(item, dict) else item for item in DOMAIN["intents"]} == INTENTS


def test_domain_has_the_contracts_entities_and_the_choice() -> None:
    assert set(DOMAIN["entities"]) == ENTITIES | {"choice"}


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_every_intent_has_enough_sentences_of_its_own(intent: str) -> None:
    sentences = TRAINING.get(intent, [])
    assert len(sentences) >= (25 if intent in CONVERSATION else 60), intent
    assert len({bare(sentence) for sentence in sentences}) >= 0.97 * len(sentences)


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_every_intent_has_held_out_cases(intent: str) -> None:
    assert sum(1 for name, _ in HELD_OUT if name == intent) >= 12


def test_training_and_held_out_share_no_sentence() -> None:
    trained = {bare(sentence) for sentences in TRAINING.values() for sentence in sentences}
    shared = [case["text"] for _, case in HELD_OUT if bare(case["text"]) in trained and len(bare(case["text"])) > 0]
    assert not shared


def test_no_sentence_is_trained_for_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for intent, sentences in TRAINING.items():
        for sentence in sentences:
            owners.setdefault(bare(sentence), set()).add(intent)
    owners.pop("", None)  # emoji and punctuation alone
    assert not {text: names for text, names in owners.items() if len(names) > 1}


def test_entities_in_the_data_are_the_contracts() -> None:
    used = Counter(
        name for sentences in TRAINING.values() for sentence in sentences for _, name in ENTITY.findall(sentence)
    )
    assert set(used) <= ENTITIES
    assert len(used) >= 18


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
    """A hand-off looks its post up by the journey's intent, a request by the transaction's kind: they are one."""
    for kind in load_request_posts(ROOT / "data/servicing/posts.yml"):
        assert TRANSACTIONS[kind].intents[0] == kind


def test_every_intent_leads_somewhere() -> None:
    handled = set()
    for path in (ROOT / "data/rules").glob("*.yml"):
        for rule in load(path)["rules"]:
            steps = [each for step in rule["steps"] for each in step.get("or", [step])]
            handled |= {step["intent"] for step in steps if "intent" in step}
    for path in (ROOT / "data/stories").glob("*.yml"):
        for story in load(path)["stories"]:
            handled |= {step["intent"] for step in story["steps"] if "intent" in step}
    assert handled >= INTENTS


def test_every_offered_meaning_is_an_intent() -> None:
    assert set(MEANINGS) <= INTENTS
