"""Table of how customers of channels that must be called are reached, and what they were told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import Sealed

CONTACTS = Table(
    "contacts",
    METADATA,
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("address", Sealed("contacts.address"), nullable=False),
    Column("sent_seq", Integer, nullable=False),
    Column("texts_left", Integer, nullable=False),
    Column("until", Moment, nullable=False),
    Column("reachable", Boolean, nullable=False),
)

# Which messages a passive reply told: WeChat that did not get it asks for the same one again.
PASSIVE_REPLIES = Table(
    "passive_replies",
    METADATA,
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("after_seq", Integer, nullable=False),
    Column("up_to_seq", Integer, nullable=False),
)
