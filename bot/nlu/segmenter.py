"""Word segmentation with insurance words: a `jieba.Tokenizer` of our own, so no other user of jieba is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import ConfigurationError
from bot.nlu.lexicon import LexiconFile
from bot.text.normalise import fold
from bot.text.plain_words import plain_tokenizer

if TYPE_CHECKING:
    import jieba


class Segmenter:
    """Cuts a message into (word, start, end), offsets into the message as it was written; white space is dropped."""

    def __init__(self, files: list[LexiconFile]) -> None:
        """Build jieba's dictionary (about a second) now, so that no customer waits for it.

        Raises ConfigurationError naming the file and line of a malformed entry.
        """
        import jieba

        plain = plain_tokenizer()
        self._jieba: jieba.Tokenizer = jieba.Tokenizer()
        # The same words and none of the same tables: ours grow, and the words themselves are in memory once.
        self._jieba.FREQ, self._jieba.total, self._jieba.initialized = dict(plain.FREQ), plain.total, True
        for file in files:
            for number, line in file.lines:
                self._add(file.name, number, line)

    def _add(self, name: str, number: int, line: str) -> None:
        """`word [frequency [tag]]`, as in jieba's own user dictionaries. The frequency only makes the cut surer."""
        word, *rest = line.split()
        if len(rest) > 2 or (rest and not rest[0].isdigit()):
            raise ConfigurationError("lexicon line is not 'word [frequency [tag]]'", file=name, line=number, text=line)
        self._jieba.add_word(fold(word), int(rest[0]) if rest else None, rest[1] if len(rest) == 2 else None)

    def cut(self, text: str) -> list[tuple[str, int, int]]:
        """Words of the folded text: half width, simplified, case as written."""
        return [(word, start, end) for word, start, end in self._jieba.tokenize(fold(text)) if word.strip()]
