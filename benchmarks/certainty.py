"""How far probabilities can be believed: what is out of scope, and calibration. `benchmarks.nlu` prints it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from scipy.optimize import minimize_scalar

from benchmarks.sentences import Sentence
from bot.nlu.doubt import FallbackSettings, is_doubtful

Ranking = list[tuple[str, float]]
Understand = Callable[[str], Ranking]

OUT_OF_SCOPE, REFUSED = "out_of_scope", 0.02
BINS, FOLDS, _SEED = 10, 5, 1
_DRAWS = 300  # of a perfectly calibrated model's luck


@dataclass(frozen=True)
class Learnt:
    """What cross-validation of the training sentences alone says, without a look at any set: the probability of out_of_scope over
    which 2 % of their sentences in scope would be refused, and the power of the probabilities that makes their labels likeliest (of the
    probabilities as they are shipped: 1 leaves them alone)."""

    border: float
    power: float


def learn(training: Sequence[Sentence], train: Callable[[Sequence[Sentence]], Understand]) -> Learnt:
    """Each fifth of the sentences is read by a model of the other four. Which fifth is drawn, with a seed: neighbours in a file are
    of one manner and one writer, and taken in turn every fold had the like of each sentence it was asked to read."""
    drawn = list(training)
    Random(_SEED).shuffle(drawn)
    pairs: list[tuple[Sentence, Ranking]] = []
    for fold in range(FOLDS):
        understand = train([each for place, each in enumerate(drawn) if place % FOLDS != fold])
        pairs += [(each, understand(each.text)) for each in drawn[fold::FOLDS]]
    return Learnt(border_of(pairs), _likeliest_power(pairs))


def border_of(pairs: Sequence[tuple[Sentence, Ranking]]) -> float:
    """The probability of out_of_scope over which 2 % of what is in scope would be refused."""
    inside = [foreign(ranking) for each, ranking in pairs if OUT_OF_SCOPE not in each.accept]
    return float(np.quantile(inside, 1 - REFUSED))


def foreign(ranking: Ranking) -> float:
    return dict(ranking).get(OUT_OF_SCOPE, 0.0)


def to_the_power(ranking: Ranking, power: float) -> Ranking:
    """The same ranking, sharper for a power over 1; sums to 1 again."""
    total = sum(probability**power for _, probability in ranking)
    return [(name, probability**power / total) for name, probability in ranking]


def _likeliest_power(pairs: Sequence[tuple[Sentence, Ranking]]) -> float:
    table = np.log(np.array([[probability for _, probability in ranking] for _, ranking in pairs]) + 1e-12)
    rights = [next((n for n, (name, _) in enumerate(ranking) if name == each.intent), -1) for each, ranking in pairs]
    places = np.array(rights)

    def surprise(power: float) -> float:
        powers = np.exp(table * power)
        shares = powers / powers.sum(axis=1, keepdims=True)
        return -float(np.log(shares[np.arange(len(places)), places] + 1e-12).mean())

    return float(minimize_scalar(surprise, bounds=(0.3, 3.0), method="bounded").x)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927): with 34 sentences one more or less is three points.
    Of none at all nothing is known: 0 to 1."""
    if of == 0:
        return 0.0, 1.0
    z = 1.96
    share, middle = hits / of, z * z / of
    half = z * np.sqrt(share * (1 - share) / of + middle / of / 4)
    return float((share + middle / 2 - half) / (1 + middle)), float((share + middle / 2 + half) / (1 + middle))


def calibration_error(pairs: Sequence[tuple[Sentence, Ranking]]) -> float:
    """Expected calibration error over ten bins of the best guess's probability (Naeini et al., 2015)."""
    sure = np.array([ranking[0][1] for _, ranking in pairs])
    return _gap(sure, np.array([ranking[0][0] in each.accept for each, ranking in pairs]))


def by_chance(pairs: Sequence[tuple[Sentence, Ranking]]) -> float:
    """What a perfectly calibrated model with these probabilities would show on the average: never 0, and more on a small set."""
    sure, luck = np.array([ranking[0][1] for _, ranking in pairs]), np.random.default_rng(1)
    return float(np.mean([_gap(sure, luck.random(len(sure)) < sure) for _ in range(_DRAWS)]))


def _gap(sure: np.ndarray, right: np.ndarray) -> float:  # type: ignore[type-arg]
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = np.bincount(places, right, BINS) - np.bincount(places, sure, BINS)
    return float(np.abs(gaps).sum() / len(sure))


def print_refusal(
    groups: Mapping[str, Sequence[tuple[Sentence, Ranking]]], learnt: Learnt, doubt: FallbackSettings
) -> None:
    """Recall of what is out of scope, at three borders, with what each costs the rest."""
    print(f"\n{'out of scope':30}{'n':>4}  {'caught':>8}{'95 % interval':>16}{'of the rest':>13}")
    for name, pairs in groups.items():
        outside = [ranking for each, ranking in pairs if each.intent == OUT_OF_SCOPE]
        inside = [ranking for each, ranking in pairs if OUT_OF_SCOPE not in each.accept]
        if not outside or not inside:
            print(f"{name}: nothing to refuse, or nothing else")
            continue
        own, told, asked = border_of(pairs), _is_refused, lambda ranking: is_doubtful(ranking, doubt)
        borders: dict[str, Callable[[Ranking], bool]] = {
            f"over {own:.2f}, chosen on these": lambda ranking, own=own: foreign(ranking) > own,  # type: ignore[misc]
            f"over {learnt.border:.2f}, cross-validated": lambda ranking: foreign(ranking) > learnt.border,
            "as shipped: told": told,
            "as shipped: told or asked": lambda ranking: told(ranking) or asked(ranking),  # noqa: B023 - called at once
        }
        print(name)
        for border, caught in borders.items():
            hits, lost = sum(map(caught, outside)), sum(map(caught, inside)) / len(inside)
            low, high = wilson(hits, len(outside))
            interval = f"{low:.3f}-{high:.3f}"
            print(f"  {border:28}{len(outside):4}  {hits / len(outside):8.3f}{interval:>16}{lost:13.3f}")


def _is_refused(ranking: Ranking) -> bool:
    return ranking[0][0] == OUT_OF_SCOPE


def print_calibration(groups: Mapping[str, Sequence[tuple[Sentence, Ranking]]], learnt: Learnt) -> None:
    """Each set's error beside what chance alone would show on so few sentences, and without the power that was chosen on the sets."""
    print(f"\n{'calibration error':30}{'n':>5}{'as shipped':>12}{'by chance':>11}{'power of training':>19}")
    for name, pairs in groups.items():
        other = [(each, to_the_power(ranking, learnt.power)) for each, ranking in pairs]
        figures = f"{calibration_error(pairs):12.3f}{by_chance(pairs):11.3f}{calibration_error(other):19.3f}"
        print(f"{name:30}{len(pairs):5}{figures}")
    print("by chance: what a perfectly calibrated model would show on the average on that many sentences.")
    print(
        "power of training: probabilities sharpened as cross-validation of the training sentences says (the shipped to the"
        f" power {learnt.power:.2f}); the shipped sharpness was chosen on these sets, so its figures flatter."
    )
