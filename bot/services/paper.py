"""What is printed for a customer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """A title, lines of (label, value), then sections of (heading, paragraphs). `verification_code` is "" for a letter that
    is signed and sealed by hand."""

    title: str
    lines: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    verification_code: str = ""
