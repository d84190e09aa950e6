"""How customers of a channel that must be called are reached: up to where they were told, and what may be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from bot.conversations.messages import StoredMessage


@dataclass(frozen=True, order=True)
class Place:
    """Up to where a customer was told: everything up to message `seq`, and so many characters of the next message to the
    customer, as the channel shows it."""

    seq: int
    chars: int = 0


NOWHERE = Place(0)


@dataclass(frozen=True)
class Allowance:
    """How many texts something that the customer did lets us send, and until when."""

    texts: int
    until: datetime

    def at(self, now: datetime) -> int:
        return self.texts if now < self.until else 0


@dataclass(frozen=True)
class Contact:
    """How a conversation's customer is reached. What a message allows and what a click or a scan does run side by side."""

    conversation_id: str
    address: str
    told: Place
    message: Allowance
    event: Allowance
    reachable: bool = True

    def may_send(self, now: datetime) -> int:
        """The larger of what still runs: WeChat does not add them up."""
        return max(self.message.at(now), self.event.at(now)) if self.reachable else 0


@dataclass(frozen=True)
class Act:
    """Something that a customer did: `message_id` is the same each time it is delivered; `spoke`: a message, else a click or
    a scan."""

    message_id: str
    spoke: bool
    allows: Allowance


class Contacts(Protocol):
    """The durable side of delivery. Each method is one transaction."""

    def heard(self, conversation_id: str, address: str, act: Act) -> None:
        """The customer is reachable again; an act that is not known yet allows what it allows."""
        ...

    def get(self, conversation_id: str) -> Contact | None: ...
    def unsent(self, conversation_id: str) -> Sequence[StoredMessage]:
        """Messages to the customer that were not told to their end, oldest first."""
        ...

    def sent(self, conversation_id: str, told: Place) -> None:
        """One text was taken; told up to there."""
        ...

    def stop(self, conversation_id: str, *, unreachable: bool) -> None:
        """Nothing more may be sent until the customer is heard again."""
        ...

    def owing(self) -> Sequence[str]:
        """Conversations with something unsent that may be sent to."""
        ...


class Verdict(Enum):
    """What the channel said to one text."""

    TAKEN = auto()
    LATER = auto()  # trouble of theirs or the network's: tried again
    SLOWER = auto()  # the account asked too often: everybody waits
    TOO_LONG = auto()  # sent in smaller texts
    UNEXPLAINED = auto()  # tried again a few times, then when the customer speaks
    USED_UP = auto()  # nothing more until the customer speaks
    NOT_ALLOWED = auto()  # the account may push nothing to anybody
    GONE = auto()  # the customer cannot be reached any more


@dataclass(frozen=True)
class Part:
    """One text to send, and up to where the customer is told with it."""

    text: str
    end: Place


class Cut(Protocol):
    """Messages as texts of a channel."""

    def __call__(self, messages: Sequence[StoredMessage], told: Place, most_bytes: int | None = None) -> Sequence[Part]:
        """What is not told yet of messages that follow `told.seq`; None: as many bytes as the channel takes."""
        ...
