"""The claims post's rules are whole as they are delivered, and refused where they are not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bot.insurance.approval import Level, needs_second
from bot.insurance.policy import LineOfBusiness
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.insurance.staff import POSTS, Role, Staff
from bot.services.claim_rules import (
    ClaimRulesError,
    load_approval,
    load_claim_rules,
    load_command,
    load_flags,
    load_points,
)
from bot.settings import ROOT
from tests.fakes import START

RULES = load_claim_rules(ROOT / "data" / "claims")


def made(decision: Decision, yuan: str = "0") -> Settlement:
    lines = () if decision is Decision.DENY else (AmountLine("损失", Decimal(yuan)),)
    return Settlement(decision, lines, "第五条", "合同约定", START, "agent:desk")


@pytest.mark.parametrize(
    ("decision", "yuan", "line", "level"),
    [
        (Decision.PAY, "5000", LineOfBusiness.MOTOR, Level.CLAIMS),
        (Decision.PAY, "5000.01", LineOfBusiness.MOTOR, Level.SECOND_CLAIMS),
        (Decision.PAY, "5000", LineOfBusiness.PROPERTY, Level.SECOND_CLAIMS),
        (Decision.PAY, "100000.01", LineOfBusiness.LIFE, Level.MANAGER),
        (Decision.PART, "0.01", LineOfBusiness.MOTOR, Level.SECOND_CLAIMS),
        (Decision.PART, "5000.01", LineOfBusiness.MOTOR, Level.MANAGER),
        (Decision.DENY, "0", LineOfBusiness.MOTOR, Level.MANAGER),
    ],
)
def test_the_first_row_that_fits_says_who_approves(decision, yuan, line, level):
    assert RULES.approval.level(line, made(decision, yuan)) is level


def test_every_decision_of_every_line_has_a_level():
    for line in LineOfBusiness:
        for decision in Decision:
            assert RULES.approval.level(line, made(decision, "99999999")) is Level.MANAGER


def test_a_denial_needs_a_second_person_whoever_made_it():
    assert needs_second(Decision.DENY, Level.MANAGER, Level.MANAGER)
    assert not needs_second(Decision.PAY, Level.MANAGER, Level.MANAGER)
    assert needs_second(Decision.PAY, Level.SECOND_CLAIMS, Level.CLAIMS)


def test_levels_are_met_by_roles_at_the_claims_post_alone():
    claims = Staff("1", frozenset({Role.CLAIMS}), frozenset({"理赔"}))
    elsewhere = Staff("2", frozenset({Role.CLAIMS}), frozenset({"保全"}))
    manager = Staff("3", frozenset({Role.MANAGER}), frozenset(POSTS))
    assert [Level.SECOND_CLAIMS.is_met_by(one) for one in (claims, elsewhere, manager)] == [True, False, True]
    assert [Level.MANAGER.is_met_by(one) for one in (claims, elsewhere, manager)] == [False, False, True]


_ROW = "  - {{decision: {0}, level: manager{1}}}\n"
_ALL = "".join(_ROW.format(one.value, "") for one in Decision)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("approval:\n  - {decision: pay, level: boss}\n" + _ALL, "level"),
        ("approval:\n  - {decision: maybe, level: manager}\n" + _ALL, "decision"),
        ("approval:\n  - {decision: deny, level: claims}\n" + _ALL, "level"),
        ('approval:\n  - {decision: deny, level: manager, up_to: "5"}\n' + _ALL, "up_to"),
        ('approval:\n  - {decision: pay, level: manager, up_to: "-5"}\n' + _ALL, "up_to"),
        ('approval:\n  - {decision: pay, level: manager, up_to: "NaN"}\n' + _ALL, "up_to"),
        ("approval:\n  - {decision: pay, level: manager, lines: [boats]}\n" + _ALL, "lines"),
        ("approval:\n" + _ALL + '  - {decision: pay, level: claims, up_to: "9"}\n', "decision"),
        ("approval:\n" + _ROW.format("pay", "") + _ROW.format("deny", ""), "approval"),
        ("approval:\n  - {decision: pay, level: manager, amount: 5}\n" + _ALL, "amount"),
        ("rules: []\n", "rules"),
    ],
)
def test_a_matrix_that_is_not_whole_is_refused_with_its_place(tmp_path: Path, text: str, key: str):
    path = tmp_path / "approval.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimRulesError) as caught:
        load_approval(path)
    assert caught.value.data["key"] == key
    assert caught.value.code == "claim_rules_invalid"


def test_the_review_has_its_eight_points(tmp_path: Path):
    assert len({point.id for point in RULES.points}) == 8
    path = tmp_path / "document_review.yml"
    path.write_text("points:\n  - {id: a, name: 甲, look_at: 看, source: 公司}\n", encoding="utf-8")
    with pytest.raises(ClaimRulesError):
        load_points(path)


_FLAG = "risk_flags:\n  - {{id: a, kind: {0}, name: {1}, check: 核对, source: 公司{2}}}\n"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (_FLAG.format("late_report", "报案晚", ""), "kind"),
        (_FLAG.format("late_report", "报案晚", ", days: 0"), "days"),
        (_FLAG.format("plate_differs", "车牌", ", days: 3"), "kind"),
        (_FLAG.format("guess", "猜", ""), "kind"),
        (_FLAG.format("plate_differs", "涉嫌骗保", ""), "name"),
    ],
)
def test_a_flag_says_what_to_check_and_accuses_nobody(tmp_path: Path, text: str, key: str):
    path = tmp_path / "risk_flags.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimRulesError) as caught:
        load_flags(path)
    assert caught.value.data["key"] == key


def test_the_contact_tree_hangs_together(tmp_path: Path):
    assert RULES.command[0].under == ""
    path = tmp_path / "command.yml"
    entry = "command:\n  - {id: a, name: 甲, under: b, duty: 事, post: '', person: '', phone: ''}\n"
    path.write_text(entry, encoding="utf-8")
    with pytest.raises(ClaimRulesError):
        load_command(path)
