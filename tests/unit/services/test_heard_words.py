"""What was heard is used for words, and never outlives the text that it was heard in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import pytest

from actions.turn import read_turn
from bot.complaints.heard import heard_terms
from bot.services.load_knowledge import load_knowledge
from bot.services.understanding import Request, Understood
from bot.settings import ROOT

TEXT, HEARD = "我要退包，礼赔到哪一步", "我要退保，理赔到哪一步"
SAID = Understood("c", "m", datetime(2026, 11, 23, 9), "web", TEXT, "query_claim", 0.9, heard=HEARD)


def test_words_are_what_was_heard_and_the_text_stays() -> None:
    assert (SAID.text, SAID.words) == (TEXT, HEARD)
    assert replace(SAID, heard="").words == TEXT


def test_a_part_has_its_part_of_what_was_heard() -> None:
    part = SAID.part(Request("礼赔到哪一步", 5, 11, "query_claim", 0.9))
    assert (part.text, part.words) == ("礼赔到哪一步", "理赔到哪一步")


@pytest.mark.parametrize("text", ["退包", "我的车险还差什么材料啊", "我要退包，快点给我办好吧"])
def test_another_text_has_other_words(text: str) -> None:
    assert replace(SAID, text=text).words == text


@pytest.mark.parametrize(("chosen", "heard"), [(False, HEARD), (True, "")])
def test_an_action_reads_it_from_the_tracker_but_for_a_button(chosen: bool, heard: str) -> None:
    stamps = {"message_id": "m", "received_at": "2026-11-23T09:00:00+08:00", "channel": "web", "chosen": chosen}
    tracker = SimpleNamespace(sender_id="c", latest_message={"text": TEXT, "heard": HEARD, "metadata": stamps})
    assert read_turn(tracker).heard == heard


@pytest.mark.parametrize("asked", ["啥叫由于期", "免培额啥意思", "代未求偿是啥", "巨赔是啥意思"])
def test_the_knowledge_answers_what_was_heard(asked: str) -> None:
    knowledge = load_knowledge(ROOT / "data" / "knowledge")
    said = Understood("c", "m", datetime(2026, 11, 23, 9), "web", asked, "ask_term", 0.9)
    heard = heard_terms().correct(asked)
    answers = knowledge.find(replace(said, text=heard))
    assert answers
    assert knowledge.find(replace(said, heard=heard)) == answers
