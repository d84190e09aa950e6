"""Errors of the use cases, with the codes that channels and logs show."""

from __future__ import annotations

from bot.errors import BotError


class DuplicateKeyError(BotError):
    """A row with this idempotency key exists: the write has already happened."""

    code = "duplicate_key"


class IdentityRequiredError(BotError):
    """The use case needs a higher identity level than the conversation has proved."""

    code = "identity_required"


class NotAllowedError(BotError):
    """The party may not do this (decision table); `data["reason"]` is a sentence for the customer."""

    code = "not_allowed"
