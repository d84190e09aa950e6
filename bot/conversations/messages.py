"""What travels between a customer and whoever answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Sender(str, Enum):
    CUSTOMER = "customer"
    BOT = "bot"
    HUMAN = "human"
    SYSTEM = "system"


@dataclass(frozen=True)
class OfferedChoice:
    """A button the assistant offers. `payload` never leaves the server: the customer gets an opaque id instead."""

    title: str
    payload: str  # e.g. '/affirm' or '/inform{"line_of_business": "motor"}'


@dataclass(frozen=True)
class InputHint:
    """What the assistant is asking for: the slot, and the kind of field that suits it.

    `kind`: text | name | phone | id_number | otp | date | datetime | number | amount | choice | confirm | file
    """

    slot: str
    kind: str


@dataclass(frozen=True)
class Reply:
    """One message to the customer as the assistant produced it."""

    text: str
    choices: tuple[OfferedChoice, ...] = ()
    input: InputHint | None = None


@dataclass(frozen=True)
class StoredChoice:
    id: str
    title: str


@dataclass(frozen=True)
class StoredMessage:
    """A message as the log holds it and the API shows it. `seq` counts from 1 within a conversation, both directions.

    `noted`: a channel said or heard it by itself; it is on record and nobody need be told it. `by`: the desk's account whose words
    they are, "" where nobody of the desk spoke; no customer is shown it.
    """

    seq: int
    sender: Sender
    text: str
    choices: tuple[StoredChoice, ...]
    input: InputHint | None
    at: datetime
    noted: bool = False
    by: str = ""


@dataclass(frozen=True)
class Inbound:
    """A customer's message waiting for its turn. Exactly one of `text` and `payload` is non-empty for the assistant;
    for a chosen button `text` keeps the title the customer saw. `opened_at`: when its conversation was opened, where that is known."""

    conversation_id: str
    message_id: str
    seq: int
    text: str
    payload: str
    channel: str
    received_at: datetime
    opened_at: datetime | None = field(default=None, compare=False)
