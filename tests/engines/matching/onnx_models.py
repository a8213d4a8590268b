"""Sentence encoders of a few numbers, in the layout of real ones."""

from __future__ import annotations

import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

WORDS = ["[CLS]", "[SEP]", "[UNK]", "query", ":", "frozen", "shrimps", "冷凍エビ", "جھینگا", "a"]
DIMENSIONS = 6
WEIGHTS = np.random.default_rng(0).normal(size=(len(WORDS), DIMENSIONS)).astype(np.float32)


def write_tokenizer(folder, words=WORDS, special=True):
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    if special:
        tokenizer.post_processor = TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
        )
    tokenizer.save(str(folder / "tokenizer.json"))


def tensor(name, *shape, kind=TensorProto.INT64):
    return helper.make_tensor_value_info(name, kind, shape)


def write_model(path, *, weights=WEIGHTS, inputs=("input_ids",), output="last_hidden_state"):
    """Each token gets its row of weights; a pooled output is their sum."""
    path.parent.mkdir(exist_ok=True)
    nodes = [helper.make_node("Gather", ["weights", inputs[0]], ["rows"])]
    if output == "sentence_embedding":
        nodes.append(helper.make_node("ReduceSum", ["rows", "axis"], [output], keepdims=0))
        shape = ("batch", weights.shape[1])
    else:
        nodes.append(helper.make_node("Identity", ["rows"], [output]))
        shape = ("batch", "length", weights.shape[1])
    graph = helper.make_graph(
        nodes,
        "tiny",
        [tensor(name, "batch", "length") for name in inputs],
        [tensor(output, *shape, kind=TensorProto.FLOAT)],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([1]), "axis"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))


def settings(folder, name, **given):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(given))


def cut_short(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
