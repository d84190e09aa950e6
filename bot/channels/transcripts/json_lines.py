"""JSON whose objects and lists know the line they begin on, to name the place of a flaw. Slow: for a file that was refused already."""

from __future__ import annotations

import json
from bisect import bisect_right
from json import decoder, scanner
from typing import Any


class LinedObject(dict[str, Any]):
    """A JSON object; `line` counts from 1."""

    line = 0


class LinedList(list[Any]):
    """A JSON list; `line` counts from 1."""

    line = 0


def read_with_lines(text: str) -> Any:
    """What `json.loads` gives. Raises RecursionError earlier than that does."""
    return _LineDecoder(text).decode(text)


def line_of(holder: object) -> int:
    """0 for what does not know its line."""
    return holder.line if isinstance(holder, (LinedObject, LinedList)) else 0


class _LineDecoder(json.JSONDecoder):
    """The decoder in Python, which asks these two methods for every object and list (the one in C does not)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._breaks = [place for place, char in enumerate(text) if char == "\n"]
        self.parse_object, self.parse_array = self._object, self._list
        self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]

    def _object(self, at: tuple[str, int], *how: Any) -> tuple[LinedObject, int]:
        value, end = decoder.JSONObject(at, *how)  # type: ignore[attr-defined]
        found = LinedObject(value)
        found.line = self._line(at[1])
        return found, end

    def _list(self, at: tuple[str, int], *how: Any) -> tuple[LinedList, int]:
        value, end = decoder.JSONArray(at, *how)  # type: ignore[attr-defined]
        found = LinedList(value)
        found.line = self._line(at[1])
        return found, end

    def _line(self, behind: int) -> int:
        """`behind`: the place after the opening bracket."""
        return bisect_right(self._breaks, behind - 1) + 1
