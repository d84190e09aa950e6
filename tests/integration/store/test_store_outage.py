"""A database out of reach has a name of its own; a statement that is wrong has not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreUnavailableError
from bot.store import engine as engines
from bot.store.engine import build_engine
from bot.store.migrate import migrate
from tests.postgres import Cluster, create_database


def test_nobody_listening_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError), build_engine(f"postgresql://nobody@/none?host={tmp_path}").connect():
        pytest.fail("connected")


def test_a_file_that_is_gone_with_its_folder_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    url = f"sqlite:///{tmp_path / 'var' / 'a.db'}"
    migrate(url)
    shutil.rmtree(tmp_path / "var")
    with pytest.raises(StoreUnavailableError), build_engine(url).connect():
        pytest.fail("connected")


def test_a_database_that_stays_locked_is_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    migrate(url)
    monkeypatch.setattr(engines, "_PRAGMAS", ("busy_timeout = 20", *engines._PRAGMAS[1:]))
    with build_engine(url).begin(), pytest.raises(StoreUnavailableError), build_engine(url).begin():
        pytest.fail("two writers")


def test_a_server_that_ends_in_the_middle_is_an_outage(cluster: Cluster, migrated_database: str) -> None:
    url = cluster.url(create_database(cluster, "ends", template=migrated_database))
    engine = build_engine(url)
    with engine.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with build_engine(url).begin() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        with pytest.raises(StoreUnavailableError):
            connection.exec_driver_sql("SELECT 1")


def test_a_wrong_statement_is_a_defect_and_no_outage(engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError):
        connection.exec_driver_sql("SELECT a FROM nowhere")
