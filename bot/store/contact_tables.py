"""Table of how customers of channels that must be called are reached, and what they were told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text

from bot.store.schema import METADATA, JsonText, Moment
from bot.store.sealing import Sealed

CONTACTS = Table(
    "contacts",
    METADATA,
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("address", Sealed("contacts.address"), nullable=False),
    # Told up to this message, and so many characters of the next one to the customer.
    Column("sent_seq", Integer, nullable=False),
    Column("sent_chars", Integer, nullable=False, server_default="0"),
    # What the last message allows, and beside it what the last click or scan does.
    Column("texts_left", Integer, nullable=False),
    Column("until", Moment, nullable=False),
    Column("event_texts_left", Integer, nullable=False, server_default="0"),
    Column("event_until", Moment),
    # Of what was heard last: delivered again, it allows no more.
    Column("heard_id", Text, nullable=False, server_default=""),
    Column("reachable", Boolean, nullable=False),
)

# Which messages a passive reply told: WeChat that did not get it asks for the same one again.
PASSIVE_REPLIES = Table(
    "passive_replies",
    METADATA,
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("after_seq", Integer, nullable=False),
    Column("after_chars", Integer, nullable=False, server_default="0"),
    Column("up_to_seq", Integer, nullable=False),
    Column("up_to_chars", Integer, nullable=False, server_default="0"),
)

# With which all front desks call a channel's server, and when another one was forced from it.
ACCOUNT_TOKENS = Table(
    "account_tokens",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("value", Sealed("account_tokens.value"), nullable=False),
    Column("renew_at", Moment, nullable=False),
    Column("forced", JsonText, nullable=False),
)
