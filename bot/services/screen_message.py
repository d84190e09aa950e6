"""Does this message need a person at once? (business flows 0.6: crisis, fund safety, regulator, media, lawyer words.)"""

from __future__ import annotations

from collections.abc import Sequence

from bot.complaints.engine import Verdict, judge
from bot.complaints.rule import ComplaintRule, Facts
from bot.services.understanding import Understood


def screen_message(
    rules: Sequence[ComplaintRule], said: Understood, *, age: int | None = None, failed: int = 0
) -> Verdict:
    """The verdict of all complaint and crisis rules on one message. A pressed button is our own text: no verdict."""
    if said.chosen:
        return Verdict()
    return judge(rules, Facts(text=said.text, intent=said.intent, age=age, failed_understandings=failed))
