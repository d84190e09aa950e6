"""What a message's words decide by themselves, before any classifier's guess is followed. No Rasa here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.complaints.engine import Verdict
from bot.complaints.rule import ComplaintRule, Facts
from bot.insurance.hand_off import Priority
from bot.services.danger_words import DangerWords
from bot.services.follow_ups.wish import asks_for_follow_up
from bot.services.journeys.claim_injuries import answers_who_is_hurt
from bot.services.journeys.give_consent import find_code
from bot.services.refuse_consent import refuses_change
from bot.services.screen_message import complains, judge_doubtful
from bot.text.amounts import largest_amount
from bot.text.complainants import count_complainants

ACTION, CONSENT_FORM, COMPLAINT_FORM = "action_escalate", "consent_form", "complaint_form"
SERVICE_FORM, CLARIFY = "service_form", "action_clarify"
# A complaint is registered before it is handed over, a report of wrongdoing goes to its own restricted queue; only a
# crisis goes past their forms. Who is being asked to pay ("冒充客服让我转钱") has no time for a report.
_OWN_WAY = {"file_complaint", "report_misconduct"}
_REPORTS, _ASKED_TO_PAY = re.compile(r"举报|检举|揭发|匿名|实名|反映"), re.compile(r"[让叫喊催](?:我|俺|咱)|冒充")
# Answered with a text of the domain, before which no action can put a sentence of safety (bot.services.safety_first).
_SMALL_TALK = {"greet", "thank", "cancel", "correct_answer", "bot_challenge"}


@dataclass(frozen=True)
class Said:
    """A message as the classifier sees it, and what was going on: the form that asks (None for none) and the slot it asks for."""

    text: str
    intent: str | None
    ranking: Sequence[tuple[str, float]] = ()
    loop: str | None = None
    requested: str = ""


def verdict_of(rules: Sequence[ComplaintRule], said: Said) -> Verdict:
    """Words only: what the store knows is judged by the action server, where the complaint is taken."""
    calm = answers_who_is_hurt(said.requested, said.text)
    facts = Facts(
        said.text,
        "inform" if calm else said.intent,
        joint_count=count_complainants(said.text),
        amount=largest_amount(said.text),
    )
    return judge_doubtful(rules, facts, said.ranking)


def decide(rules: Sequence[ComplaintRule], danger_words: DangerWords, said: Said) -> str:
    """The action or form that the words alone lead to; "" where they lead nowhere."""
    if said.loop is None and (find_code(said.text) or refuses_change(said.text)):
        return CONSENT_FORM
    if said.loop is None and asks_for_follow_up(said.text):
        return SERVICE_FORM
    verdict = verdict_of(rules, said)
    if not verdict.hand_off:
        small_talk = said.loop is None and said.intent in _SMALL_TALK
        return CLARIFY if small_talk and danger_words.dangers(said.text) else ""
    complaining = said.intent in _OWN_WAY or said.loop == COMPLAINT_FORM
    if verdict.priority is Priority.FUND_SAFETY and said.intent == "report_misconduct":
        asked = _ASKED_TO_PAY.search(said.text) and not _REPORTS.search(said.text)
        complaining = said.loop is not None or not asked
    if complaining and verdict.priority is not Priority.INJURY_OR_DEATH:
        return ""
    return COMPLAINT_FORM if complains(verdict) and said.loop is None else ACTION
