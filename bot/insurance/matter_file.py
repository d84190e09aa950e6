"""A photo or document that a customer hands in for a claim, a complaint or a request (business flows 0.3 and F03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

MAX_BYTES = 10 * 1024 * 1024  # of one file (business flows 0.3)
MAX_NAME = 100  # characters


class FileKind(str, Enum):
    """What a file is by its first bytes; the name that it was sent under says nothing."""

    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        return "application/pdf" if self is FileKind.PDF else f"image/{self.value}"

    @property
    def extension(self) -> str:
        return "jpg" if self is FileKind.JPEG else self.value


class Flaw(str, Enum):
    """Why a photo may not be readable."""

    SMALL = "small"
    DARK = "dark"
    BLURRED = "blurred"

    @property
    def zh(self) -> str:
        return {"small": "太小，字看不清", "dark": "太暗", "blurred": "有点糊"}[self.value]


class PaperWay(str, Enum):
    """How a paper came that no conversation brought."""

    COUNTER = "counter"
    LETTER = "letter"
    VISIT = "visit"

    @property
    def zh(self) -> str:
        return {"counter": "柜台", "letter": "信函", "visit": "上门"}[self.value]


_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def kind_of(content: bytes) -> FileKind | None:
    """By magic bytes; None for everything that is not taken.

    Sources: JFIF and PNG (RFC 2083) signatures, ISO/IEC 14496-12 `ftyp` with the brands of ISO/IEC 23008-12, PDF 32000.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return FileKind.HEIC
    return FileKind.PDF if content.startswith(b"%PDF-") else None


@dataclass(frozen=True)
class MatterFile:
    """What is known of a file; its bytes are read apart. Until a request hands it in, `matter_no` (C, T or S),
    `document` and `request_no` are empty. `way`, `brought_by` (in the words of who took it in) and `scanned_by` (an account) are of
    papers that came otherwise; None and "" for what a conversation brought."""

    file_no: str
    idempotency_key: str
    conversation_id: str
    name: str  # as the customer's device calls it
    kind: FileKind
    size: int  # bytes
    sha256: str
    received_at: datetime
    flaws: tuple[Flaw, ...] = ()
    matter_no: str = ""
    document: str = ""  # which of the papers asked for
    request_no: str = ""
    way: PaperWay | None = None
    brought_by: str = ""
    scanned_by: str = ""

    @property
    def is_handed_in(self) -> bool:
        return bool(self.request_no)
