"""How customers of channels that must be called are reached, and up to where they were told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Engine

from bot.conversations.contacts import Act, Allowance, Contact, Place
from bot.conversations.messages import Sender, StoredMessage
from bot.store.contact_tables import CONTACTS, PASSIVE_REPLIES
from bot.store.conversation_tables import CONVERSATIONS, MESSAGES
from bot.store.engine import read_only
from bot.store.message_log import SqlMessageLog
from bot.store.rows import Row, insert_for, update_one


class SqlContacts:
    """Implements bot.conversations.contacts.Contacts and bot.channels.wechat.telling.PassiveReplies."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = read_only(engine)
        self._log = SqlMessageLog(engine)

    def heard(self, conversation_id: str, address: str, act: Act) -> None:
        texts, until = act.allows.texts, act.allows.until
        allowed: dict[str, Any] = {"heard_id": act.message_id}
        allowed |= (
            {"texts_left": texts, "until": until} if act.spoke else {"event_texts_left": texts, "event_until": until}
        )
        with self._writing.begin() as connection:
            nothing = {"sent_seq": 0, "texts_left": 0, "until": until, "reachable": True}
            new = {"conversation_id": conversation_id, "address": address, **nothing, **allowed}
            statement = insert_for(connection, CONTACTS).values(**new)
            added = connection.execute(statement.on_conflict_do_nothing(index_elements=["conversation_id"]))
            if added.rowcount:
                return
            changed: dict[str, Any] = {"address": address, "reachable": True}
            if not _was_heard(connection, conversation_id, act.message_id):
                changed |= allowed
            update_one(connection, CONTACTS, {"conversation_id": conversation_id}, changed)

    def get(self, conversation_id: str) -> Contact | None:
        with self._reading.connect() as connection:
            return _contact(connection, conversation_id)

    def unsent(self, conversation_id: str) -> Sequence[StoredMessage]:
        contact = self.get(conversation_id)
        return self.told(conversation_id, contact.told) if contact else ()

    def told(self, conversation_id: str, place: Place, up_to: Place | None = None) -> Sequence[StoredMessage]:
        after = self._log.after(conversation_id, place.seq)
        later = [each for each in after if each.sender is not Sender.CUSTOMER and not each.noted]
        if up_to is None:
            return tuple(later)
        whole = [each for each in later if each.seq <= up_to.seq]
        return tuple(later[: len(whole) + bool(up_to.chars)])

    def sent(self, conversation_id: str, told: Place) -> None:
        """Raises RowMissingError when the customer was never heard."""
        with self._writing.begin() as connection:
            known = _locked(connection, conversation_id)
            # Of both: WeChat does not add up what a message and a click allow.
            counted = {name: max(0, known[name] - 1) if known else 0 for name in ("texts_left", "event_texts_left")}
            _mark(connection, conversation_id, known, told, counted)

    def stop(self, conversation_id: str, *, unreachable: bool) -> None:
        with self._writing.begin() as connection:
            changed: dict[str, object] = {"texts_left": 0, "event_texts_left": 0}
            changed |= {"reachable": False} if unreachable else {}
            update_one(connection, CONTACTS, {"conversation_id": conversation_id}, changed)

    def owing(self) -> Sequence[str]:
        allowed = (CONTACTS.c.texts_left > 0) | (CONTACTS.c.event_texts_left > 0)
        statement = (
            select(CONTACTS.c.conversation_id)
            .join(CONVERSATIONS, CONVERSATIONS.c.conversation_id == CONTACTS.c.conversation_id)
            .where(CONTACTS.c.reachable, allowed, CONVERSATIONS.c.last_seq > CONTACTS.c.sent_seq)
            .order_by(CONTACTS.c.conversation_id)
        )
        with self._reading.connect() as connection:
            return tuple(connection.execute(statement).scalars())

    def count_unsent(self) -> int:
        """Messages that were not told to customers who can be reached."""
        later = MESSAGES.c.seq > CONTACTS.c.sent_seq
        statement = (
            select(func.count())
            .select_from(CONTACTS)
            .join(CONVERSATIONS, CONVERSATIONS.c.conversation_id == CONTACTS.c.conversation_id)
            .join(MESSAGES, (MESSAGES.c.conversation_id == CONTACTS.c.conversation_id) & later)
            .where(CONTACTS.c.reachable, CONVERSATIONS.c.last_seq > CONTACTS.c.sent_seq)
            .where(MESSAGES.c.sender != Sender.CUSTOMER.value)
        )
        with self._reading.connect() as connection:
            return int(connection.execute(statement).scalar_one())

    def count_unreachable(self) -> int:
        """Customers who cannot be told anything until they are heard again."""
        statement = select(func.count()).select_from(CONTACTS).where(~CONTACTS.c.reachable)
        with self._reading.connect() as connection:
            return int(connection.execute(statement).scalar_one())

    def newest(self, conversation_id: str) -> StoredMessage | None:
        """The last message of either side."""
        statement = select(CONVERSATIONS.c.last_seq).where(CONVERSATIONS.c.conversation_id == conversation_id)
        with self._reading.connect() as connection:
            last = connection.execute(statement).scalar()
        found = self._log.after(conversation_id, last - 1) if last else ()
        return found[-1] if found else None

    def answered(self, conversation_id: str, message_id: str, *, after: Place, up_to: Place) -> bool:
        """A passive reply tells what is between; marked in the same transaction, so that nothing sends it again. False,
        and nothing changed, when somebody told of it since `after` was read."""
        with self._writing.begin() as connection:
            known = _locked(connection, conversation_id)
            if known is not None and _place(known) != after:
                return False
            values = {
                "conversation_id": conversation_id, "message_id": message_id,
                "after_seq": after.seq, "after_chars": after.chars, "up_to_seq": up_to.seq, "up_to_chars": up_to.chars,
            }  # fmt: skip
            statement = insert_for(connection, PASSIVE_REPLIES).values(**values)
            connection.execute(statement.on_conflict_do_nothing(index_elements=["conversation_id", "message_id"]))
            _mark(connection, conversation_id, known, up_to, {})
            return True

    def passive_reply(self, conversation_id: str, message_id: str) -> tuple[Place, Place] | None:
        """Between which places the reply to this message told; None when there was none."""
        of_message = (PASSIVE_REPLIES.c.conversation_id == conversation_id) & (
            PASSIVE_REPLIES.c.message_id == message_id
        )
        with self._reading.connect() as connection:
            row = connection.execute(select(PASSIVE_REPLIES).where(of_message)).mappings().first()
        if row is None:
            return None
        return Place(row["after_seq"], row["after_chars"]), Place(row["up_to_seq"], row["up_to_chars"])


