"""All transactions by kind and by intent."""

from __future__ import annotations

from bot.services.servicing.transaction import Transaction
from bot.services.servicing.transactions import (
    change_contact,
    change_contract,
    change_payment,
    change_personal_data,
    change_policyholder,
    pay_premium,
    reissue,
    surrender,
)

_MODULES = (
    change_contact,
    change_contract,
    change_payment,
    change_personal_data,
    change_policyholder,
    pay_premium,
    reissue,
    surrender,
)

TRANSACTIONS: dict[str, Transaction] = {module.TRANSACTION.kind: module.TRANSACTION for module in _MODULES}
KIND_OF_INTENT: dict[str, str] = {
    intent: transaction.kind for transaction in TRANSACTIONS.values() for intent in transaction.intents
}
