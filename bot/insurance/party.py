"""People and organisations that an insurance contract names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Party:
    """One natural person or organisation. `phone` is the registered one: codes go there and nowhere else. `vip`: the company counts them
    among its important customers (客户细分), which moves them in the desk's queue and changes no deadline."""

    party_id: str
    name: str
    id_number: str
    birth_date: date | None
    sex: str  # 男 / 女 / "" for an organisation
    phone: str
    email: str = ""
    address: str = ""
    is_organisation: bool = False
    vip: bool = False

    def age_on(self, day: date) -> int | None:
        """Full years on `day`; None when the birth date is unknown."""
        if self.birth_date is None:
            return None
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)
