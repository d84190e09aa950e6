"""Tables of who proved what: verifications, one-time codes, failures, consents."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from bot.store.schema import METADATA, Moment
from bot.store.sealing import Sealed

VERIFICATIONS = Table(
    "verifications",
    METADATA,
    Column("conversation_id", Text, primary_key=True),
    Column("party_id", Text, nullable=False, index=True),
    Column("phone", Sealed("verifications.phone"), nullable=False),
    Column("level", Integer, nullable=False),
    Column("valid_until", Moment, nullable=False),
)

ONE_TIME_CODES = Table(
    "one_time_codes",
    METADATA,
    Column("conversation_id", Text, primary_key=True),
    Column("sent_at", Moment, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("phone", Sealed("one_time_codes.phone"), nullable=False),
    Column("code_hash", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used", Boolean, nullable=False),
    Index("ix_one_time_codes_phone_sent_at", "phone", "sent_at"),
)

IDENTITY_FAILURES = Table(
    "identity_failures",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_identity_failures_subject_at", "subject", "at"),
)

CONSENTS = Table(
    "consents",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_consents_conversation_id_kind", "conversation_id", "kind"),
)
