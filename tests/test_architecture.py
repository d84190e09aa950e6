"""The floors of docs/architecture.md hold: imports go downward, and each framework stays in its rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "bot.errors": 0, "bot.settings": 0, "bot.event_log": 0, "bot.serving": 0, "bot.event_metrics": 0, "bot.insurance": 0, "bot.text": 0, "bot.calendars": 0,
    "bot.complaints": 1, "bot.services": 2, "bot.conversations": 2, "bot.store": 3, "bot.clients": 3,
    "bot.documents": 3, "bot.adapters": 3.2,
    "bot.bootstrap": 3.5, "bot.nlu": 4, "bot.dialogue": 4, "bot.channels": 4, "bot.console": 4, "actions": 4,
    "bot.training": 4.5, "bot.front_desk": 5, "bot.launch": 5, "bot.cli": 5, "bot.__main__": 6,
}  # fmt: skip
# Floor 0 is one storey of small rooms that may use each other's errors, texts and models.
SHARED = {"bot.errors", "bot.settings", "bot.insurance", "bot.text", "bot.calendars"}
ALLOWED = {
    "sqlalchemy": {"bot.store"},
    "alembic": {"bot.store"},
    "rasa": {"bot.nlu", "bot.dialogue", "bot.training"},
    "rasa_sdk": {"actions"},
    "aiohttp": {"bot.channels", "bot.clients", "bot.console", "bot.front_desk"},
    "tensorflow": set(),
    "spacy": {"bot.nlu"},
    "reportlab": {"bot.documents"},
    "PIL": {"bot.documents"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for top in ("bot", "actions"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str | None:
    return next((name for name in FLOORS if module == name or module.startswith(f"{name}.")), None)


def test_imports_go_down_and_never_sideways() -> None:
    climbs = []
    for name, path in modules():
        own = room(name)
        if own is None:
            assert name in ("bot", "actions"), f"{name} has no floor: add it to FLOORS and docs/architecture.md"
            continue
        for imported in imports(path):
            other = room(imported)
            if other is None or other == own or other in SHARED:
                continue
            if FLOORS[other] >= FLOORS[own]:
                climbs.append(f"{name} imports {imported}")
    assert not climbs, "\n".join(sorted(set(climbs)))


# Rooms inside bot.services: who builds on whom. The registry knows every journey, and no journey knows the registry.
BUILT_ON = {
    "bot.services.journeys": {"bot.services.servicing", "bot.services.registry"},
    "bot.services.servicing": {"bot.services.registry"},
}
# The tables that an assistant carries about: data of the servicing rooms, which must not reach up into journeys.
SERVICING_TABLES = ("limits", "papers", "self_check_data", "staffed_hours", "value_added", "who_may")


@pytest.mark.parametrize("below", sorted(BUILT_ON))
def test_journeys_carry_servicing_and_the_registry_stands_on_both(below: str) -> None:
    climbs = [
        f"{name} imports {imported}"
        for name, path in modules()
        if name.startswith(below)
        for imported in imports(path)
        if any(imported == above or imported.startswith(f"{above}.") for above in BUILT_ON[below])
    ]
    assert not climbs, "\n".join(sorted(set(climbs)))


@pytest.mark.parametrize("table", SERVICING_TABLES)
def test_the_tables_of_servicing_know_no_journey(table: str) -> None:
    path = ROOT / "bot" / "services" / "servicing" / f"{table}.py"
    assert not [each for each in imports(path) if each.startswith(("bot.services.journeys", "bot.services.assistant"))]


# Adapters are made in bot.bootstrap and nowhere else. The tracker store is written to the shape of one table's rows,
# which bot.bootstrap hands to it.
WIRED_ROOMS = {"bot.store", "bot.clients"}
KNOWS_AN_ADAPTER = {("bot.dialogue.tracker_store", "bot.store.trackers")}


def test_only_bootstrap_wires_adapters_to_use_cases() -> None:
    strays = [
        f"{name} imports {imported}"
        for name, path in modules()
        if room(name) not in {*WIRED_ROOMS, "bot.bootstrap"}
        for imported in imports(path)
        if room(imported) in WIRED_ROOMS
        and not any(name == who and imported.startswith(what) for who, what in KNOWS_AN_ADAPTER)
    ]
    assert not strays, "\n".join(sorted(set(strays)))


def test_the_front_desk_makes_no_engine_and_no_client_of_its_own() -> None:
    """It asks bot.bootstrap for its parts: no name that makes an adapter occurs in it."""
    source = (ROOT / "bot" / "front_desk.py").read_text(encoding="utf-8")
    assert "build_front_desk_parts" in source
    assert not [name for name in ("build_engine", "RasaServer", "SqlMessageLog", "SqlUnitOfWork") if name in source]


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_each_framework_stays_in_its_rooms(package: str) -> None:
    strays = [
        f"{name} imports {imported}"
        for name, path in modules()
        for imported in imports(path)
        if imported.split(".")[0] == package and room(name) not in ALLOWED[package]
    ]
    assert not strays, "\n".join(sorted(set(strays)))


def test_actions_are_flat_and_their_names_unique() -> None:
    assert not [path for path in (ROOT / "actions").iterdir() if path.is_dir() and path.name != "__pycache__"]
    script = (
        "import actions.answers, actions.journeys, inspect; from rasa_sdk import Action\n"
        "def below(c): return [s for k in c.__subclasses__() for s in (k, *below(k))]\n"
        "names = [k().name() for k in below(Action) if k.__module__.startswith('actions') and not inspect.isabstract(k)]\n"
        "print(' '.join(sorted(names)))"
    )
    names = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert len(names) == len(set(names)) >= 20


def test_the_front_desk_and_the_actions_never_import_tensorflow() -> None:
    script = "import bot.front_desk, actions.server, sys; print('tensorflow' in sys.modules or 'rasa' in sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == "False"


def test_modules_stay_small() -> None:
    tables = {"bot/store/demo_people.py"}
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for _, path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 350
        and str(path.relative_to(ROOT)) not in tables
    ]
    assert not long, "\n".join(long)
