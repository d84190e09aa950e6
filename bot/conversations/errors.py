"""Errors of the message log and the dispatcher."""

from __future__ import annotations

from bot.errors import BotError


class ConversationNotFoundError(BotError):
    code = "conversation_not_found"


class MessageConflictError(BotError):
    """The same message id came with other content."""

    code = "message_conflict"


class UnknownChoiceError(BotError):
    """The choice was never offered in this conversation."""

    code = "unknown_choice"


class AssistantUnavailableError(BotError):
    """The assistant did not complete the turn; nothing of it was kept."""

    code = "assistant_unavailable"
