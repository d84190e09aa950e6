"""Our messages for the ear: two sentences at a time, no links and lists, numbers digit by digit. Source: voice.md F; W3C SSML 1.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from bot.conversations.messages import StoredMessage
from bot.text.aloud import numbers_aloud

SENTENCES = 2
MOST_OPTIONS = 3
GO_ON = "要接着听，请说“继续”。"
_NOT_SAID = re.compile(
    r"（第 \d+/\d+ 步）|（[^（）]{0,8}\d{4}-\d{2}-\d{2}[^（）]{0,12}）|^依据：.*$|https?://\S+|[*#_`~]+", re.MULTILINE
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
_MARKS = {"·": "", "“": "", "”": "", "《": "", "》": "", "（": "，", "）": "，", "/": "或", "～": "到", "—": "，"}
_SPACED = re.compile(r"(?<=\d) (?=[月日年号])|(?<=[月日年]) (?=\d)")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_REPEATED = re.compile(r"[，、]{2,}|，(?=[。！？])")


@dataclass(frozen=True)
class Speech:
    """`said` now, `rest` when the caller wants to hear on; each a list of sentences. `card`: all of it must be heard."""

    said: str
    rest: str = ""


def speech_of(messages: Sequence[StoredMessage]) -> Speech:
    """What the newest messages say. A card is read whole, because what is confirmed must have been heard; a question at the
    end is always heard, for it is what the caller answers."""
    sentences: list[str] = []
    for message in messages:
        sentences += sentences_of(message.text)
    is_card = any(message.input and message.input.kind == "confirm" for message in messages)
    if is_card or len(sentences) <= SENTENCES + 1:
        return Speech("".join(sentences) + options_of(messages))
    last = sentences[-1]
    if last.endswith("？"):
        return Speech(
            "".join((*sentences[: SENTENCES - 1], last)) + options_of(messages), "".join(sentences[SENTENCES - 1 : -1])
        )
    return Speech("".join(sentences[:SENTENCES]) + GO_ON, "".join(sentences[SENTENCES:]))


def sentences_of(text: str) -> list[str]:
    plain = _EMOJI.sub("", _NOT_SAID.sub("", text))
    for mark, instead in _MARKS.items():
        plain = plain.replace(mark, instead)
    plain = numbers_aloud(_SPACED.sub("", plain))
    found = [_REPEATED.sub("，", each.strip().strip("，、")) for each in _SENTENCE.findall(plain)]
    return [each if each[-1] in "。！？；，" else f"{each}。" for each in found if each]


def options_of(messages: Sequence[StoredMessage]) -> str:
    """The buttons of a question as words to say, three at most; the whole list is for the keys."""
    newest = messages[-1] if messages else None
    if newest is None or newest.input is None or newest.input.kind not in ("choice", "confirm"):
        return ""
    titles = [choice.title for choice in newest.choices[:MOST_OPTIONS]]
    return f"可以说：{'，或者'.join(filter(None, ('，'.join(titles[:-1]), titles[-1])))}。" if titles else ""


def next_of(rest: str) -> Speech:
    """The next sentences of what was not said yet."""
    sentences = _SENTENCE.findall(rest)
    left = "".join(sentences[SENTENCES:])
    return Speech("".join(sentences[:SENTENCES]) + (GO_ON if left else ""), left)


def ssml_of(text: str) -> str:
    """The same as SSML, with a breath between sentences."""
    parts = '<break time="300ms"/>'.join(escape(each) for each in _SENTENCE.findall(text) if each.strip())
    return f'<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="zh-CN">{parts}</speak>'
