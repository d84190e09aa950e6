"""Every rule of data/complaints fires on its own `matches` and keeps still on its `rejects`."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.complaints.engine import unproven
from bot.complaints.loader import load_rules
from bot.complaints.rule import KINDS, ComplaintRule

ROOT = Path(__file__).parents[3]
RULES = load_rules(ROOT / "data" / "complaints")
MUST_HAVE = {
    "sales.deposit_misled", "sales.promised_return", "sales.hidden_surrender_loss", "sales.forged_signature",
    "sales.elderly_misled", "sales.bundled_loan", "claims.slow", "claims.denied", "claims.lowball",
    "claims.repeated_documents", "attitude.phone_unanswered", "premium.charged_without_notice",
    "premium.double_charged", "premium.auto_renewed", "surrender.obstacle", "surrender.heavy_loss",
    "attitude.rude",
    "misconduct.cash_not_booked", "misconduct.off_book_products", "misconduct.rebate", "privacy.harassment",
    "privacy.leak", "regulator_words", "media_words", "lawyer_words", "fund_safety", "anger",
    "group_complaint", "elderly_customer", "repeated_complaint", "crisis.self_harm",
    "crisis.domestic_violence",
    "crisis.minor_alone", "crisis.death", "crisis.serious_injury", "crisis.impersonation",
    "crisis.fraud_in_progress",
    "crisis.authority_enquiry", "crisis.divorce_beneficiary", "crisis.inheritance_conflict",
    "crisis.authorised_representative", "crisis.underwriting_opinion", "crisis.legal_or_tax_opinion",
    "misconduct.pushy_sale", "misconduct.no_visit", "misconduct.fake_policy", "underwriting.compulsory_motor",
    "terms.disputed", "group_complaint_five", "group_complaint_major", "major_event", "major_amount",
    "regulator_forwarded", "complaint_while_open",
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_fires_on_its_matches_and_not_on_its_rejects(rule: ComplaintRule) -> None:
    assert unproven(rule) == ()


def test_the_rules_the_house_promised_are_there() -> None:
    assert len(RULES) >= 45
    assert {rule.id for rule in RULES} >= MUST_HAVE


def test_every_kind_of_complaint_has_a_rule() -> None:
    assert {rule.kind for rule in RULES} - {None} == KINDS


def test_every_severity_has_a_rule_that_proves_it() -> None:
    assert {rule.severity for rule in RULES} == {0, 1, 2, 3}
    assert all(rule.matches and rule.rejects for rule in RULES)


def test_every_rule_says_what_backs_it_and_what_the_officer_is_to_do() -> None:
    for rule in RULES:
        assert re.search(r"第[一二三四五六七八九十百]+条|业务流程|司法解释|公司客户服务管理规定", rule.article), rule.id
        assert len(rule.reason) >= 8, rule.id


def test_every_intent_a_rule_names_is_in_the_contract() -> None:
    known = set(yaml.safe_load((ROOT / "data" / "intents.yml").read_text(encoding="utf-8"))["intents"])
    named = {intent for rule in RULES for intent in rule.conditions.intents | rule.conditions.not_intents}
    named |= {facts.intent for rule in RULES for facts in (*rule.matches, *rule.rejects) if facts.intent}
    assert named <= known


def test_no_sentence_proves_the_same_rule_twice() -> None:
    for rule in RULES:
        counted = Counter((*rule.matches, *rule.rejects))
        assert max(counted.values()) == 1, rule.id


def test_what_must_reach_a_person_always_does() -> None:
    assert all(rule.hand_off for rule in RULES if rule.id.startswith("crisis."))


def test_self_harm_words_need_no_intent() -> None:
    rule = next(rule for rule in RULES if rule.id == "crisis.self_harm")
    assert not rule.conditions.intents
    assert not rule.conditions.not_intents


def test_rule_files_stay_small_enough_to_read() -> None:
    for path in (ROOT / "data" / "complaints").glob("*.yml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, path.name
