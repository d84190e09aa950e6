"""An answer that comes from data of ours and not from a knowledge entry."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.reply import Reply


@dataclass(frozen=True)
class Served:
    """`asks`: it ends with a question, and the next short message completes the one it answers."""

    replies: tuple[Reply, ...]
    asks: bool = False
