"""Opening conversations: a new one for whoever comes, his own for a customer whom the site has named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channels.errors import RefusedRequestError
from bot.channels.web.identity import SiteCustomer
from bot.channels.web.tokens import Access
from bot.conversations.messages import Reply, Sender
from bot.conversations.ports import MessageLog

CHANNEL = "web"


class SiteCustomers(Protocol):
    """Which conversation is whose. `generation` counts a conversation's logouts: tokens of an earlier one are worth nothing."""

    def use(
        self, customer_key: str, statement: str, *, signed_at: datetime, expires_at: datetime, now: datetime
    ) -> bool:
        """Remember that the statement named the customer; False for one that the customer's last logout has ended."""
        ...

    def conversation_of(self, customer_key: str) -> tuple[str, int] | None:
        """Conversation and generation; None for nobody known."""
        ...

    def bind(self, customer_key: str, conversation_id: str) -> tuple[str, int] | None:
        """Whichever conversation is the customer's from now on: the first that was bound; None when that one has just become
        another's. What was proved in it before the login ends."""
        ...

    def end_proof(self, conversation_id: str) -> None:
        """Nobody has proved to be anybody in the conversation any more."""
        ...

    def generation(self, conversation_id: str) -> int | None:
        """None where the conversation is nobody's."""
        ...

    def leave(self, conversation_id: str, at: datetime) -> None:
        """The customer of the conversation, if it has one, logs out: every statement so far ends, and what was proved in it."""
        ...


@dataclass(frozen=True)
class Opened:
    """`generation` 0: an anonymous conversation."""

    conversation_id: str
    generation: int = 0


@dataclass(frozen=True)
class Sessions:
    """`customers` None where no site names any."""

    log: MessageLog
    greeting: Reply
    new_id: Callable[[], str]
    customers: SiteCustomers | None = None

    def open(self, now: datetime) -> Opened:
        """A new conversation, greeted."""
        conversation_id = self.new_id()
        self.log.open(conversation_id, channel=CHANNEL, at=now)
        self.log.append(conversation_id, self.greeting, sender=Sender.BOT, at=now)
        return Opened(conversation_id)

    def open_for(self, customer: SiteCustomer, current: Access | None, now: datetime) -> Opened:
        """The customer's conversation: the known one, else the `current` anonymous one becomes his, else a new one.

        The site's word opens no policy: a code that was entered on one device proves nothing on the next.

        Raises:
            RefusedRequestError: identity_invalid, when the customer has logged out since the site signed.
        """
        assert self.customers is not None
        signed = {"signed_at": customer.signed_at, "expires_at": customer.expires_at}
        if not self.customers.use(customer.key, customer.statement, **signed, now=now):
            raise RefusedRequestError("identity_invalid")
        known = self.customers.conversation_of(customer.key)
        if known:
            if current is None or (current.conversation_id, current.generation) != known:
                self.customers.end_proof(known[0])
            return Opened(*known)
        mine = self._adoptable(current)
        bound = self.customers.bind(customer.key, mine) if mine else None
        return Opened(*(bound or self._bind_new(customer, now)))

    def _bind_new(self, customer: SiteCustomer, now: datetime) -> tuple[str, int]:
        assert self.customers is not None
        bound = self.customers.bind(customer.key, self.open(now).conversation_id)
        assert bound is not None  # nobody else knows its id
        return bound

    def _adoptable(self, current: Access | None) -> str:
        """The conversation of a token, if it is nobody's yet."""
        if current is None or not self.log.exists(current.conversation_id):
            return ""
        assert self.customers is not None
        bound = self.customers.generation(current.conversation_id)
        return "" if bound else current.conversation_id

    def check(self, access: Access) -> None:
        """Raises RefusedRequestError: token_expired, for a token from before the last logout or before the conversation was
        the customer's."""
        if self.customers is not None and (self.customers.generation(access.conversation_id) or 0) != access.generation:
            raise RefusedRequestError("token_expired")

    def leave(self, access: Access, now: datetime) -> None:
        """Log out: every token of the conversation ends, on every device."""
        if self.customers is not None:
            self.customers.leave(access.conversation_id, now)
