"""A message whose meaning is in doubt is judged by its likely meanings, and by none that is hardly likely."""

from __future__ import annotations

import pytest

from bot.complaints.loader import load_rules
from bot.complaints.rule import Facts
from bot.services.screen_message import DOUBT, judge_doubtful
from bot.settings import ROOT

RULES = load_rules(ROOT / "data" / "complaints")


@pytest.mark.parametrize(("probability", "hands_off"), [(0.05, False), (0.3, True)])
def test_a_guess_of_a_few_percent_is_no_emergency(probability: float, hands_off: bool) -> None:
    ranking = ((DOUBT, 0.7), ("inform", 0.35), ("ask_branch", 0.3), ("emergency", probability))
    assert judge_doubtful(RULES, Facts("我在青岛", DOUBT), ranking).hand_off is hands_off
