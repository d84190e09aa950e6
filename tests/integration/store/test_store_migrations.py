"""From an empty database to the present schema, by however many processes at once."""

from __future__ import annotations

import multiprocessing
from datetime import datetime
from decimal import Decimal

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from store_samples import NOW

from bot.errors import ConfigurationError
from bot.store.engine import build_engine
from bot.store.ledger_tables import TEXT_MESSAGES
from bot.store.migrate import _config, migrate
from bot.store.schema import ExactDecimal, Fen, Moment
from bot.store.sealing import Sealer
from bot.store.tables import METADATA
from bot.store.trackers import NO_ROW, TrackerRows, prepare_trackers, trackers_url
from bot.store.trackers import metadata as TRACKERS
from tests.fakes import DATA_KEY


def _tables(url: str) -> set[str]:
    """In the database and in what belongs to it: on SQLite dialogue state has a file of its own."""
    names: list[str] = []
    for each in {url, trackers_url(url)}:
        engine = build_engine(each, DATA_KEY)
        names += inspect(engine).get_table_names()
        engine.dispose()
    assert len(set(names)) == len(names)
    return set(names)


_ALL = {*METADATA.tables, "alembic_version", "trackers"}


def test_empty_database_gets_every_table_and_a_second_run_changes_nothing(empty_url):
    migrate(empty_url)
    assert _tables(empty_url) == _ALL
    migrate(empty_url)
    assert _tables(empty_url) == _ALL


def test_migrated_database_is_what_the_tables_say(url):
    prepare_trackers(url)
    for metadata, address in ((METADATA, url), (TRACKERS, trackers_url(url))):

        def ours(_object, name, kind, _reflected, _other, tables=frozenset(metadata.tables)):
            return kind != "table" or name in tables

        engine = build_engine(address, DATA_KEY)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_object": ours})
            assert compare_metadata(context, metadata) == []
        engine.dispose()


def test_three_processes_may_migrate_at_once(empty_url):
    fork = multiprocessing.get_context("fork")
    started = [fork.Process(target=migrate, args=(empty_url,)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join(timeout=60)
    assert [process.exitcode for process in started] == [0, 0, 0]
    assert _tables(empty_url) == _ALL


def test_migrating_works_from_any_folder_with_any_path(tmp_path, monkeypatch):
    folder = tmp_path / "100% 资料"
    folder.mkdir()
    monkeypatch.chdir(folder)
    migrate("sqlite:///relative.db")
    assert (folder / "relative.db").exists()


def test_dialogue_state_finds_its_table(empty_url):
    migrate(empty_url)
    rows = TrackerRows(build_engine(trackers_url(empty_url), DATA_KEY))
    rows.put("conversation-1", "[]", NO_ROW)
    assert rows.get("conversation-1") == ("[]", 1)


def test_dialogue_state_that_was_kept_without_versions_goes_on(empty_url):
    engine = build_engine(empty_url, DATA_KEY)
    with engine.begin() as connection:
        command.upgrade(_config(connection), "0025")
        kept = {"id": "c-1", "events": Sealer(DATA_KEY).seal("[]", "trackers.events")}
        connection.execute(text("INSERT INTO trackers (conversation_id, events) VALUES (:id, :events)"), kept)
    migrate(empty_url)
    rows = TrackerRows(build_engine(trackers_url(empty_url), DATA_KEY))
    found = rows.get("c-1")
    assert found == ("[]", 1)
    assert rows.get("c-2") is None
    assert rows.put("c-1", "[1]", found.version) == 2
    with engine.begin() as connection:
        command.downgrade(_config(connection), "0025")
        assert connection.execute(text("SELECT count(*) FROM trackers")).scalar() == 1
    engine.dispose()


def test_sqlite_runs_in_wal_with_full_sync_foreign_keys_and_a_busy_timeout(tmp_path):
    engine = build_engine(f"sqlite:///{tmp_path / 'a.db'}", DATA_KEY)
    with engine.connect() as connection:
        asked = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}


def test_reader_does_not_wait_for_a_writer(engine, unit_of_work, message_log):
    message_log.open("one", channel="web", at=NOW)
    with unit_of_work() as work:
        work.texts.send("138", "not yet", NOW)
        assert message_log.exists("one")
        assert message_log.after("one", 0) == ()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "nonsense"])
def test_database_that_three_processes_cannot_share_is_refused(url):
    with pytest.raises(ConfigurationError):
        build_engine(url, DATA_KEY)


def test_instants_come_back_in_shanghai_whatever_zone_they_went_in(engine, unit_of_work):
    with unit_of_work() as work:
        work.texts.send("138", "x", datetime.fromisoformat("2026-11-23T01:12:30.123456+00:00"))
        work.commit()
    with engine.connect() as connection:
        at = connection.execute(select(TEXT_MESSAGES.c.at)).scalar_one()
    assert at == NOW
    assert at.isoformat() == "2026-11-23T09:12:30.123456+08:00"


def test_inexact_values_are_refused_before_they_reach_the_database(engine):
    with pytest.raises(ValueError, match="timezone"):
        Moment().process_bind_param(datetime(2026, 11, 23), engine.dialect)
    with pytest.raises(ValueError, match="two decimals"):
        Fen().process_bind_param(Decimal("0.001"), engine.dialect)
    assert Fen().process_bind_param(Decimal("12.30"), engine.dialect) == 1230
    assert ExactDecimal().process_bind_param(Decimal("1E+2"), engine.dialect) == "100"
