"""A complaint in the middle of another journey: registered with its first sentence, like any other (F15)."""

from __future__ import annotations

from dataclasses import replace

from bot.complaints.rule import ComplaintRule
from bot.services.journeys.file_complaint import receive
from bot.services.journeys.journey import Situation
from bot.services.journeys.repeat_complaint import full_verdict
from bot.services.reply import Reply

_SERIOUS = 3


def register_beside(situation: Situation) -> Reply | None:
    """The number and the dates; None when a rule wants a person now (a crisis, the regulator, the press, fury)."""
    said = replace(situation.said, intent="file_complaint")
    complaining = replace(situation, said=said, key=f"{situation.key}:{said.message_id}:complaint")
    verdict = full_verdict(complaining)
    fired = {rule.id for rule in verdict.fired}
    if any(_wants_person_now(rule) for rule in situation.services.complaint_rules if rule.id in fired):
        return None
    _, registered = receive(complaining, verdict)
    return Reply(f"{registered.text}\n想现在就跟人谈，回“转人工”。")


def _wants_person_now(rule: ComplaintRule) -> bool:
    return rule.hand_off and (rule.kind in (None, "other") or rule.severity >= _SERIOUS)
