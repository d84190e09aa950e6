"""Intents that lead nowhere, and stories and rules that no dialogue test plays."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from bot.training.checks.contract import RASAS_OWN
from bot.training.code_names import code_names
from bot.training.finding import Finding, error, warning
from bot.training.likeness import Pair, alike, skeleton
from bot.training.lined_corpus import LinedCorpus
from bot.training.pieces import Flow, Step

# Below that a sentence of a test says nothing about which intent it is of; above it may be of several, and counts for each.
_LEAST_ALIKE = 0.25
Turns = list[tuple[set[str], tuple[str, ...]]]  # the intents that each turn may have, and the words that must come


def check_reached(corpus: LinedCorpus) -> Iterator[Finding]:
    """Errors for intents without a rule or story, warnings for flows without a test."""
    led = {step.name for flow in corpus.flows for step in flow.all_steps() if step.kind == "intent"}
    for each in corpus.contract:
        if each.name not in led:
            yield error(
                "intent.leads_nowhere",
                each.where,
                f"意图“{each.name}”没有规则也没有故事，客户说了也没人答",
                "在 data/rules/answers.yml 里加一条规则：客户说它时做什么",
                intent=each.name,
            )
    yield from _untested(corpus)


def _untested(corpus: LinedCorpus) -> Iterator[Finding]:
    played = _Played(corpus)
    for flow in corpus.flows:
        if corpus.dialogues and not played.has(flow):
            yield warning(
                "story.untested",
                flow.where,
                f"{flow.zh}没有一段对话测试走过",
                "在 tests/dialogues 里加一段对话：客户的话，和机器人该答的话",
                name=flow.name,
                kind=flow.kind,
            )


class _Played:
    """What the dialogue tests play: by the form that a dialogue is about, by whose examples each sentence is like, and by the
    ready texts that must come."""

    def __init__(self, corpus: LinedCorpus) -> None:
        opened = code_names().opened
        self._forms = {opened[each.about] for each in corpus.dialogues if each.about in opened}
        self._responses = {each.name: each.texts for each in corpus.domain.responses}
        buttons = {
            title: choice.name
            for each in corpus.domain.responses
            for title, choice in zip(each.titles, each.choices, strict=True)
        }
        turns = [turn for dialogue in corpus.dialogues for turn in dialogue.turns]
        intents = [{buttons[turn.text]} if turn.text in buttons else set() for turn in turns]
        labelled = (*corpus.examples, *corpus.cases)
        texts = tuple(skeleton(turn.text) for turn in turns)
        for i, j, _ in _like(texts, tuple(each.skeleton for each in labelled)):
            intents[i].add(labelled[j].intent)
        heard = iter(zip(intents, (turn.says for turn in turns), strict=True))
        self._dialogues: list[Turns] = [list(islice(heard, len(each.turns))) for each in corpus.dialogues]

    def has(self, flow: Flow) -> bool:
        forms = {step.name for step in flow.all_steps() if step.kind == "loop" and step.name}
        if forms:
            return bool(forms & self._forms)
        return any(self._plays(path, turns) for path in flow.paths() for turns in self._dialogues)

    def _plays(self, path: tuple[Step, ...], turns: Turns) -> bool:
        """Whether the intents come in their order, and after the last words of the ready text must come."""
        wanted = [step.name for step in path if step.kind == "intent"]
        texts = [text for step in path if step.kind == "action" for text in self._responses.get(step.name, ())]
        if not wanted:
            return True  # begins without the customer: a condition of another
        at = 0
        for intents, says in turns:
            understood = wanted[at] in intents if wanted[at] not in RASAS_OWN else not intents
            last = at == len(wanted) - 1
            if understood and not (last and texts and not _says_one(texts, says)):
                at += 1
                if last:
                    return True
        return False


def _says_one(texts: list[str], words: tuple[str, ...]) -> bool:
    return any(word in text for word in words for text in texts)


@lru_cache(maxsize=2)
def _like(said: tuple[str, ...], labelled: tuple[str, ...]) -> list[Pair]:
    return list(alike(said, labelled, _LEAST_ALIKE))
