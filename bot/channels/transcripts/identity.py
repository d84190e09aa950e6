"""By what a call is known again: its own number and words, never the file that they came in."""

from __future__ import annotations

import hashlib
import json

from bot.channels.transcripts.payload import Call


def id_of(call: Call, occurrence: int = 1) -> str:
    """The digest of what the transcript tells of the call itself. `occurrence`: the how-manieth of a file that are all alike."""
    said = [[each.side, each.text, each.start, each.end] for each in call.utterances]
    return _digest([call.key, call.phone, call.began, said, occurrence])


def key_of(call: Call, name: str) -> str:
    """The call's own number; the file's name where the file is one call."""
    return call.key or name


def marks_of(call: Call) -> tuple[str, ...]:
    """A short digest of each utterance, to tell a call that has grown from another one of the same number."""
    return tuple(_digest([each.side, each.text, each.start])[:12] for each in call.utterances)


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
