"""The only place that wires adapters to use cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.calendars.clocks import load_rules as load_clock_rules
from bot.calendars.working_days import load_calendar
from bot.complaints.loader import load_rules as load_complaint_rules
from bot.conversations.ports import MessageLog
from bot.services.assistant import AssistantServices
from bot.services.deadlines import Deadlines
from bot.services.load_knowledge import load_knowledge
from bot.services.ports import UnitOfWork
from bot.settings import Settings
from bot.store.demo import seed_demo
from bot.store.demo_contracts import demo_terms
from bot.store.engine import build_engine, read_only
from bot.store.message_log import SqlMessageLog
from bot.store.migrate import migrate
from bot.store.trackers import TrackerRows
from bot.store.unit_of_work import SqlUnitOfWork


def build_unit_of_work(settings: Settings) -> Callable[[], UnitOfWork]:
    """A factory of transactions on the configured database."""
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    return lambda: SqlUnitOfWork(engine)


def build_message_log(settings: Settings) -> MessageLog:
    """The durable log of conversations on the configured database."""
    return SqlMessageLog(build_engine(settings.database_url, settings.secrets.data_key))


def build_tracker_rows(settings: Settings) -> TrackerRows:
    """Where Rasa's dialogue state is kept."""
    return TrackerRows(build_engine(settings.database_url, settings.secrets.data_key))


def build_assistant_services(settings: Settings) -> AssistantServices:
    """Everything a turn may use.

    Raises:
        ConfigurationError: a data file is missing or malformed.
    """
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    reading = read_only(engine)
    calendar = load_calendar(settings.data_dir / "calendars")
    clock_rules = load_clock_rules(settings.data_dir / "calendars" / "deadlines.yml")
    return AssistantServices(
        unit_of_work=lambda: SqlUnitOfWork(engine),
        reading=lambda: SqlUnitOfWork(reading),
        knowledge=load_knowledge(settings.data_dir / "knowledge"),
        complaint_rules=load_complaint_rules(settings.data_dir / "complaints"),
        deadlines=Deadlines(calendar, clock_rules),
        pepper=settings.secrets.pepper,
        demo=settings.demo,
        terms=demo_terms() if settings.demo else (),
        service_phone=settings.service_phone,
    )


def prepare_store(settings: Settings, today: date) -> None:
    """Bring the database to the current schema and, in demo mode, fill it with the synthetic portfolio."""
    migrate(settings.database_url, settings.secrets.data_key)
    if settings.demo:
        seed_demo(build_engine(settings.database_url, settings.secrets.data_key), today)
