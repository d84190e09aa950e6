"""A claims contingency plan 理赔预案: while it is in force, claims of one disaster are handled with fewer papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.insurance.policy import LineOfBusiness


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

    def is_in_force(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    def is_about(self, cause: str) -> bool:
        return any(word in cause for word in self.about)

    def reaches(self, place: str) -> bool:
        return any(region in place for region in self.regions)

    @property
    def spoken_regions(self) -> str:
        return "、".join(self.regions)
