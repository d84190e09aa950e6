"""An e-mail address to send something to: the registered one, or another."""

from __future__ import annotations

import re

from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Rejected, Situation
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.identifiers import parse_email
from bot.text.masking import mask_email
from bot.text.normalise import fold


def registered_email(situation: Situation) -> str:
    """Of whoever this conversation has proved to be; "" when there is none."""
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
    return party.email if party else ""


def read_email(said: Understood, situation: Situation) -> Reading:
    """Registered ("登记的邮箱") or typed."""
    entity = said.first("email")
    found = re.search(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", entity.value if entity else fold(said.text))
    if found:
        address = parse_email(found.group())
        return Accepted(address) if address else Rejected("邮箱要像 name@example.com 这样写，请再发一次。")
    if re.search(r"登记|原来|预留|留的", said.text):
        own = registered_email(situation)
        return Accepted(own) if own else Rejected("您还没有登记邮箱，请直接告诉我一个。")
    return Rejected("邮箱要像 name@example.com 这样写，请再发一次。") if "@" in said.text else NotAnAnswer()


def show_email(value: str, _: Situation) -> str:
    return mask_email(value) if value else ""
