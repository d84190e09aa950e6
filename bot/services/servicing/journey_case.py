"""The case that a running conversation is about."""

from __future__ import annotations

from bot.services.journeys.journey import Situation
from bot.services.servicing.transaction import POLICY, Case
from bot.services.verify_identity import current_identity


def case_of(situation: Situation) -> Case:
    """Who asks, by proof, and about which policy: only one that names the party."""
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        policy = work.policies.get(situation.get(POLICY)) if situation.get(POLICY) else None
    if policy and (party is None or not policy.roles_of(party.party_id, party.id_number)):
        policy = None
    return Case(situation, party, policy)
