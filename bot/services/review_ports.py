"""The ports of the trainers' inbox: its items, and the corpus that accepted examples land in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from bot.insurance.review_item import ReviewItem, ReviewReason, ReviewState, ReviewStep


@dataclass(frozen=True)
class OfferedSentence:
    """A customer's sentence for the trainers, masked, with the guess of the moment and why it is offered. `example`: the same with its
    entities marked; `source`: of a recording; `meant`: what the customer then chose, "" where he did not."""

    text: str
    example: str
    guess: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    reason: ReviewReason
    channel: str
    conversation_id: str
    source: str
    at: datetime
    meant: str = ""


class Order(str, Enum):
    MOST_HEARD = "times"
    NEWEST = "newest"

    @property
    def zh(self) -> str:
        return {"times": "说得多的在前", "newest": "新的在前"}[self.value]


@dataclass(frozen=True)
class Chosen:
    """Which items a list shows; None and "" leave it open."""

    state: ReviewState = ReviewState.NEW
    reason: ReviewReason | None = None
    guess: str = ""
    channel: str = ""
    order: Order = Order.MOST_HEARD


@dataclass(frozen=True)
class View:
    """A filter that somebody keeps under a name; `query` as in the address of the list."""

    owner: str
    name: str
    query: str


class ReviewItems(Protocol):
    def offer(self, sentence: OfferedSentence) -> bool:
        """False when the same words were offered before: then they are counted, with their newest reading."""
        ...

    def get(self, item_id: str) -> ReviewItem | None:
        """Locked until the transaction ends."""
        ...

    def save(self, item: ReviewItem, step: ReviewStep) -> None:
        """Its verdict and whether it landed, and a line more of its history."""
        ...

    def steps(self, item_id: str) -> Sequence[ReviewStep]:
        """The oldest first."""
        ...

    def page(self, chosen: Chosen, *, offset: int, limit: int) -> Sequence[ReviewItem]: ...
    def counted(self) -> Mapping[ReviewState, int]:
        """Of those that somebody has still to do something with."""
        ...

    def unknown(self, limit: int) -> Sequence[ReviewItem]:
        """New ones that nobody understood, the most heard first."""
        ...

    def to_land(self, limit: int) -> Sequence[ReviewItem]:
        """Approved and not in the corpus yet."""
        ...

    def views(self, owner: str) -> Sequence[View]: ...
    def keep_view(self, view: View) -> None:
        """In place of one of the same name."""
        ...

    def drop_view(self, owner: str, name: str) -> None: ...


@dataclass(frozen=True)
class Example:
    """An approved sentence on its way into the corpus, its entities marked."""

    item_id: str
    text: str
    intent: str
    new_intent: str
    approved_by: str


@dataclass(frozen=True)
class Clash:
    """A sentence that stands elsewhere under another intent, or (item_id "") a file that will not merge by itself. `where`: file or branch."""

    item_id: str
    text: str
    intent: str
    other: str
    where: str


@dataclass(frozen=True)
class Landed:
    """What became of a trainer's examples: `written` and `known` (they stood there already) by item, `clashes` that were left out, and
    files that another branch changes too. `commit` of the branch as it is now."""

    trainer: str
    branch: str
    commit: str
    written: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()
    files: tuple[str, ...] = ()


class Corpus(Protocol):
    def land(self, trainer: str, examples: Sequence[Example], at: datetime) -> Landed:
        """Write and commit them on the trainer's branch. Raises NoRepositoryError, CorpusError."""
        ...
