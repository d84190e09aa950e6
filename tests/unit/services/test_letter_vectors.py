"""The vectors are those of sklearn, which the benchmark's baseline uses."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.services.letter_vectors import LetterVectors

TEXTS = ["犹豫期内退保 退全部保费", "保单丢了 补一份", "查 12378 的 App", "保保保 保费怎么交", "受益人"]


@pytest.mark.parametrize("question", ["犹豫期退保", "App 打不开", "保保保单", "  查   12378 ", "受益人怎么改 改改"])
def test_likeness_is_the_cosine_that_sklearn_computes(question: str) -> None:
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    theirs = vectorizer.fit_transform(TEXTS) @ vectorizer.transform([question.strip()]).T
    found = LetterVectors.build(TEXTS).likeness(question)
    assert found == pytest.approx(np.asarray(theirs.todense()).ravel())


def test_what_no_text_holds_is_like_none() -> None:
    assert LetterVectors.build(TEXTS).likeness("zzz").tolist() == [0.0] * len(TEXTS)
