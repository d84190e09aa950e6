"""Whether the right answer is found, and none where there is none: `python -m benchmarks.retrieval [--fit] [--misses]`.

Cases: tests/knowledge_cases, held out of the entries; their odd ones are for tuning (dev), their even ones are reported
(test). Intents come from our classifier, trained on data/nlu. Beside ours stand two baselines of the same run: the words of
`when` alone within the classified intent, as the chooser before was, and sklearn's tf-idf of characters over all of an entry.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.nlu import Ranking, Understand, train_ours
from benchmarks.sentences import read_training
from bot.services.answer_question import KnowledgeBase
from bot.services.knowledge_entry import Entry
from bot.services.load_knowledge import load_knowledge
from bot.services.understanding import Understood
from bot.settings import ROOT

CASES_DIR = ROOT / "tests" / "knowledge_cases"
DECLINED_IN_DEV = 0.6  # the share of unanswerable questions at which --fit puts the border
_TOP = 6


@dataclass(frozen=True)
class Case:
    """`answers`: ids of entries that answer it; none when nothing does. `dev`: for tuning, else for reporting."""

    text: str
    answers: frozenset[str]
    dev: bool
    file: Path


@dataclass(frozen=True)
class Found:
    """Ids of entries, the likeliest first; `told` is what the customer reads, empty when the bot says it does not know."""

    nearest: Sequence[str]
    told: Sequence[str]


@dataclass(frozen=True)
class Scores:
    """Shares from 0 to 1. `first`, `three`: answerable cases with a right entry first, among three. `declined`: of those
    that nothing answers, told so or sent elsewhere; `lost`: answerable ones told so. `wrong`: answerable ones told another
    entry."""

    first: float
    three: float
    declined: float
    lost: float
    wrong: float
    milliseconds: float


def read_cases(folder: Path = CASES_DIR) -> list[Case]:
    """In each file every other case is for tuning, the first one too."""
    return [
        Case(row["text"], frozenset(row.get("answers", ())), place % 2 == 0, path)
        for path in sorted(folder.glob("*.yml"))
        for place, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]


def said(text: str, ranking: Ranking) -> Understood:
    """As a message reaches the actions, with its best guess."""
    intent, probability = ranking[0]
    at = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    return Understood("c", "m", at, "web", text, intent, probability, ranking=tuple(ranking[:_TOP]))


def ours(knowledge: KnowledgeBase, understand: Understand) -> Callable[[str], Found]:
    def ask(text: str) -> Found:
        message = said(text, understand(text))
        near = [each.entry.id for each in knowledge.nearest(message)[:3]]
        return Found(near, [entry.id for entry in knowledge.find(message)])

    return ask


def words_only(knowledge: KnowledgeBase, understand: Understand) -> Callable[[str], Found]:
    """The former chooser: the most spelled out of `when` in the intent's entries, else the intent's default."""

    def ask(text: str) -> Found:
        message = said(text, understand(text))
        shelf = knowledge.shelves.get(message.intent, ())
        hits = sorted(
            (each for each in knowledge.nearest(message) if each.entry in shelf and each.cue > 1),
            key=lambda each: -each.cue,
        )
        near = [each.entry.id for each in hits[:3]] or [entry.id for entry in shelf if entry.is_default]
        return Found(near, near[:1])

    return ask


def plain_tfidf(entries: Sequence[Entry]) -> Callable[[str], Found]:
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    matrix = vectorizer.fit_transform(
        [f"{e.title} {' '.join(e.asked)} {' '.join(w.text for w in e.words)} {e.answer}" for e in entries]
    )

    def ask(text: str) -> Found:
        likeness = np.asarray((matrix @ vectorizer.transform([text]).T).todense()).ravel()
        near = [entries[place].id for place in (-likeness).argsort(kind="stable")[:3]]
        return Found(near, near[:1])

    return ask


def measure(cases: Sequence[Case], ask: Callable[[str], Found]) -> Scores:
    """Entries that say that something is not an insurer's business count as declining."""
    began = time.perf_counter()
    found = [(case, ask(case.text)) for case in cases]
    seconds = time.perf_counter() - began
    known = [(case, each) for case, each in found if case.answers]
    unknown = [each for case, each in found if not case.answers]
    return Scores(
        first=_share([bool(case.answers & {*each.nearest[:1]}) for case, each in known]),
        three=_share([bool(case.answers & {*each.nearest[:3]}) for case, each in known]),
        declined=_share([all(told.startswith("out_of_scope.") for told in each.told) for each in unknown]),
        lost=_share([not each.told for _, each in known]),
        wrong=_share([bool(each.told) and not case.answers & {*each.told} for case, each in known]),
        milliseconds=1e3 * seconds / len(cases),
    )


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def fit(knowledge: KnowledgeBase, understand: Understand, cases: Sequence[Case]) -> list[float]:
    """The weights of `bot.services.retrieval.confidence`, the bias first, by logistic regression on the dev half."""
    rows, labels, elsewhere = [], [], 0
    for case in cases:
        message = said(case.text, understand(case.text))
        best = knowledge.nearest(message)[0]
        if best.entry.intent == "out_of_scope":  # whoever is sent elsewhere has been declined
            elsewhere += not case.answers
            continue
        outside = dict(message.ranking).get("out_of_scope", 0.0)
        rows.append([best.alike, np.log(max(best.probability, 1e-4)), np.log(max(outside, 1e-3))])
        labels.append(bool(case.answers))
    features, wanted = np.array(rows), np.array(labels)
    spread = features.std(axis=0)
    model = LogisticRegression(C=0.5, class_weight="balanced", max_iter=1000).fit(features / spread, wanted)
    weights = model.coef_[0] / spread
    unknown = sum(not case.answers for case in cases)
    share = (DECLINED_IN_DEV * unknown - elsewhere) / (unknown - elsewhere)
    border = float(np.quantile(features[~wanted] @ weights, share))
    return [-border, *weights.tolist()]


