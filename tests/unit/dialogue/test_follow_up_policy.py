"""The policy sends a message back to the question that it answers, and keeps out of everything else."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.follow_up_policy import completes_a_question
from bot.services.follow_up import ASKED_ABOUT, Asked

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [request_invoice, request_human]
slots:
  asked_about:
    type: text
    influence_conversation: false
    mappings:
    - type: custom
actions: [action_answer]
""")
ASKED = SlotSet(ASKED_ABOUT, Asked("ask_claim_documents", "要交啥").as_slot())


def said(text: str, intent: str = "request_invoice", confidence: float = 0.72, *, chosen: bool = False) -> UserUttered:
    metadata = {"chosen": chosen}
    return UserUttered(text, intent={"name": intent, "confidence": confidence}, metadata=metadata)


def decides(*events: Event) -> bool:
    tracker = DialogueStateTracker.from_events("c1", list(events), DOMAIN.slots, domain=DOMAIN)
    return completes_a_question(tracker)


LISTEN = ActionExecuted("action_listen")


def test_the_answer_to_an_open_question_goes_back_to_it() -> None:
    assert decides(ASKED, LISTEN, said("车险的"))


@pytest.mark.parametrize(
    "events",
    [
        (LISTEN, said("车险的")),
        (ASKED, LISTEN, said("转人工", "request_human", 0.99)),
        (ASKED, LISTEN, said("/request_human", "request_human", 1.0, chosen=True)),
        (ASKED, ActiveLoop("policy_form"), LISTEN, said("车险的")),
        (ASKED, LISTEN, said("车险的"), ActionExecuted("action_answer")),
        (ASKED, SlotSet(ASKED_ABOUT, None), LISTEN, said("车险的")),
    ],
    ids=["nothing open", "own wish", "button", "in a form", "done already", "closed"],
)
def test_anything_else_is_left_to_the_rules(events: tuple[Event, ...]) -> None:
    assert not decides(*events)
