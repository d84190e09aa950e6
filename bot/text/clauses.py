"""The clauses of a message as its writer parted them: by marks, and by the spaces that stand for commas on a phone."""

from __future__ import annotations

import re

_MARK = re.compile(r"[\s，。、；;！!？?,.…]+")
SHORTEST = 5  # characters; less ("怎么办") means nothing by itself
MOST = 8  # of a long story the first ones


def split_clauses(text: str) -> tuple[str, ...]:
    """Clauses of five characters and more, eight at most; none where the message is one clause."""
    pieces = [piece for piece in _MARK.split(text) if piece]
    return tuple(piece for piece in pieces if len(piece) >= SHORTEST)[:MOST] if len(pieces) > 1 else ()
