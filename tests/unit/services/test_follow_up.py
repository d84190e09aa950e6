"""Which short messages complete a question of ours, and which start something of their own."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.services.follow_up import Asked, complete, is_follow_up, read_asked
from bot.services.understanding import Entity, Understood

DOCUMENTS = Asked("ask_claim_documents", "理赔要准备啥")


def said(text: str, intent: str = "nlu_fallback", confidence: float = 0.5, *entities: Entity) -> Understood:
    return Understood("c1", "m1", datetime(2026, 11, 23, 9, 0), "web", text, intent, confidence, entities=entities)


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("住院", "nlu_fallback", 0.6),
        ("车险的", "request_invoice", 0.72),
        ("那住院呢", "deny", 0.63),
        ("重疾。", "ask_product", 0.7),
        ("身故", "ask_claim_process", 0.9),
        ("是意外险", "inform", 0.9),
        ("宠物的", "nlu_fallback", 0.7),
    ],
)
def test_a_bare_thing_completes_the_question_whatever_it_looks_like_alone(
    text: str, intent: str, confidence: float
) -> None:
    assert is_follow_up(DOCUMENTS, said(text, intent, confidence))


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("转人工", "request_human", 0.99),
        ("谢谢", "thank", 0.99),
        ("算了", "cancel", 0.9),
        ("好的", "affirm", 0.99),
        ("车险怎么退", "surrender_policy", 0.55),
        ("我要报案", "report_claim", 0.99),
        ("我想改一下受益人", "change_beneficiary", 0.9),
        ("早上在环岛那里跟一辆面包车碰了一下人没事", "report_claim", 0.9),
        ("再见", "goodbye", 0.4),
        ("", "nlu_fallback", 0.0),
    ],
)
def test_a_wish_of_its_own_starts_anew(text: str, intent: str, confidence: float) -> None:
    assert not is_follow_up(DOCUMENTS, said(text, intent, confidence))


def test_a_registration_number_completes_the_question_about_a_salesperson() -> None:
    number = "0200 0110 1058 0020 0000 0001"
    assert is_follow_up(Asked("verify_salesperson", "这人是你们的吗"), said(number, "inform", 0.99))
    assert not is_follow_up(DOCUMENTS, said(number, "inform", 0.99))


def test_the_question_is_asked_again_with_the_words_that_were_missing() -> None:
    whole = complete(
        DOCUMENTS, said("车险的", "request_invoice", 0.72, Entity("line_of_business", "车险", "motor", 0, 2))
    )
    assert (whole.text, whole.intent) == ("理赔要准备啥 车险的", "ask_claim_documents")
    line = whole.entities[0]
    assert whole.text[line.start : line.end] == "车险"


def test_what_was_asked_survives_the_slot() -> None:
    assert read_asked(DOCUMENTS.as_slot()) == DOCUMENTS
    assert read_asked(None) is None
    assert read_asked("") is None
