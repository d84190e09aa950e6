"""Precision, recall and F1 of the entity extractor on the held-out cases: `python -m benchmarks.entities [--misses]`.

Below the table: of the numbers, ids, phones, dates, amounts and plates of the cases and of the sets, how many have the right
normal form, how many of those found are there at all, and in how many messages both are so; typed and spoken. Spoken are the lines of
a recogniser, and the typed cases with their numbers said aloud in each of the ways that people have (`benchmarks.spoken`). What was
taken back in the same breath is read as the dialogue reads it, through `Understood.as_answer`; so is a drawn sample of slips
(`benchmarks.slips`), of which a wrong value counts more than a missing one: that is asked for again.

A found entity counts if its type and normal form are those of the case. Reference time: 2026-11-23T09:00+08:00.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from benchmarks.sentences import sets_folder
from benchmarks.slips import SEED, draw_slips, measure_slips
from benchmarks.spoken import MANNERS, PLAIN, TAKEN_BACK, Manner, say
from bot.nlu.lexicon import read_lexicon
from bot.nlu.reading import EntityReader
from bot.nlu.segmenter import Segmenter
from bot.nlu.settings import ExtractorSettings, TokenizerSettings
from bot.nlu.vocabularies import Vocabularies
from bot.services.understanding import Entity, Understood
from bot.text.candidates import Candidate

CASES_DIR = Path("tests/nlu_cases")
REFERENCE_TIME = datetime.fromisoformat("2026-11-23T09:00:00+08:00")

SLIPS_DRAWN = 100  # of each kind

Label = tuple[str, str]
Read = Callable[[str], Counter[Label]]
Labelled = tuple[str, Counter[Label]]
# What money and proofs hang on.
VALUES = frozenset(
    {
        "amount",
        "bank_card",
        "claim_no",
        "complaint_no",
        "date",
        "id_number",
        "percentage",
        "phone",
        "plate_no",
        "policy_no",
        "time",
    }
)


@dataclass
class Score:
    """Counts of one entity type."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def row(self, name: str) -> str:
        precision = self.right / self.found if self.found else 0.0
        recall = self.right / self.wanted if self.wanted else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return f"{name:20}{self.wanted:7}{self.found:7}{precision:9.3f}{recall:8.3f}{f1:8.3f}"


def label(entity: str, value: object) -> Label:
    """A number is the same whether the case writes it 3500, "3500" or 3500.0."""
    text = str(value)
    try:
        number = float(text) if entity in {"amount", "percentage"} else None
    except ValueError:
        number = None
    return entity, text if number is None else f"{number:g}" if number < 1e5 else f"{number:.2f}"


