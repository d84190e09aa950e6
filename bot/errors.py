"""Coded errors: each carries a stable `code`, data to act on, and where it helps a remedy in its message."""

from __future__ import annotations


class BotError(Exception):
    """Base of every error the product raises on purpose.

    `code` is stable and machine-readable; `data` holds the values that explain it.
    """

    code = "error"

    def __init__(self, message: str = "", **data: object) -> None:
        self.data: dict[str, object] = data
        details = ", ".join(f"{key}={value}" for key, value in data.items())
        super().__init__(": ".join(part for part in (self.code, message, details) if part))


class ConfigurationError(BotError):
    """A settings value, component key or data file is missing, unknown or malformed."""

    code = "configuration"


class StoreUnavailableError(BotError):
    """The database cannot be reached, or is too busy to answer: nothing was written, and it may be tried again."""

    code = "store_unavailable"


class StateChangedError(BotError):
    """Another writer has changed what was read: nothing was written, and what is tried again reads the newer state."""

    code = "state_changed"
