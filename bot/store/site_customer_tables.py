"""Table of customers whom a site with our widget has named: which conversation is theirs."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from bot.store.schema import METADATA, Moment

SITE_CUSTOMERS = Table(
    "site_customers",
    METADATA,
    Column("customer_key", Text, primary_key=True),  # a keyed digest
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), nullable=False, unique=True),
    Column("generation", Integer, nullable=False),  # of tokens: one more at every logout
    Column("left_at", Moment, nullable=True),  # statements signed before that are used up
)
