"""What the reports ask of the store: counts and narrow rows, no word of a customer among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.service_fact import Fact, ServiceFact
from bot.insurance.task import Register


@dataclass(frozen=True)
class Waiting:
    """How many wait at a post, and since when the first of them."""

    post: str
    count: int
    since: datetime


@dataclass(frozen=True)
class DueAt:
    """Of one register and post: how many are open, are due today, are overdue."""

    register: Register
    post: str
    open: int
    today: int
    overdue: int


@dataclass(frozen=True)
class Board:
    """`in_hand`: agent → conversations."""

    waiting: tuple[Waiting, ...]
    in_hand: Mapping[str, int]
    due: tuple[DueAt, ...]


@dataclass(frozen=True)
class ComplaintFact:
    """Of one complaint what is counted. `line`, `cause`: codes, "" where nobody knows. `triaged_on`, `decided_on`: of the first
    triage and the first decision, days in China. `extended_to`: the limit that an extension set, None without one. `repeated`: it
    names an earlier complaint, or its complainant had made another since a year before the span. `decided_by`: who made that decision."""

    kind: str
    channel: str
    line: str
    cause: str
    stage: str
    received_at: datetime
    acceptance_target: date
    acceptance_by: date
    decide_by: date
    extended_to: date | None
    triaged_on: date | None
    decided_on: date | None
    repeated: bool
    decided_by: str = ""
    institution: str = HEAD_OFFICE


class Contact(NamedTuple):
    """Somebody asked something on a day; a tuple, for a month has many. `party_id`: who was proved in the conversation, "" for nobody. `handed`: a person took over
    that day; `left`: a journey that began that day was left unfinished."""

    conversation_id: str
    party_id: str
    day: date
    intent: str
    handed: bool
    left: bool


@dataclass(frozen=True)
class Step:
    """How many runs of a journey came to this: BEGAN, ASKED a slot, ENDED in some way."""

    journey: str
    fact: Fact
    value: str
    count: int


@dataclass(frozen=True)
class DeskDeed:
    """An agent did something with a conversation; `event` as in the audit log."""

    conversation_id: str
    agent: str
    event: str
    at: datetime


class Figures(Protocol):
    """Reads only. `restricted`: what belongs to reports of wrongdoing is counted too. `institution`: whose, "" for all."""

    def board(self, today: date, *, restricted: bool, institution: str = "") -> Board:
        """Conversations are no institution's: who waits and whom agents talk to is counted of the whole company."""
        ...

    def complaints(self, start: datetime, end: datetime, institution: str = "") -> Sequence[ComplaintFact]:
        """Those received from `start` until before `end`, the oldest first."""
        ...

    def complaints_decided(self, start: datetime, end: datetime, institution: str = "") -> Sequence[ComplaintFact]:
        """Those whose first decision was made from `start` until before `end`."""
        ...

    def complaints_in(self, spans: Sequence[tuple[datetime, datetime]], institution: str = "") -> Sequence[int]:
        """How many were received in each span."""
        ...

    def policies_live(self, day: date) -> Mapping[str, int]:
        """How many policies of each institution run on that day, by the state that they have now."""
        ...

    def desk_deeds(self, start: datetime, end: datetime) -> Sequence[DeskDeed]:
        """What agents did with conversations, from the audit log; by conversation, and of each the first deed first."""
        ...

    def done_by(self, event: str, start: datetime, end: datetime) -> Mapping[str, int]:
        """How often each of the staff did that, by the audit log."""
        ...


class ServiceFacts(Protocol):
    def add(self, facts: Collection[ServiceFact]) -> None:
        """What is there already is kept as it is."""
        ...

    def contacts(self, first: date, after: date) -> Sequence[Contact]:
        """What was asked from `first` until before `after`, the earliest day first."""
        ...

    def steps(self, first: date, after: date) -> Sequence[Step]:
        """How far the journeys came that began in that time."""
        ...

    def conversations_on(self, first: date, after: date) -> Mapping[str, str]:
        """Conversations of one day that no person took part in: run → conversation."""
        ...

    def forget(self, before: date) -> None: ...
