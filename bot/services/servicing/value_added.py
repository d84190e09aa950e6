"""增值服务 of a product and what of it has been used, as data (data/value_added.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.calendars.strict_yaml import Row, read_row


@dataclass(frozen=True)
class Entitlement:
    """One service: so many `times` in a policy year."""

    id: str
    name: str
    times: int
    how: str


@dataclass(frozen=True)
class Entitlements:
    """By product code; `used` by policy number and service."""

    of_product: Mapping[str, tuple[Entitlement, ...]] = field(default_factory=dict)
    used: Mapping[tuple[str, str], int] = field(default_factory=dict)
    source: str = ""
    as_of: date = date.min

    def left(self, policy_no: str, service: Entitlement) -> int:
        return max(0, service.times - self.used.get((policy_no, service.id), 0))


def load_entitlements(path: Path, *, demo: bool) -> Entitlements:
    """Made-up ones are nobody's outside the demo. Raises DataFileError: unknown keys, a product or service written twice,
    a count below one, a use of no service or of more times than there are."""
    top = read_row(path)
    top.expect(("demo", "source", "as_of", "products", "used"))
    if top.flag("demo") and not demo:
        return Entitlements()
    found: dict[str, tuple[Entitlement, ...]] = {}
    for row in top.rows("products"):
        row.expect(("product", "services"))
        services = tuple(_entitlement(item) for item in row.rows("services"))
        if row.text("product") in found or len({each.id for each in services}) != len(services):
            row.refuse("product", "写了两次")
        found[row.text("product")] = services
    return Entitlements(found, _used(top, found), top.text("source"), top.day("as_of"))


def _entitlement(row: Row) -> Entitlement:
    row.expect(("id", "name", "times", "how"))
    if row.integer("times") < 1:
        row.refuse("times", "至少一次")
    return Entitlement(row.text("id"), row.text("name"), row.integer("times"), row.text("how"))


def _used(top: Row, found: Mapping[str, tuple[Entitlement, ...]]) -> Mapping[tuple[str, str], int]:
    times = {service.id: service.times for services in found.values() for service in services}
    used: dict[tuple[str, str], int] = {}
    for row in top.rows("used"):
        row.expect(("policy_no", "service", "times"))
        if not 0 <= row.integer("times") <= times.get(row.text("service"), -1):
            row.refuse("times", "没有这项服务，或用的次数超过了")
        used[row.text("policy_no"), row.text("service")] = row.integer("times")
    return used
