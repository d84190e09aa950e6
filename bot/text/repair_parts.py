"""What a repair is made of: values that a message names, the marker between them, and the pieces that count."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Way(Enum):
    """What replaces what."""

    DIGITS = "digits"
    VALUE = "value"
    WORDS = "words"
    TAKEN_BACK = "taken back"  # and nothing said instead


@dataclass(frozen=True)
class Value:
    """`text[start:end]` names something of that kind; entity types are kinds."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """`text[start:end]` of the message goes on as `text`; the two differ where digits were mended."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Repair:
    """`pieces` in order are the message that counts."""

    way: Way
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    waits: bool  # "等一下": a repair only where a value follows
    firm: bool  # "哦不", "不是不是": never a statement


def piece_of(text: str, start: int, end: int) -> Piece:
    return Piece(start, max(start, end), text[start : max(start, end)])


def bare_end(text: str, end: int) -> int:
    return len(text[:end].rstrip(" ，,。.、；;！!？?：:…"))
