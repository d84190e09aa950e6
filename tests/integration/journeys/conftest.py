"""A customer talking to the journey engine on a real SQLite store, without Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.engine import Engine

from bot.bootstrap import build_assistant_services, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.insurance.complaint import Complaint
from bot.insurance.hand_off import HandOff
from bot.insurance.identity import IdentityLevel, Verification
from bot.services.assistant import AssistantServices
from bot.services.journeys.engine import Turn, open_journey, take_turn
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Situation
from bot.services.registry import JOURNEYS, KEY_OF_INTENT
from bot.services.reply import Choice, Reply
from bot.services.understanding import Entity, Understood
from bot.settings import read_settings
from bot.store.engine import build_engine

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=SHANGHAI)
PHONE = "13900003001"


@dataclass
class Customer:
    """One conversation. `replies` are those of the last message, `requested` the open question."""

    services: AssistantServices
    engine: Engine
    conversation_id: str = "c-1"
    now: datetime = NOW
    replies: Sequence[Reply] = ()
    requested: str = ""
    outcome: str = ""
    form: str = ""
    key: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    misses: int = 0
    messages: int = 0

    def begins(
        self, text: str, intent: str = "file_complaint", *, chosen: str = "", entities: Sequence[Entity] = ()
    ) -> str:
        """The first message of a journey."""
        self.form = KEY_OF_INTENT[intent]
        said = self._said(text, intent, entities, chosen)
        self.key, self.answers, self.misses = f"{self.conversation_id}:{said.message_id}:{self.form}", {}, 0
        return self._did(open_journey(JOURNEYS[self.form].journey, self._situation(said)), said)

    def again(self) -> str:
        """The last first message, delivered once more after its answer was lost."""
        return self._did(open_journey(JOURNEYS[self.form].journey, replace(self._last, answers={})), self._last.said)

    def says(self, text: str, intent: str = "inform", *entities: Entity) -> str:
        said = self._said(text, intent, entities)
        return self._did(
            take_turn(JOURNEYS[self.form].journey, self.requested, self.misses, self._situation(said)), said
        )

    def picks(self, title: str) -> str:
        """Press a button of the last answer that answers a question."""
        choice = self.button(title)
        name, _, value = choice.payload.partition('{"choice": "')
        assert value, choice
        said = self._said("", name[1:], [], value.rstrip('"}'))
        return self._did(
            take_turn(JOURNEYS[self.form].journey, self.requested, self.misses, self._situation(said)), said
        )

    def button(self, title: str) -> Choice:
        offered = [choice for reply in self.replies for choice in reply.choices]
        return next(choice for choice in offered if choice.title.startswith(title))

    @property
    def titles(self) -> list[str]:
        return [choice.title for reply in self.replies for choice in reply.choices]

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def proves(self, party_id: str = "", phone: str = PHONE) -> None:
        level = IdentityLevel.L2 if party_id else IdentityLevel.L1
        with self.services.unit_of_work() as work:
            until = self.now + timedelta(minutes=30)
            work.identities.save_verification(Verification(self.conversation_id, party_id, phone, level, until))
            work.commit()

    def complaints(self) -> Sequence[Complaint]:
        with self.services.reading() as work:
            return work.complaints.of_conversation(self.conversation_id)

    def hand_off(self) -> HandOff | None:
        with self.services.unit_of_work() as work:
            return work.hand_offs.open_for(self.conversation_id)

    def audited(self) -> list[str]:
        with self.engine.connect() as connection:
            return [row[0] for row in connection.execute(sql("SELECT event FROM audit_log ORDER BY seq"))]

    def _said(self, text: str, intent: str, entities: Sequence[Entity], chosen: str = "") -> Understood:
        self.messages += 1
        found = tuple(entities)
        if chosen:
            found = (Entity("choice", chosen, chosen),)
        return Understood(
            conversation_id=self.conversation_id,
            message_id=f"m{self.messages}",
            received_at=self.now,
            channel="web",
            text=text,
            intent=intent,
            confidence=0.9,
            entities=found,
            chosen=bool(chosen),
        )

    def _situation(self, said: Understood) -> Situation:
        self._last = Situation(dict(self.answers), said, self.services, self.key)
        return self._last

    def _did(self, turn: Turn, said: Understood) -> str:
        self.answers = {slot: value for slot, value in turn.answers.items() if value}
        self.requested, self.misses, self.outcome = turn.requested, turn.misses, turn.outcome
        situation = Situation(self.answers, said, self.services, self.key)
        replies = list(turn.replies)
        if turn.outcome.startswith("handed_off:"):
            journey = JOURNEYS[self.form].journey
            replies += hand_off_journey(journey, situation, turn.outcome.split(":", 1)[1])
        if turn.outcome == "confirmed":
            replies += JOURNEYS[self.form].submit(situation)
        if turn.outcome:
            self.requested = ""
        self.replies = replies
        return self.text


def entity(kind: str, text: str, inside: str) -> Entity:
    """An entity as the extractor marks it in a sentence."""
    start = inside.index(text)
    return Entity(kind, text, text, start, start + len(text))


@pytest.fixture
def customer(tmp_path: Path) -> Customer:
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path)})
    prepare_store(settings, NOW.date())
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    return Customer(build_assistant_services(settings), engine)
