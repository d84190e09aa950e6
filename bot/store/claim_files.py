"""Files that customers hand in for a claim; their bytes stand in a table of their own, sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.insurance.claim_file import ClaimFile, FileKind, Flaw
from bot.store.file_tables import CLAIM_FILE_CONTENTS, CLAIM_FILES
from bot.store.rows import Row, insert_once, update_one


class SqlClaimFiles:
    """Implements bot.services.ports.ClaimFiles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: ClaimFile, content: bytes) -> None:
        insert_once(self._connection, CLAIM_FILES, _row(file))
        self._connection.execute(CLAIM_FILE_CONTENTS.insert().values(file_no=file.file_no, content=content))

    def save(self, file: ClaimFile) -> None:
        """Raises RowMissingError when it was never added."""
        update_one(self._connection, CLAIM_FILES, {"file_no": file.file_no}, _row(file))

    def get(self, file_no: str) -> ClaimFile | None:
        found = self._all(CLAIM_FILES.c.file_no == file_no)
        return found[0] if found else None

    def content(self, file_no: str) -> bytes | None:
        statement = select(CLAIM_FILE_CONTENTS.c.content).where(CLAIM_FILE_CONTENTS.c.file_no == file_no)
        found: bytes | None = self._connection.execute(statement).scalar()
        return found

    def of_conversation(self, conversation_id: str) -> Sequence[ClaimFile]:
        return self._all(CLAIM_FILES.c.conversation_id == conversation_id)

    def of_claim(self, claim_no: str) -> Sequence[ClaimFile]:
        return self._all(CLAIM_FILES.c.claim_no == claim_no) if claim_no else ()

    def forget_unused(self, before: datetime) -> int:
        unused = (CLAIM_FILES.c.request_no == "") & (CLAIM_FILES.c.received_at < before)
        return int(self._connection.execute(CLAIM_FILES.delete().where(unused)).rowcount)

    def _all(self, condition: Any) -> tuple[ClaimFile, ...]:
        statement = select(CLAIM_FILES).where(condition).order_by(CLAIM_FILES.c.file_no)
        return tuple(_file(row) for row in self._connection.execute(statement).mappings())


def _row(file: ClaimFile) -> dict[str, Any]:
    return {**vars(file), "kind": file.kind.value, "flaws": [flaw.value for flaw in file.flaws]}


def _file(row: Row) -> ClaimFile:
    values: dict[str, Any] = {**row, "kind": FileKind(row["kind"]), "flaws": tuple(map(Flaw, row["flaws"]))}
    return ClaimFile(**values)
