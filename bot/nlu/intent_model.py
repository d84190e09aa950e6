"""A linear model from sentences to calibrated intent probabilities, trained in closed form and kept as plain arrays.

Regularised least squares on one-against-the-rest targets (Rifkin, Yeo, Poggio: Regularized least-squares classification,
2003), solved in the space of the sentences because there are far fewer of them than features. The same factorisation
gives each sentence's score by a model that never saw it, exactly (leave one out: y - alpha / diag(K^-1)). On those honest
scores two things are fitted: the sharpness of the softmax, and a second reading (stacking: Wolpert, 1992), which learns what
the scores of all intents together mean: "product" close behind "coverage" is a product more often than not. The
probability is a mixture of both. No random numbers: the same data gives the same model.

Where a sentence encoder is given, its inner product is added to the likeness of two sentences: one more group of features,
dense ones.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import ConfigurationError
from bot.nlu.features import Features, Vocabulary, read_features, sound_table
from bot.nlu.sentence_encoder import SentenceEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float32]

FORMAT = 4
# How alike any two sentences are before looking at them: this is what makes a bias.
_COMMON_SIMILARITY = np.float32(0.05)
# The second reading: how much of the probability is its own, how free it is, and below what a log probability says nothing.
_SECOND, _FREEDOM, _LOWEST = 0.7, 0.03, -8.0
# Training sentences are harder than what people say: many were written to lie between two intents. A power of the
# probabilities makes up for it, chosen on the development sets (expected calibration error 0.064 without, 0.02 with).
_EASIER = 1.2
_CODE_UNITS = 65536
_BLOCK = 1024  # sentences whose likeness to all others is worked out at once
_ARRAYS = "intents.npz"
_HEADER = "intents.json"


@dataclass(frozen=True)
class IntentModel:
    """`weights` is (features, intents), `bias` (intents,); `sharpness` multiplies the scores in the softmax. `second` is
    (intents + 1, intents): the weights of the second reading, its bias last. `meaning`: what an encoder adds, or None."""

    vocabulary: Vocabulary
    intents: tuple[str, ...]
    weights: Floats
    bias: Floats
    sharpness: float
    second: NDArray[np.float64]
    meaning: Meaning | None = None

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        intents: Sequence[str],
        *,
        ridge: float,
        balance: float,
        encoder: SentenceEncoder | None = None,
        encoder_share: float = 1.0,
    ) -> IntentModel:
        """Fit. `ridge` > 0 smooths; `balance` 0 takes intents as frequent as in the data, 1 as if all were equally so.
        `encoder_share`: the weight of the encoder's likeness beside that of the letters, which is 1.

        Memory and time grow with the square and the cube of the number of different sentences (7,500: 0.25 GB, 10 CPU seconds).

        Raises:
            ConfigurationError: fewer than two intents.
        """
        examples = _distinct(texts, intents)
        names, labels = _numbered([intent for _, intent in examples])
        vocabulary, matrix = _learn_features([text for text, _ in examples])
        similarities, encoded = _similarities(matrix), None
        if encoder is not None:
            encoded = EncodedSentences.read(encoder, [text for text, _ in examples], encoder_share)
            similarities += encoded.rows @ encoded.rows.T
        duals, left_out = _solve(similarities, _penalty(labels, ridge, balance), labels)
        sharpness = _fit_sharpness(left_out, labels)
        return cls(
            vocabulary=vocabulary,
            intents=names,
            # Rounded as `save` will round them, so that a loaded model gives the same probabilities.
            weights=np.asarray(matrix.T @ duals).astype(np.float16).astype(np.float32),
            bias=_COMMON_SIMILARITY * duals.sum(axis=0),
            sharpness=sharpness,
            second=_fit_second(left_out.astype(np.float64) * sharpness, labels),
            meaning=encoded.weighed_by(duals) if encoded else None,
        )

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """One probability an intent, in the order of `intents`; they sum to 1."""
        positions, values = self.features(text)
        scores = values @ self.weights[positions] + self.bias
        if self.meaning is not None:
            scores = scores + self.meaning.scores(text)
        sharp = scores.astype(np.float64) * self.sharpness
        again = _softmax(_log_probabilities(sharp) @ self.second[:-1] + self.second[-1])
        mixed = ((1 - _SECOND) * _softmax(sharp) + _SECOND * again) ** _EASIER
        probabilities: NDArray[np.float64] = mixed / mixed.sum()
        return probabilities

    def features(self, text: str) -> tuple[NDArray[np.int64], Floats]:
        """Positions in the vocabulary, and values, of what the model knows of a text."""
        return self.vocabulary.vector(read_features(text, self.vocabulary.sounds, self._telling))

    @cached_property
    def _telling(self) -> Floats:
        """How far apart each character alone moves the intents."""
        known = self.vocabulary.codes < _CODE_UNITS  # characters by themselves
        telling = np.zeros(_CODE_UNITS, dtype=np.float32)
        moves = np.linalg.norm(self.weights[known] - self.weights[known].mean(axis=1, keepdims=True), axis=1)
        telling[self.vocabulary.codes[known]] = moves * self.vocabulary.weights[known]
        return telling

    def save(self, folder: Path) -> None:
        """Write arrays and names; nothing in them is code."""
        np.savez_compressed(
            folder / _ARRAYS,
            codes=self.vocabulary.codes,
            idf=self.vocabulary.weights,
            sounds=self.vocabulary.sounds,
            weights=self.weights.astype(np.float16),
            bias=self.bias,
            second=self.second,
            **({"centre": self.meaning.centre, "meaning": self.meaning.weights} if self.meaning else {}),
        )
        encoder = self.meaning.encoder.digest if self.meaning else ""
        header = {"format": FORMAT, "intents": self.intents, "sharpness": self.sharpness, "encoder": encoder}
        (folder / _HEADER).write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder | None = None) -> IntentModel:
        """Read what `save` wrote, without running anything in it.

        Raises:
            ConfigurationError: files missing, of another format, or not matching each other; made with another encoder.
        """
        try:
            header = json.loads((folder / _HEADER).read_text(encoding="utf-8"))
            if header.get("encoder", "") != (encoder.digest if encoder else ""):
                raise ConfigurationError("the intent model was made with another sentence encoder; train it again")
            with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
                model = cls(
                    vocabulary=Vocabulary(arrays["codes"], arrays["idf"], arrays["sounds"]),
                    intents=tuple(header["intents"]),
                    weights=arrays["weights"].astype(np.float32),
                    bias=arrays["bias"],
                    sharpness=float(header["sharpness"]),
                    second=arrays["second"],
                    meaning=Meaning(encoder, arrays["centre"], arrays["meaning"]) if encoder else None,
                )
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationError("the intent model cannot be read; train it again", folder=folder.name) from error
        if header.get("format") != FORMAT or model.weights.shape != (len(model.vocabulary.codes), len(model.intents)):
            raise ConfigurationError("the intent model has another format; train it again", found=header.get("format"))
        return model


@dataclass(frozen=True)
class Meaning:
    """An encoder, the mean of the training sentences in it, and (width, intents) weights. Without the mean all sentences
    of one trade are nearly alike."""

    encoder: SentenceEncoder
    centre: Floats
    weights: Floats

    def scores(self, text: str) -> Floats:
        found: Floats = _centred(self.encoder.encode([text]), self.centre)[0] @ self.weights
        return found


@dataclass(frozen=True)
class EncodedSentences:
    """`rows` (sentences, width): their inner products are the share of the encoder in how alike two sentences are."""

    encoder: SentenceEncoder
    centre: Floats
    rows: Floats
    share: float

    @classmethod
    def read(cls, encoder: SentenceEncoder, texts: Sequence[str], share: float) -> EncodedSentences:
        found = encoder.encode(texts)
        centre = found.mean(axis=0)
        return cls(encoder, centre, _centred(found, centre) * np.float32(share**0.5), share)

    def weighed_by(self, duals: Floats) -> Meaning:
        weights: Floats = np.float32(self.share**0.5) * (self.rows.T @ duals)
        return Meaning(self.encoder, self.centre, weights)


def _distinct(texts: Sequence[str], intents: Sequence[str]) -> list[tuple[str, str]]:
    """A sentence said twice would be its own witness when it is left out."""
    return list(dict.fromkeys(zip(texts, intents, strict=True)))


def _numbered(intents: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The names in order, and each sentence's place among them."""
    names = tuple(sorted(set(intents)))
    if len(names) < 2:
        raise ConfigurationError("the classifier needs sentences of at least two intents", intents=list(names))
    return names, np.array([names.index(intent) for intent in intents])


