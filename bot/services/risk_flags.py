"""What the claims post is told to check about a claim (E31): worked out when it looks, kept nowhere, never told to a customer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.insurance.risk_flag import FlagRule, ReportedClaim, flags_of
from bot.services.ports import UnitOfWork


def flags_for(work: UnitOfWork, claim_no: str, rules: Sequence[FlagRule]) -> tuple[FlagRule, ...]:
    """The rules that hold for the claim; none for one that is not there."""
    claim = work.claims.get(claim_no)
    if claim is None:
        return ()
    policy = work.policies.get(claim.report.policy_no) if claim.report.policy_no else None
    people = (work.parties.get(party_id) for party_id in (policy.insured_ids if policy else ()))
    names = tuple(party.name for party in people if party)
    told = ReportedClaim(claim, policy, names, lambda days: work.claim_records.reported_within(claim, days))
    return flags_of(told, rules)
