"""Reads our YAML data files and refuses what it does not know, naming file, line and key.

PyYAML keeps the last of two equal keys and says nothing; a deadline or a rule must not vanish that way.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import yaml

from bot.errors import BotError


class DataFileError(BotError):
    """A data file is malformed. `data`: file, line (from 1, 0 = whole file), entry, key, problem."""

    code = "data_file_invalid"


class _LinedMapping(dict[str, object]):
    """A mapping that remembers where it and its keys stand in the file (lines from 1)."""

    line: int = 0
    key_lines: dict[str, int]


class _StrictLoader(yaml.CSafeLoader):
    """libyaml's SafeLoader with line numbers, refusing repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"键重复：{key}", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _construct_lined(loader: _StrictLoader, node: yaml.MappingNode) -> _LinedMapping:
    mapping = _LinedMapping()
    mapping.line = node.start_mark.line + 1
    mapping.key_lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    mapping.update({str(k): v for k, v in loader.construct_mapping(node, deep=True).items()})
    return mapping


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_lined)


@dataclass(frozen=True)
class Row:
    """One mapping of a data file, read key by key; every wrong shape becomes an `error` that says where."""

    file: str
    entry: str
    values: _LinedMapping
    error: type[DataFileError] = DataFileError

    def refuse(self, key: str, problem: str) -> NoReturn:
        """Raise this row's error for `key`."""
        line = self.values.key_lines.get(key, self.values.line)
        raise self.error(file=self.file, line=line, entry=self.entry, key=key, problem=problem)

    def expect(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Refuse unknown and missing keys."""
        for key in self.values:
            if key not in required and key not in optional:
                self.refuse(key, "不认识的键")
        for key in required:
            if key not in self.values:
                self.refuse(key, "缺少这个键")

    def text(self, key: str) -> str:
        """A non-empty string."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, "应为非空文字")
        return value.strip()

    def integer(self, key: str) -> int:
        """A whole number; `true` is not 1."""
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, "应为整数")
        return value

    def optional_integer(self, key: str) -> int | None:
        """A whole number, or None when the key is absent or null."""
        return None if self.values.get(key) is None else self.integer(key)

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false; `default` when absent."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, "应为 true 或 false")
        return value

    def day(self, key: str) -> date:
        """A calendar date written YYYY-MM-DD."""
        return self._as_day(key, self.values.get(key))

    def days(self, key: str) -> tuple[date, ...]:
        """A list of dates; empty when absent."""
        return tuple(self._as_day(key, item) for item in self._items(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of non-empty strings; empty when absent."""
        items = self._items(key)
        if not all(isinstance(item, str) and item.strip() for item in items):
            self.refuse(key, "应为文字的列表")
        return tuple(str(item) for item in items)

    def rows(self, key: str) -> tuple[Row, ...]:
        """A list of mappings; each is named by its `id`, else by its position from 1."""
        found = []
        for number, item in enumerate(self._items(key), start=1):
            if not isinstance(item, _LinedMapping):
                self.refuse(key, f"第 {number} 项应为键值对")
            found.append(Row(self.file, str(item.get("id", f"{key}#{number}")), item, self.error))
        return tuple(found)

    def items(self, key: str) -> tuple[object, ...]:
        """A list of anything, mappings as `Row`; empty when absent."""
        return tuple(
            Row(self.file, self.entry, item, self.error) if isinstance(item, _LinedMapping) else item
            for item in self._items(key)
        )

    def child(self, key: str) -> Row:
        """A nested mapping."""
        value = self.values.get(key)
        if not isinstance(value, _LinedMapping):
            self.refuse(key, "应为键值对")
        return Row(self.file, key, value, self.error)

    def _items(self, key: str) -> list[object]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.refuse(key, "应为列表")
        return value

    def _as_day(self, key: str, value: object) -> date:
        # datetime is a date for isinstance; a clock time here is a writing mistake
        if isinstance(value, datetime) or not isinstance(value, date):
            self.refuse(key, "应为日期 YYYY-MM-DD")
        return value


def read_row(path: Path, error: type[DataFileError] = DataFileError) -> Row:
    """The top mapping of a YAML file.

    Raises `error` when the file is missing, is not UTF-8 or YAML, repeats a key, or its top is not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise error(file=str(path), line=0, entry="", key="", problem=f"读不了：{type(failure).__name__}") from failure
    return parse_row(text, str(path), error)


def parse_row(text: str, file: str, error: type[DataFileError] = DataFileError) -> Row:
    """The top mapping of a text that stands, or will stand, in `file`. Raises as `read_row` does."""
    try:
        # a SafeLoader: it builds plain values only
        value = yaml.load(text, Loader=_StrictLoader)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark
        raise error(
            file=file,
            line=mark.line + 1 if mark else 0,
            entry="",
            key="",
            problem=failure.problem or "YAML 语法错误",
        ) from failure
    except (ValueError, yaml.YAMLError) as failure:
        raise error(file=file, line=0, entry="", key="", problem=f"读不了：{type(failure).__name__}") from failure
    if not isinstance(value, _LinedMapping):
        raise error(file=file, line=1, entry="", key="", problem="文件顶层应为键值对")
    return Row(file, "", value, error)
