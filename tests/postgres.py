"""A PostgreSQL of its own for a test run: made in a temporary folder, reached by a unix socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

_SERVER_USER = "postgres"
_SECONDS = 60
# It is thrown away, so nothing need survive a crash.
_CAREFREE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=100"


class PostgresMissingError(Exception):
    """PostgreSQL's server programs are not installed, so half of what the store promises cannot be tested."""


@dataclass(frozen=True)
class Cluster:
    """A running server; there is no TCP port, only the socket in `folder`."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://{_user()}@/{database}?host={self.folder}"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Start a server and stop it when the block is left.

    Raises:
        PostgresMissingError: no initdb in /usr/lib/postgresql/*/bin or on PATH.
    """
    programs = _find_programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=scratch_folder()))
    if os.geteuid() == 0:
        shutil.chown(folder, _user())
    data, log = folder / "data", folder / "log"
    try:
        _run(programs / "initdb", "-D", data, "-U", _user(), "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' {_CAREFREE}"
        _run(programs / "pg_ctl", "-D", data, "-l", log, "-w", "-t", str(_SECONDS), "-o", options, "start")
        try:
            yield Cluster(folder)
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create_database(cluster: Cluster, name: str, *, template: str = "template1") -> str:
    """Make a database and return its name; nobody may be connected to the template."""
    admin = create_engine(cluster.url("postgres"), future=True, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return name


def scratch_folder() -> Path:
    """Memory if the machine offers it: tests need no disk. Both are short (a socket's path has at most 107 letters)."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path("/tmp")


def _find_programs() -> Path:
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    for folder in (*newest_first, *([Path(on_path).resolve().parent] if on_path else [])):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PostgresMissingError(
        "the store is tested on PostgreSQL too, and its server programs were found neither in "
        "/usr/lib/postgresql/*/bin nor on PATH: install them, e.g. `apt-get install postgresql`"
    )


def _version(programs: Path) -> int:
    return int(programs.parent.name) if programs.parent.name.isdigit() else 0


def _user() -> str:
    """PostgreSQL refuses to run as root; anybody else runs it as themselves."""
    return _SERVER_USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _run(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", _SERVER_USER, "--", *words]
    done = subprocess.run(
        words, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout}\n{done.stderr}")
