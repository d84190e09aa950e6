"""All tables at once: importing this module fills METADATA."""

from __future__ import annotations

from bot.store import (
    call_tables,
    case_tables,
    claim_record_tables,
    complaint_tables,
    contact_tables,
    conversation_tables,
    draft_tables,
    event_tables,
    fact_tables,
    file_tables,
    follow_up_tables,
    identity_tables,
    insurance_tables,
    ledger_tables,
    quality_tables,
    rating_tables,
    review_tables,
    site_customer_tables,
    staff_tables,
    task_tables,
    training_tables,
    transcript_tables,
    upkeep_tables,
)
from bot.store.schema import METADATA

MODULES = (
    call_tables, case_tables, claim_record_tables, complaint_tables, contact_tables, conversation_tables, draft_tables, event_tables, fact_tables, file_tables, follow_up_tables, identity_tables, insurance_tables, ledger_tables, quality_tables, rating_tables, review_tables, site_customer_tables, staff_tables, task_tables, training_tables, transcript_tables, upkeep_tables,
)  # fmt: skip

__all__ = ["METADATA", "MODULES"]
