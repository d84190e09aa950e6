"""Danger told inside other questions: who hears it, and who hears it where there is none: `python -m benchmarks.dangers [--misses]`.

On tests/danger_cases: `told*.yml` should go to a person (a crisis rule) or get a sentence of safety before the answer,
`alike*.yml` only looks so. Each is judged as a question on cover, the meaning that had hidden dangers before: what the
classifier makes of a sentence can only help. Then on the training sentences of all questions and services, each with its own
intent; some of them do tell of danger, roadside help above all. The sets named `*_2` were written when all words were done.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.sentences import TRAINING_DIR, read_training
from bot.calendars.strict_yaml import read_row
from bot.complaints.loader import load_rules
from bot.complaints.rule import ComplaintRule, Facts
from bot.insurance.hand_off import Priority
from bot.services.danger_words import DangerWords, load_danger_words
from bot.services.screen_message import judge_doubtful
from bot.settings import ROOT

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


def listen(text: str, intent: str = ASKED_AS) -> Heard:
    """What the assistant would do with the text, were its meaning `intent`."""
    verdict = judge_doubtful(_rules(), Facts(text, intent), ())
    person = verdict.hand_off and verdict.priority is Priority.INJURY_OR_DEATH
    return Heard(person, bool(_words().dangers(text)))


def read_danger_cases(name: str, folder: Path = CASES_DIR) -> list[Case]:
    """The sentences of one file. Raises DataFileError."""
    rows = read_row(folder / f"{name}.yml").rows("danger_cases")
    return [
        Case(text, row.text("kind" if "kind" in row.values else "why")) for row in rows for text in row.texts("cases")
    ]


def share(cases: Sequence[Case], counts: Callable[[Heard], bool]) -> float:
    """Of the cases, from 0 to 1."""
    return sum(counts(listen(case.text)) for case in cases) / len(cases)


def _print_set(name: str, *, danger: bool, misses: bool) -> None:
    cases = read_danger_cases(name)
    person, line = share(cases, lambda heard: heard.person), share(cases, lambda heard: heard.line)
    either = share(cases, lambda heard: heard.either)
    print(
        f"{name:10} {len(cases):4}  {'recall' if danger else 'false alarms':12} {either:6.1%}  person {person:6.1%}  line {line:6.1%}"
    )
    wrong = [case for case in cases if listen(case.text).either is not danger]
    total, missed = Counter(case.group for case in cases), Counter(case.group for case in wrong)
    print(
        "           "
        + ", ".join(
            f"{group} {total[group] - missed[group] if danger else missed[group]}/{total[group]}" for group in total
        )
    )
    if misses:
        print("\n".join(f"           {case.group}: {case.text}" for case in wrong))


def _print_training(*, misses: bool) -> None:
    sentences = [
        each for each in read_training() if each.file.parent == TRAINING_DIR and each.intent not in _NO_SERVICE
    ]
    for name, chosen in (
        ("questions and services", [each for each in sentences if each.intent != ROADSIDE]),
        (ROADSIDE, [each for each in sentences if each.intent == ROADSIDE]),
    ):
        heard = [(each, listen(each.text, each.intent)) for each in chosen]
        lines, persons = sum(one.line for _, one in heard), sum(one.person for _, one in heard)
        print(f"training, {name}: {len(chosen)} sentences, line {lines} ({lines / len(chosen):.2%}), person {persons}")
        if misses:
            print("\n".join(f"           {each.intent}: {each.text}" for each, one in heard if one.line))


def main() -> None:
    """Print recall and false alarms of each set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dangers", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="show what was missed and what was a false alarm")
    misses = parser.parse_args().misses
    for path in sorted(CASES_DIR.glob("*.yml"), key=lambda path: (not path.stem.startswith("told"), path.stem)):
        _print_set(path.stem, danger=path.stem.startswith("told"), misses=misses)
    _print_training(misses=misses)


if __name__ == "__main__":
    main()
