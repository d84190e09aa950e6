"""The services a turn may use, handed down together by `bot.bootstrap`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.complaints.rule import ComplaintRule
from bot.services.answer_question import KnowledgeBase
from bot.services.deadlines import Deadlines
from bot.services.ports import UnitOfWorkFactory
from bot.services.privacy_notice import PrivacyNotice
from bot.services.servicing.limits import Limit
from bot.services.servicing.papers import Paper
from bot.services.servicing.who_may import WhoMay


@dataclass(frozen=True)
class AssistantServices:
    """`reading` makes units of work that never wait for a writer and never write. `pepper` hashes one-time codes and
    lock subjects; `demo` lets the real-person check answer by text message."""

    unit_of_work: UnitOfWorkFactory
    reading: UnitOfWorkFactory
    knowledge: KnowledgeBase
    privacy: PrivacyNotice
    complaint_rules: tuple[ComplaintRule, ...]
    deadlines: Deadlines
    who_may: WhoMay
    papers: Mapping[str, tuple[Paper, ...]]
    limits: Mapping[str, Limit]
    pepper: str
    demo: bool
