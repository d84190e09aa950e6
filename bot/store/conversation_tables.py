"""Tables of the conversations: the message log, the choices that were offered, who owns a conversation."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, Table, Text, UniqueConstraint, text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import Sealed

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("conversation_id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("last_seq", Integer, nullable=False),
)

_PENDING = "sender = 'customer' AND handled_at IS NULL"

MESSAGES = Table(
    "messages",
    METADATA,
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("message_id", Text),  # the sender's id of a customer's message; NULL for ours
    Column("sender", Text, nullable=False),
    Column("text", Sealed("messages.text"), nullable=False),
    Column("choice_id", Text, nullable=False),
    Column("payload", Sealed("messages.payload"), nullable=False),
    Column("input_slot", Text),
    Column("input_kind", Text),
    Column("at", Moment, nullable=False),
    Column("handled_at", Moment),
    UniqueConstraint("conversation_id", "message_id"),
    Index(
        "ix_messages_pending",
        "conversation_id",
        "seq",
        sqlite_where=text(_PENDING),
        postgresql_where=text(_PENDING),
    ),
)

OFFERED_CHOICES = Table(
    "offered_choices",
    METADATA,
    Column("choice_id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("title", Sealed("offered_choices.title"), nullable=False),
    Column("payload", Sealed("offered_choices.payload"), nullable=False),
    UniqueConstraint("conversation_id", "seq", "position"),
    ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"]),
)

# Up to where the customer's page has shown what was said, while somebody looked at it.
SEEN_MESSAGES = Table(
    "seen_messages",
    METADATA,
    Column("conversation_id", Text, ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)

# Apart from `conversations`: a hand-off may come from a channel that keeps no message log (IVR).
OWNERSHIPS = Table(
    "ownerships",
    METADATA,
    Column("conversation_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("at", Moment, nullable=False),
    # The customer's message whose turn decided it: a turn that queued the conversation and lost its answer is known by
    # it, whatever restarts in between.
    Column("message_id", Text, nullable=False, server_default=""),
)
