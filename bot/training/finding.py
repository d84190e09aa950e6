"""What a check of the corpus has found, in the words of a trainer who does not program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """An error keeps what was edited from being trained and released; a warning is for a person to look at."""

    ERROR = "error"
    WARNING = "warning"

    @property
    def zh(self) -> str:
        return "错误" if self is Severity.ERROR else "提醒"


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `code` is stable; `file` is relative to the corpus (data/nlu/premium.yml), `line` counts from 1 and is
    0 for a file as a whole. `message` says what is wrong and `remedy` what to write instead, both in Chinese; `data` are the
    values behind them, which JSON can carry."""

    code: str
    severity: Severity
    file: str
    line: int
    message: str
    remedy: str
    data: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """As `python -m bot validate --json` prints it."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "message": self.message,
            "remedy": self.remedy,
            "data": dict(self.data),
        }


def error(code: str, where: tuple[str, int], message: str, remedy: str, **data: object) -> Finding:
    """A finding that must be mended, at a file and line."""
    return Finding(code, Severity.ERROR, *where, message, remedy, data)


def warning(code: str, where: tuple[str, int], message: str, remedy: str, **data: object) -> Finding:
    """A finding that a person should look at, at a file and line."""
    return Finding(code, Severity.WARNING, *where, message, remedy, data)
