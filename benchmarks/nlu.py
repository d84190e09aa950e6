"""How well intents are understood, beside stock Rasa: `python -m benchmarks.nlu [--sets DIR] [--errors] [--vanilla] [--diet EPOCHS]`.

Trains on data/nlu and measures on tests/nlu_cases and on the sets of a folder outside the repository (`--sets`, else
NLU_SETS, else ../shared/bench). SMP2017 is a public benchmark with intents of its own: there the same classifier is
trained on its training part. A prediction among a sentence's `accept` counts as its label. `--vanilla`
also trains stock Rasa's logistic regression on the same sentences (benchmarks/vanilla/config_logistic.yml); `--diet` its default,
DIET (benchmarks/vanilla/config.yml), for so many epochs: three to four minutes an epoch on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from sklearn.metrics import f1_score

from benchmarks.sentences import Sentence, read_cases, read_clean, read_sets, read_training, sets_folder
from bot.nlu.doubt import FallbackSettings, is_doubtful
from bot.nlu.intent_classifier import ClassifierSettings
from bot.nlu.intent_model import IntentModel
from bot.settings import ROOT

VANILLA = ROOT / "benchmarks" / "vanilla"
LOGISTIC, DIET = VANILLA / "config_logistic.yml", VANILLA / "config.yml"
OUT_OF_SCOPE, REFUSED = "out_of_scope", 0.02
BINS = 10
CASES, ASR = "nlu_cases", "insurance_asr_dev"
SMP_TRAIN, SMP_TEST = "smp2017_train", "smp2017_develop"

Ranking = list[tuple[str, float]]
Understand = Callable[[str], Ranking]


@dataclass(frozen=True)
class Result:
    """Shares from 0 to 1 except `milliseconds`, per sentence; `asks` is how often the assistant would ask back."""

    accuracy: float
    macro_f1: float
    in_three: float
    asks: float
    milliseconds: float
    confusions: Counter[tuple[str, str]]
    wrong: list[tuple[Sentence, Ranking]]


def measure(sentences: Sequence[Sentence], understand: Understand, doubt: FallbackSettings) -> Result:
    """Run every sentence through `understand`, which gives intents with probabilities, best first."""
    began = time.perf_counter()
    rankings = [understand(each.text) for each in sentences]
    seconds = time.perf_counter() - began
    gold = [each.intent for each in sentences]
    predicted = [
        each.intent if ranking[0][0] in each.accept else ranking[0][0]
        for each, ranking in zip(sentences, rankings, strict=True)
    ]
    pairs = list(zip(sentences, rankings, strict=True))
    return Result(
        accuracy=_share([a == b for a, b in zip(gold, predicted, strict=True)]),
        macro_f1=float(f1_score(gold, predicted, labels=sorted(set(gold)), average="macro", zero_division=0)),
        in_three=_share([any(name in each.accept for name, _ in ranking[:3]) for each, ranking in pairs]),
        asks=_share([is_doubtful(ranking, doubt) for ranking in rankings]),
        milliseconds=1e3 * seconds / len(sentences),
        confusions=Counter((a, b) for a, b in zip(gold, predicted, strict=True) if a != b),
        wrong=[(each, ranking) for each, ranking in pairs if ranking[0][0] not in each.accept],
    )


def measure_refusal(sentences: Sequence[Sentence], understand: Understand) -> tuple[float, float]:
    """Recall of what is out of scope where 2 % of the rest would be refused; and the probability that is the border."""
    probability = [dict(understand(each.text)).get(OUT_OF_SCOPE, 0.0) for each in sentences]
    inside = [p for p, each in zip(probability, sentences, strict=True) if OUT_OF_SCOPE not in each.accept]
    outside = [p for p, each in zip(probability, sentences, strict=True) if each.intent == OUT_OF_SCOPE]
    border = float(np.quantile(inside, 1 - REFUSED))
    return _share([p > border for p in outside]), border


def as_shipped(sentences: Sequence[Sentence], understand: Understand, doubt: FallbackSettings) -> str:
    """What the assistant makes of what is out of scope, and how much of the rest it takes for that or asks about because
    it might be."""
    told, asked, refused, inside = 0, 0, 0, 0
    for each in sentences:
        ranking = understand(each.text)
        is_refused = ranking[0][0] == OUT_OF_SCOPE
        is_asked = not is_refused and is_doubtful(ranking, doubt)
        if each.intent == OUT_OF_SCOPE:
            told, asked = told + is_refused, asked + is_asked
        elif OUT_OF_SCOPE not in each.accept:
            inside, refused = inside + 1, refused + is_refused
    foreign = sum(each.intent == OUT_OF_SCOPE for each in sentences)
    return f"told {told / foreign:.3f}, asked back {asked / foreign:.3f}; of the rest told {refused / inside:.3f}"


def calibration_error(sentences: Sequence[Sentence], understand: Understand) -> float:
    """Expected calibration error over ten bins of the best guess's probability (Naeini et al., 2015)."""
    best = [understand(each.text)[0] for each in sentences]
    sure = np.array([probability for _, probability in best])
    right = np.array([name in each.accept for (name, _), each in zip(best, sentences, strict=True)], dtype=float)
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(right[places == each].sum() - sure[places == each].sum()) for each in range(BINS)]
    return float(sum(gaps) / len(sentences))


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def ours(model: IntentModel) -> Understand:
    """Our classifier as the component runs it."""

    def understand(text: str) -> Ranking:
        probabilities = model.probabilities(text)
        return [
            (model.intents[place], float(probabilities[place])) for place in (-probabilities).argsort(kind="stable")
        ]

    return understand


