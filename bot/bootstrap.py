"""The only place that wires adapters to use cases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.adapters import (
    CalledChannels,
    DocumentPrinter,
    EventBanner,
    FileTaker,
    QueueOfPeople,
    TrainingStarter,
    WordGuard,
)
from bot.calendars.clocks import load_rules as load_clock_rules
from bot.calendars.working_days import load_calendar
from bot.clients.action_server import ActionServer
from bot.clients.rasa_routes import Routes
from bot.clients.rasa_server import RasaServer
from bot.clients.wechat_api import WeChatApi
from bot.complaints.loader import load_rules as load_complaint_rules
from bot.complaints.rule import ComplaintRule, citing
from bot.conversations.ports import MessageLog, People
from bot.insurance.branch import BranchDirectory
from bot.insurance.questionnaire import Questionnaires
from bot.insurance.terms import ClauseLibrary
from bot.services.assistant import AssistantServices
from bot.services.claim_rules import ClaimRules, load_claim_rules
from bot.services.claim_stages import StageTargets, load_stage_targets
from bot.services.contingency import load_kinds, load_plans
from bot.services.count_service import Tally
from bot.services.danger_words import load_danger_words
from bot.services.deadlines import Deadlines
from bot.services.follow_ups.load_questionnaires import load_questionnaires
from bot.services.guard_reply import load_guard
from bot.services.load_branches import load_branches
from bot.services.load_knowledge import load_knowledge
from bot.services.load_upkeep import load_upkeep
from bot.services.models.gate import load_gate
from bot.services.models.ports import ModelRegistry
from bot.services.models.release import Release
from bot.services.models.workbench import Workbench
from bot.services.phone_calls import CallDesk
from bot.services.ports import UnitOfWorkFactory
from bot.services.privacy_notice import load_privacy_notice
from bot.services.promise_table import PromiseGroup, load_promises
from bot.services.quality.draw_sample import Sampling
from bot.services.review.listen import SentencesHeard
from bot.services.servicing.claim_papers import load_claim_papers
from bot.services.servicing.limits import Limits, load_limits
from bot.services.servicing.papers import load_papers
from bot.services.servicing.request_posts import load_request_posts
from bot.services.servicing.self_check_data import load_self_check
from bot.services.servicing.staffed_hours import load_hours
from bot.services.servicing.value_added import load_entitlements
from bot.services.servicing.who_may import load_who_may
from bot.services.staff_accounts import By, add_first
from bot.services.suggest_answers import Suggestions
from bot.services.sweep_due_dates import Sweep
from bot.services.transcripts.analyse_call import Analyst, Understand
from bot.services.transcripts.import_calls import ImportCalls
from bot.services.understanding import Understood
from bot.settings import Settings
from bot.store.account_tokens import SqlAccountTokens
from bot.store.calls import SqlCalls
from bot.store.contacts import SqlContacts
from bot.store.demo import seed_demo
from bot.store.demo_people import NAMED_CUSTOMERS, NamedCustomer
from bot.store.demo_products import demo_clauses
from bot.store.desks import SqlDesks
from bot.store.engine import build_engine, is_postgresql, read_only
from bot.store.message_log import SqlMessageLog
from bot.store.migrate import migrate
from bot.store.model_folder import ModelFolder
from bot.store.site_customers import SqlSiteCustomers
from bot.store.text_messages import TextMessage, TextOutbox
from bot.store.trackers import TrackerRows, trackers_url
from bot.store.unit_of_work import SqlUnitOfWork


def build_unit_of_work(settings: Settings, *, reading: bool = False) -> UnitOfWorkFactory:
    """A factory of transactions on the configured database. `reading`: they never wait for a writer, stop none and write nothing."""
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    used = read_only(engine) if reading else engine
    return lambda: SqlUnitOfWork(used)


def build_branches(settings: Settings) -> BranchDirectory:
    """Outlets and institutions. Raises BranchFileError."""
    places = settings.data_dir / "lexicon" / "entities" / "places.txt"
    return load_branches(settings.data_dir / "branches.yml", places, demo=settings.demo)


def build_message_log(settings: Settings) -> MessageLog:
    """The durable log of conversations on the configured database."""
    return SqlMessageLog(build_engine(settings.database_url, settings.secrets.data_key))


@dataclass(frozen=True)
class FrontDeskParts:
    """What the front desk is made of; `close` gives back what it keeps open, on the event loop that used it.

    `recent_texts`: the newest text messages to a phone, or to any (None), newest first, at most so many.
    """

    message_log: MessageLog
    unit_of_work: UnitOfWorkFactory
    assistant: RasaServer
    people: People
    guard: WordGuard
    actions_ready: Callable[[], Awaitable[bool]]
    recent_texts: Callable[[str | None, int], Sequence[TextMessage]]
    named_customers: Sequence[NamedCustomer]
    print_document: Callable[[str, str, datetime], bytes]
    sweep: Sweep
    complaint_rules: Sequence[ComplaintRule]
    cite_rule: Callable[[str], str]
    take_file: FileTaker
    suggest: Suggestions
    models: Workbench
    banner: EventBanner
    questionnaires: Questionnaires
    limits: Limits
    claim_rules: ClaimRules
    contacts: SqlContacts
    called: CalledChannels
    wechat: WeChatApi | None
    calls: SqlCalls
    site_customers: SqlSiteCustomers
    desks: SqlDesks | None
    call_desk: CallDesk
    back_at: Callable[[datetime, str], datetime | None]
    institutions: Mapping[str, str]

    async def close(self) -> None:
        await self.assistant.close()
        if self.wechat is not None:
            await self.wechat.close()


def build_front_desk_parts(settings: Settings) -> FrontDeskParts:
    """Raises ConfigurationError: the database URL or a complaint rule is malformed."""
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    unit_of_work, message_log, contacts = build_unit_of_work(settings), SqlMessageLog(engine), SqlContacts(engine)
    complaint_rules = load_complaint_rules(settings.data_dir / "complaints")
    limits = load_limits(settings.data_dir / "servicing" / "limits.yml")
    desks = SqlDesks(settings.database_url) if is_postgresql(settings.database_url) else None
    hours = load_hours(settings.data_dir / "servicing" / "staffed_hours.yml")
    calendar = build_deadlines(settings.data_dir).calendar
    return FrontDeskParts(
        message_log=message_log,
        unit_of_work=unit_of_work,
        assistant=RasaServer(Routes(settings.routes_file, settings.rasa_urls), settings.secrets.rasa_key),
        people=QueueOfPeople(unit_of_work, complaint_rules, hours, calendar),
        guard=WordGuard(load_guard(settings.data_dir / "guard" / "never_say.yml")),
        actions_ready=ActionServer(settings.action_url, settings.secrets.action_key).is_ready,
        recent_texts=TextOutbox(engine).texts_for,
        named_customers=NAMED_CUSTOMERS,
        print_document=DocumentPrinter(unit_of_work),
        sweep=build_sweep(settings),
        complaint_rules=complaint_rules,
        cite_rule=citing(complaint_rules),
        questionnaires=load_questionnaires(settings.data_dir / "follow_up"),
        limits=limits,
        claim_rules=load_claim_rules(settings.data_dir / "claims"),
        contacts=contacts,
        called=CalledChannels(contacts),
        calls=SqlCalls(engine),
        site_customers=SqlSiteCustomers(engine),
        desks=desks,
        institutions=build_branches(settings).institution_names,
        call_desk=CallDesk(unit_of_work, lambda at, post: hours.back_at(at, calendar, post)),
        back_at=lambda at, post: hours.back_at(at, calendar, post),
        wechat=WeChatApi(it.api, it.app_id, it.secret, tokens=SqlAccountTokens(engine), desks=desks)
        if (it := settings.wechat)
        else None,
        banner=EventBanner(unit_of_work, load_kinds(settings.data_dir / "events.yml")),
        take_file=FileTaker(unit_of_work, message_log, limits),
        suggest=Suggestions(settings.data_dir / "knowledge"),
        models=build_workbench(settings),
    )


def build_sweep(settings: Settings) -> Sweep:
    """The daily sweep on the configured database. Raises ConfigurationError: a data file is missing or malformed."""
    limits = load_limits(settings.data_dir / "servicing" / "limits.yml")
    return Sweep(
        unit_of_work=build_unit_of_work(settings),
        deadlines=build_deadlines(settings.data_dir),
        limits=limits,
        stages=build_stage_targets(settings.data_dir),
        sampling=Sampling.of(settings.secrets.pepper, limits),
        upkeep=load_upkeep(settings.data_dir),
    )


def build_transcript_import(
    settings: Settings, understand: Understand, in_doubt: Callable[[Understood], bool], **options: bool
) -> ImportCalls:
    """The import of recorded calls on the configured database, with ImportCalls' options. Raises ConfigurationError."""
    return ImportCalls(
        unit_of_work=build_unit_of_work(settings),
        analyst=Analyst(understand, in_doubt, load_complaint_rules(settings.data_dir / "complaints")),
        deadlines=build_deadlines(settings.data_dir),
        **options,
    )


