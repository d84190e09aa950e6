"""All transactions by kind and by intent."""

from __future__ import annotations

from bot.services.servicing.transaction import Transaction
from bot.services.servicing.transactions import (
    account_help,
    agree_assessment,
    agree_settlement,
    answer_follow_up,
    book_survey,
    cancel_claim,
    cancel_loss_report,
    change_benefit_account,
    change_contact,
    change_contract,
    change_payment,
    change_personal_data,
    change_policyholder,
    change_servicer,
    claim_paper,
    claim_payee,
    collect_benefit,
    dispute_claim,
    give_feedback,
    hand_in_papers,
    message_handler,
    move_callback,
    own_matters,
    own_value_added,
    pay_premium,
    policy_loan,
    privacy_request,
    rate_service,
    reinstate,
    reissue,
    report_misconduct,
    request_callback,
    request_e_policy,
    request_invoice,
    request_roadside_service,
    sales_enquiry,
    self_check,
    stop_marketing,
    supplement_claim,
    surrender,
    verify_salesperson,
)

_MODULES = (
    account_help,
    agree_assessment,
    agree_settlement,
    answer_follow_up,
    book_survey,
    cancel_claim,
    cancel_loss_report,
    change_benefit_account,
    change_contact,
    change_contract,
    change_payment,
    change_personal_data,
    change_policyholder,
    change_servicer,
    claim_paper,
    claim_payee,
    collect_benefit,
    dispute_claim,
    give_feedback,
    hand_in_papers,
    message_handler,
    move_callback,
    own_matters,
    own_value_added,
    pay_premium,
    policy_loan,
    privacy_request,
    rate_service,
    reinstate,
    reissue,
    report_misconduct,
    request_callback,
    request_e_policy,
    request_invoice,
    request_roadside_service,
    sales_enquiry,
    self_check,
    stop_marketing,
    supplement_claim,
    surrender,
    verify_salesperson,
)
TRANSACTIONS: dict[str, Transaction] = {module.TRANSACTION.kind: module.TRANSACTION for module in _MODULES}
KIND_OF_INTENT: dict[str, str] = {
    intent: transaction.kind
    for transaction in TRANSACTIONS.values()
    if transaction.words is None
    for intent in transaction.intents
}


def kind_of(intent: str, text: str) -> str:
    """The transaction that a message asks for: its intent names it, its words where several share the intent.

    Raises KeyError for an intent of none.
    """
    told_by_words = (
        each.kind
        for each in TRANSACTIONS.values()
        if intent in each.intents and each.words is not None and each.words.search(text)
    )
    return next(told_by_words, None) or KIND_OF_INTENT[intent]
