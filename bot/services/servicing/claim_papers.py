"""Which papers each kind of claim needs, as data, and which of them one claim still lacks (保险法 art 22: all in one list)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import Row, read_row
from bot.insurance.claim import Claim
from bot.insurance.policy import LineOfBusiness

INJURED, THEFT = "motor.injured", "motor.theft"
_IDS = frozenset({*(line.value for line in LineOfBusiness), INJURED, THEFT})
FORMS = {"原件": "要原件，先拍照交", "复印件": "复印件", "照片": "拍照就行"}  # as they are said


@dataclass(frozen=True)
class ClaimPaper:
    """`form`: 原件 the company must see it in the end, 复印件 or 照片; `instead`: what to do when it can't be had. All but
    the name are "" for a paper that only a claim's handler knows."""

    name: str
    issuer: str = ""
    form: str = ""
    instead: str = ""

    @property
    def is_original(self) -> bool:
        return self.form == "原件"

    @property
    def spoken(self) -> str:
        """The name, with what helps to get it."""
        told = "；".join(filter(None, (self.issuer, FORMS.get(self.form), self.instead and f"没有时：{self.instead}")))
        return f"{self.name}（{told}）" if told else self.name


@dataclass(frozen=True)
class ClaimPapers:
    """Papers by kind of claim; every line of business has some once loaded."""

    by_kind: Mapping[str, tuple[ClaimPaper, ...]]

    def wanted(self, claim: Claim, *, stolen: bool) -> tuple[ClaimPaper, ...]:
        """What the claim still lacks: what its handler listed, or else the list of its kind; nothing once complete.

        `stolen`: the loss is a theft, see `bot.services.journeys.claim_slots.is_theft`.
        """
        usual = self.by_kind[_kind_of(claim, stolen)]
        if claim.missing_documents:
            known = {paper.name: paper for paper in usual}
            return tuple(known.get(name, ClaimPaper(name)) for name in claim.missing_documents)
        # A case that is being decided had what it needed, though nobody noted the day.
        return () if claim.documents_complete_on or claim.stage.is_past_papers else usual


def _kind_of(claim: Claim, stolen: bool) -> str:
    line = claim.report.line
    if line is not LineOfBusiness.MOTOR:
        return str(line.value)
    if stolen:
        return THEFT
    return INJURED if (claim.report.injured_count or claim.report.injured.startswith("有")) else "motor"


def load_claim_papers(path: Path) -> ClaimPapers:
    """Raises DataFileError naming file, line and key."""
    top = read_row(path)
    top.expect(("claim_papers",))
    found: dict[str, tuple[ClaimPaper, ...]] = {}
    for row in top.rows("claim_papers"):
        row.expect(("id", "items"))
        kind = row.text("id")
        if kind in found or kind not in _IDS:
            row.refuse("id", "写了两次" if kind in found else "不认识的险种")
        found[kind] = tuple(_paper(item) for item in row.rows("items"))
        if len({paper.name for paper in found[kind]}) != len(found[kind]):
            row.refuse("items", "有两样同名的材料")
    missing = sorted(_IDS - set(found))
    if missing:
        top.refuse("claim_papers", f"缺少 {'、'.join(missing)}")
    return ClaimPapers(MappingProxyType(found))


def _paper(row: Row) -> ClaimPaper:
    row.expect(("name", "issuer", "form", "instead"))
    if row.text("form") not in FORMS:
        row.refuse("form", f"只能是 {'、'.join(FORMS)}")
    return ClaimPaper(row.text("name"), row.text("issuer"), row.text("form"), row.text("instead"))
