"""Intents against the contract: every name that is written anywhere is one of data/intents.yml, and the domain has them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bot.training.checks.wording import first_of_each, listed, meant
from bot.training.code_names import code_names
from bot.training.finding import Finding, error
from bot.training.lined_corpus import DOMAIN, INTENTS, LinedCorpus
from bot.training.pieces import Named

# Rasa's own, for a sentence that it did not understand.
RASAS_OWN = frozenset({"nlu_fallback"})
# A name that so many files have, and the contract has not, is not misspelt in each of them.
_EVERYWHERE = 4


def check_contract(corpus: LinedCorpus) -> Iterator[Finding]:
    """Unknown intents, intents that the domain lacks, and intents that the program needs and the contract lacks."""
    unknown: dict[str, list[tuple[Named, int]]] = defaultdict(list)
    for named, count in first_of_each(_written(corpus)):
        if named.name not in corpus.intents | RASAS_OWN:
            unknown[named.name].append((named, count))
    everywhere = {name for name, places in unknown.items() if len(places) >= _EVERYWHERE}
    for name, places in unknown.items():
        if name in everywhere:
            yield _renamed(corpus, name, [named for named, _ in places])
        else:
            yield from (_unknown(corpus, named, count) for named, count in places)
    in_domain = {each.name for each in corpus.domain.intents}
    for each in corpus.contract:
        if each.name not in in_domain:
            yield error(
                "intent.not_in_domain",
                each.where,
                f"意图“{each.name}”在 {DOMAIN} 里没有，模型不会认它",
                f"在 {DOMAIN} 的 intents 下面加“- {each.name}:”，下一行“    use_entities: []”",
                intent=each.name,
            )
    for name in sorted(code_names().intents - corpus.intents - everywhere):
        guess = _renamed_to(corpus, name)
        where = next((each.where for each in corpus.contract if each.name == guess), (INTENTS, 0))
        yield error(
            "intent.needed_by_the_program",
            where,
            f"程序里要用意图“{name}”，{INTENTS} 里没有它",
            f"把“{guess}”改回“{name}”；真要改名，请开发的同事把程序一起改"
            if guess
            else "把它加回来；不用了的话，请开发的同事先改程序",
            intent=name,
            guess=guess,
        )


def _written(corpus: LinedCorpus) -> Iterator[Named]:
    yield from corpus.domain.intents
    for pieces in corpus.pieces.values():
        yield from pieces.labels
        yield from pieces.neighbours
    for flow in corpus.flows:
        yield from (Named(step.name, step.where) for step in flow.all_steps() if step.kind == "intent")
    for response in corpus.domain.responses:
        yield from response.choices
    for answer in corpus.answers:
        yield Named(answer.fields.get("intent", ""), answer.place("intent"))
        yield from answer.next_intents


def _renamed(corpus: LinedCorpus, name: str, places: list[Named]) -> Finding:
    guess, files = _renamed_to(corpus, name), [named.where[0] for named in places]
    where = next((each.where for each in corpus.contract if each.name == guess), (INTENTS, 0))
    new = f"“{guess}”" if guess else "新名字"
    needed = "；程序里也用这个名字，要改名得请开发的同事一起改" if name in code_names().intents else ""
    return error(
        "intent.renamed_here_only",
        where,
        f"意图“{name}”在 {INTENTS} 里没有了{f'，像是这一行改成了{new}' if guess else ''}，还有 {len(files)} 个文件写着旧名字：{listed(files)}",
        f"改回“{name}”，或者把这些文件里的都改成{new}{needed}",
        intent=name,
        guess=guess,
        files=files,
    )


def _unknown(corpus: LinedCorpus, named: Named, count: int) -> Finding:
    guess = _renamed_to(corpus, named.name)
    remedy = f"在 {INTENTS} 和 {DOMAIN} 里加上这个意图"
    times = f"，这个文件里有 {count} 处" if count > 1 else ""
    return error(
        "intent.unknown",
        named.where,
        f"意图“{named.name}”在 {INTENTS} 里没有{times}",
        f"写错了或者改了名，就都改成“{guess}”；是新意图，就{remedy}" if guess else remedy,
        intent=named.name,
        count=count,
        guess=guess,
    )


def _renamed_to(corpus: LinedCorpus, name: str) -> str:
    """The intent that this one is now, probably: one that nobody has examples for, else one that is written like it."""
    taught = {example.intent for example in corpus.examples}
    without = [each.name for each in corpus.contract if each.name not in taught]
    return without[0] if len(without) == 1 else meant(name, corpus.intents)
