"""Proving who one is, and reading what was stored, for the tests of the servicing transactions."""

from __future__ import annotations

from dataclasses import replace

from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.store.demo_people import HOUSEHOLD, NAMED_CUSTOMERS
from tests.talk import Talk

CUSTOMERS = {each.name: each for each in (*NAMED_CUSTOMERS, *HOUSEHOLD)}


def prove(talk: Talk, name: str) -> str:
    """Answer the identity questions; returns what was said then."""
    person = CUSTOMERS[name]
    for slot, answer in (("name", name), ("id_number", person.id_number)):
        assert talk.requested == slot, talk.text
        talk.say(answer)
    return talk.say(talk.code_of(person.phone))


def check_person(talk: Talk, name: str) -> None:
    """Answer the real-person check."""
    assert talk.requested == "person_check", talk.text
    talk.say(talk.code_of(CUSTOMERS[name].phone))


def filed(work: UnitOfWork, conversation_id: str) -> tuple[ServiceRequest, ...]:
    """What was asked for in it. Not the call that the post owes who wanted a person while nobody was there: whether there is one
    depends on the hour at which the test runs."""
    found = work.requests.of_conversation(conversation_id)
    return tuple(each for each in found if not each.idempotency_key.startswith("night:"))


def stored(talk: Talk) -> tuple[ServiceRequest, ...]:
    with talk.services.reading() as work:
        return tuple(filed(work, talk.conversation_id))


def close_requests_on_value(unit_of_work: UnitOfWorkFactory) -> None:
    """What earlier tests asked for on a policy's value is done: an open one would rule out the next."""
    with unit_of_work() as work:
        for kind in ("policy_loan", "surrender_policy", "change_contract"):
            for request in work.requests.open_of_kind(kind):
                work.requests.save(replace(request, status=RequestStatus.DONE))
        work.commit()


def keep_as_only_claim(talk: Talk, claim: Claim) -> Claim:
    """Store it; the claimant's other ones, of a store that tests share, are withdrawn, so that nobody is asked which."""
    with talk.services.unit_of_work() as work:
        for old in work.claims.of_party(claim.claimant_party_id):
            work.claims.save(replace(old, stage=ClaimStage.WITHDRAWN, settlement=None))
        work.claims.add(claim)
        work.commit()
    return claim


def claim_now(talk: Talk, number: str) -> Claim:
    with talk.services.reading() as work:
        claim = work.claims.get(number)
    assert claim is not None
    return claim
