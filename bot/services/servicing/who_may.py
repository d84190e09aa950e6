"""The decision table: which role may ask for which transaction (business flows section 1), as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import DataFileError, read_row
from bot.insurance.policy import Role


class Permission(str, Enum):
    """From the most to the least: alone, with the other person's consent, through a person, not at all."""

    YES = "yes"
    CONSENT = "consent"
    PERSON = "person"
    NO = "no"


class WhoMay:
    """Permissions by transaction and role."""

    def __init__(self, table: Mapping[str, Mapping[Role, Permission]]) -> None:
        self._table = MappingProxyType(dict(table))

    def best(self, kind: str, roles: Sequence[Role]) -> Permission:
        """The most that any of a party's roles in a policy allows. Raises KeyError for an unknown transaction."""
        row = self._table[kind]
        order = list(Permission)
        return min((row.get(role, Permission.NO) for role in roles), key=order.index, default=Permission.NO)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self._table)


def load_who_may(path: Path) -> WhoMay:
    """Raises DataFileError naming file, line, row and key."""
    top = read_row(path)
    top.expect(("who_may",))
    table: dict[str, dict[Role, Permission]] = {}
    for row in top.rows("who_may"):
        row.expect(("id",), (*(role.value for role in Role), "scope"))
        kind = row.text("id")
        if kind in table:
            row.refuse("id", "写了两次")
        table[kind] = {}
        for role in Role:
            if role.value in row.values:
                try:
                    table[kind][role] = Permission(row.text(role.value))
                except ValueError:
                    row.refuse(role.value, f"只能是 {'、'.join(each.value for each in Permission)}")
    if not table:
        raise DataFileError(file=str(path), line=1, entry="", key="who_may", problem="表是空的")
    return WhoMay(table)
