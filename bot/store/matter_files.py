"""Files that customers hand in for a claim, complaint or request; their bytes stand in a table of their own, sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.insurance.matter_file import FileKind, Flaw, MatterFile, PaperWay
from bot.store.file_tables import FILE_CONTENTS, FILES
from bot.store.rows import Row, insert_once, update_one


class SqlMatterFiles:
    """Implements bot.services.document_ports.MatterFiles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: MatterFile, content: bytes) -> None:
        insert_once(self._connection, FILES, _row(file))
        self._connection.execute(FILE_CONTENTS.insert().values(file_no=file.file_no, content=content))

    def save(self, file: MatterFile) -> None:
        """Raises RowMissingError when it was never added."""
        update_one(self._connection, FILES, {"file_no": file.file_no}, _row(file))

    def get(self, file_no: str) -> MatterFile | None:
        found = self._all(FILES.c.file_no == file_no)
        return found[0] if found else None

    def content(self, file_no: str) -> bytes | None:
        statement = select(FILE_CONTENTS.c.content).where(FILE_CONTENTS.c.file_no == file_no)
        found: bytes | None = self._connection.execute(statement).scalar()
        return found

    def of_conversation(self, conversation_id: str) -> Sequence[MatterFile]:
        return self._all(FILES.c.conversation_id == conversation_id)

    def of_matter(self, matter_no: str) -> Sequence[MatterFile]:
        return self._all(FILES.c.matter_no == matter_no) if matter_no else ()

    def forget_unused(self, before: datetime) -> int:
        unused = (FILES.c.request_no == "") & (FILES.c.received_at < before)
        return int(self._connection.execute(FILES.delete().where(unused)).rowcount)

    def _all(self, condition: Any) -> tuple[MatterFile, ...]:
        statement = select(FILES).where(condition).order_by(FILES.c.file_no)
        return tuple(_file(row) for row in self._connection.execute(statement).mappings())


def _row(file: MatterFile) -> dict[str, Any]:
    flaws, way = [flaw.value for flaw in file.flaws], file.way.value if file.way else ""
    return {**vars(file), "kind": file.kind.value, "flaws": flaws, "way": way}


def _file(row: Row) -> MatterFile:
    flaws, way = tuple(map(Flaw, row["flaws"])), PaperWay(row["way"]) if row["way"] else None
    values: dict[str, Any] = {**row, "kind": FileKind(row["kind"]), "flaws": flaws, "way": way}
    return MatterFile(**values)
