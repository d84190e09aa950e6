"""What somebody at the desk might answer: the entries of the knowledge most like what the customer said last, with their source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.services.answer_question import KnowledgeBase, tell
from bot.services.load_knowledge import load_knowledge

MOST = 3


@dataclass(frozen=True)
class Suggestion:
    """`text`: as the assistant would say it, with what it rests on."""

    title: str
    text: str


@dataclass(frozen=True)
class Suggestions:
    """The knowledge of `folder` is read when somebody asks for the first time: a desk without people needs none."""

    folder: Path

    def __call__(self, asked: str, at: datetime) -> Sequence[Suggestion]:
        """The likeliest first; none where nothing is like it."""
        if not asked.strip():
            return ()
        found = _knowledge_of(self.folder).suggest(asked, at, MOST)
        return tuple(Suggestion(entry.title, tell((entry,)).text) for entry in found)


@lru_cache(maxsize=1)
def _knowledge_of(folder: Path) -> KnowledgeBase:
    return load_knowledge(folder)
