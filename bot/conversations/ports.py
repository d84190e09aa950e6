"""What conversations need from the outside; `bot.store` and `bot.clients` implement them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

from bot.conversations.messages import Inbound, InputHint, Reply, Sender, StoredMessage
from bot.insurance.hand_off import Owner


class MessageLog(Protocol):
    """The durable log of all conversations. Each method is one transaction."""

    def open(self, conversation_id: str, *, channel: str, at: datetime) -> None: ...
    def exists(self, conversation_id: str) -> bool: ...

    def receive(
        self, conversation_id: str, *, message_id: str, text: str, choice_id: str, at: datetime, payload: str = ""
    ) -> tuple[int, bool]:
        """Store a customer's message before it is acknowledged; returns (seq, True if it is new).

        `payload`: what the server itself makes of the message, such as the number of a file; a page cannot set it.

        Raises:
            ConversationNotFoundError, MessageConflictError (same id, other content), UnknownChoiceError.
        """
        ...

    def keep(self, conversation_id: str, *, message_id: str, text: str, notice: Reply | None, at: datetime) -> None:
        """Store a customer's message that waits for no turn, and in the same transaction what the system says of it; where
        a person has the conversation, or it waits for one, nothing is said. A second call changes nothing.

        Raises:
            ConversationNotFoundError
        """
        ...

    def seq_of(self, conversation_id: str, message_id: str) -> int | None:
        """The number of a customer's message that came before; None for a new one."""
        ...

    def open_question(self, conversation_id: str) -> InputHint | None:
        """What the newest message of the assistant or a person asks for."""
        ...

    def next_pending(self, conversation_id: str) -> Inbound | None:
        """The oldest message of the conversation that is not handled yet."""
        ...

    def all_pending(self, conversation_id: str) -> Sequence[Inbound]:
        """Every message of the conversation that is not handled yet, oldest first."""
        ...

    def conversations_with_pending(self) -> Sequence[str]: ...

    def finish(
        self, inbound: Inbound, replies: Sequence[Reply], *, sender: Sender, at: datetime, notice: bool = False
    ) -> bool:
        """Store the replies in order and mark the message handled, in one transaction; a second call changes nothing.

        False when a person has taken the conversation over meanwhile, also where he has passed it on since and it waits for
        another: then the assistant's replies stay unsaid. `notice`: they are about the queue itself, and said to who waits in it.
        """
        ...

    def append(self, conversation_id: str, reply: Reply, *, sender: Sender, at: datetime) -> int:
        """Add a message that answers nothing in particular (a person's words, a notice); returns its seq."""
        ...

    def note(self, conversation_id: str, *, note_id: str, text: str, sender: Sender, at: datetime) -> None:
        """Record what a channel said or heard by itself, once per `note_id`: no turn is made of it, and nothing is sent."""
        ...

    def saw(self, conversation_id: str, seq: int, at: datetime) -> bool:
        """The customer has looked at everything up to that message, or to the last one there is; False where that is no news.

        Raises:
            ConversationNotFoundError
        """
        ...

    def seen_up_to(self, conversation_id: str) -> int:
        """The last message that the customer is known to have looked at; 0 for none."""
        ...

    def after(self, conversation_id: str, seq: int) -> Sequence[StoredMessage]: ...
    def owner(self, conversation_id: str) -> Owner: ...
    def queued_by(self, conversation_id: str) -> str:
        """The id of the message whose turn queued the conversation for a person; "" when none did."""
        ...

    def set_owner(self, conversation_id: str, owner: Owner, at: datetime, *, message_id: str = "") -> None: ...


class Assistant(Protocol):
    """The Rasa server, as the dispatcher sees it."""

    async def respond(self, inbound: Inbound) -> Sequence[Reply]:
        """Run one turn.

        Raises:
            AssistantUnavailableError: the turn had no effect and may be tried again.
            TurnBrokenOffError: the same, and the assistant was lost in the middle of it.
            TurnFailedError: the assistant is there and this turn failed.
        """
        ...


class Desks(Protocol):
    """The front desks on one database: who does what alone, and what they tell each other."""

    @property
    def several(self) -> bool:
        """Whether there may be others. Then what one of them left undone is looked for again and again."""
        ...

    def take(self, key: str) -> int:
        """Have something to oneself until it is given back or this process ends: a receipt, or 0 while another process
        has it."""
        ...

    def give_back(self, key: str, receipt: int) -> None:
        """What was lost since, with the connection that held it, is not given back: somebody else may have it."""
        ...


class Guard(Protocol):
    """The last look at the assistant's words before they are stored."""

    def withheld(self, reply: Reply) -> Sequence[str]:
        """The ids of the rules that a reply breaks; empty for one that may be said."""
        ...

    def instead_of(self, reply: Reply) -> Reply:
        """What is said instead; whatever it asked for is still asked for."""
        ...


class Why(str, Enum):
    """Why the dispatcher itself gives a conversation to a person."""

    SYSTEM_ERROR = "system_error"  # the same turn failed again and again
    CUSTOMER_ASKED = "customer_asked"  # while the assistant cannot hear it


class People(Protocol):
    """Whoever answers when the assistant cannot."""

    def take(self, inbound: Inbound, why: Why, at: datetime) -> Sequence[Reply]:
        """Queue the conversation for a person, durably and once per message, and say so in words for the customer.

        No words where a person has the conversation already.
        """
        ...

    def tell_place(self, conversation_id: str, at: datetime) -> Sequence[Reply]:
        """How many are before the conversation in the queue; no words where it does not wait."""
        ...

    def give_back(self, conversation_id: str, at: datetime) -> bool:
        """Take a waiting conversation out of the queue; False where a person has it or must see it."""
        ...
