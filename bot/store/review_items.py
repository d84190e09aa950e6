"""The trainers' inbox."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Text, and_, func, or_, select, type_coerce
from sqlalchemy.engine import Connection

from bot.insurance.review_item import UNKNOWN, Deed, ReviewItem, ReviewReason, ReviewState, ReviewStep, Verdict
from bot.services.review_ports import Chosen, OfferedSentence, Order, View
from bot.store.review_tables import REVIEW_ITEMS, REVIEW_STEPS, REVIEW_VIEWS
from bot.store.rows import Row, insert_for, update_one, upsert
from bot.store.sealing import sealer_of
from bot.text.normalise import normalise

_ROWS, _STEPS, _VIEWS = REVIEW_ITEMS.c, REVIEW_STEPS.c, REVIEW_VIEWS.c
_PLAIN = (
    "item_id",
    "text",
    "guess",
    "confidence",
    "channel",
    "conversation_id",
    "source",
    "times",
    "first_at",
    "last_at",
)
_OPEN = (ReviewState.NEW, ReviewState.PROPOSED)
_ORDERS = {
    Order.MOST_HEARD: (_ROWS.times.desc(), _ROWS.last_at.desc(), _ROWS.item_id.desc()),
    Order.NEWEST: (_ROWS.last_at.desc(), _ROWS.item_id.desc()),
}


class SqlReviewItems:
    """Implements bot.services.review_ports.ReviewItems."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def offer(self, sentence: OfferedSentence) -> bool:
        item_id = item_id_of(self._connection, sentence.text)
        row = {
            "item_id": item_id, "text": sentence.text, "guess": sentence.guess,
            "confidence": sentence.confidence, "ranking": sentence.ranking, "reasons": {sentence.reason.value: 1},
            "meant": sentence.meant, "channel": sentence.channel, "conversation_id": sentence.conversation_id,
            "source": sentence.source, "times": 1, "first_at": sentence.at, "last_at": sentence.at,
            "state": ReviewState.NEW.value, "example": sentence.example, "intent": "", "new_intent": "",
            "proposed_by": "", "decided_by": "", "landed_at": None, "commit_id": "",
        }  # fmt: skip
        statement = insert_for(self._connection, REVIEW_ITEMS).values(**row)
        if self._connection.execute(statement.on_conflict_do_nothing(index_elements=["item_id"])).rowcount:
            return True
        self._hear_again(item_id, sentence)
        return False

    def _hear_again(self, item_id: str, sentence: OfferedSentence) -> None:
        same = select(_ROWS.reasons, _ROWS.last_at, _ROWS.meant).where(_ROWS.item_id == item_id).with_for_update()
        former = self._connection.execute(same).mappings().one()
        reasons = dict(former["reasons"])
        reasons[sentence.reason.value] = reasons.get(sentence.reason.value, 0) + 1
        newest = {
            "guess": sentence.guess, "confidence": sentence.confidence, "ranking": sentence.ranking,
            "channel": sentence.channel, "conversation_id": sentence.conversation_id, "source": sentence.source,
            "last_at": max(sentence.at, former["last_at"]), "meant": sentence.meant or former["meant"],
        }  # fmt: skip
        update_one(
            self._connection,
            REVIEW_ITEMS,
            {"item_id": item_id},
            {**newest, "reasons": reasons, "times": _ROWS.times + 1},
        )

    def get(self, item_id: str) -> ReviewItem | None:
        statement = select(REVIEW_ITEMS).where(_ROWS.item_id == item_id).with_for_update()
        row = self._connection.execute(statement).mappings().first()
        return _item(row) if row else None

    def save(self, item: ReviewItem, step: ReviewStep) -> None:
        """Raises RowMissingError when it was never offered."""
        values = {**_verdict_row(item.verdict), "landed_at": item.landed_at, "commit_id": item.commit}
        update_one(self._connection, REVIEW_ITEMS, {"item_id": item.item_id}, values)
        count = select(func.count()).where(_STEPS.item_id == item.item_id)
        position = int(self._connection.execute(count).scalar() or 0)
        row = {"deed": step.deed.value, "by": step.by, "at": step.at, "note": step.note, **_verdict_row(step.after)}
        self._connection.execute(REVIEW_STEPS.insert().values(item_id=item.item_id, position=position, **row))

    def steps(self, item_id: str) -> Sequence[ReviewStep]:
        statement = select(REVIEW_STEPS).where(_STEPS.item_id == item_id).order_by(_STEPS.position)
        return tuple(
            ReviewStep(Deed(row["deed"]), row["by"], row["at"], _verdict(row), row["note"])
            for row in self._connection.execute(statement).mappings()
        )

    def page(self, chosen: Chosen, *, offset: int, limit: int) -> Sequence[ReviewItem]:
        conditions = [_ROWS.state == chosen.state.value]
        if chosen.reason:
            conditions.append(_has(chosen.reason))
        if chosen.guess:
            conditions.append(_ROWS.guess == chosen.guess)
        if chosen.channel:
            conditions.append(_ROWS.channel == chosen.channel)
        statement = select(REVIEW_ITEMS).where(and_(*conditions)).order_by(*_ORDERS[chosen.order])
        return self._all(statement.offset(offset).limit(limit))

    def counted(self) -> Mapping[ReviewState, int]:
        counts = (
            (state, select(func.count()).select_from(REVIEW_ITEMS).where(_ROWS.state == state.value)) for state in _OPEN
        )
        return {state: int(self._connection.execute(count).scalar() or 0) for state, count in counts}

    def unknown(self, limit: int) -> Sequence[ReviewItem]:
        nobody_understood = or_(*map(_has, UNKNOWN))
        statement = select(REVIEW_ITEMS).where(_ROWS.state == ReviewState.NEW.value, nobody_understood)
        return self._all(statement.order_by(*_ORDERS[Order.MOST_HEARD]).limit(limit))

    def to_land(self, limit: int) -> Sequence[ReviewItem]:
        waiting = and_(_ROWS.state == ReviewState.APPROVED.value, _ROWS.landed_at.is_(None))
        return self._all(select(REVIEW_ITEMS).where(waiting).order_by(_ROWS.proposed_by, _ROWS.item_id).limit(limit))

    def views(self, owner: str) -> Sequence[View]:
        statement = select(REVIEW_VIEWS).where(_VIEWS.owner == owner).order_by(_VIEWS.name)
        return tuple(View(**row) for row in self._connection.execute(statement).mappings())

    def keep_view(self, view: View) -> None:
        row = {"owner": view.owner, "name": view.name, "query": view.query}
        upsert(self._connection, REVIEW_VIEWS, row, keys=["owner", "name"])

    def drop_view(self, owner: str, name: str) -> None:
        self._connection.execute(REVIEW_VIEWS.delete().where(_VIEWS.owner == owner, _VIEWS.name == name))

    def _all(self, statement: Any) -> tuple[ReviewItem, ...]:
        return tuple(_item(row) for row in self._connection.execute(statement).mappings())


