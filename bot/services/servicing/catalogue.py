"""All transactions by kind and by intent."""

from __future__ import annotations

from bot.services.servicing.transaction import Transaction
from bot.services.servicing.transactions import (
    change_contact,
    collect_benefit,
    policy_loan,
    reinstate,
    reissue,
    request_e_policy,
    request_invoice,
    surrender,
)

TRANSACTIONS: dict[str, Transaction] = {
    module.TRANSACTION.kind: module.TRANSACTION
    for module in (
        change_contact,
        collect_benefit,
        policy_loan,
        reinstate,
        reissue,
        request_e_policy,
        request_invoice,
        surrender,
    )
}
KIND_OF_INTENT: dict[str, str] = {
    intent: transaction.kind for transaction in TRANSACTIONS.values() for intent in transaction.intents
}
