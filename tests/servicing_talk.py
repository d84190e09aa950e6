"""Proving who one is, and reading what was stored, for the tests of the servicing transactions."""

from __future__ import annotations

from bot.insurance.service_request import ServiceRequest
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.talk import Talk

CUSTOMERS = {each.name: each for each in NAMED_CUSTOMERS}


def prove(talk: Talk, name: str) -> None:
    """Answer the identity questions."""
    person = CUSTOMERS[name]
    for slot, answer in (("name", name), ("id_number", person.id_number)):
        assert talk.requested == slot, talk.text
        talk.say(answer)
    talk.say(talk.code_of(person.phone))


def check_person(talk: Talk, name: str) -> None:
    """Answer the real-person check."""
    assert talk.requested == "person_check", talk.text
    talk.say(talk.code_of(CUSTOMERS[name].phone))


def stored(talk: Talk) -> tuple[ServiceRequest, ...]:
    with talk.services.reading() as work:
        return tuple(work.requests.of_conversation(talk.conversation_id))
