"""The services a turn may use, handed down together by `bot.bootstrap`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.complaints.rule import ComplaintRule
from bot.insurance.branch import BranchDirectory
from bot.insurance.contingency import ContingencyPlan, DisasterKind
from bot.insurance.questionnaire import Questionnaires
from bot.insurance.terms import ClauseLibrary
from bot.services.answer_question import KnowledgeBase
from bot.services.claim_stages import StageTargets
from bot.services.count_service import Tally
from bot.services.danger_words import DangerWords
from bot.services.deadlines import Deadlines
from bot.services.ports import UnitOfWorkFactory
from bot.services.privacy_notice import PrivacyNotice
from bot.services.promise_table import PromiseGroup
from bot.services.review.listen import SentencesHeard
from bot.services.servicing.claim_papers import ClaimPapers
from bot.services.servicing.limits import Limits
from bot.services.servicing.papers import Paper
from bot.services.servicing.self_check_data import SelfCheck
from bot.services.servicing.staffed_hours import StaffedHours
from bot.services.servicing.value_added import Entitlements
from bot.services.servicing.who_may import WhoMay


@dataclass(frozen=True)
class AssistantServices:
    """`reading` makes units of work that never wait for a writer and never write. `pepper` hashes one-time codes and
    lock subjects; `demo` lets the real-person check answer by text message. `clauses` are the products' clauses that may be
    quoted to anybody; `tally` keeps what turns count, `heard` what they notice for the trainers; `service_phone` is the number to call
    about a policy, "" where it is only printed on policies.
    `branches` are the outlets, `stages` the company's limits for the steps of a claim, `plans` for claims of a disaster, `disasters` the kinds that a manager may switch on,
    `danger_words` tell of danger inside other questions,
    `entitlements` the services that come with a product, `questionnaires` the questions of follow-ups, `posts` where a kind of
    request goes that is not its transaction's own post, `promises` by when the company does what."""

    unit_of_work: UnitOfWorkFactory
    tally: Tally
    reading: UnitOfWorkFactory
    heard: SentencesHeard
    knowledge: KnowledgeBase
    privacy: PrivacyNotice
    complaint_rules: tuple[ComplaintRule, ...]
    deadlines: Deadlines
    who_may: WhoMay
    papers: Mapping[str, tuple[Paper, ...]]
    claim_papers: ClaimPapers
    limits: Limits
    hours: StaffedHours
    pepper: str
    demo: bool
    clauses: ClauseLibrary = field(default_factory=ClauseLibrary)
    service_phone: str = ""
    branches: BranchDirectory = field(default_factory=BranchDirectory)
    self_check: SelfCheck = field(default_factory=SelfCheck)
    stages: StageTargets = field(default_factory=StageTargets)
    plans: tuple[ContingencyPlan, ...] = ()
    disasters: tuple[DisasterKind, ...] = ()
    entitlements: Entitlements = field(default_factory=Entitlements)
    danger_words: DangerWords = field(default_factory=DangerWords)
    questionnaires: Questionnaires = field(default_factory=lambda: Questionnaires({}, {}))
    posts: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[PromiseGroup, ...] = ()

    def back_at(self, now: datetime, post: str = "") -> datetime | None:
        """When somebody of the post is at the desk again; None while somebody is."""
        return self.hours.back_at(now, self.deadlines.calendar, post)
