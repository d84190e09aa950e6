"""Whose figures a report shows: of the whole company, or of one of its institutions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.insurance.institution import HEAD_OFFICE, HEAD_OFFICE_ZH

WHOLE = "全公司"
NOTE = "业务的机构：跟保单的签发机构；没有保单的报案按出险地点；没有关联保单、看不出地点的算总公司。"


@dataclass(frozen=True)
class Where:
    """`institution`: its code, "" for all of them. `names`: code → name, the head office first."""

    institution: str = ""
    names: Mapping[str, str] = field(default_factory=lambda: {HEAD_OFFICE: HEAD_OFFICE_ZH})

    @property
    def zh(self) -> str:
        return self.name(self.institution) if self.institution else WHOLE

    def name(self, code: str) -> str:
        """A code that is no more stays as it is."""
        return self.names.get(code, code)

    def span(self, time: str) -> str:
        """The time of a report with whose it is, where it is not the company's."""
        return f"{time}，{self.zh}" if self.institution else time


COMPANY = Where()


def read_where(asked: str, own: str, names: Mapping[str, str]) -> Where:
    """`own`: the institution of who looks, who sees no other; "" sees what is asked for, all where it is none of ours."""
    return Where(own or (asked if asked in names else ""), names)