def _learn_features(texts: Sequence[str]) -> tuple[Vocabulary, csr_matrix]:
    """The features that count, and (sentences, features)."""
    sounds = sound_table()
    sentences = [read_features(text, sounds) for text in texts]
    vocabulary = Vocabulary.learn(sentences, sounds)
    return vocabulary, _matrix(vocabulary, sentences)


def _penalty(labels: NDArray[np.int64], ridge: float, balance: float) -> Floats:
    """What each sentence pays for being fitted: more in a frequent intent, by the `balance` power of how frequent it is."""
    frequency = np.bincount(labels)
    penalty: Floats = (ridge * (frequency[labels] / frequency.mean()) ** balance).astype(np.float32)
    return penalty


def _centred(rows: Floats, centre: Floats) -> Floats:
    moved = rows - centre
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.divide(moved, lengths, out=np.zeros_like(moved), where=lengths > 0)


def _matrix(vocabulary: Vocabulary, sentences: Sequence[Features]) -> csr_matrix:
    from scipy.sparse import csr_matrix

    rows = [vocabulary.vector(sentence) for sentence in sentences]
    starts = np.cumsum([0, *(len(positions) for positions, _ in rows)])
    columns = np.concatenate([positions for positions, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, starts), shape=(len(rows), len(vocabulary.codes)))


