"""Errors that only the store can raise."""

from __future__ import annotations

from bot.errors import BotError


class RowMissingError(BotError):
    """A row that was to be updated does not exist; `data` names the table and the key."""

    code = "row_missing"


class HistoryChangedError(BotError):
    """What was written down was to be changed or left out; `data` names the table and the row's place."""

    code = "history_changed"


class AuditChainBrokenError(BotError):
    """The audit log was altered; `data["seq"]` is the first entry that does not fit, `data["reason"]` says how."""

    code = "audit_chain_broken"
