"""The durable log of all conversations, written before anything is acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Engine

from bot.conversations.errors import ConversationNotFoundError, MessageConflictError, UnknownChoiceError
from bot.conversations.messages import Inbound, InputHint, Reply, Sender, StoredChoice, StoredMessage
from bot.insurance.hand_off import Owner
from bot.store.conversation_tables import CONVERSATIONS, MESSAGES, OFFERED_CHOICES, SEEN_MESSAGES
from bot.store.engine import read_only
from bot.store.hand_offs import SqlOwnerships
from bot.store.rows import Row, insert_for, upsert
from bot.store.said import (
    by_message_id,
    insert_reply,
    lock_conversation,
    message_row,
    random_choice_id,
    set_last_seq,
    speaker_of,
)
from bot.text.typed_choice import choice_typed

_PENDING = (MESSAGES.c.sender == Sender.CUSTOMER.value) & MESSAGES.c.handled_at.is_(None)
_NOTE = "note "  # begins the message id of a note; no id that a channel lets in has a blank
_ANSWERING = (Sender.BOT.value, Sender.HUMAN.value)


class SqlMessageLog:
    """Implements bot.conversations.ports.MessageLog; safe to use from many threads and processes.

    Writers of a conversation queue on its row (SQLite: on the database), so `seq` has no gaps and no doubles.
    """

    def __init__(self, engine: Engine, *, new_choice_id: Callable[[], str] = random_choice_id) -> None:
        self._writing = engine
        self._reading = read_only(engine)
        self._new_choice_id = new_choice_id

    def open(self, conversation_id: str, *, channel: str, at: datetime) -> None:
        """Opening an open conversation changes nothing."""
        with self._writing.begin() as connection:
            statement = insert_for(connection, CONVERSATIONS).values(
                conversation_id=conversation_id, channel=channel, opened_at=at, last_seq=0
            )
            connection.execute(statement.on_conflict_do_nothing(index_elements=["conversation_id"]))

    def exists(self, conversation_id: str) -> bool:
        statement = select(CONVERSATIONS.c.last_seq).where(CONVERSATIONS.c.conversation_id == conversation_id)
        with self._reading.connect() as connection:
            return connection.execute(statement).first() is not None

    def receive(
        self, conversation_id: str, *, message_id: str, text: str, choice_id: str, at: datetime, payload: str = ""
    ) -> tuple[int, bool]:
        """For a choice, `text` is not looked at: the title that was offered is stored, with its payload.

        Text that means a choice of the last answer (`choice_typed`) is stored as typed, with that choice's payload.
        """
        with self._writing.begin() as connection:
            last_seq = lock_conversation(connection, conversation_id)
            known = by_message_id(connection, conversation_id, message_id)
            if known is not None:
                _refuse_other_content(known, text, choice_id)
                return int(known["seq"]), False
            if payload:
                title = text
            elif choice_id:
                title, payload = _choice(connection, conversation_id, choice_id)
            else:
                title, payload = text, _typed_choice(connection, conversation_id, text)
            row = message_row(conversation_id, last_seq + 1, Sender.CUSTOMER, title, at)
            row.update(message_id=message_id, choice_id=choice_id, payload=payload)
            connection.execute(MESSAGES.insert().values(**row))
            set_last_seq(connection, conversation_id, last_seq + 1)
            return last_seq + 1, True

    def keep(self, conversation_id: str, *, message_id: str, text: str, notice: Reply | None, at: datetime) -> None:
        with self._writing.begin() as connection:
            seq = lock_conversation(connection, conversation_id) + 1
            if by_message_id(connection, conversation_id, message_id) is not None:
                return
            row = message_row(conversation_id, seq, Sender.CUSTOMER, text, at)
            connection.execute(MESSAGES.insert().values(**row, message_id=message_id, handled_at=at))
            if notice is not None and SqlOwnerships(connection).owner(conversation_id) is Owner.BOT:
                seq += 1
                insert_reply(connection, conversation_id, seq, notice, self._new_choice_id, sender=Sender.SYSTEM, at=at)
            set_last_seq(connection, conversation_id, seq)

    def seq_of(self, conversation_id: str, message_id: str) -> int | None:
        with self._reading.connect() as connection:
            known = by_message_id(connection, conversation_id, message_id)
        return None if known is None else int(known["seq"])

    def open_question(self, conversation_id: str) -> InputHint | None:
        answers = (MESSAGES.c.conversation_id == conversation_id) & MESSAGES.c.sender.in_(_ANSWERING)
        newest = select(MESSAGES).where(answers).order_by(MESSAGES.c.seq.desc()).limit(1)
        with self._reading.connect() as connection:
            row = connection.execute(newest).mappings().first()
        return _stored(row, []).input if row else None

    def next_pending(self, conversation_id: str) -> Inbound | None:
        with self._reading.connect() as connection:
            row = connection.execute(_pending(conversation_id).limit(1)).mappings().first()
        return _inbound(row) if row else None

    def all_pending(self, conversation_id: str) -> Sequence[Inbound]:
        with self._reading.connect() as connection:
            return tuple(map(_inbound, connection.execute(_pending(conversation_id)).mappings()))

    def conversations_with_pending(self) -> Sequence[str]:
        """The one that has waited longest first."""
        statement = (
            select(MESSAGES.c.conversation_id)
            .where(_PENDING)
            .group_by(MESSAGES.c.conversation_id)
            .order_by(func.min(MESSAGES.c.at), MESSAGES.c.conversation_id)
        )
        with self._reading.connect() as connection:
            return tuple(connection.execute(statement).scalars())

    def finish(
        self, inbound: Inbound, replies: Sequence[Reply], *, sender: Sender, at: datetime, notice: bool = False
    ) -> bool:
        """Raises ConversationNotFoundError when the message is not in the log."""
        with self._writing.begin() as connection:
            last_seq = lock_conversation(connection, inbound.conversation_id)
            known = by_message_id(connection, inbound.conversation_id, inbound.message_id)
            if known is None:
                raise ConversationNotFoundError(conversation_id=inbound.conversation_id, seq=inbound.seq)
            if known["handled_at"] is not None:
                return True
            said = not replies or _may_be_said(SqlOwnerships(connection), inbound.conversation_id, notice=notice)
            for reply in replies if said else ():
                last_seq += 1
                insert_reply(
                    connection, inbound.conversation_id, last_seq, reply, self._new_choice_id, sender=sender, at=at
                )
            handled = (MESSAGES.c.conversation_id == inbound.conversation_id) & (MESSAGES.c.seq == known["seq"])
            connection.execute(MESSAGES.update().where(handled).values(handled_at=at))
            set_last_seq(connection, inbound.conversation_id, last_seq)
        return said

    def append(self, conversation_id: str, reply: Reply, *, sender: Sender, at: datetime) -> int:
        """Raises ConversationNotFoundError."""
        with self._writing.begin() as connection:
            seq = lock_conversation(connection, conversation_id) + 1
            insert_reply(connection, conversation_id, seq, reply, self._new_choice_id, sender=sender, at=at)
            set_last_seq(connection, conversation_id, seq)
            return seq

    def note(self, conversation_id: str, *, note_id: str, text: str, sender: Sender, at: datetime) -> None:
        """Raises ConversationNotFoundError."""
        with self._writing.begin() as connection:
            seq = lock_conversation(connection, conversation_id) + 1
            message_id = f"{_NOTE}{note_id}"
            if by_message_id(connection, conversation_id, message_id) is None:
                row = message_row(conversation_id, seq, sender, text, at)
                connection.execute(MESSAGES.insert().values(**row, message_id=message_id, handled_at=at))
                set_last_seq(connection, conversation_id, seq)

    def saw(self, conversation_id: str, seq: int, at: datetime) -> bool:
        """Raises ConversationNotFoundError."""
        with self._writing.begin() as connection:
            seq = min(seq, lock_conversation(connection, conversation_id))
            if seq <= _seen(connection, conversation_id):
                return False
            values = {"conversation_id": conversation_id, "seq": seq, "at": at}
            upsert(connection, SEEN_MESSAGES, values, keys=["conversation_id"])
            return True

    def seen_up_to(self, conversation_id: str) -> int:
        with self._reading.connect() as connection:
            return _seen(connection, conversation_id)

    def after(self, conversation_id: str, seq: int) -> Sequence[StoredMessage]:
        def later(table: Any) -> Any:
            return select(table).where((table.c.conversation_id == conversation_id) & (table.c.seq > seq))

        with self._reading.connect() as connection:
            rows = connection.execute(later(MESSAGES).order_by(MESSAGES.c.seq)).mappings().all()
            offered = later(OFFERED_CHOICES).order_by(OFFERED_CHOICES.c.seq, OFFERED_CHOICES.c.position)
            choices = connection.execute(offered).mappings().all() if rows else []
        return tuple(_stored(row, [choice for choice in choices if choice["seq"] == row["seq"]]) for row in rows)

    def owner(self, conversation_id: str) -> Owner:
        with self._reading.connect() as connection:
            return SqlOwnerships(connection).owner(conversation_id)

    def queued_by(self, conversation_id: str) -> str:
        with self._reading.connect() as connection:
            return SqlOwnerships(connection).queued_by(conversation_id)

    def set_owner(self, conversation_id: str, owner: Owner, at: datetime, *, message_id: str = "") -> None:
        with self._writing.begin() as connection:
            SqlOwnerships(connection).set_owner(conversation_id, owner, at, message_id=message_id)


def _seen(connection: Connection, conversation_id: str) -> int:
    own = SEEN_MESSAGES.c.conversation_id == conversation_id
    return int(connection.execute(select(SEEN_MESSAGES.c.seq).where(own)).scalar() or 0)


def _may_be_said(ownerships: SqlOwnerships, conversation_id: str, *, notice: bool) -> bool:
    """While nobody has had it yet, the words of the turn that queued it, and of those before it, are still said."""
    owner = ownerships.owner(conversation_id)
    if owner is Owner.QUEUE:
        return notice or bool(ownerships.queued_by(conversation_id))
    return owner is Owner.BOT


def _pending(conversation_id: str) -> Any:
    return (
        select(MESSAGES, CONVERSATIONS.c.channel, CONVERSATIONS.c.opened_at)
        .join(CONVERSATIONS, CONVERSATIONS.c.conversation_id == MESSAGES.c.conversation_id)
        .where(_PENDING & (MESSAGES.c.conversation_id == conversation_id))
        .order_by(MESSAGES.c.seq)
    )


def _refuse_other_content(known: Row, text: str, choice_id: str) -> None:
    same = known["choice_id"] == choice_id and (bool(choice_id) or known["text"] == text)
    if not same:
        raise MessageConflictError(conversation_id=known["conversation_id"], seq=known["seq"])


def _choice(connection: Connection, conversation_id: str, choice_id: str) -> tuple[str, str]:
    """Title and payload of a choice of this conversation; one offered elsewhere is as unknown as an invented one."""
    offered = (OFFERED_CHOICES.c.choice_id == choice_id) & (OFFERED_CHOICES.c.conversation_id == conversation_id)
    row = connection.execute(select(OFFERED_CHOICES).where(offered)).mappings().first()
    if row is None:
        raise UnknownChoiceError(conversation_id=conversation_id)
    return row["title"], row["payload"]


def _typed_choice(connection: Connection, conversation_id: str, text: str) -> str:
    """The payload of the choice that the text means; "" when it means none that the last answer offered.

    The last answer is the newest message of the assistant or a person: a notice of the system withdraws no button.
    """
    messages = (MESSAGES.c.conversation_id == conversation_id) & MESSAGES.c.sender.in_(_ANSWERING)
    asked = (MESSAGES.c.seq, MESSAGES.c.input_slot, MESSAGES.c.input_kind)
    newest = select(*asked).where(messages).order_by(MESSAGES.c.seq.desc()).limit(1)
    answer = connection.execute(newest).mappings().first()
    if answer is None:
        return ""
    offered = (OFFERED_CHOICES.c.conversation_id == conversation_id) & (OFFERED_CHOICES.c.seq == answer["seq"])
    rows = select(OFFERED_CHOICES).where(offered).order_by(OFFERED_CHOICES.c.position)
    choices = list(connection.execute(rows).mappings())
    slot, kind = answer["input_slot"] or "", answer["input_kind"] or ""
    meant = choice_typed(text, [row["title"] for row in choices], slot=slot, kind=kind)
    return "" if meant is None else str(choices[meant]["payload"])


def _inbound(row: Row) -> Inbound:
    return Inbound(
        conversation_id=row["conversation_id"],
        message_id=row["message_id"],
        seq=row["seq"],
        text=row["text"],
        payload=row["payload"],
        channel=row["channel"],
        received_at=row["at"],
        opened_at=row["opened_at"],
    )


def _stored(row: Row, choices: list[Row]) -> StoredMessage:
    return StoredMessage(
        seq=row["seq"],
        sender=Sender(row["sender"]),
        text=row["text"],
        choices=tuple(StoredChoice(choice["choice_id"], choice["title"]) for choice in choices),
        input=None if row["input_slot"] is None else InputHint(row["input_slot"], row["input_kind"]),
        at=row["at"],
        noted=(row["message_id"] or "").startswith(_NOTE),
        by=speaker_of(row["message_id"] or ""),
    )
