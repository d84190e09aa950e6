"""How customers of channels that must be called are reached, and up to which message they were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.conversations.delivery import Allowance, Contact
from bot.conversations.messages import Sender, StoredMessage
from bot.store.contact_tables import CONTACTS, PASSIVE_REPLIES
from bot.store.conversation_tables import CONVERSATIONS
from bot.store.engine import read_only
from bot.store.message_log import SqlMessageLog
from bot.store.rows import insert_for, update_one


class SqlContacts:
    """Implements bot.conversations.delivery.Contacts and bot.channels.wechat.telling.PassiveReplies."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = read_only(engine)
        self._log = SqlMessageLog(engine)

    def heard(self, conversation_id: str, address: str, allowance: Allowance, now: datetime) -> None:
        with self._writing.begin() as connection:
            new = {
                "conversation_id": conversation_id, "address": address, "sent_seq": 0,
                "texts_left": allowance.texts, "until": allowance.until, "reachable": True,
            }  # fmt: skip
            statement = insert_for(connection, CONTACTS).values(**new)
            added = connection.execute(statement.on_conflict_do_nothing(index_elements=["conversation_id"]))
            if added.rowcount:
                return
            known = _contact(connection, conversation_id, lock=True)
            assert known is not None
            changed: dict[str, object] = {"address": address, "reachable": True}
            if known.may_send(now) < allowance.texts:
                changed |= {"texts_left": allowance.texts, "until": allowance.until}
            elif known.until < allowance.until:
                changed |= {"until": allowance.until}
            update_one(connection, CONTACTS, {"conversation_id": conversation_id}, changed)

    def get(self, conversation_id: str) -> Contact | None:
        with self._reading.connect() as connection:
            return _contact(connection, conversation_id)

    def unsent(self, conversation_id: str) -> Sequence[StoredMessage]:
        contact = self.get(conversation_id)
        return self.told(conversation_id, contact.sent_seq) if contact else ()

    def told(self, conversation_id: str, after: int, up_to: int | None = None) -> Sequence[StoredMessage]:
        """Messages to the customer after one number, up to another or to the newest."""
        later = self._log.after(conversation_id, after)
        return tuple(
            each for each in later if each.sender is not Sender.CUSTOMER and (up_to is None or each.seq <= up_to)
        )

    def sent(self, conversation_id: str, *, up_to: int | None, texts: int) -> None:
        """Raises RowMissingError when the customer was never heard."""
        with self._writing.begin() as connection:
            _mark(connection, conversation_id, up_to, texts)

    def stop(self, conversation_id: str, *, unreachable: bool) -> None:
        with self._writing.begin() as connection:
            changed: dict[str, object] = {"texts_left": 0}
            changed |= {"reachable": False} if unreachable else {}
            update_one(connection, CONTACTS, {"conversation_id": conversation_id}, changed)

    def owing(self) -> Sequence[str]:
        statement = (
            select(CONTACTS.c.conversation_id)
            .join(CONVERSATIONS, CONVERSATIONS.c.conversation_id == CONTACTS.c.conversation_id)
            .where(CONTACTS.c.reachable, CONTACTS.c.texts_left > 0, CONVERSATIONS.c.last_seq > CONTACTS.c.sent_seq)
            .order_by(CONTACTS.c.conversation_id)
        )
        with self._reading.connect() as connection:
            return tuple(connection.execute(statement).scalars())

    def newest(self, conversation_id: str) -> StoredMessage | None:
        """The last message of either side."""
        statement = select(CONVERSATIONS.c.last_seq).where(CONVERSATIONS.c.conversation_id == conversation_id)
        with self._reading.connect() as connection:
            last = connection.execute(statement).scalar()
        found = self._log.after(conversation_id, last - 1) if last else ()
        return found[-1] if found else None

    def answered(self, conversation_id: str, message_id: str, *, after: int, up_to: int) -> bool:
        """A passive reply tells these messages; marked in the same transaction, so that nothing sends them again. False,
        and nothing changed, when somebody told of them since `after` was read."""
        with self._writing.begin() as connection:
            known = _contact(connection, conversation_id, lock=True)
            if known is not None and known.sent_seq != after:
                return False
            values = {
                "conversation_id": conversation_id, "message_id": message_id, "after_seq": after, "up_to_seq": up_to,
            }  # fmt: skip
            statement = insert_for(connection, PASSIVE_REPLIES).values(**values)
            connection.execute(statement.on_conflict_do_nothing(index_elements=["conversation_id", "message_id"]))
            _mark(connection, conversation_id, up_to, 0)
            return True

    def passive_reply(self, conversation_id: str, message_id: str) -> tuple[int, int] | None:
        """(after, up to) of the messages that the reply to this message told; None when there was none."""
        columns = PASSIVE_REPLIES.c
        statement = select(columns.after_seq, columns.up_to_seq).where(
            (columns.conversation_id == conversation_id) & (columns.message_id == message_id)
        )
        with self._reading.connect() as connection:
            row = connection.execute(statement).first()
        return (int(row[0]), int(row[1])) if row else None


def _contact(connection: Connection, conversation_id: str, *, lock: bool = False) -> Contact | None:
    statement = select(CONTACTS).where(CONTACTS.c.conversation_id == conversation_id)
    row = connection.execute(statement.with_for_update() if lock else statement).mappings().first()
    if row is None:
        return None
    return Contact(
        row["conversation_id"], row["address"], row["sent_seq"], row["texts_left"], row["until"], row["reachable"]
    )


def _mark(connection: Connection, conversation_id: str, up_to: int | None, texts: int) -> None:
    known = _contact(connection, conversation_id, lock=True)
    sent_seq = max(known.sent_seq, up_to or 0) if known else 0
    left = max(0, known.left - texts) if known else 0
    update_one(connection, CONTACTS, {"conversation_id": conversation_id}, {"sent_seq": sent_seq, "texts_left": left})
