"""A talk inside one form, for tests that say what the classifier made of each message (intent, confidence)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendars.clocks import SHANGHAI
from bot.insurance.endorsement import BeneficiaryChange
from bot.insurance.hand_off import HandOff
from bot.services.understanding import Entity, Understood
from bot.store.text_messages import TextOutbox
from tests.journey_run import JourneyRun, newest_code, pressed, read_entities

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
Hear = Callable[..., Understood]


@dataclass
class FormTalk(JourneyRun):
    """One conversation with one journey after the other, all of one form."""

    outbox: TextOutbox
    conversation: str
    now: datetime = NOW
    count: int = 0

    def say(self, text: str, **how: object) -> str:
        """`how`: intent, confidence, chosen."""
        return self._hear(understand(text, **self._envelope(), **how))  # type: ignore[arg-type]

    def pick(self, title: str) -> str:
        """Press the first offered button whose title begins so."""
        intent, entities = pressed(self.button(title))
        answer = entities[0].value if entities else title
        return self._hear(understand(answer, intent=intent, chosen=bool(entities), **self._envelope()))  # type: ignore[arg-type]

    def identify(self, name: str, id_number: str, phone: str) -> str:
        self.say(name)
        self.say(id_number)
        return self.code(phone)

    def code(self, phone: str) -> str:
        return self.say(newest_code(self.outbox, phone))

    def newest_text(self, phone: str) -> str:
        return self.outbox.texts_for(phone, 1)[0].text

    def handed_off(self) -> HandOff | None:
        with self.services.reading() as work:
            return work.hand_offs.open_for(self.conversation)

    def changes(self) -> Sequence[BeneficiaryChange]:
        with self.services.reading() as work:
            return work.endorsements.of_conversation(self.conversation)

    def _envelope(self) -> dict[str, object]:
        self.count += 1
        return {
            "conversation": self.conversation,
            "message": f"m{self.count}",
            "at": self.now + timedelta(seconds=self.count),
        }

    def _hear(self, said: Understood) -> str:
        return self.go_on(said) if self.requested else self.begin(self.form, said)


def understand(
    text: str,
    *,
    intent: str = "inform",
    confidence: float = 0.9,
    chosen: bool = False,
    conversation: str = "conversation",
    message: str = "message",
    at: datetime = NOW,
) -> Understood:
    """The message with what the shipped extractors find in it."""
    entities = (Entity("choice", text, text),) if chosen else tuple(read_entities(text, at))
    return Understood(conversation, message, at, "web", text, intent, confidence, entities=entities, chosen=chosen)
