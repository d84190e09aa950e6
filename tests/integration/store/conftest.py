"""Every store test runs twice: on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.store.audit_log import GENESIS
from bot.store.engine import build_engine
from bot.store.ledger_tables import AUDIT_HEAD
from bot.store.message_log import SqlMessageLog
from bot.store.migrate import migrate
from bot.store.tables import METADATA
from bot.store.trackers import metadata as TRACKERS
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import DATA_KEY
from tests.postgres import Cluster, PostgresMissingError, create_database, running_cluster, scratch_folder

_DATABASES = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    try:
        with running_cluster() as running:
            yield running
    except PostgresMissingError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=scratch_folder(), prefix="store-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def migrated_file(scratch: Path) -> Path:
    migrate(f"sqlite:///{scratch / 'migrated.db'}")
    return scratch / "migrated.db"


@pytest.fixture(scope="session")
def migrated_database(cluster: Cluster) -> str:
    create_database(cluster, "migrated")
    migrate(cluster.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def shared_url(cluster: Cluster, migrated_database: str) -> str:
    return cluster.url(create_database(cluster, "shared", template=migrated_database))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, scratch: Path) -> str:
    """A database without any table."""
    name = f"empty_{next(_DATABASES)}"
    if request.param == "sqlite":
        return f"sqlite:///{scratch / name}.db"
    cluster = request.getfixturevalue("cluster")
    return cluster.url(create_database(cluster, name))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, scratch: Path) -> str:
    """A migrated database without rows. PostgreSQL's is emptied for each test, which is faster than making one."""
    if request.param == "sqlite":
        return _copy_file(request, scratch)
    shared: str = request.getfixturevalue("shared_url")
    _empty(shared)
    return shared


@pytest.fixture(params=["sqlite", "postgresql"])
def own_url(request: pytest.FixtureRequest, scratch: Path) -> str:
    """A migrated database that the test may damage."""
    if request.param == "sqlite":
        return _copy_file(request, scratch)
    cluster, template = request.getfixturevalue("cluster"), request.getfixturevalue("migrated_database")
    return cluster.url(create_database(cluster, f"own_{next(_DATABASES)}", template=template))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    built = build_engine(url, DATA_KEY)
    yield built
    built.dispose()


@pytest.fixture
def unit_of_work(engine: Engine) -> Callable[[], SqlUnitOfWork]:
    return partial(SqlUnitOfWork, engine)


@pytest.fixture
def message_log(engine: Engine) -> SqlMessageLog:
    return SqlMessageLog(engine)


def _copy_file(request: pytest.FixtureRequest, scratch: Path) -> str:
    copy = scratch / f"{next(_DATABASES)}.db"
    shutil.copy(request.getfixturevalue("migrated_file"), copy)
    return f"sqlite:///{copy}"


def _empty(url: str) -> None:
    engine = build_engine(url, DATA_KEY)
    with engine.begin() as connection:
        # The one way round the audit log's triggers, for a superuser only.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in (*METADATA.tables.values(), *TRACKERS.tables.values()):
            connection.execute(table.delete())
        connection.execute(AUDIT_HEAD.insert().values(id=1, seq=0, hash=GENESIS))
    engine.dispose()
