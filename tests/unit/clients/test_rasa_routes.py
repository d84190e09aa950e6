"""What the front desk makes of the supervisor's file."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from bot.clients.rasa_routes import Plan, Routes
from bot.services.models.split import Split, Step, place_of
from tests.fakes import START

USUAL = ("http://127.0.0.1:5005", "http://127.0.0.1:5006")
OLD, NEW = ("http://127.0.0.1:1", "http://127.0.0.1:2"), ("http://127.0.0.1:3", "http://127.0.0.1:4")
SPLIT = Split("old", "new", (Step(START, 50),))
LATER = START + timedelta(minutes=1)
FIRST = next(name for name in map(str, range(100)) if place_of(name) < 50)


def write(path: Path, plan: Plan | str) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(plan if isinstance(plan, str) else plan.as_json())
    os.replace(draft, path)


def test_without_a_file_it_is_the_ports_of_the_settings(tmp_path: Path) -> None:
    routes = Routes(tmp_path / "routes.json", USUAL)
    assert routes.now().workers_for("c", START) == USUAL


def test_a_change_of_the_file_counts_from_the_next_turn_on(tmp_path: Path) -> None:
    routes = Routes(tmp_path / "routes.json", USUAL)
    write(tmp_path / "routes.json", Plan(SPLIT, {"old": OLD, "new": NEW}))
    assert routes.now().workers_for(FIRST, LATER) == NEW
    assert routes.now().workers_for(FIRST, START - timedelta(minutes=1)) == OLD
    write(tmp_path / "routes.json", Plan(Split("old"), {"old": OLD}))
    assert routes.now().workers_for(FIRST, LATER) == OLD
    (tmp_path / "routes.json").unlink()
    assert routes.now().workers_for(FIRST, LATER) == USUAL


def test_a_model_that_does_not_answer_leaves_its_conversations_to_the_other(tmp_path: Path) -> None:
    routes = Routes(tmp_path / "routes.json", USUAL)
    write(tmp_path / "routes.json", Plan(SPLIT, {"old": OLD}))
    assert routes.now().workers_for(FIRST, LATER) == OLD
    write(tmp_path / "routes.json", Plan(Split("gone"), {"new": NEW}))
    assert routes.now().workers_for(FIRST, LATER) == NEW


def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    routes = Routes(tmp_path / "routes.json", USUAL)
    write(tmp_path / "routes.json", Plan(Split("old"), {"old": OLD}))
    routes.now()
    for text in (
        "{",
        "[]",
        '{"split": {}, "servers": {}}',
        '{"split": {"base": "a", "other": "", "steps": [], "until": null}, "servers": {}}',
    ):
        write(tmp_path / "routes.json", text)
        assert routes.now().workers_for(FIRST, LATER) == OLD
