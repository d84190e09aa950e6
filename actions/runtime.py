"""The services that actions use, installed once by the server before the first turn."""

from __future__ import annotations

from bot.errors import ConfigurationError
from bot.services.assistant import AssistantServices

_installed: list[AssistantServices] = []


def install(services: AssistantServices) -> None:
    """Give all actions their services; the last call counts."""
    _installed[:] = [services]


def services() -> AssistantServices:
    """Raises ConfigurationError when the server has not installed any."""
    if not _installed:
        raise ConfigurationError("actions.runtime.install was not called")
    return _installed[0]
