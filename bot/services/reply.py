"""What a use case says to the customer, before any channel shapes it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """A button: the title the customer reads and the payload the assistant gets back, as Rasa's `/intent{…}`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Denial:
    """What the customer was not given. `kind`: which service or lookup; `subject`: the number asked for, "" for none;
    `why`: a code. All three go into the audit log, so no words of a customer."""

    kind: str
    subject: str
    why: str


@dataclass(frozen=True)
class Reply:
    """One message. `slot` and `kind` tell the channel what is being asked for, so that it can show the right field. `denied`
    marks words that refuse (`bot.services.deny_access`)."""

    text: str
    choices: tuple[Choice, ...] = ()
    slot: str = ""
    kind: str = "text"
    denied: Denial | None = field(default=None, compare=False)


def choose(title: str, value: str | None = None) -> Choice:
    """A choice that answers the open question with `value` (the title, when not given)."""
    return Choice(title, "/inform" + json.dumps({"choice": title if value is None else value}, ensure_ascii=False))


def intend(title: str, intent: str, **told: str) -> Choice:
    """A choice that means a whole intent, such as 转人工, with the entities it has told already."""
    return Choice(title, f"/{intent}" + (json.dumps(told, ensure_ascii=False) if told else ""))


TO_HUMAN = intend("转人工", "request_human")
HAND_IN = choose("传照片或文件", "@switch:hand_in_papers")
