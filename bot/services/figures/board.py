"""The live board: who waits where and how long, what is in whose hands, what is due today or overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.services.figure_ports import Board, DueAt, Waiting
from bot.services.ports import UnitOfWork


@dataclass(frozen=True)
class LiveBoard:
    """`longest`: who waits longest of all, None where nobody waits. `hands`: (agent, conversations, is there)."""

    waiting: tuple[Waiting, ...]
    longest: Waiting | None
    hands: tuple[tuple[str, int, bool], ...]
    due: tuple[DueAt, ...]

    @property
    def waiting_count(self) -> int:
        return sum(one.count for one in self.waiting)

    @property
    def in_hand_count(self) -> int:
        return sum(count for _, count, _ in self.hands)

    @property
    def today(self) -> int:
        return sum(one.today for one in self.due)

    @property
    def overdue(self) -> int:
        return sum(one.overdue for one in self.due)


def live_board(
    work: UnitOfWork, now: datetime, today: date, here_since: datetime, *, restricted: bool, institution: str = ""
) -> LiveBoard:
    """As of now. `here_since`: who was seen from then on and is not away is there. `institution`: whose cases, "" for all."""
    board: Board = work.figures.board(today, restricted=restricted, institution=institution)
    present = {one.name for one in work.desk_presence.all() if not one.away and here_since <= one.seen_at <= now}
    agents = sorted(present | set(board.in_hand), key=lambda name: (-board.in_hand.get(name, 0), name))
    hands = tuple((name, board.in_hand.get(name, 0), name in present) for name in agents)
    longest = min(board.waiting, key=lambda one: one.since, default=None)
    return LiveBoard(board.waiting, longest, hands, board.due)
