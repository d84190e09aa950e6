"""A transformer of one layer of attention over one vector a character, written as the files that an operator would name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import BertWordPieceTokenizer

WIDTH = 16
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def write_encoder(folder: Path, alike: Sequence[str], *, first_token: bool = False, seed: int = 0) -> Path:
    """`alike`: each string's characters have the same vector, as synonyms have in a trained one."""
    folder.mkdir(parents=True, exist_ok=True)
    characters = sorted({char for group in alike for char in group})
    vocabulary = {token: place for place, token in enumerate((*_SPECIAL, *characters))}
    BertWordPieceTokenizer(vocab=vocabulary).save(str(folder / "tokenizer.json"))
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(len(vocabulary), WIDTH)).astype(np.float32)
    for group in alike:
        vectors[[vocabulary[char] for char in group]] = random.normal(size=WIDTH)
    onnx.save(_attention(vectors), str(folder / "model.onnx"))
    if first_token:
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    return folder


def _attention(vectors: np.ndarray) -> onnx.ModelProto:
    """softmax(X Xᵀ / √width, padding left out) X + X."""
    constants = {
        "vectors": vectors,
        "scale": np.array(WIDTH**-0.5, np.float32),
        "one": np.array(1, np.float32),
        "far": np.array(-1e9, np.float32),
        "axis": np.array([1], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["vectors", "input_ids"], ["x"]),
        helper.make_node("Transpose", ["x"], ["xt"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["x", "xt"], ["products"]),
        helper.make_node("Mul", ["products", "scale"], ["scaled"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["one", "mask"], ["absent"]),
        helper.make_node("Mul", ["absent", "far"], ["away"]),
        helper.make_node("Unsqueeze", ["away", "axis"], ["away_row"]),
        helper.make_node("Add", ["scaled", "away_row"], ["masked"]),
        helper.make_node("Softmax", ["masked"], ["weights"], axis=2),
        helper.make_node("MatMul", ["weights", "x"], ["heard"]),
        helper.make_node("Add", ["heard", "x"], ["last_hidden_state"]),
    ]
    shape = ["batch", "length"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, WIDTH])]
    initial = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, initial)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