def _contact(connection: Connection, conversation_id: str) -> Contact | None:
    statement = select(CONTACTS).where(CONTACTS.c.conversation_id == conversation_id)
    row = connection.execute(statement).mappings().first()
    if row is None:
        return None
    return Contact(
        conversation_id=row["conversation_id"],
        address=row["address"],
        told=_place(row),
        message=Allowance(row["texts_left"], row["until"]),
        event=Allowance(row["event_texts_left"], row["event_until"] or row["until"]),
        reachable=row["reachable"],
    )


def _locked(connection: Connection, conversation_id: str) -> Row | None:
    statement = select(CONTACTS).where(CONTACTS.c.conversation_id == conversation_id).with_for_update()
    found: Row | None = connection.execute(statement).mappings().first()
    return found


def _place(row: Row) -> Place:
    return Place(row["sent_seq"], row["sent_chars"])


def _was_heard(connection: Connection, conversation_id: str, message_id: str) -> bool:
    """A message stands in the log; an event may not, and is known while nothing else was heard since."""
    known = _locked(connection, conversation_id)
    in_log = (MESSAGES.c.conversation_id == conversation_id) & (MESSAGES.c.message_id == message_id)
    heard_last = known is not None and known["heard_id"] == message_id
    return heard_last or connection.execute(select(MESSAGES.c.seq).where(in_log)).first() is not None


def _mark(
    connection: Connection, conversation_id: str, known: Row | None, told: Place, changed: dict[str, int]
) -> None:
    """An older mark takes nothing back."""
    place = max(_place(known), told) if known else told
    values = {"sent_seq": place.seq, "sent_chars": place.chars, **changed}
    update_one(connection, CONTACTS, {"conversation_id": conversation_id}, values)
