"""A claims contingency plan 理赔预案: while it is in force, claims of one disaster are handled with fewer papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.insurance.policy import LineOfBusiness

# Questions of a claim's form that a plan may leave out; what they would tell is found out by the claims people.
MAY_BE_LEFT_OUT = frozenset({"other_party", "police", "vehicle_at", "drivable", "driver", "relation"})


@dataclass(frozen=True)
class ContingencyPlan:
    """From `starts` to `ends`, both included. `regions` are names of provinces and cities, `about` words of the cause."""

    id: str
    name: str
    regions: tuple[str, ...]
    starts: date
    ends: date
    about: tuple[str, ...]
    says: tuple[str, ...]
    papers: Mapping[LineOfBusiness, tuple[str, ...]]
    source: str
    as_of: date
    left_out: frozenset[str] = frozenset()  # of MAY_BE_LEFT_OUT

    def is_in_force(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    def is_about(self, cause: str) -> bool:
        return any(word in cause for word in self.about)

    def reaches(self, place: str) -> bool:
        return any(region in place for region in self.regions)

    @property
    def spoken_regions(self) -> str:
        return "、".join(self.regions)


@dataclass(frozen=True)
class DisasterKind:
    """What is simplified in a kind of disaster, laid down beforehand. `advice` is what customers in its area are told
    first: what keeps people safe; `papers`, `about`, `says` and `left_out` as in the plan that it makes."""

    id: str
    name: str
    about: tuple[str, ...]
    says: tuple[str, ...]
    papers: Mapping[LineOfBusiness, tuple[str, ...]]
    left_out: frozenset[str]
    advice: str
    source: str
    as_of: date


@dataclass(frozen=True)
class CommandPost:
    """One place in the contact tree of a disaster (company rules 004 §5.2.2): who it is under, what it does, who it is.

    `post` is the desk's post that fills it; `person` and `phone` are "" until the company has filled them in.
    """

    id: str
    name: str
    under: str
    duty: str
    post: str = ""
    person: str = ""
    phone: str = ""


@dataclass(frozen=True)
class DisasterEvent:
    """Event mode as a manager switched it on: a kind of disaster in an area, until `ends` or until it is switched off.

    `told`: how many policyholders got the text, None when it was not sent.
    """

    event_id: str
    kind: str
    name: str
    regions: tuple[str, ...]
    starts: date
    ends: date
    started_by: str  # agent:…
    started_at: datetime
    told: int | None = None
    stopped_by: str = ""
    stopped_at: datetime | None = None

    def is_on(self, day: date) -> bool:
        return self.stopped_at is None and self.starts <= day <= self.ends

    def plan(self, kind: DisasterKind) -> ContingencyPlan:
        return ContingencyPlan(
            id=self.event_id,
            name=self.name,
            regions=self.regions,
            starts=self.starts,
            ends=self.ends,
            about=kind.about,
            says=kind.says,
            papers=kind.papers,
            source=kind.source,
            as_of=self.starts,
            left_out=kind.left_out,
        )