def build_model_registry(model_dir: Path) -> ModelRegistry:
    """The folder of trained models."""
    return ModelFolder(model_dir)


def build_release(settings: Settings) -> Release:
    """Approval, release and rollback. Raises DataFileError: the gate's file is malformed."""
    gate = load_gate(settings.data_dir / "training" / "gate.yml")
    return Release(build_model_registry(settings.model_dir), timedelta(minutes=gate.drain_minutes))


def build_workbench(settings: Settings) -> Workbench:
    """Models at the desk. Raises DataFileError: the gate's file is malformed."""
    return Workbench(
        registry=build_model_registry(settings.model_dir),
        release=build_release(settings),
        gate=lambda: load_gate(settings.data_dir / "training" / "gate.yml"),
        start=TrainingStarter(settings.var_dir / "jobs"),
    )


def build_tracker_rows(settings: Settings) -> TrackerRows:
    """Where Rasa's dialogue state is kept."""
    return TrackerRows(build_engine(trackers_url(settings.database_url), settings.secrets.data_key))


def build_assistant_services(settings: Settings) -> AssistantServices:
    """Everything a turn may use. Raises ConfigurationError: a data file is missing or malformed."""
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    reading = read_only(engine)

    def unit_of_work() -> SqlUnitOfWork:
        return SqlUnitOfWork(engine)

    return AssistantServices(
        unit_of_work=unit_of_work,
        tally=Tally(unit_of_work),
        reading=lambda: SqlUnitOfWork(reading),
        heard=SentencesHeard(unit_of_work),
        knowledge=load_knowledge(settings.data_dir / "knowledge"),
        privacy=load_privacy_notice(settings.data_dir / "privacy_notice.yml"),
        complaint_rules=load_complaint_rules(settings.data_dir / "complaints"),
        deadlines=build_deadlines(settings.data_dir),
        who_may=load_who_may(settings.data_dir / "servicing" / "who_may.yml"),
        papers=load_papers(settings.data_dir / "servicing" / "papers.yml"),
        claim_papers=load_claim_papers(settings.data_dir / "servicing" / "claim_papers.yml"),
        limits=load_limits(settings.data_dir / "servicing" / "limits.yml"),
        hours=load_hours(settings.data_dir / "servicing" / "staffed_hours.yml"),
        pepper=settings.secrets.pepper,
        demo=settings.demo,
        clauses=demo_clauses() if settings.demo else ClauseLibrary(),
        service_phone=settings.service_phone,
        branches=build_branches(settings),
        self_check=load_self_check(settings.data_dir / "self_check.yml"),
        stages=build_stage_targets(settings.data_dir),
        plans=load_plans(settings.data_dir / "events.yml", demo=settings.demo),
        disasters=load_kinds(settings.data_dir / "events.yml"),
        entitlements=load_entitlements(settings.data_dir / "value_added.yml", demo=settings.demo),
        danger_words=load_danger_words(settings.data_dir / "safety_first.yml", settings.data_dir / "complaints"),
        questionnaires=load_questionnaires(settings.data_dir / "follow_up"),
        posts=load_request_posts(settings.data_dir / "servicing" / "posts.yml"),
        promises=build_promises(settings.data_dir),
    )


def build_deadlines(data_dir: Path) -> Deadlines:
    """The clocks of data/calendars. Raises CalendarFileError."""
    folder = data_dir / "calendars"
    return Deadlines(load_calendar(folder), load_clock_rules(folder / "deadlines.yml"))


def build_promises(data_dir: Path) -> tuple[PromiseGroup, ...]:
    """What the company promises by when. Raises DataFileError."""
    return load_promises(data_dir / "promises.yml", build_deadlines(data_dir))


def build_stage_targets(data_dir: Path) -> StageTargets:
    """The company's limits for the steps of a claim. Raises DataFileError."""
    return load_stage_targets(data_dir / "servicing" / "claim_stages.yml", build_deadlines(data_dir))


def prepare_desk(settings: Settings, now: datetime) -> None:
    """The account to begin with at the desk, where there is none yet."""
    add_first(build_unit_of_work(settings), settings.secrets.desk_password, By("system", now))


def prepare_store(settings: Settings, today: date) -> None:
    """Bring the database to the current schema and, in demo mode, fill it with the synthetic portfolio."""
    migrate(settings.database_url, settings.secrets.data_key)
    if settings.demo:
        seed_demo(build_engine(settings.database_url, settings.secrets.data_key), today)
