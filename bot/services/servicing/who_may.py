"""The decision table: which role may ask for which transaction (business flows section 1), as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.insurance.policy import Role

_AGENT = "agent"


class Permission(str, Enum):
    """From the most to the least: alone, with the other person's consent, through a person, not at all."""

    YES = "yes"
    CONSENT = "consent"
    PERSON = "person"
    NO = "no"


class WhoMay:
    """Permissions by transaction and role."""

    def __init__(self, table: Mapping[str, Mapping[Role, Permission]], agents: Mapping[str, Permission]) -> None:
        self._table, self._agents = MappingProxyType(dict(table)), MappingProxyType(dict(agents))

    def best(self, kind: str, roles: Sequence[Role]) -> Permission:
        """The most that any of a party's roles in a policy allows. Raises KeyError for an unknown transaction."""
        row = self._table[kind]
        order = list(Permission)
        return min((row.get(role, Permission.NO) for role in roles), key=order.index, default=Permission.NO)

    def allows(self, kind: str, roles: Sequence[Role]) -> bool:
        """Whether any of these roles may ask for it, be it with consent or through a person."""
        return self.best(kind, roles) is not Permission.NO

    def by_agent(self, kind: str) -> Permission:
        """What somebody with a written authority may; NO where the table says nothing."""
        return self._agents.get(kind, Permission.NO)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self._table)


def load_who_may(path: Path) -> WhoMay:
    """Raises DataFileError naming file, line, row and key."""
    top = read_row(path)
    top.expect(("who_may",))
    table: dict[str, dict[Role, Permission]] = {}
    agents: dict[str, Permission] = {}
    for row in top.rows("who_may"):
        row.expect(("id",), (*(role.value for role in Role), _AGENT))
        kind = row.text("id")
        if kind in table:
            row.refuse("id", "写了两次")
        table[kind] = {}
        for role in Role:
            if role.value in row.values:
                table[kind][role] = _permission(row, role.value)
        if _AGENT in row.values:
            agents[kind] = _permission(row, _AGENT)
    if not table:
        raise DataFileError(file=str(path), line=1, entry="", key="who_may", problem="表是空的")
    return WhoMay(table, agents)


def _permission(row: Row, key: str) -> Permission:
    try:
        return Permission(row.text(key))
    except ValueError:
        row.refuse(key, f"只能是 {'、'.join(each.value for each in Permission)}")
