"""Does this message need a person at once? (business flows 0.6: crisis, fund safety, regulator, media, lawyer words.)"""

from __future__ import annotations

from collections.abc import Sequence

from bot.complaints.engine import Verdict, judge
from bot.complaints.rule import ComplaintRule, Facts
from bot.insurance.hand_off import Priority
from bot.services.understanding import Understood


def screen_message(
    rules: Sequence[ComplaintRule], said: Understood, *, age: int | None = None, failed: int = 0
) -> Verdict:
    """The verdict of all complaint and crisis rules on one message. A pressed button is our own text: no verdict."""
    if said.chosen:
        return Verdict()
    return judge(rules, Facts(text=said.text, intent=said.intent, age=age, failed_understandings=failed))


def complains(verdict: Verdict) -> bool:
    """A hand-off that is a complaint, whatever the classifier made of the message: "再不赔我就打12378" gets a number."""
    return verdict.hand_off and verdict.kind is not None and verdict.priority is not Priority.INJURY_OR_DEATH
