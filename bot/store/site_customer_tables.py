"""Tables of customers whom a site with our widget has named: which conversation is theirs, and what named them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from bot.store.schema import METADATA, Moment

SITE_CUSTOMERS = Table(
    "site_customers",
    METADATA,
    Column("customer_key", Text, primary_key=True),  # a keyed digest
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), nullable=False, unique=True),
    Column("generation", Integer, nullable=False),  # of tokens: one more at every logout
    Column("left_at", Moment, nullable=True),  # by the site's clock: statements signed before that second are used up
)

# What the sites signed and we have seen, until it is out of date by itself.
SITE_STATEMENTS = Table(
    "site_statements",
    METADATA,
    Column("statement", Text, primary_key=True),  # a digest
    Column("customer_key", Text, nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended", Boolean, nullable=False),  # by a logout
    Index("ix_site_statements_customer_key", "customer_key"),
)
