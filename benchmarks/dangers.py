"""Danger told inside other questions: who hears it, and who hears it where there is none: `python -m benchmarks.dangers [--misses]`.

Trains the classifier, for a clause that alone would be a call for help. On tests/danger_cases: `told*.yml` should go to a person (a crisis rule) or get a sentence of safety before the answer,
`alike*.yml` only looks so. Each is judged as a question on cover, the meaning that had hidden dangers before. Then on the
training sentences and the held-out cases of all questions and services, each with its own intent; some of them do tell of
danger, roadside help above all. The sets named `*_2` were written when all words were done.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.nlu import train_ours
from benchmarks.sentences import CASES_DIR as HELD_OUT_DIR
from benchmarks.sentences import TRAINING_DIR, Sentence, read_cases, read_training
from bot.calendars.strict_yaml import read_row
from bot.complaints.loader import load_rules
from bot.complaints.rule import ComplaintRule, Facts
from bot.insurance.hand_off import Priority
from bot.nlu.intent_classifier import EMERGENCY, find_alarm
from bot.services.danger_words import DangerWords, load_danger_words
from bot.services.screen_message import judge_doubtful
from bot.settings import ROOT

Emergency = Callable[[str], float]
CASES_DIR = ROOT / "tests" / "danger_cases"
ASKED_AS = "ask_coverage"
# Who reports a loss, complains or calls for help tells of danger by right.
_NO_SERVICE = frozenset({"emergency", "report_claim", "file_complaint", "report_misconduct", "out_of_scope"})
ROADSIDE = "request_roadside_service"


@dataclass(frozen=True)
class Case:
    """`group`: the kind of danger, or why it is none."""

    text: str
    group: str


@dataclass(frozen=True)
class Heard:
    """`person`: a rule hands it over as a danger to life; `line`: a sentence of safety would stand before the answer."""

    person: bool
    line: bool

    @property
    def either(self) -> bool:
        return self.person or self.line


@lru_cache(maxsize=1)
def _rules() -> tuple[ComplaintRule, ...]:
    return load_rules(ROOT / "data" / "complaints")


@lru_cache(maxsize=1)
def _words() -> DangerWords:
    return load_danger_words(ROOT / "data" / "safety_first.yml", ROOT / "data" / "complaints")


def listen(text: str, intent: str = ASKED_AS, *, emergency: Emergency = lambda _: 0.0) -> Heard:
    """What the assistant would do with the text, were its meaning `intent`. `emergency`: how likely a clause is one."""
    verdict = judge_doubtful(_rules(), Facts(text, intent), ())
    person = verdict.hand_off and verdict.priority is Priority.INJURY_OR_DEATH
    return Heard(person, bool(_words().dangers(text, find_alarm(text, emergency))))


def learn_emergency() -> Emergency:
    """By the classifier of config.yml, trained here."""
    understand, _ = train_ours(read_training())
    return lambda clause: dict(understand(clause))[EMERGENCY]


def read_danger_cases(name: str, folder: Path = CASES_DIR) -> list[Case]:
    """The sentences of one file. Raises DataFileError."""
    rows = read_row(folder / f"{name}.yml").rows("danger_cases")
    return [
        Case(text, row.text("kind" if "kind" in row.values else "why")) for row in rows for text in row.texts("cases")
    ]


def share(cases: Sequence[Case], counts: Callable[[Heard], bool], emergency: Emergency) -> float:
    """Of the cases, from 0 to 1."""
    return sum(counts(listen(case.text, emergency=emergency)) for case in cases) / len(cases)


def _print_set(name: str, emergency: Emergency, *, danger: bool, misses: bool) -> None:
    cases = read_danger_cases(name)
    heard = [(case, listen(case.text, emergency=emergency)) for case in cases]
    by_words = sum(listen(case.text).either for case in cases) / len(cases)
    person, line, either = (
        sum(counts(one) for _, one in heard) / len(cases)
        for counts in (lambda one: one.person, lambda one: one.line, lambda one: one.either)
    )
    what = "recall" if danger else "false alarms"
    print(
        f"{name:8} {len(cases):4} {what:12} {either:6.1%}: person {person:.1%}, line {line:.1%}; by words alone {by_words:.1%}"
    )
    wrong = [case for case, one in heard if one.either is not danger]
    total, missed = Counter(case.group for case in cases), Counter(case.group for case in wrong)
    right = {group: total[group] - missed[group] if danger else missed[group] for group in total}
    print("         " + ", ".join(f"{group} {right[group]}/{total[group]}" for group in total))
    if misses:
        print("\n".join(f"         {case.group}: {case.text}" for case in wrong))


def _print_sentences(name: str, sentences: Sequence[Sentence], emergency: Emergency, *, misses: bool) -> None:
    chosen = [each for each in sentences if each.intent not in _NO_SERVICE]
    for what, some in (
        ("questions and services", [each for each in chosen if each.intent != ROADSIDE]),
        (ROADSIDE, [each for each in chosen if each.intent == ROADSIDE]),
    ):
        heard = [(each, listen(each.text, each.intent, emergency=emergency)) for each in some]
        lines, persons = sum(one.line for _, one in heard), sum(one.person for _, one in heard)
        print(f"{name}, {what}: {len(some)}, line {lines} ({lines / len(some):.2%}), person {persons}")
        if misses:
            print("\n".join(f"         {each.intent}: {each.text}" for each, one in heard if one.line))


def main() -> None:
    """Print recall and false alarms of each set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dangers", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="show what was missed and what was a false alarm")
    misses = parser.parse_args().misses
    emergency = learn_emergency()
    for path in sorted(CASES_DIR.glob("*.yml"), key=lambda path: (not path.stem.startswith("told"), path.stem)):
        _print_set(path.stem, emergency, danger=path.stem.startswith("told"), misses=misses)
    training = [each for each in read_training() if each.file.parent == TRAINING_DIR]
    _print_sentences("training", training, emergency, misses=misses)
    _print_sentences("held out", read_cases(HELD_OUT_DIR), emergency, misses=misses)


if __name__ == "__main__":
    main()
