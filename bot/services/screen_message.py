"""Does this message need a person at once? (business flows 0.6: crisis, fund safety, regulator, media, lawyer words.)

Rules judge words, and facts that only the store knows: `known_of` reads those for whoever may ask the store.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.complaints.engine import Verdict, judge
from bot.complaints.rule import ComplaintRule, Facts
from bot.insurance.hand_off import Priority
from bot.services.ports import UnitOfWork
from bot.services.understanding import DOUBT, Understood
from bot.services.verify_identity import current_identity
from bot.services.wish_to_complain import denies_complaining
from bot.text.amounts import largest_amount
from bot.text.complainants import count_complainants


@dataclass(frozen=True)
class Known:
    """What the store knows of who is talking: `age` of the proven person, `prior_open` an open complaint of theirs."""

    age: int | None = None
    prior_open: bool = False


NOTHING_KNOWN = Known()
_COMPLAINS = re.compile(r"(?<!不)(?<!没)(?:要|我|来|必须|就|去)投诉")
LIKELY, LEAST_LIKELY = 3, 0.1  # intents of a doubtful message that are tried, and the least probability of one


def screen_message(
    rules: Sequence[ComplaintRule], said: Understood, *, known: Known = NOTHING_KNOWN, failed: int = 0
) -> Verdict:
    """The verdict of all complaint and crisis rules on one message. A pressed button is our own text: no verdict.

    `failed` counts the messages in a row, this one included, that were not understood.
    """
    if said.chosen:
        return Verdict()
    facts = Facts(
        text=said.text,
        intent=said.intent,
        age=known.age,
        joint_count=count_complainants(said.text),
        prior_open=known.prior_open,
        failed_understandings=failed,
        amount=largest_amount(said.text),
    )
    return judge_doubtful(rules, facts, said.ranking)


def judge_doubtful(rules: Sequence[ComplaintRule], facts: Facts, ranking: Sequence[tuple[str, float]]) -> Verdict:
    """The verdict; where the classifier was in doubt, as if the message had one of its likely intents: rules on words of
    anger or abuse must not wait for a better guess. `ranking`: intents with their probabilities, best first; a guess of
    a few percent ("我在青岛" as an emergency) is no sign of anything."""
    verdict = judge(rules, facts)
    if facts.intent != DOUBT:
        return verdict
    likely = [intent for intent, probability in ranking if intent != DOUBT and probability >= LEAST_LIKELY][:LIKELY]
    verdicts = [verdict, *(judge(rules, replace(facts, intent=intent)) for intent in likely)]
    # A lesser rule ("old", "asks for a verdict") must not keep the danger of the same words from being seen.
    return min((each for each in verdicts if each.hand_off), key=lambda each: each.priority, default=verdict)


def known_of(work: UnitOfWork, conversation_id: str, now: datetime) -> Known:
    """Age and open complaints of the conversation, of its proven person, or of its proven phone."""
    identity = current_identity(work, conversation_id, now)
    mine = (
        *work.complaints.of_conversation(conversation_id),
        *(work.complaints.of_party(identity.party.party_id) if identity.party else ()),
        *work.complaints.of_phone(identity.phone),
    )
    return Known(
        age=identity.party.age_on(now.date()) if identity.party else None,
        prior_open=any(complaint.is_open for complaint in mine),
    )


def complains(verdict: Verdict) -> bool:
    """A hand-off that is a complaint, whatever the classifier made of the message: "再不赔我就打12378" gets a number."""
    return verdict.complaint and verdict.priority is not Priority.INJURY_OR_DEATH


def complaint_beside_crisis(rules: Sequence[ComplaintRule], said: Understood) -> Verdict | None:
    """Of a message that goes to a person as a crisis: what it complains of besides ("我爸去世了，我要投诉你们不赔"), which is
    registered all the same (投诉办法 art 14, 18); None when it complains of nothing."""
    if denies_complaining(said.words):
        return None
    calmer = [rule for rule in rules if rule.priority is not Priority.INJURY_OR_DEATH]
    verdict = screen_message(calmer, said)
    complains_so = verdict.complaint or (said.intent == "file_complaint" and not said.chosen)
    return verdict if complains_so or _COMPLAINS.search(said.words) else None
