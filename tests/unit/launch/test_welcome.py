from __future__ import annotations

from pathlib import Path

import pytest

from bot.launch.__main__ import main, welcome
from bot.settings import Settings, is_first_start, read_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"BOT_VAR_DIR": str(tmp_path), "BOT_PORT": "8090"})


def test_the_first_start_shows_the_desks_password_and_no_later_one(settings: Settings) -> None:
    password = settings.secrets.desk_password
    assert sum(password in line for line in welcome(settings, True, 12.3)) == 1
    assert not any(password in line for line in welcome(settings, False, 12.3))


def test_only_a_var_folder_without_secrets_makes_a_first_start(tmp_path: Path) -> None:
    environment = {"BOT_VAR_DIR": str(tmp_path)}
    assert is_first_start(environment)
    first = read_settings(environment).secrets
    assert not is_first_start(environment)
    assert read_settings(environment).secrets == first


def test_the_addresses_are_those_of_the_settings(settings: Settings) -> None:
    said = "\n".join(welcome(settings, False, 12.3))
    assert "http://127.0.0.1:8090/" in said
    assert "http://127.0.0.1:8090/desk" in said
    assert "（12 秒）" in said


def test_settings_that_are_not_understood_are_named_and_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_HOST", "0.0.0.0")
    monkeypatch.delenv("BOT_DEMO", raising=False)
    assert main() == 2
    assert "BOT_DEMO=0" in capsys.readouterr().out
