"""Our messages for the ear: two sentences at a time, no links and lists, numbers digit by digit.

A listener cannot look back: one question at a time, three options at most. Source: W3C SSML 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from bot.conversations.messages import StoredMessage
from bot.text.aloud import digits_aloud, numbers_aloud

SENTENCES = 2
MOST_OPTIONS = 3
GO_ON = "要接着听，请说“继续”。"
_NOT_SAID = re.compile(
    r"（第 \d+/\d+ 步）|（[^（）]{0,8}\d{4}-\d{2}-\d{2}[^（）]{0,12}）|^依据：.*$|https?://\S+|[*#_`~]+", re.MULTILINE
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
_MARKS = {"·": "", "“": "", "”": "", "《": "", "》": "", "（": "，", "）": "，", "/": "或", "～": "到", "—": "，"}
_ANSWER = re.compile("(?:回复?|点)(?=“)")  # on the page one writes "没有", here one says it
_MASKED = re.compile(r"[^\s，。：、（）*]*\*{2,}(\w{2,4})")
_SPACED = re.compile(r"(?<=\d) (?=[月日年号])|(?<=[月日年]) (?=\d)")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_REPEATED = re.compile(r"[，、]{2,}|，(?=[。！？])")


@dataclass(frozen=True)
class Speech:
    """`said` now, `rest` when the caller wants to hear on; each a list of sentences."""

    said: str
    rest: str = ""


def speech_of(messages: Sequence[StoredMessage]) -> Speech:
    """What the newest messages say, the rest on demand.

    A card is read whole, because what is confirmed must have been heard. A question comes after one sentence of what was said
    before it (the answer to what the caller asked, or whom to call first); only where nothing was, its hint is heard too.
    """
    before = [sentence for message in messages[:-1] for sentence in sentences_of(message.text)]
    newest = messages[-1]
    told = sentences_of(newest.text)
    if newest.input and newest.input.kind == "confirm":
        return Speech("".join((*before, *told)) + options_of(messages))
    if newest.input:
        earlier, question = _parted([*before, *told])
        said = [*earlier[:1], question[0]] if earlier else question[:SENTENCES]
        left_out = [*earlier[1:], *(question[1:] if earlier else question[SENTENCES:])]
        return Speech("".join(said) + options_of(messages), "".join(left_out))
    sentences = before + told
    if len(sentences) <= SENTENCES:
        return Speech("".join(sentences))
    return Speech("".join(sentences[:SENTENCES]) + GO_ON, "".join(sentences[SENTENCES:]))


def _parted(sentences: Sequence[str]) -> tuple[list[str], list[str]]:
    """What comes before the question, and the question with what explains how to answer it."""
    marked = [place for place, each in enumerate(sentences) if each.endswith("？")]
    start = marked[-1] if marked else len(sentences) - 1
    return list(sentences[:start]), list(sentences[start:])


def whole(messages: Sequence[StoredMessage]) -> str:
    """Everything: the last words before a call is put through."""
    return "".join(sentence for message in messages for sentence in sentences_of(message.text))


def sentences_of(text: str) -> list[str]:
    plain = _MASKED.sub(lambda found: f"尾号{digits_aloud(found[1])}", text)
    plain = _ANSWER.sub("说", _EMOJI.sub("", _NOT_SAID.sub("", plain)))
    for mark, instead in _MARKS.items():
        plain = plain.replace(mark, instead)
    plain = numbers_aloud(_SPACED.sub("", plain))
    found = [_REPEATED.sub("，", each.strip().strip("，、")) for each in _SENTENCE.findall(plain)]
    return [each if each[-1] in "。！？；，：" else f"{each}。" for each in found if each]


def options_of(messages: Sequence[StoredMessage]) -> str:
    """The buttons of a question as words to say, three at most; the whole list is for the keys."""
    newest = messages[-1] if messages else None
    if newest is None or newest.input is None or newest.input.kind not in ("choice", "confirm"):
        return ""
    titles = [choice.title.replace("，", "") for choice in newest.choices[:MOST_OPTIONS]]  # a comma parts two options
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
