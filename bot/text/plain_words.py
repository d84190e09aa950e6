"""Where plain Chinese has its words: jieba's own dictionary, without a word of ours."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

FEWEST_SEEN = 10

Span = tuple[int, int]


@lru_cache(maxsize=1)
def plain_tokenizer() -> jieba.Tokenizer:
    """One for the process, of our own: nobody may add words to it, and jieba's global one stays as it is.

    The first call takes most of a second; so whoever answers customers makes it before the first one.
    """
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def plain_words(text: str) -> list[Span]:
    """(start, end) of the words of two characters and more, as jieba's dictionary cuts the text: none is guessed, and
    two characters that it has seen less than `FEWEST_SEEN` times (换头, 正号) count as none."""
    tokenizer = plain_tokenizer()
    words = tokenizer.tokenize(text, HMM=False)
    return [
        (start, end)
        for word, start, end in words
        if end - start > 2 or (end - start == 2 and tokenizer.FREQ.get(word, 0) >= FEWEST_SEEN)
    ]