def train_ours(sentences: Sequence[Sentence]) -> tuple[Understand, float]:
    """The classifier with the keys of config.yml, and the seconds that training took."""
    settings = ClassifierSettings.parse(_component_keys("LexicalIntentClassifier"))
    began = time.perf_counter()
    model = IntentModel.train(
        [each.text for each in sentences],
        [each.intent for each in sentences],
        ridge=settings.ridge,
        balance=settings.balance,
        encoder=settings.encoder(),
        encoder_share=settings.encoder_share,
    )
    return ours(model), time.perf_counter() - began


def train_vanilla(sentences: Sequence[Sentence], config_file: Path, epochs: int = 0) -> tuple[Understand, float]:
    """Stock Rasa on the same sentences. Its own fallback is undone, so that intents are compared with intents."""
    import structlog
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu
    from rasa.nlu.classifiers.fallback_classifier import undo_fallback_prediction

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # a line for each sentence
    folder = Path(tempfile.mkdtemp(prefix="vanilla-"))
    config = yaml.safe_load(config_file.read_text(encoding="utf-8"))
    for each in config["pipeline"]:
        if each["name"] == "DIETClassifier":
            each["epochs"] = epochs
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    write_nlu(sentences, folder / "nlu.yml")
    began = time.perf_counter()
    with contextlib.redirect_stdout(sys.stderr):  # what Rasa has to say is none of our tables
        path = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="vanilla")
    seconds = time.perf_counter() - began
    agent = Agent.load(path)

    def understand(text: str) -> Ranking:
        parsed = asyncio.run(agent.parse_message(text))
        if parsed["intent"]["name"] == "nlu_fallback":
            parsed = undo_fallback_prediction(parsed)
        return [(each["name"], each["confidence"]) for each in parsed["intent_ranking"]] or [("", 0.0)]

    return understand, seconds


def write_nlu(sentences: Sequence[Sentence], path: Path) -> None:
    """As Rasa reads it."""
    groups: dict[str, list[str]] = {}
    for sentence in sentences:
        groups.setdefault(sentence.intent, []).append(f"- {sentence.text}\n")
    listed = [{"intent": intent, "examples": "".join(lines)} for intent, lines in groups.items()]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": listed}, allow_unicode=True), encoding="utf-8")


def _component_keys(name: str) -> dict[str, object]:
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    found = next(each for each in pipeline if each["name"].endswith(f".{name}"))
    return {key: value for key, value in found.items() if key != "name"}


