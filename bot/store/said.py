"""Rows of the message log: one conversation's next message, its choices, and what is said beside the assistant's turns."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.conversations.errors import ConversationNotFoundError
from bot.conversations.messages import InputHint, OfferedChoice, Reply, Sender
from bot.services.reply import Reply as Notice
from bot.store.conversation_tables import CONVERSATIONS, MESSAGES, OFFERED_CHOICES
from bot.store.rows import Row

ANSWER = "answer "  # begins the message id of a person's words; the account's name and its own number of them follow


class SqlSaid:
    """Implements bot.services.staff_ports.Said."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tell(self, conversation_id: str, notice: Notice, at: datetime) -> bool:
        try:
            seq = lock_conversation(self._connection, conversation_id) + 1
        except ConversationNotFoundError:
            return False
        choices = tuple(OfferedChoice(choice.title, choice.payload) for choice in notice.choices)
        hint = InputHint(notice.slot, notice.kind) if notice.slot else None
        reply = Reply(notice.text, choices, hint)
        insert_reply(self._connection, conversation_id, seq, reply, random_choice_id, sender=Sender.SYSTEM, at=at)
        set_last_seq(self._connection, conversation_id, seq)
        return True

    def answer(self, conversation_id: str, text: str, *, by: str, answer_id: str, at: datetime) -> None:
        """Raises ConversationNotFoundError."""
        seq = lock_conversation(self._connection, conversation_id) + 1
        row = message_row(conversation_id, seq, Sender.HUMAN, text, at)
        self._connection.execute(MESSAGES.insert().values(**row, message_id=_answer(by, answer_id), handled_at=at))
        set_last_seq(self._connection, conversation_id, seq)

    def is_said(self, conversation_id: str, *, by: str, answer_id: str) -> bool:
        return by_message_id(self._connection, conversation_id, _answer(by, answer_id)) is not None


def _answer(by: str, answer_id: str) -> str:
    return f"{ANSWER}{by}:{answer_id}"


def speaker_of(message_id: str) -> str:
    """The account whose words a message is; "" for any other message."""
    return message_id.removeprefix(ANSWER).partition(":")[0] if message_id.startswith(ANSWER) else ""


def random_choice_id() -> str:
    """An id that tells nothing and cannot be guessed (96 bits)."""
    return secrets.token_urlsafe(12)


def lock_conversation(connection: Connection, conversation_id: str) -> int:
    """Lock the conversation for this transaction; returns its last seq. Raises ConversationNotFoundError."""
    row = CONVERSATIONS.c.conversation_id == conversation_id
    last_seq = connection.execute(select(CONVERSATIONS.c.last_seq).where(row).with_for_update()).scalar()
    if last_seq is None:
        raise ConversationNotFoundError(conversation_id=conversation_id)
    return int(last_seq)


def set_last_seq(connection: Connection, conversation_id: str, seq: int) -> None:
    row = CONVERSATIONS.c.conversation_id == conversation_id
    connection.execute(CONVERSATIONS.update().where(row).values(last_seq=seq))


def by_message_id(connection: Connection, conversation_id: str, message_id: str) -> Row | None:
    row = (MESSAGES.c.conversation_id == conversation_id) & (MESSAGES.c.message_id == message_id)
    found: Row | None = connection.execute(select(MESSAGES).where(row)).mappings().first()
    return found


def message_row(conversation_id: str, seq: int, sender: Sender, text: str, at: datetime) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "seq": seq,
        "sender": sender.value,
        "text": text,
        "choice_id": "",
        "payload": "",
        "at": at,
    }


def insert_reply(
    connection: Connection,
    conversation_id: str,
    seq: int,
    reply: Reply,
    new_choice_id: Callable[[], str],
    *,
    sender: Sender,
    at: datetime,
) -> None:
    """A message to the customer, with its buttons."""
    row = message_row(conversation_id, seq, sender, reply.text, at)
    # Only a customer's message waits for an answer.
    row["handled_at"] = at
    if reply.input is not None:
        row.update(input_slot=reply.input.slot, input_kind=reply.input.kind)
    connection.execute(MESSAGES.insert().values(**row))
    key = {"conversation_id": conversation_id, "seq": seq}
    choices = [
        {**key, "choice_id": new_choice_id(), "position": place, "title": item.title, "payload": item.payload}
        for place, item in enumerate(reply.choices)
    ]
    if choices:
        connection.execute(OFFERED_CHOICES.insert(), choices)
