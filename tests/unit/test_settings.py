"""What an installation says of itself is understood, or refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import read_settings

KEY = "a key of twenty-four letters and more"
PLAIN = {"BOT_WECHAT_APP_ID": "wx1", "BOT_WECHAT_SECRET": "s", "BOT_WECHAT_TOKEN": "t"}
ACCOUNT = {**PLAIN, "BOT_WECHAT_AES_KEY": "a" * 43}
FOR_REAL = [
    ACCOUNT,
    {"BOT_IVR_KEY": KEY},
    {"BOT_WIDGET_ORIGINS": "https://www.insurer.example"},
    {"BOT_WIDGET_KEY": KEY},
    {"BOT_TRUSTED_PROXIES": "127.0.0.1"},
    {"BOT_HOST": "0.0.0.0"},
    {"BOT_HOST": "::"},
    {"BOT_HOST": "desk.insurer.example"},
]


@pytest.mark.parametrize("environment", FOR_REAL)
def test_where_customers_may_come_the_demo_must_have_been_meant(tmp_path: Path, environment: dict[str, str]) -> None:
    environment = {"BOT_VAR_DIR": str(tmp_path), **environment}
    with pytest.raises(ConfigurationError) as raised:
        read_settings(environment)
    assert "BOT_DEMO=0" in str(raised.value)
    assert raised.value.data["because"] in environment
    assert read_settings({**environment, "BOT_DEMO": "0"}).demo is False
    assert read_settings({**environment, "BOT_DEMO": "1"}).demo_for_all is True


@pytest.mark.parametrize(
    "real", [{"BOT_DEMO": "0"}, {"BOT_DEMO": "1", "BOT_DESKS": "2", "DATABASE_URL": "postgresql://db/assistant"}]
)
def test_an_account_in_plain_text_is_for_trying_at_one_desk(tmp_path: Path, real: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_settings({"BOT_VAR_DIR": str(tmp_path), **PLAIN, **real})
    assert raised.value.data["setting"] == "BOT_WECHAT_AES_KEY"
    assert read_settings({"BOT_VAR_DIR": str(tmp_path), **ACCOUNT, **real}).wechat is not None
    assert read_settings({"BOT_VAR_DIR": str(tmp_path), **PLAIN, "BOT_DEMO": "1"}).wechat is not None


@pytest.mark.parametrize("host", ["", "127.0.0.1", "localhost", "::1"])
def test_on_ones_own_machine_it_is_on_and_for_nobody_else(tmp_path: Path, host: str) -> None:
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path), **({"BOT_HOST": host} if host else {})})
    assert (settings.demo, settings.demo_for_all) == (True, False)


@pytest.mark.parametrize("said", ["yes", "off", "2"])
def test_a_word_that_may_mean_either_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(ConfigurationError):
        read_settings({"BOT_VAR_DIR": str(tmp_path), "BOT_DEMO": said})


def test_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    said = {"BOT_TRUSTED_PROXIES": "127.0.0.1, 10.1.0.0/16 fd00::/8"}
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path), "BOT_DEMO": "0", **said})
    assert list(map(str, settings.trusted_proxies)) == ["127.0.0.1/32", "10.1.0.0/16", "fd00::/8"]


@pytest.mark.parametrize("said", ["proxy.example", "10.1.0.1/16", "0.0.0.0/0", "::/0", "10.0.0.0/40"])
def test_a_proxy_that_is_no_address_or_everybody_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(ConfigurationError):
        read_settings({"BOT_VAR_DIR": str(tmp_path), "BOT_DEMO": "0", "BOT_TRUSTED_PROXIES": said})
