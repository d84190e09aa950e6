"""BM25 and tf-idf over what entries are called, asked and answer: which entry is most like a question.

BM25's fields are weighed into one term frequency before it saturates (BM25F; Robertson, Zaragoza & Taylor 2004). A term is
one to three characters or two syllables without tones, so that 复校 still finds 复效. The cosine of tf-idf vectors beside it
does not favour long entries; both together find more than either. Figures in docs/adr/0009.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_matrix

from bot.services.letter_vectors import LetterVectors
from bot.text.normalise import normalise
from bot.text.plain_words import plain_tokenizer
from bot.text.syllables import syllable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

# What a question is made of besides its matter. Longer ones first: they are taken away one after the other.
_FILLERS = re.compile(
    r"请问|麻烦|您好|你好|我想问|想问|问一下|一下|怎么办|怎么说|怎么讲|怎么|咋整|咋办|咋|什么样|什么|啥子|啥|多少|哪里|哪儿|是不是|能不能|可不可以"
    r"|有没有|行不行|能否|可以|这个|那个|这种|那种|你们|我们|咱们|他们"
    r"|[吗呢吧啊呀哦嘛么的了我你您他她它就都也还又很是在有给把被跟和要想会能不没这那个]"
)
# For the cosine, which a frame around a short term would fill: politeness and asking for a meaning.
_FRAME = re.compile(
    r"请问|麻烦|您好|你好|我想问|想问|问一下|帮我|给我|解释(?:一下|下)?|说明(?:一下|下)?|(?:是|有)?(?:什么|啥)意思|什么叫|啥叫|什么是|啥是|是什么|是啥"
    r"|(?:怎么|咋)(?:理解|解释|讲)|通俗|[吗呢吧啊呀哦嘛么?？!！。,，]"
)
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9.%]+")
_K1, _B = 1.2, 0.5
# Shares of a term by its kind, chosen on the development half of tests/knowledge_cases.
_WORD, _ONE, _TWO, _THREE, _SOUND = 1.0, 0.5, 1.0, 0.5, 0.6
_COSINE = 160.0  # a cosine of 0.1 counts as much as a rare word


@dataclass(frozen=True)
class Field:
    """Text of a document and what a word in it counts."""

    text: str
    weight: float


@dataclass(frozen=True)
class Index:
    """`weights`: documents × terms, with everything but the question in it. `letters`: the documents as tf-idf vectors.
    `known`: all text, to tell unknown words."""

    vocabulary: Mapping[str, int]
    weights: csc_matrix
    letters: LetterVectors
    known: str

    @classmethod
    def build(cls, documents: Sequence[Sequence[Field]]) -> Index:
        """At least one document, all with the same fields in the same order. Builds jieba's dictionary too, once."""
        plain_tokenizer()
        counted = [[_terms(field.text) for field in fields] for fields in documents]
        lengths = np.array([[sum(terms.values()) for terms in fields] for fields in counted], dtype=float)
        norms = 1 - _B + _B * lengths / np.maximum(lengths.mean(axis=0), 1e-9)
        vocabulary: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, (fields, texts) in enumerate(zip(documents, counted, strict=True)):
            frequency: dict[str, float] = {}
            for field, terms, norm in zip(fields, texts, norms[row], strict=True):
                for term, count in terms.items():
                    frequency[term] = frequency.get(term, 0.0) + field.weight * count / norm
            for term, value in frequency.items():
                rows.append(row)
                columns.append(vocabulary.setdefault(term, len(vocabulary)))
                values.append(value * (_K1 + 1) / (value + _K1) * _share(term))
        number = len(documents)
        held = np.bincount(columns, minlength=len(vocabulary))
        rarity = np.log(1 + (number - held + 0.5) / (held + 0.5))
        matrix = csc_matrix((np.array(values) * rarity[columns], (rows, columns)), shape=(number, len(vocabulary)))
        known = "\n".join(normalise(field.text) for fields in documents for field in fields)
        letters = LetterVectors.build([_matter(" ".join(field.text for field in fields)) for fields in documents])
        return cls(vocabulary, matrix, letters, known)

    def scores(self, text: str) -> Scores:
        """How like `text` each document is, from 0 up."""
        places = [place for term in _terms(text) if (place := self.vocabulary.get(term)) is not None]
        bm25: Scores = np.asarray(self.weights[:, places].sum(axis=1)).ravel()
        return bm25 + _COSINE * self.letters.likeness(_matter(text))

    def unknown_words(self, text: str) -> tuple[int, float]:
        """Words of two letters or more that stand nowhere in the documents: how many, and their share."""
        runs = _RUN.findall(_FILLERS.sub(" ", normalise(text)))
        # without our lexicon: cut finer than insurance words, it only finds more known pieces
        words = [word for run in runs for word in plain_tokenizer().cut(run) if len(word) > 1 and word[0] >= "\u4e00"]
        unknown = [word for word in words if word not in self.known]
        return len(unknown), len(unknown) / max(1, len(words))


def has_matter(text: str) -> bool:
    """Anything beyond "这个怎么说"."""
    return bool(_RUN.search(_FILLERS.sub(" ", normalise(text))))


def _matter(text: str) -> str:
    return _FRAME.sub(" ", text)


def _share(term: str) -> float:
    if " " in term:
        return _SOUND
    return _WORD if term[0] < "\u4e00" else (_ONE, _TWO, _THREE)[len(term) - 1]


def _terms(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for run in _RUN.findall(_FILLERS.sub(" ", normalise(text))):
        for term in _of_run(run):
            counts[term] = counts.get(term, 0) + 1
    return counts


def _of_run(run: str) -> Iterable[str]:
    if run[0] < "\u4e00":
        yield run
        return
    for size in (1, 2, 3):
        yield from (run[at : at + size] for at in range(len(run) - size + 1))
    sounds = [syllable(character) for character in run]
    yield from (f"{first} {second}" for first, second in pairwise(sounds))


def confidence(*, alike: float, probability: float, out_of_scope: float) -> float:
    """Log odds that the knowledge holds an answer at all; below zero the honest answer is that it does not.

    Fitted on the development half of tests/knowledge_cases (`python -m benchmarks.retrieval --fit`), moved so that zero is
    where the share of declined questions was chosen. `probability` is the intent's, of the entry that is most alike;
    `out_of_scope` that of a question which is no insurer's business.
    """
    likely, outside = math.log(max(probability, 1e-4)), math.log(max(out_of_scope, 1e-3))
    return _BIAS + _ALIKE * alike + _LIKELY * likely + _OUTSIDE * outside


_BIAS, _ALIKE, _LIKELY, _OUTSIDE = -0.892, 0.018, 0.214, -0.299
