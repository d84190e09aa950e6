"""A local sentence encoder: a Chinese transformer exported to ONNX, read from a folder that the operator names.

Optional (docs/adr/0012-local-sentence-encoder.md): nothing is downloaded, and the libraries are imported only where a
folder is named. The folder holds what `optimum-cli export onnx` writes: `model.onnx`, `tokenizer.json`, and for models of
sentence-transformers `1_Pooling/config.json`, which says whether the first token stands for the sentence or the mean does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MODEL, TOKENIZER, POOLING = "model.onnx", "tokenizer.json", "1_Pooling/config.json"
# Longer sentences are cut: what a long letter wants stands in its first or last words, and its letters are read whole.
LONGEST = 256
_AT_ONCE = 32
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclass(frozen=True)
class SentenceEncoder:
    """`digest` tells this encoder from any other; `first_token`: pooling by it, else by the mean of all tokens."""

    session: Any
    tokenizer: Any
    digest: str
    first_token: bool

    @classmethod
    def open(cls, folder: Path) -> SentenceEncoder:
        """Read the encoder in `folder`.

        Raises:
            ConfigurationError: files missing, or no encoder of token ids.
        """
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        try:
            model = (folder / MODEL).read_bytes()
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            # One thread: workers are forked from a loaded model, and threads of a pool would stay behind.
            options = SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
            pooling = json.loads((folder / POOLING).read_text(encoding="utf-8")) if (folder / POOLING).exists() else {}
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise ConfigurationError("the sentence encoder cannot be read", folder=str(folder)) from error
        if {each.name for each in session.get_inputs()} - set(_INPUTS):
            raise ConfigurationError("the sentence encoder wants other inputs than token ids", folder=str(folder))
        tokenizer.enable_truncation(LONGEST)
        tokenizer.enable_padding()
        return cls(session, tokenizer, encoder_digest(folder), bool(pooling.get("pooling_mode_cls_token")))

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 for each text, shape (texts, width)."""
        found = [self._encode_some(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        rows = np.concatenate(found)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)

    def _encode_some(self, texts: Sequence[str]) -> Floats:
        read = self.tokenizer.encode_batch([text.strip() for text in texts])
        told = {
            "input_ids": np.array([each.ids for each in read], dtype=np.int64),
            "attention_mask": np.array([each.attention_mask for each in read], dtype=np.int64),
            "token_type_ids": np.array([each.type_ids for each in read], dtype=np.int64),
        }
        wanted = {each.name: told[each.name] for each in self.session.get_inputs()}
        states: Floats = self.session.run(None, wanted)[0].astype(np.float32)
        if states.ndim == 2:  # pooled inside the model
            return states
        if self.first_token:
            return states[:, 0]
        mask = told["attention_mask"][:, :, None].astype(np.float32)
        pooled: Floats = (states * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
        return pooled


def encoder_digest(folder: Path) -> str:
    """The hex digest of the encoder's files; of the names alone where there are none."""
    digest = hashlib.sha256()
    for name in (MODEL, TOKENIZER, POOLING):
        path = folder / name
        digest.update(name.encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()
