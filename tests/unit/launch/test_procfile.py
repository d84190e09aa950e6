from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.launch.procfile import Command, parse_procfile, several
from bot.settings import ROOT, read_settings


def test_names_and_commands_are_read_in_order() -> None:
    text = "# all of them\ndesk: python -m bot.front_desk\n\nother: sh -c 'sleep 1'\n"
    assert parse_procfile(text) == (
        Command("desk", (sys.executable, "-m", "bot.front_desk")),
        Command("other", ("sh", "-c", "sleep 1")),
    )


@pytest.mark.parametrize("text", ["desk python", "desk:", "a: x\na: y", ": x"])
def test_a_line_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_procfile(text)


def test_the_one_that_customers_reach_ends_first() -> None:
    names = [command.name for command in parse_procfile((ROOT / "Procfile").read_text())]
    assert names == ["desk", "rasa", "actions"]


def test_each_front_desk_is_told_its_place() -> None:
    desk, rasa = Command("desk", ("python", "-m", "bot.front_desk")), Command("rasa", ("x",))
    assert several((desk, rasa), "desk", 1) == (desk, rasa)
    assert several((desk, rasa), "desk", 3) == (
        desk,
        Command("desk1", ("python", "-m", "bot.front_desk", "1")),
        Command("desk2", ("python", "-m", "bot.front_desk", "2")),
        rasa,
    )


@pytest.mark.parametrize(
    ("url", "desks", "taken"),
    [
        ("sqlite:///a.db", "1", True),
        ("sqlite:///a.db", "2", False),
        ("postgresql://h/n", "2", True),
        ("postgresql://h/n", "0", False),
    ],
)
def test_several_front_desks_need_postgresql(tmp_path: Path, url: str, desks: str, taken: bool) -> None:
    environment = {"BOT_VAR_DIR": str(tmp_path), "DATABASE_URL": url, "BOT_DESKS": desks}
    if taken:
        assert read_settings(environment).desks == int(desks)
        return
    with pytest.raises(ConfigurationError) as refused:
        read_settings(environment)
    assert refused.value.data["setting"] == "BOT_DESKS"
