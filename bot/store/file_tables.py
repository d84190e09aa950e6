"""Tables of the files that customers hand in. No foreign key to a matter: a file comes before it is known for which.

Their names are of the time when claims alone had files; what is sealed in them is bound to those names.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from bot.store.schema import METADATA, JsonText, Moment
from bot.store.sealing import Sealed, SealedBytes

FILES = Table(
    "claim_files",
    METADATA,
    Column("file_no", Text, primary_key=True),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("name", Sealed("claim_files.name"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("flaws", JsonText, nullable=False),
    Column("matter_no", Text, nullable=False, index=True),
    Column("document", Text, nullable=False),
    Column("request_no", Text, nullable=False),
    Column("way", Text, nullable=False, server_default=""),
    Column("brought_by", Sealed("claim_files.brought_by"), nullable=False, server_default=""),
    Column("scanned_by", Text, nullable=False, server_default=""),
)

FILE_CONTENTS = Table(
    "claim_file_contents",
    METADATA,
    Column("file_no", Text, ForeignKey("claim_files.file_no", ondelete="CASCADE"), primary_key=True),
    Column("content", SealedBytes("claim_file_contents.content"), nullable=False),
)
