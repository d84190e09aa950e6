from __future__ import annotations

import sys

import pytest

from bot.errors import ConfigurationError
from bot.launch.procfile import Command, parse_procfile
from bot.settings import ROOT


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
