"""POST /api/chat/files: a photo or document, when the conversation has been asked for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from bot.channels.errors import RefusedRequestError
from bot.channels.web.payload import parse_message_id
from bot.conversations.errors import ConversationNotFoundError
from bot.conversations.ports import MessageLog
from bot.services.take_file import Upload

MESSAGE_ID, FILE_NAME = "X-Message-Id", "X-File-Name"
ASKED_FOR = "file"  # the kind of field
MAX_HEADER = 1200  # characters of a percent-encoded name


@dataclass(frozen=True)
class NewFile:
    """What the page says of a file before its bytes come."""

    message_id: str
    name: str


TakeFile = Callable[[str, Upload], tuple[int, bool]]
"""Message id, file → the number of the message that it became, and whether that is new.

Raises FileRefusedError."""


def parse_new_file(headers: Mapping[str, str]) -> NewFile:
    """The id is of the page's own making, as for a message; the name is percent-encoded UTF-8, for headers are ASCII.

    Raises:
        RefusedRequestError: bad_id, bad_file_name.
    """
    name = headers.get(FILE_NAME, "")
    if len(name) > MAX_HEADER or not name.isascii():
        raise RefusedRequestError("bad_file_name")
    try:
        return NewFile(parse_message_id(headers.get(MESSAGE_ID)), unquote(name, errors="strict"))
    except UnicodeDecodeError as error:
        raise RefusedRequestError("bad_file_name") from error


def known_or_asked_for(log: MessageLog, conversation_id: str, message_id: str) -> int | None:
    """The number of the message, when this very file came before; None when it may be taken now.

    Raises:
        RefusedRequestError: file_not_asked_for. ConversationNotFoundError.
    """
    seq = log.seq_of(conversation_id, message_id)
    if seq is not None:
        return seq
    question = log.open_question(conversation_id)
    if question is None and not log.exists(conversation_id):
        raise ConversationNotFoundError(conversation_id=conversation_id)
    if question is None or question.kind != ASKED_FOR:
        raise RefusedRequestError("file_not_asked_for")
    return None
