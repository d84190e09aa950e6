"""Take a file that a customer sends when asked for one, or that the desk scans: looked at, stored once, counted (business flows 0.3)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import BotError
from bot.insurance.matter_file import MAX_BYTES, MAX_NAME, FileKind, Flaw, MatterFile, kind_of
from bot.services.errors import DuplicateKeyError
from bot.services.ports import UnitOfWork
from bot.services.reply import Choice, choose
from bot.services.servicing.limits import Limits

_PREFIX = "F"
_MARK = "@file:"  # of the choice that a taken file is in the conversation
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069/\\]")


class FileRefusedError(BotError):
    """The file is not taken. `data["reason"]`: file_empty, file_too_large, file_type, file_broken or too_many_files."""

    code = "file_refused"


class UnreadableFileError(BotError):
    """The file cannot be opened as what its first bytes say."""

    code = "file_unreadable"


@dataclass(frozen=True)
class Upload:
    """A file as it came: `name` is the customer's word for it."""

    conversation_id: str
    name: str
    content: bytes
    at: datetime


@dataclass(frozen=True)
class Inspected:
    """An upload that may be stored."""

    upload: Upload
    kind: FileKind
    flaws: tuple[Flaw, ...]


def inspect_upload(upload: Upload, inspect: Callable[[bytes, FileKind], tuple[Flaw, ...]]) -> Inspected:
    """Look at a file before anything is stored; `inspect` decodes it.

    Raises:
        FileRefusedError: see there.
    """
    if not upload.content:
        raise FileRefusedError(reason="file_empty")
    if len(upload.content) > MAX_BYTES:
        raise FileRefusedError(reason="file_too_large")
    kind = kind_of(upload.content)
    if kind is None:
        raise FileRefusedError(reason="file_type")
    try:
        return Inspected(upload, kind, inspect(upload.content, kind))
    except UnreadableFileError as error:
        raise FileRefusedError(reason="file_broken") from error


def take_file(work: UnitOfWork, inspected: Inspected, limits: Limits, *, actor: str = "customer") -> MatterFile:
    """The stored file; the same bytes again are the file that this conversation has already sent. The caller commits.

    What nobody handed in within its days is forgotten on the way.

    Raises:
        FileRefusedError: too_many_files.
    """
    upload = inspected.upload
    work.files.forget_unused(upload.at - timedelta(days=limits.whole("file.kept_days")))
    digest = hashlib.sha256(upload.content).hexdigest()
    own = work.files.of_conversation(upload.conversation_id)
    same = [file for file in own if file.sha256 == digest]
    unused = [file for file in own if not file.is_handed_in]
    known = next((file for file in same if not file.is_handed_in), None)
    if known:
        return known
    if len(unused) >= limits.whole("file.most"):
        raise FileRefusedError(reason="too_many_files")
    file = MatterFile(
        file_no=work.numbers.next(_PREFIX, upload.at.date()),
        # Of one file in one hand-in: an identity card may be handed in for a second claim later.
        idempotency_key=f"{upload.conversation_id}:{digest}:{len(same)}",
        conversation_id=upload.conversation_id,
        name=clean_name(upload.name),
        kind=inspected.kind,
        size=len(upload.content),
        sha256=digest,
        received_at=upload.at,
        flaws=inspected.flaws,
    )
    try:
        work.files.add(file, upload.content)
    except DuplicateKeyError:  # the same file at the same moment
        own = work.files.of_conversation(upload.conversation_id)
        return next(each for each in own if each.idempotency_key == file.idempotency_key)
    work.audit.append(
        "file.received",
        subject=file.file_no,
        actor=actor,
        at=upload.at,
        detail={"kind": file.kind.value, "size": str(file.size), "sha256": digest},
    )
    return file


def clean_name(name: str) -> str:
    """A name without folders and characters that do not show, short enough to read."""
    shown = _NOT_IN_NAMES.sub("", name).strip(" .")
    return shown if len(shown) <= MAX_NAME else shown[: MAX_NAME - 10] + "…" + shown[-9:]


def as_choice(file: MatterFile) -> Choice:
    """What a taken file is in the conversation: a message that answers the open question."""
    return choose(f"[文件] {file.name or file.file_no}", _MARK + file.file_no)


def file_no_in(choice: str | None) -> str:
    """The number of the file that a message carries, "" for one that carries none."""
    return choice.removeprefix(_MARK) if choice and choice.startswith(_MARK) else ""
