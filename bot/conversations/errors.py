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
    """The assistant could not be asked, or something it needs was down; the turn had no effect and may be tried again."""

    code = "assistant_unavailable"


class TurnBrokenOffError(AssistantUnavailableError):
    """The assistant was there and was gone in the middle of the turn: somebody ended it, or this turn did."""

    code = "turn_broken_off"


class TurnFailedError(BotError):
    """The assistant is up and this very turn failed: most likely it fails the next time too."""

    code = "turn_failed"
