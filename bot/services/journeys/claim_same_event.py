"""Is it an event that was already reported? Asked only of those who may know of the other report."""

from __future__ import annotations

import re

from bot.insurance.claim import Claim
from bot.services.deadlines import speak_moment
from bot.services.journeys import claim_slots as slots
from bot.services.journeys.claim_result import build_report
from bot.services.journeys.fields import EVENT_AT
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Situation
from bot.services.reply import choose
from bot.services.report_claim import may_be_told, similar_claims
from bot.services.understanding import Understood

_SAME_AFTER_ALL = re.compile(r"不是(另|新|两|别)")
_NEW = re.compile(
    r"不是|不同|不一样|另外?一|另一|别的(事|案)|两回事|两码事|两起|新的?(事故|案|一起|报)|^(是)?新的?$|重新报|无关|没关系"
)
_SAME = re.compile(r"补充|同一|一回事|一码事|就是(那|这|它)|是(它|那个|那起|的)|对的?$|^是$")


def _similar(situation: Situation) -> list[Claim]:
    """Claims that may be the same event and that this conversation may know of."""
    if not situation.get(EVENT_AT) or not situation.get(slots.PHONE):
        return []
    with situation.services.reading() as work:
        return [
            claim
            for claim in similar_claims(work, build_report(situation))
            if claim.idempotency_key != situation.key
            and may_be_told(work, claim, situation.conversation_id, situation.now)
        ]


def has_similar(situation: Situation) -> bool:
    return bool(_similar(situation))


def ask_same(situation: Situation) -> Ask:
    found = _similar(situation)[0]
    day = speak_moment(found.report.event_at, situation.now.date())
    text = f"查到已有一个相近的报案 {found.claim_no}（{day}，{found.report.place}）。这次是补充它，还是另一起新事故？"
    return Ask(text, "choice", (choose("补充这个报案", found.claim_no), choose("是新的事故", slots.NEW_EVENT)))


def read_same(said: Understood, situation: Situation) -> Reading:
    """Denial first: "不是补充，是新事故" holds both words."""
    text = said.text.strip()
    if text == slots.NEW_EVENT:
        return Accepted(slots.NEW_EVENT)
    found = [claim.claim_no for claim in _similar(situation)]
    same = Accepted(found[0] if found else slots.NEW_EVENT)
    if text in found:
        return Accepted(text)
    if re.search(r"是不是|[?？]|吗$", text):
        return NotAnAnswer()
    if _SAME_AFTER_ALL.search(text):
        return same
    if _NEW.search(text) or said.means("deny"):
        return Accepted(slots.NEW_EVENT)
    return same if _SAME.search(text) or said.means("affirm") else NotAnAnswer()


def show_same(value: str, _: Situation) -> str:
    return "另一起新事故" if value == slots.NEW_EVENT else f"补充到 {value}"
