"""What the console is given. Protocols here, so that floors below stay unknown by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.complaints.rule import ComplaintRule
from bot.conversations.feed import Feed
from bot.conversations.ports import MessageLog
from bot.insurance.contingency import DisasterKind
from bot.insurance.institution import HEAD_OFFICE, HEAD_OFFICE_ZH
from bot.insurance.matter_file import FileKind, Flaw
from bot.insurance.quality import Rubric
from bot.insurance.questionnaire import Questionnaires
from bot.insurance.task import Task
from bot.insurance.upkeep import UpkeepItem
from bot.services.claim_rules import ClaimRules
from bot.services.claim_stages import StageTargets
from bot.services.deadlines import Deadlines
from bot.services.figures.report import Report
from bot.services.models.workbench import Workbench
from bot.services.paper import Paper
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.services.promise_table import PromiseGroup
from bot.services.review_ports import Landed
from bot.services.servicing.limits import Limits
from bot.services.suggest_answers import Suggestion
from bot.settings import Settings


class NamedCustomer(Protocol):
    """A synthetic customer to try the demo with; a `purpose`, one sentence, is shown too where there is one."""

    @property
    def name(self) -> str: ...
    @property
    def id_number(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def policies(self) -> Sequence[str]: ...
    @property
    def try_this(self) -> Sequence[str]: ...


class SentText(Protocol):
    """An SMS of the outbox."""

    @property
    def phone(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class RecentTexts(Protocol):
    """The newest messages to one phone, or to any when it is None, newest first."""

    def __call__(self, phone: str | None, limit: int, /) -> Sequence[SentText]: ...


@dataclass(frozen=True)
class ConsoleDeps:
    unit_of_work: UnitOfWorkFactory
    reading: UnitOfWorkFactory
    """Transactions that stop no writer however long they take, and write nothing: for what is counted over everything."""
    log: MessageLog
    feed: Feed
    settings: Settings
    clock: Callable[[], datetime]
    named_customers: Sequence[NamedCustomer]
    recent_texts: RecentTexts
    deadlines: Deadlines
    questionnaires: Questionnaires
    limits: Limits
    claim_rules: ClaimRules
    objection: Callable[[str], str] = lambda _: ""
    """Why a sentence must not be said to a customer, "" when it may."""
    complaint_rules: Sequence[ComplaintRule] = ()
    """What judges a complaint that the desk writes down."""
    cite: Callable[[str], str] = lambda rule_id: rule_id
    """A complaint rule by its id: its title and the article that backs it."""
    disasters: Sequence[DisasterKind] = ()
    """The kinds of disaster for which event mode may be switched on."""
    print_paper: Callable[[Paper], bytes] = lambda _: b""
    """A letter as PDF."""
    suggest: Callable[[str, datetime], Sequence[Suggestion]] = lambda _, __: ()
    """What might be answered to what a customer said."""
    back_at: Callable[[datetime, str], datetime | None] = lambda _, __: None
    """When somebody of a post is at the desk again by its hours; None while these run."""
    delivered: Callable[[str], int] = lambda _: 0
    """Up to which message a channel that is called has taken what was said in a conversation; 0 where no such channel has."""
    print_report: Callable[[Report, datetime, str], bytes] = lambda _, __, ___: b""
    """A report as PDF, with when it was made and the company's name."""
    upkeep: Sequence[UpkeepItem] = ()
    """What of the rules and filings is looked at from time to time."""
    promises: Sequence[PromiseGroup] = ()
    """What the company promises by when."""
    inspect_file: Callable[[bytes, FileKind], tuple[Flaw, ...]] = lambda _, __: ()
    """What is wrong with a scan; raises UnreadableFileError (bot.services.take_file)."""
    rubric: Rubric = field(default_factory=lambda: Rubric("", ()))
    """By what conversations are scored."""
    intent_names: Mapping[str, str] = field(default_factory=dict)
    """Chinese names of the intents."""
    institutions: Mapping[str, str] = field(default_factory=lambda: {HEAD_OFFICE: HEAD_OFFICE_ZH})
    """Code → name of the company's institutions, the head office first."""
    stage_targets: StageTargets = field(default_factory=StageTargets)
    """The company's limits for the stages of a claim."""
    entity_names: Mapping[str, str] = field(default_factory=dict)
    """Chinese names of the entities."""
    land_examples: Callable[[str, datetime], Sequence[Landed]] = lambda _, __: ()
    """Puts what trainers have approved into the corpus; whose account asks for it."""
    models: Workbench | None = None
    """The assistant's models."""
    settle_tasks: Callable[[UnitOfWork, Sequence[Task], datetime], int] = lambda _, __, ___: 0
    """Closes the tasks of matters that are done by now."""
