"""Requests about a policy that are still being worked on: what they take from its value is not there a second time."""

from __future__ import annotations

from collections.abc import Iterable

from bot.insurance.service_request import ServiceRequest
from bot.services.servicing.transaction import Case

_REDUCES = ("减保", "减额缴清", "展期")


def open_requests(case: Case, *kinds: str) -> Iterable[ServiceRequest]:
    """Those of `kinds` that this customer has made about this policy, newest first."""
    if case.party is None or case.policy is None:
        return ()
    with case.situation.services.reading() as work:
        requests = work.requests.of_party(case.party.party_id)
    number = case.policy.policy_no
    return tuple(one for one in requests if one.kind in kinds and one.policy_no == number and one.status.is_open)


def takes_from_value(case: Case) -> ServiceRequest | None:
    """A loan or a reduction that is being worked on: paid out, it lowers what the policy is worth."""
    loans = (one for one in open_requests(case, "policy_loan") if ("办理", "借款") in one.fields)
    changes = open_requests(case, "change_contract")
    reductions = (one for one in changes if any(value.startswith(_REDUCES) for _, value in one.fields))
    return next(iter((*loans, *reductions)), None)
