"""Words that stand for two things at once: two normal forms, two entities, a misspelling of two terms, a lexicon word twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.errors import ConfigurationError
from bot.nlu.vocabularies import RULER_ENTITIES, Vocabularies, read_line
from bot.text.normalise import fold
from bot.training.checks.vocabulary_words import words_of
from bot.training.checks.wording import place
from bot.training.finding import Finding, error, warning
from bot.training.lined_corpus import LEXICON, VOCABULARIES, LinedCorpus
from bot.training.pieces import Where

_LEXICON_LINE = re.compile(r"\S+(?:\s+\d+(?:\s+\S+)?)?")
_HEARD = "heard.txt"


def check_synonyms(corpus: LinedCorpus) -> Iterator[Finding]:
    """Errors for clashes and lines that do not read, warnings for words that are only there twice."""
    for word, uses in words_of(corpus).items():
        for earlier, later in pairwise(uses):
            if earlier.behind != later.behind:
                continue  # 先生(我) is a husband, 先生 a title
            if (earlier.entity, earlier.value) != (later.entity, later.value):
                yield error(
                    "synonym.clash",
                    later.where,
                    f"“{word}”在这里是 {later.entity} 的“{later.value}”，{place(earlier.where)}又是 {earlier.entity} 的“{earlier.value}”",
                    "一个词只能归一处：留对的，删掉另一处；前面带某个字才算的，写成“词(那个字)”",
                    word=word,
                    values=[earlier.value, later.value],
                    entities=[earlier.entity, later.entity],
                    other=list(earlier.where),
                )
            else:
                yield warning(
                    "synonym.twice",
                    later.where,
                    f"“{word}”写了两遍，{place(earlier.where)}已经有了",
                    "删掉一处",
                    word=word,
                    other=list(earlier.where),
                )
    yield from _misheard(corpus)
    yield from _lines(corpus)


def _misheard(corpus: LinedCorpus) -> Iterator[Finding]:
    """A misspelling belongs to one term."""
    owners: dict[str, tuple[str, Where]] = {}
    for file in corpus.vocabularies:
        if file.name != _HEARD:
            continue
        for number, line in file.lines:
            term, colon, spellings = line.partition(":")
            if not colon:
                continue
            where = (f"{VOCABULARIES}{_HEARD}", number)
            for spelling in spellings.split():
                other, at = owners.setdefault(spelling, (term.strip(), where))
                if other != term.strip():
                    yield error(
                        "synonym.misheard_for_two",
                        where,
                        f"“{spelling}”既算“{term.strip()}”听错的，{place(at)}又算“{other}”听错的",
                        "想清楚客户多半在说哪个，留一处",
                        word=spelling,
                        terms=[other, term.strip()],
                        other=list(at),
                    )


def _lines(corpus: LinedCorpus) -> Iterator[Finding]:
    first: dict[str, Where] = {}
    for file in corpus.lexicon:
        for number, line in file.lines:
            where = (f"{LEXICON}{file.name}", number)
            if not _LEXICON_LINE.fullmatch(line):
                yield error(
                    "lexicon.line",
                    where,
                    f"这一行不是“词”或“词 次数”：“{line}”",
                    "一行一个词；不用写次数，词里不能有空格",
                    text=line,
                )
                continue
            word = fold(line.split()[0])
            at = first.setdefault(word, where)
            if at != where:
                yield warning(
                    "lexicon.twice",
                    where,
                    f"“{word}”写了两遍，{place(at)}已经有了",
                    "删掉一处",
                    word=word,
                    other=list(at),
                )
    flaws = list(_unread(corpus))
    yield from flaws or _lists(corpus)


def _unread(corpus: LinedCorpus) -> Iterator[Finding]:
    for file in corpus.vocabularies:
        entity = file.name.removesuffix(".txt")
        for number, line in file.lines if entity in RULER_ENTITIES else ():
            try:
                read_line(entity, file.name, number, line)
            except ConfigurationError as flaw:
                yield error(
                    "lexicon.line",
                    (f"{VOCABULARIES}{file.name}", number),
                    f"这一行读不懂：“{flaw.data['text']}”",
                    "写成“标准说法: 词 词 词”，只在某个字后面才算的词写“词(那个字)”，用英文括号",
                    text=str(flaw.data["text"]),
                )


def _lists(corpus: LinedCorpus) -> Iterator[Finding]:
    """What keeps the lists from being read though each line of them reads."""
    try:
        Vocabularies.parse(list(corpus.vocabularies))
    except ConfigurationError as flaw:
        told = "；".join(f"{key}：{value}" for key, value in flaw.data.items())
        yield error(
            "lexicon.lists",
            (VOCABULARIES + _HEARD if "term" in flaw.data else VOCABULARIES, 0),
            f"词表读不进来（{told}）",
            "照文件开头的写法改；词表文件不能少，也不能多",
            **{key: str(value) for key, value in flaw.data.items()},
        )