def item_id_of(connection: Connection, text: str) -> str:
    """The same for the same words, however they are written; made of their sealed form, so that nobody can guess words by it."""
    sealed = sealer_of(connection.dialect).seal(normalise(text), "review_items.words")
    return hashlib.sha256(sealed.encode()).hexdigest()[:20]


def _has(reason: ReviewReason) -> Any:
    # The column is JSON of our own making: a code in quotes is a key of it and nothing else.
    return type_coerce(_ROWS.reasons, Text).like(f'%"{reason.value}":%')


def _verdict_row(verdict: Verdict) -> dict[str, Any]:
    return {
        "state": verdict.state.value,
        "example": verdict.example,
        "intent": verdict.intent,
        "new_intent": verdict.new_intent,
        "proposed_by": verdict.proposed_by,
        "decided_by": verdict.decided_by,
    }


def _verdict(row: Row) -> Verdict:
    return Verdict(
        ReviewState(row["state"]),
        row["example"],
        row["intent"],
        row["new_intent"],
        row["proposed_by"],
        row["decided_by"],
    )


def _item(row: Row) -> ReviewItem:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return ReviewItem(
        **values,
        ranking=tuple((name, probability) for name, probability in row["ranking"]),
        reasons={ReviewReason(reason): count for reason, count in row["reasons"].items()},
        verdict=_verdict(row),
        meant=row["meant"],
        landed_at=row["landed_at"],
        commit=row["commit_id"],
    )
