"""A recorded call with its two sides named, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.errors import BotError
from bot.text.masking import mask_file_name


class Speaker(str, Enum):
    """Who speaks. A machine's announcements are neither of the two."""

    CUSTOMER = "customer"
    AGENT = "agent"
    MACHINE = "machine"

    @property
    def zh(self) -> str:
        return {"customer": "客户", "agent": "坐席", "machine": "语音播报"}[self.value]


_NAMES = {each.zh: each for each in Speaker} | {each.value: each for each in Speaker} | {"机器人": Speaker.MACHINE}


class SidesFlawError(BotError):
    """The map of sides cannot be read, or leaves one out; `data["flaw"]` says what."""

    code = "sides_flaw"


def parse_sides(text: str) -> Mapping[str, Speaker]:
    """`0=坐席,1=客户` as side → speaker. Raises SidesFlawError."""
    found: dict[str, Speaker] = {}
    for part in text.replace("，", ",").split(","):
        side, equals, name = (piece.strip() for piece in part.partition("="))
        if not side or not equals or name not in _NAMES:
            raise SidesFlawError(flaw=f"看不懂“{part.strip()}”，请写成 0=坐席,1=客户（也可以是 语音播报）")
        found[side] = _NAMES[name]
    return found


@dataclass(frozen=True)
class Spoken:
    """`start` and `end` in milliseconds of the call, None where the transcript does not tell."""

    speaker: Speaker
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class PhoneCall:
    """`call_id` is the digest of what is told of the call: it is the same call whatever file it comes in. `key` is the number that
    its call centre or its file gives it, `marks` a digest of each utterance, both "" or empty where it need not be known again."""

    call_id: str
    source: str  # file, and the call's number in it
    spoken: tuple[Spoken, ...]
    phone: str = ""
    began: datetime | None = None
    key: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """One utterance as it is kept: `text` with personal data masked. `intent` "" and `confidence` 0 but for the customer."""

    speaker: Speaker
    text: str
    start: int | None
    end: int | None
    intent: str = ""
    confidence: float = 0.0
    in_doubt: bool = False


class Outcome(str, Enum):
    """How a call ended for the customer."""

    HELPED = "helped"
    OPEN = "open"
    NOTHING_ASKED = "nothing_asked"

    @property
    def zh(self) -> str:
        return {"helped": "已答复", "open": "未解决", "nothing_asked": "没有提出事项"}[self.value]


@dataclass(frozen=True)
class Findings:
    """`holds`: milliseconds of each silence that was long. `complaint_kind`: of the sentence that complains most, "" for none;
    `complaint_at`: its place among the turns; `emergency`: a danger to life was spoken of."""

    turns: tuple[Turn, ...]
    intents: tuple[str, ...]  # what the customer wanted, each once, in order
    outcome: Outcome
    holds: tuple[int, ...]
    complaint_kind: str = ""
    emergency: bool = False
    complaint_at: int = 0


def named(sides: Sequence[str], speakers: Mapping[str, Speaker]) -> None:
    """Raises SidesFlawError when somebody speaks whose side is not in the map: which one is the agent is never guessed."""
    missing = [side for side in sides if side not in speakers]
    if missing:
        told = [mask_file_name(side) for side in missing]  # subtitles name people
        raise SidesFlawError(
            flaw=f"没有说明这几路是谁：{'、'.join(told)}。加上 --sides={told[0]}=客户", missing=missing
        )
