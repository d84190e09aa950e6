"""First the person: who asks about cover while something burns hears whom to call, and then the answer.

Rules of data/complaints send what is plainly a crisis to a person. This is the net under them: one sentence before whatever
the assistant answers, each kind once, and again only when half a day has passed (a WeChat conversation lasts for years).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.insurance.hand_off import Priority
from bot.services.assistant import AssistantServices
from bot.services.reply import Reply
from bot.services.screen_message import screen_message
from bot.services.understanding import Understood

AGAIN_AFTER = timedelta(hours=12)
OPENING = 60  # characters; a number further on ("先报 119，留消防认定书") is advice on the claim


@dataclass(frozen=True)
class SafetyLine:
    """`told`: all that the conversation was told, for the slot."""

    reply: Reply
    told: str


def put_safety_first(
    said: Understood, replies: Sequence[Reply], using: AssistantServices, *, before: Sequence[str], told: str
) -> SafetyLine | None:
    """The sentence for the danger in `said`. None without one, where a crisis rule speaks, where the replies begin with whom
    to call or the texts of `before` gave the number, and where the conversation was told (`told`, as this gave it)."""
    dangers = using.danger_words.dangers(said.text, said.alarm) if said.text and replies else ()
    if not dangers:
        return None
    verdict = screen_message(using.complaint_rules, said)
    if verdict.hand_off and verdict.priority is Priority.INJURY_OR_DEATH:
        return None
    fresh = _still_fresh(told, said.received_at)
    heard = "\n".join((*before, replies[0].text[:OPENING]))
    kind = next((each for each in dangers if each.id not in fresh and not each.is_said_in(heard)), None)
    if kind is None:
        return None
    fresh[kind.id] = said.received_at
    return SafetyLine(Reply(kind.say), " ".join(f"{name}={at.isoformat()}" for name, at in fresh.items()))


def _still_fresh(told: str, now: datetime) -> dict[str, datetime]:
    pairs = (each.partition("=") for each in told.split())
    at = {name: datetime.fromisoformat(moment) for name, _, moment in pairs if moment}
    return {name: moment for name, moment in at.items() if now - moment < AGAIN_AFTER}
