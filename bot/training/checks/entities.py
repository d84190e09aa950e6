"""Entities against their contract: unknown names, marks that hold nothing, and words that a vocabulary knows as another entity."""

from __future__ import annotations

from collections.abc import Iterator

from bot.training.checks.vocabulary_words import words_of
from bot.training.checks.wording import first_of_each, place, quoted, rather
from bot.training.finding import Finding, error, warning
from bot.training.lined_corpus import DOMAIN, ENTITIES, LinedCorpus
from bot.training.pieces import Named

# The value of a pressed button, which no sentence holds.
_OF_BUTTONS = "choice"


def check_entities(corpus: LinedCorpus) -> Iterator[Finding]:
    """Errors for names that the contract or the domain lacks, warnings for marks that the word lists contradict."""
    known = {each.name for each in corpus.entities}
    written = [Named(mark.entity, example.where) for example in corpus.examples for mark in example.marks]
    for named, count in first_of_each(written):
        if named.name not in known:
            yield error(
                "entity.unknown",
                named.where,
                f"实体“{named.name}”在 {ENTITIES} 里没有，这个文件标了 {count} 处",
                rather(named.name, known, f"新的实体先写进 {ENTITIES} 和 {DOMAIN}"),
                entity=named.name,
                count=count,
            )
    in_domain = {each.name for each in corpus.domain.entities}
    for each in corpus.entities:
        if each.name not in in_domain:
            yield error(
                "entity.not_in_domain",
                each.where,
                f"实体“{each.name}”在 {DOMAIN} 里没有",
                f"在 {DOMAIN} 的 entities 下面加“- {each.name}”",
                entity=each.name,
            )
    for each in corpus.domain.entities:
        if each.name not in known | {_OF_BUTTONS}:
            yield error(
                "entity.unknown",
                each.where,
                f"实体“{each.name}”在 {ENTITIES} 里没有",
                rather(each.name, known, f"写进 {ENTITIES}，或者从这里删掉"),
                entity=each.name,
            )
    yield from _contradicted(corpus)


def _contradicted(corpus: LinedCorpus) -> Iterator[Finding]:
    words = words_of(corpus)
    for example in corpus.examples:
        for mark in example.marks:
            owners = {word.entity: word for word in words.get(mark.text.lower(), ()) if word.behind is None}
            if owners and mark.entity not in owners:
                word = next(iter(owners.values()))
                yield warning(
                    "entity.contradicts_word_list",
                    example.where,
                    f"{quoted(example)}里“{mark.text}”标成 {mark.entity}，{place(word.where)}的词表说它是 {word.entity}",
                    f"标错了就改成“[{mark.text}]({word.entity})”；词表错了就把词移到 {mark.entity} 的词表",
                    text=mark.text,
                    marked=mark.entity,
                    listed=word.entity,
                )
