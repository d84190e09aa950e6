"""What one message did to a running journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.services.journeys.journey import Accepted, Ended, Situation, Step
from bot.services.reply import Reply


@dataclass
class Turn:
    """`answers` are the new slot values ("" empties one); `outcome` is "" while the journey runs, then confirmed |
    cancelled | ended | saved | handed_off:<reason> | switched:<intent> | put_off:<intent>."""

    answers: dict[str, str] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    requested: str = ""
    misses: int = 0
    outcome: str = ""
    offers_switch: bool = False
    asked: tuple[str, ...] = ()
    unclear: bool = False

    def accept(self, step: Step, reading: Accepted, *, silently: bool = False) -> None:
        """Take an answer; its remark is said unless `silently`."""
        self.answers[step.slot] = reading.value
        self.answers.update(reading.also)
        self.misses = 0
        if reading.remark and not silently:
            self.replies.append(Reply(reading.remark))

    def end(self, ended: Ended) -> Turn:
        """The journey cannot go on."""
        self.answers.update(ended.also)
        self.replies.extend(ended.replies)
        self.outcome = f"handed_off:{ended.hand_off}" if ended.hand_off else "ended"
        self.unclear = ended.unclear
        return self

    def seen_by(self, situation: Situation) -> Situation:
        """The situation with the answers so far."""
        answers: Mapping[str, str] = dict(self.answers)
        return replace(situation, answers=answers)