def report(title: str, seconds: float, results: dict[str, Result]) -> None:
    """One table: a line for each set."""
    print(f"\n{title}: trained in {seconds:.1f} s")
    print(f"{'set':24}{'accuracy':>9}{'macro-F1':>9}{'in three':>9}{'asks':>7}{'ms':>8}")
    for name, result in results.items():
        shares = f"{result.accuracy:9.3f}{result.macro_f1:9.3f}{result.in_three:9.3f}{result.asks:7.3f}"
        print(f"{name:24}{shares}{result.milliseconds:8.2f}")


def print_more(
    sets: dict[str, list[Sentence]], clean: list[Sentence], understand: Understand, doubt: FallbackSettings
) -> None:
    """What speech costs, how well the foreign is refused, how far probabilities can be believed."""
    if clean:
        said, heard = measure(clean, understand, doubt).accuracy, measure(sets[ASR], understand, doubt).accuracy
        print(f"what the recogniser heard, as it was said: {said:.3f}; the drop: {100 * (said - heard):.1f} points")
    groups = {"all": [each for group in sets.values() for each in group]}
    if outside := [each for name, group in sets.items() if name != CASES for each in group]:
        groups["without our own cases"] = outside
    for name, group in groups.items():
        recall, border = measure_refusal(group, understand)
        foreign = sum(each.intent == OUT_OF_SCOPE for each in group)
        print(
            f"out of scope, {name} ({foreign}): recall {recall:.3f} where {REFUSED:.0%} of the rest would be refused"
            f" (over {border:.2f}); as shipped {as_shipped(group, understand, doubt)}"
        )
    each_alone = ", ".join(f"{name} {calibration_error(group, understand):.3f}" for name, group in sets.items())
    together = ", ".join(f"{name} {calibration_error(group, understand):.3f}" for name, group in groups.items())
    print(f"calibration error: {each_alone}; {together}")


def print_errors(results: dict[str, Result]) -> None:
    """Confusions by frequency, then each wrong sentence with what it was taken for."""
    for name, result in results.items():
        print(f"\n{name}: wanted → got")
        for (wanted, got), count in result.confusions.most_common():
            print(f"  {count:3}  {wanted} → {got}")
        for sentence, ranking in result.wrong:
            guesses = " ".join(f"{intent} {probability:.2f}" for intent, probability in ranking[:3])
            print(f"  {sentence.intent}: {sentence.text}\n      {guesses}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, help="folder of *.jsonl (default: NLU_SETS, else ../shared/bench)")
    parser.add_argument("--errors", action="store_true", help="print confusions and wrong sentences")
    parser.add_argument("--vanilla", action="store_true", help="train stock Rasa's logistic regression too")
    parser.add_argument("--diet", type=int, default=0, metavar="EPOCHS", help="train stock Rasa's DIET too")
    options = parser.parse_args()
    doubt = FallbackSettings.parse(_component_keys("AmbiguityFallback"))
    sets = read_sets(sets_folder(options.sets))
    smp_train, smp_test = sets.pop(SMP_TRAIN, []), sets.pop(SMP_TEST, [])
    sets = {CASES: read_cases(), **sets}
    if len(sets) == 1:
        print("no development sets were found (--sets, NLU_SETS): our own cases only")
    understand, seconds = train_ours(read_training())
    results = {name: measure(sentences, understand, doubt) for name, sentences in sets.items()}
    report("ours", seconds, results)
    print_more(sets, read_clean(sets_folder(options.sets)), understand, doubt)
    if options.errors:
        print_errors(results)
    if smp_train and smp_test:
        understand, seconds = train_ours(smp_train)
        report("ours, SMP2017", seconds, {SMP_TEST: measure(smp_test, understand, doubt)})
    others = [("stock Rasa, logistic regression", LOGISTIC)] * options.vanilla
    others += [(f"stock Rasa, DIET, {options.diet} epochs", DIET)] * bool(options.diet)
    for title, config in others:
        understand, seconds = train_vanilla(read_training(), config, options.diet)
        report(title, seconds, {name: measure(group, understand, doubt) for name, group in sets.items()})


if __name__ == "__main__":
    main()
