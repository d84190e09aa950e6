"""A customer talking to the journey engine on a real SQLite store, without Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from bot.services.registry import KEY_OF_INTENT
from bot.services.understanding import Entity, Understood
from bot.settings import read_settings
from bot.store.engine import build_engine
from tests.journey_run import JourneyRun, pressed

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=SHANGHAI)
PHONE = "13900003001"


@dataclass
class Customer(JourneyRun):
    """One conversation; the intent and the entities of each message are given."""

    engine: Engine
    conversation_id: str = "c-1"
    now: datetime = NOW
    messages: int = 0
    channel: str = "web"

    def begins(
        self, text: str, intent: str = "file_complaint", *, chosen: str = "", entities: Sequence[Entity] = ()
    ) -> str:
        """The first message of a journey."""
        self._first = self._said(text, intent, entities, chosen)
        return self.begin(KEY_OF_INTENT[intent], self._first)

    def again(self) -> str:
        """The last first message, delivered once more after its answer was lost."""
        return self.begin(self.form, self._first)

    def says(self, text: str, intent: str = "inform", *entities: Entity) -> str:
        return self.go_on(self._said(text, intent, entities))

    def picks(self, title: str) -> str:
        """Press a button of the last answer that answers a question."""
        intent, (value,) = pressed(self.button(title))
        return self.go_on(self._said("", intent, [], value.value))

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
            channel=self.channel,
            text=text,
            intent=intent,
            confidence=0.9,
            entities=found,
            chosen=bool(chosen),
        )


def entity(kind: str, text: str, inside: str) -> Entity:
    """An entity as the extractor marks it in a sentence."""
    start = inside.index(text)
    return Entity(kind, text, text, start, start + len(text))


@pytest.fixture
def customer(tmp_path: Path) -> Customer:
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path)})
    prepare_store(settings, NOW.date())
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    return Customer(engine, services=build_assistant_services(settings))
