"""Files that are handed in, and papers that are given out once, as the use cases need them kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.insurance.document_link import DocumentLink
from bot.insurance.matter_file import MatterFile


class MatterFiles(Protocol):
    def add(self, file: MatterFile, content: bytes) -> None:
        """Raises DuplicateKeyError when the idempotency key exists."""
        ...

    def save(self, file: MatterFile) -> None: ...
    def get(self, file_no: str) -> MatterFile | None: ...
    def content(self, file_no: str) -> bytes | None: ...
    def of_conversation(self, conversation_id: str) -> Sequence[MatterFile]: ...
    def of_matter(self, matter_no: str) -> Sequence[MatterFile]: ...
    def forget_unused(self, before: datetime) -> int:
        """Delete what came before that moment and was never handed in; returns how many."""
        ...


class DocumentLinks(Protocol):
    def add(self, link: DocumentLink) -> None:
        """Raises DuplicateKeyError when the token exists."""
        ...

    def get(self, token_hash: str) -> DocumentLink | None: ...
    def save(self, link: DocumentLink) -> None: ...
