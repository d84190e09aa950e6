"""The likeness of all training sentences, worked out block by block."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import random as random_matrix

from bot.nlu import intent_model


@pytest.mark.parametrize("block", [7, 64, 1000])
def test_the_upper_triangle_is_the_inner_product_of_every_two_sentences(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intent_model, "_BLOCK", block)
    matrix = random_matrix(150, 400, density=0.03, format="csr", dtype=np.float32, random_state=1)
    found = intent_model._similarities(matrix)
    wanted = (matrix @ matrix.T).toarray()
    assert np.allclose(np.triu(found), np.triu(wanted), atol=1e-6)


@pytest.mark.parametrize("block", [7, 1000])
def test_weights_and_left_out_scores_are_those_of_the_full_matrix(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intent_model, "_BLOCK", block)
    matrix = random_matrix(60, 200, density=0.1, format="csr", dtype=np.float32, random_state=2)
    labels, penalty = np.arange(60) % 3, np.full(60, 0.5, dtype=np.float32)
    duals, left_out = intent_model._solve(intent_model._similarities(matrix), penalty, labels)
    kernel = (
        (matrix @ matrix.T).toarray().astype(np.float64) + float(intent_model._COMMON_SIMILARITY) + 0.5 * np.eye(60)
    )
    targets = np.where(labels[:, None] == np.arange(3), 1.0, -1.0)
    wanted = np.linalg.solve(kernel, targets)
    assert np.allclose(duals, wanted, atol=1e-4)
    assert np.allclose(left_out, targets - wanted / np.diag(np.linalg.inv(kernel))[:, None], atol=1e-3)