def print_misses(cases: Sequence[Case], ask: Callable[[str], Found]) -> None:
    for case in cases:
        found = ask(case.text)
        wanted = "、".join(sorted(case.answers)) or "无"
        if not case.answers & {*found.told} and (case.answers or found.told):
            print(f"  {case.text}\n      {wanted} ← {'、'.join(found.told) or '不知道'} ({'、'.join(found.nearest)})")


def main() -> None:
    """Print one line for each way and half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="print the weights of the confidence, from the dev half")
    parser.add_argument("--misses", action="store_true", help="print what goes wrong in the dev half")
    options = parser.parse_args()
    cases = read_cases()
    began = time.perf_counter()
    knowledge = load_knowledge(ROOT / "data" / "knowledge")
    print(f"{len(knowledge.entries)} entries, read and indexed in {time.perf_counter() - began:.1f} s")
    model, _ = train_ours(read_training())
    rankings = {case.text: model(case.text) for case in cases}
    understand = rankings.__getitem__
    knowledge.index.unknown_words("先建好词典")
    dev, test = [case for case in cases if case.dev], [case for case in cases if not case.dev]
    if options.fit:
        print("confidence:", ", ".join(f"{weight:.3f}" for weight in fit(knowledge, understand, dev)))
    ways = {
        "ours": ours(knowledge, understand),
        "words of the intent": words_only(knowledge, understand),
        "plain tf-idf": plain_tfidf(knowledge.entries),
    }
    print(f"{'':28}{'cases':>6}{'first':>7}{'three':>7}{'declined':>9}{'lost':>7}{'wrong':>7}{'ms':>7}")
    for half, group in (("dev", dev), ("test", test)):
        for name, ask in ways.items():
            s = measure(group, ask)
            shares = f"{s.first:7.3f}{s.three:7.3f}{s.declined:9.3f}{s.lost:7.3f}{s.wrong:7.3f}{s.milliseconds:7.2f}"
            print(f"{name + ', ' + half:28}{len(group):6}{shares}")
    if options.misses:
        print_misses(dev, ways["ours"])


if __name__ == "__main__":
    main()
