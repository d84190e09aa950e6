"""Marked entities that the cutting of words goes through, so that the model does not find them.

Only where it does harm: all but names, places and words of one character are found by their shape or phrase however the words
are cut. A word of our own lexicon
that does it is an error at the lexicon's line; a word of jieba's is a warning at the sentence, with the word that mends it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.nlu.reading import EntityReader
from bot.text.normalise import fold
from bot.training.checks.wording import listed, quoted
from bot.training.finding import Finding, error, warning
from bot.training.lined_corpus import LEXICON, LinedCorpus
from bot.training.pieces import Example, Mark, Where
from bot.training.word_cutting import Cutting, Words, read_entities, reader_of, segmenter_of

_FOUND_BY_WORDS = ("person_name", "location")
_LONGEST_WORD = 8
_SHOWN = 3
# Relative dates do not matter here, only where an entity stands.
_ANY_DAY = datetime.fromisoformat("2026-01-05T10:00:00+08:00")


@dataclass(frozen=True)
class _Cut:
    """A mark that is lost, and the word that goes over its edge."""

    example: Example
    mark: Mark
    word: str


def check_entity_spans(corpus: LinedCorpus) -> Iterator[Finding]:
    """Lost marks; none where the lexicon itself does not read."""
    cutting, reader = segmenter_of(corpus.lexicon), reader_of(corpus.vocabularies)
    if cutting is None or reader is None:
        return
    own = _lexicon_words(corpus)
    by_lexicon: dict[str, list[_Cut]] = defaultdict(list)
    for cut in _lost(corpus, cutting, reader):
        if cut.word in own:
            by_lexicon[cut.word].append(cut)
        else:
            yield _by_jieba(corpus, cutting, reader, cut)
    for word, cuts in by_lexicon.items():
        yield _by_lexicon(word, own[word], cuts)


def _lexicon_words(corpus: LinedCorpus) -> dict[str, Where]:
    return {
        fold(line.split()[0]): (f"{LEXICON}{file.name}", number)
        for file in corpus.lexicon
        for number, line in file.lines
    }


def _lost(corpus: LinedCorpus, cutting: Cutting, reader: EntityReader) -> Iterator[_Cut]:
    for example in corpus.examples:
        by_words = [mark for mark in example.marks if mark.entity in _FOUND_BY_WORDS or len(mark.text) == 1]
        if not by_words:
            continue
        words = cutting.cut(example.text)
        across = [(mark, word) for mark in by_words if (word := _across(words, mark))]
        if not across:
            continue
        found = read_entities(reader, example.text, _ANY_DAY, words)
        lost = [(mark, word) for mark, word in across if (mark.entity, mark.start, mark.end) not in found]
        for mark, word in lost:
            if _found_if_cut(reader, example, mark, words):
                yield _Cut(example, mark, word)


def _found_if_cut(reader: EntityReader, example: Example, mark: Mark, words: Words) -> bool:
    """Whether the mark is lost by the cutting, and not because its word is in no list."""
    right = [each for each in words if each[2] <= mark.start or each[1] >= mark.end]
    edges = [edge for _, start, end in words for edge in (start, end)]
    for start, end in (
        (max((each for each in edges if each < mark.start), default=0), mark.start),
        (mark.start, mark.end),
        (mark.end, min((each for each in edges if each > mark.end), default=mark.end)),
    ):
        right.append((example.text[start:end], start, end))
    found = read_entities(reader, example.text, _ANY_DAY, right)
    return (mark.entity, mark.start, mark.end) in found


def _across(words: Words, mark: Mark) -> str:
    """The word that goes over an edge of the mark, "" where its edges are words' edges."""
    for word, start, end in words:
        if _over(start, end, mark):
            return word
    return ""


def _over(start: int, end: int, mark: Mark) -> bool:
    return start < mark.start < end or start < mark.end < end


def _by_lexicon(word: str, where: Where, cuts: list[_Cut]) -> Finding:
    first = cuts[0]
    return error(
        "entity_span.broken_by_lexicon",
        where,
        f"词典里的“{word}”把标好的实体切断了，{len(cuts)} 句里的实体认不出来，如{quoted(first.example)}里的“{first.mark.text}”"
        f"（{first.example.where[0]} 第 {first.example.where[1]} 行）",
        f"删掉“{word}”，或者只留不跨实体的那一段",
        word=word,
        broken=[
            {
                "file": cut.example.where[0],
                "line": cut.example.where[1],
                "text": cut.example.text,
                "entity": cut.mark.text,
            }
            for cut in cuts
        ],
    )


def _by_jieba(corpus: LinedCorpus, cutting: Cutting, reader: EntityReader, cut: _Cut) -> Finding:
    message = f"{quoted(cut.example)}里的“{cut.mark.text}”（{cut.mark.entity}）被切在“{cut.word}”里，认不出来"
    mending = None if cut.mark.entity == "person_name" else _mending(cutting, reader, cut)
    if mending is None:
        return warning(
            "entity_span.cut",
            cut.example.where,
            message,
            "换一种说法，让它前后断得开（如放在句首，或后面加逗号）；人名不要加进词典，加了也只认这一个人",
            entity=cut.mark.entity,
            text=cut.mark.text,
            word=cut.word,
        )
    changed = cutting.changed_by(
        mending, [example.text for example in corpus.examples if mending in fold(example.text)]
    )
    others = [text for text in changed if text != cut.example.text]
    effect = f"会连带改变另外 {len(others)} 句的切法，如“{listed(others, _SHOWN)}”" if others else "别的例句切法都不变"
    return warning(
        "entity_span.cut",
        cut.example.where,
        message,
        f"在 {LEXICON} 里加一行“{mending}”；{effect}",
        entity=cut.mark.entity,
        text=cut.mark.text,
        word=cut.word,
        mending=mending,
        also_changes=others,
    )


def _mending(cutting: Cutting, reader: EntityReader, cut: _Cut) -> str | None:
    """The shortest run of words of the entity, up to its cut edge, that as a lexicon word makes it found."""
    text, mark = fold(cut.example.text), cut.mark
    words = cutting.cut(cut.example.text)
    start, end = next((start, end) for word, start, end in words if word == cut.word and _over(start, end, mark))
    if start < mark.start:
        runs = [(mark.start, other) for _, _, other in words if other > end] + [(mark.start, mark.end)]
    else:
        runs = [(other, mark.end) for _, other, _ in words if other < start] + [(mark.start, mark.end)]
    inside = {text[a:b] for a, b in runs if mark.start <= a < b <= mark.end and 1 < b - a <= _LONGEST_WORD}
    for piece in sorted(inside, key=lambda each: (len(each), each)):
        found = read_entities(reader, cut.example.text, _ANY_DAY, cutting.with_word(piece).cut(cut.example.text))
        if (mark.entity, mark.start, mark.end) in found:
            return piece
    return None