def read_cases(folder: Path) -> list[Labelled]:
    """Every sentence with the labels it should give."""
    cases = []
    for path in sorted(folder.glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            for case in group["cases"]:
                wanted = Counter(label(each["type"], each["value"]) for each in case.get("entities") or [])
                cases.append((case["text"], wanted))
    return cases


def read_sets(folder: Path | None, *, spoken: bool) -> list[Labelled]:
    """The lines with labels of the sets outside the repository: those of a recogniser, or the others."""
    found = []
    for path in sorted(folder.glob("*.jsonl")) if folder else ():
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            if fields.get("entities") and ("clean" in fields) is spoken:
                found.append((fields["text"], Counter(label(e["type"], e["value"]) for e in fields["entities"])))
    return found


@dataclass
class Values:
    """Of what money and proofs hang on: how many are found with their normal form, and what was found that is not there."""

    right: int = 0
    found: int = 0
    wanted: int = 0
    clean: int = 0  # messages with all their values and none besides
    messages: int = 0  # that have a value, or were given one

    @classmethod
    def of(cls, labelled: list[Labelled], read: Read) -> Values:
        """An invented value counts against the message as a missing one does."""
        self = cls()
        for text, labels in labelled:
            wanted, found = _values(labels), _values(read(text))
            self.right += (wanted & found).total()
            self.found += found.total()
            self.wanted += wanted.total()
            self.messages += bool(wanted or found)
            self.clean += bool(wanted or found) and wanted == found
        return self

    def row(self, name: str) -> str:
        shares = [
            part / whole if whole else 0.0
            for part, whole in ((self.right, self.wanted), (self.right, self.found), (self.clean, self.messages))
        ]
        return f"{name:40}{self.wanted:7}" + "".join(f"{share:10.3f}" for share in shares)


def _values(labels: Counter[Label]) -> Counter[Label]:
    return Counter({one: count for one, count in labels.items() if one[0] in VALUES})


def main() -> None:
    """Print the table, the time per message, and with --misses every wrong label."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print what was missed or invented")
    parser.add_argument("--cases", type=Path, default=CASES_DIR)
    options = parser.parse_args()
    settings = ExtractorSettings.parse({})
    reader = EntityReader(settings, Vocabularies.parse(read_lexicon(settings.entities_dir)))
    segmenter = Segmenter(read_lexicon(TokenizerSettings.parse({}).lexicon_dir))
    scores: dict[str, Score] = {}
    spent = []

    def find(text: str) -> list[Candidate]:
        boundaries = {(start, end) for _, start, end in segmenter.cut(text)}
        began = time.perf_counter()
        candidates = reader.read(text, REFERENCE_TIME, boundaries)
        spent.append(time.perf_counter() - began)
        return candidates

    def read(text: str) -> Counter[Label]:
        return Counter(label(each.entity, each.value) for each in find(text))

    cases = read_cases(options.cases)
    for text, wanted in cases:
        found = read(text)
        tally(scores, wanted, found)
        if options.misses and wanted != found:
            print(f"{text}\n    missed {list(wanted - found)}  invented {list(found - wanted)}")
    report(scores, spent)
    print_values(cases, read, as_answer(find))


def as_answer(find: Callable[[str], list[Candidate]]) -> Read:
    """The labels that are left when the speaker's own repairs are made."""

    def read(text: str) -> Counter[Label]:
        entities = (Entity(e.entity, text[e.start : e.end], str(e.value), e.start, e.end) for e in find(text))
        said = Understood("", "", REFERENCE_TIME, "ivr", text, "", 1.0, entities=tuple(entities))
        return Counter(label(each.type, each.value) for each in said.as_answer().entities)

    return read


def print_values(cases: list[Labelled], read: Read, answer: Read) -> None:
    """Values typed and spoken, each manner of saying by itself and together; then the slips."""
    sets = sets_folder(None)
    said = {name: said_aloud(cases, manner) for name, manner in MANNERS.items()}
    print(f"\n{'values':40}{'wanted':>7}{'right':>10}{'of found':>10}{'messages':>10}")
    print(Values.of(cases + read_sets(sets, spoken=False), read).row("typed: cases and sets"))
    print(Values.of(read_sets(sets, spoken=True), read).row("spoken: a recogniser's lines"))
    for name, labelled in said.items():
        print(Values.of(labelled, answer if name == TAKEN_BACK else read).row(f"spoken: the cases said, {name}"))
    others = [each for name, labelled in said.items() if name not in ("plainly", TAKEN_BACK) for each in labelled]
    print(Values.of(others, read).row("spoken: all but plainly and slips"))
    print("right: of the values wanted; of found: how many of those found are right (1 - invented); messages: nothing")
    print("missing and nothing invented. The manners of saying are rules of benchmarks/spoken.py.")
    print(f"\n{'slips taken back, drawn':40}{'drawn':>7}{'right':>10}{'wrong':>10}")
    for name, mended in measure_slips(draw_slips(SLIPS_DRAWN), answer).items():
        print(mended.row(name))
    print(f"wrong: read as what was taken back or never said; the others are asked for again. Seed {SEED}.")


def said_aloud(cases: list[Labelled], manner: Manner) -> list[Labelled]:
    """The cases that sound different from their writing; but for the plain manner only those that it says in its own way."""
    said = [(text, say(text, manner), wanted) for text, wanted in cases]
    return [
        (spoken, wanted)
        for text, spoken, wanted in said
        if spoken != text and (manner == PLAIN or spoken != say(text)) and _values(wanted)
    ]


def tally(scores: dict[str, Score], wanted: Counter[Label], found: Counter[Label]) -> None:
    """Add one sentence's labels to the scores."""
    for labels, field in ((wanted, "wanted"), (found, "found"), (wanted & found, "right")):
        for (entity, _), count in labels.items():
            score = scores.setdefault(entity, Score())
            setattr(score, field, getattr(score, field) + count)


def report(scores: dict[str, Score], spent: list[float]) -> None:
    """The table, all types together, and milliseconds per message (tokenising not included)."""
    print(f"{'entity':20}{'wanted':>7}{'found':>7}{'precis.':>9}{'recall':>8}{'F1':>8}")
    total = Score()
    for name, score in sorted(scores.items()):
        print(score.row(name))
        total = Score(total.right + score.right, total.found + score.found, total.wanted + score.wanted)
    print(total.row("all"))
    ordered = sorted(spent)
    print(
        f"{len(ordered)} messages, ms per message: p50 {1e3 * ordered[len(ordered) // 2]:.2f}, max {1e3 * ordered[-1]:.2f}"
    )


if __name__ == "__main__":
    main()
