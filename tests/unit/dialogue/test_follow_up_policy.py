"""The policy sends a message back to the question that it answers, and keeps out of everything else."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.follow_up_policy import ANSWER, SAME_OF_ANOTHER, SEVERAL, action_for
from bot.services.follow_up import ASKED_ABOUT, Asked
from bot.services.recent import Recent

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [request_invoice, request_human]
slots:
  asked_about:
    type: text
    influence_conversation: false
    mappings:
    - type: custom
  draft:
    type: text
    influence_conversation: false
    mappings:
    - type: custom
  recent:
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


def action(*events: Event) -> str:
    return action_for(DialogueStateTracker.from_events("c1", list(events), DOMAIN.slots, domain=DOMAIN))


def decides(*events: Event) -> bool:
    return action(*events) == ANSWER


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


def parts(*requests: tuple[str, str]) -> UserUttered:
    """A message of several parts, each of a clear intent."""
    text = "，".join(words for words, _ in requests)
    found, at = [], 0
    for words, intent in requests:
        found.append({"text": words, "start": at, "end": at + len(words), "intent": intent, "confidence": 0.99})
        at += len(words) + 1
    intent = {"name": requests[0][1], "confidence": 0.9}
    return UserUttered(
        text, intent=intent, parse_data={"intent": intent, "requests": found}, metadata={"chosen": False}
    )


def test_two_requests_are_planned_together_and_one_in_a_form_is_not() -> None:
    message = parts(("我要退保", "surrender_policy"), ("帮我开发票", "request_invoice"))
    assert action(LISTEN, message) == SEVERAL
    assert action(ActiveLoop("policy_form"), LISTEN, message) == ""
    assert action(LISTEN, parts(("我要退保", "surrender_policy"), ("能退多少", "surrender_policy"))) == ""


def test_the_last_question_of_another_policy_is_asked_once_more() -> None:
    recent = SlotSet("recent", Recent("query_policy", "查保单", "P1").as_slot())
    assert action(recent, LISTEN, said("那第二份呢", "inform")) == SAME_OF_ANOTHER
    assert action(LISTEN, said("那第二份呢", "inform")) == ""
    assert action(recent, LISTEN, said("我要退保", "surrender_policy")) == ""


def test_what_was_filed_or_begun_elsewhere_is_looked_for_whatever_the_words_sound_like() -> None:
    assert action(LISTEN, said("我在微信上申请的改手机号，办好了吗", "change_contact", 0.99)) == "service_form"
    assert action(LISTEN, said("刚才电话里报的案", "nlu_fallback")) == "claim_status_form"
    assert action(LISTEN, said("刚才电话里报案说到一半断了", "report_claim")) == "service_form"
    assert action(LISTEN, said("微信上能改手机号吗", "change_contact", 0.99)) == ""
    in_a_form = (ActiveLoop("policy_form"), LISTEN, said("刚才打电话投诉的那个怎么样了"))
    assert action(*in_a_form) == ""


def test_what_was_saved_here_goes_on_here() -> None:
    saved = SlotSet("draft", "[]")
    assert action(saved, LISTEN, said("接着刚才没填完的")) == "action_resume_draft"
    assert action(saved, LISTEN, said("电话里没填完的接着填")) == "service_form"
