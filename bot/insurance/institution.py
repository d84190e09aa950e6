"""The company's units 机构: the head office and its branches of the second level, by which cases are counted (002 art 5(六))."""

from __future__ import annotations

from dataclasses import dataclass

HEAD_OFFICE, HEAD_OFFICE_ZH = "HQ", "总公司"


@dataclass(frozen=True)
class Institution:
    """A branch of the second level 二级机构. `covers`: names of provinces and cities; a city's own goes before its province's."""

    code: str
    name: str
    covers: tuple[str, ...]
