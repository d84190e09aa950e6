"""What has been sent so far while a customer hands in papers, one kind after the other; kept as text among the answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

OTHER = "其他材料"


@dataclass(frozen=True)
class Basket:
    """`given`: (file number, document). `closed`: documents that nothing more is sent for now. `doubt`: a photo that waits
    for the customer's word; `warned`: documents of which a poor photo has been sent back once."""

    given: tuple[tuple[str, str], ...] = ()
    closed: tuple[str, ...] = ()
    doubt: str = ""
    warned: tuple[str, ...] = ()

    @staticmethod
    def parse(text: str) -> Basket:
        if not text:
            return Basket()
        kept = json.loads(text)
        given = tuple((number, document) for number, document in kept["given"])
        return Basket(given, tuple(kept["closed"]), kept["doubt"], tuple(kept["warned"]))

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def current(self, wanted: Sequence[str]) -> str:
        """Which document the next file is."""
        return next((name for name in wanted if name not in self.closed), OTHER)

    def count(self, document: str) -> int:
        return sum(1 for _, each in self.given if each == document)

    @property
    def documents(self) -> tuple[str, ...]:
        """Those that something was sent of, in order."""
        return tuple(dict.fromkeys(document for _, document in self.given))

    def with_file(self, number: str, document: str) -> Basket:
        return replace(self, given=(*self.given, (number, document)), doubt="")

    def without_doubt(self) -> Basket:
        return replace(self, doubt="")

    def doubting(self, number: str, document: str) -> Basket:
        return replace(self, doubt=number, warned=(*self.warned, document))

    def closing(self, document: str) -> Basket:
        return replace(self, closed=(*self.closed, document), doubt="")