def _similarities(matrix: csr_matrix) -> Floats:
    """`matrix @ matrix.T` as a dense array whose lower triangle is not filled in: no one reads it. Row by block, because a sparse product
    of all at once is larger than its result. Frequent features go through BLAS: there the sparse product is slowest."""
    frequent = np.bincount(matrix.indices, minlength=matrix.shape[1]) > matrix.shape[0] / 50
    columns = matrix.tocsc()
    rare = columns[:, ~frequent].tocsr()
    dense = columns[:, frequent].toarray()
    count = matrix.shape[0]
    similarities: Floats = np.zeros((count, count), dtype=np.float32)
    for start in range(0, count, _BLOCK):
        rows = slice(start, start + _BLOCK)
        block = similarities[rows, start:]
        np.matmul(dense[rows], dense[start:].T, out=block)
        block += (rare[rows] @ rare[start:].T).toarray()
    return similarities


def _solve(similarities: Floats, penalty: Floats, labels: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Dual weights and leave-one-out scores, both (sentences, intents). Overwrites `similarities`, reads its upper triangle."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.linalg.lapack import strtri

    targets = np.full((len(labels), labels.max() + 1), -1, dtype=np.float32)
    targets[np.arange(len(labels)), labels] = 1
    similarities += _COMMON_SIMILARITY
    similarities[np.diag_indices(len(labels))] += penalty
    # The transpose has the column order that LAPACK wants, and nothing is copied; its lower triangle is our upper one.
    factor, lower = cho_factor(similarities.T, lower=True, overwrite_a=True, check_finite=False)
    duals = cho_solve((factor, lower), targets, check_finite=False)
    root, info = strtri(factor, lower=1, overwrite_c=1)
    if info:
        raise ConfigurationError("the sentences cannot be told apart; use a larger ridge", info=info)
    # K^-1 = L^-T L^-1, so its diagonal is the squared length of each column of L^-1.
    diagonal = np.array([root[place:, place] @ root[place:, place] for place in range(len(labels))])
    return duals, targets - duals / diagonal[:, None]


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return normalised


def _fit_sharpness(scores: Floats, labels: NDArray[np.int64]) -> float:
    """The factor under which the labels are likeliest (temperature scaling: Guo et al., 2017)."""
    from scipy.optimize import minimize_scalar

    exact, rows = scores.astype(np.float64), np.arange(len(labels))

    def surprise(log_factor: float) -> float:
        return -float(np.log(_softmax(exact * np.exp(log_factor))[rows, labels] + 1e-12).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-2.0, 4.0), method="bounded").x))


def _log_probabilities(sharp: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped: NDArray[np.float64] = np.maximum(np.log(_softmax(sharp) + 1e-12), _LOWEST)
    return clipped


def _fit_second(sharp: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Multinomial logistic regression from the log probabilities of all intents to the intent; see `IntentModel.second`."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=_FREEDOM, max_iter=200).fit(_log_probabilities(sharp), labels)
    weights, bias = fitted.coef_, fitted.intercept_
    if len(weights) == 1:  # of two classes sklearn keeps one
        weights, bias = np.vstack((-weights, weights)) / 2, np.concatenate((-bias, bias)) / 2
    return np.vstack((weights.T, bias))
