"""A sentence encoder from a local folder, on real models of a few numbers made here."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import embed
from matchmaker.engines.matching.onnx import BadModelError, OnnxEncoder
from tests.engines.matching.onnx_models import (
    DIMENSIONS,
    WEIGHTS,
    WORDS,
    cut_short,
    settings,
    write_model,
    write_tokenizer,
)


@pytest.fixture
def folder(tmp_path):
    """A model in the usual layout, mean pooling and no prefix."""
    place = tmp_path / "tiny model"
    place.mkdir()
    write_model(place / "model.onnx")
    write_tokenizer(place)
    return place


def unit(vector):
    return vector / np.linalg.norm(vector)


def rows(*words):
    return WEIGHTS[[WORDS.index(word) for word in words]]


def test_a_text_is_the_mean_of_its_tokens(folder):
    (vector,) = OnnxEncoder(folder).encode(["frozen shrimps"])

    expected = unit(rows("[CLS]", "frozen", "shrimps", "[SEP]").mean(axis=0))
    assert vector == pytest.approx(expected, abs=1e-6)
    assert vector.dtype == np.float32


def test_the_first_token_stands_for_the_text_where_the_model_was_trained_so(folder):
    settings(
        folder,
        "1_Pooling/config.json",
        pooling_mode_cls_token=True,
        pooling_mode_mean_tokens=False,
    )

    (vector,) = OnnxEncoder(folder).encode(["shrimps"])

    assert vector == pytest.approx(unit(rows("[CLS]")[0]), abs=1e-6)


def test_a_model_that_pools_by_itself_is_taken_at_its_word(folder):
    write_model(folder / "model.onnx", output="sentence_embedding")

    (vector,) = OnnxEncoder(folder).encode(["shrimps"])

    assert vector == pytest.approx(unit(rows("[CLS]", "shrimps", "[SEP]").sum(axis=0)), abs=1e-6)


@pytest.mark.parametrize(
    "prompts",
    [
        {"prompts": {"query": "query: ", "document": "a: "}},
        {"prompts": {"question": "query: "}, "default_prompt_name": "question"},
    ],
    ids=["of queries", "named"],
)
def test_what_stands_before_each_text_is_read_from_the_settings(folder, prompts):
    plain = OnnxEncoder(folder).encode(["query: shrimps"])
    settings(folder, "config_sentence_transformers.json", **prompts)

    assert (OnnxEncoder(folder).encode(["shrimps"]) == plain).all()


def test_the_model_may_lie_in_a_folder_of_its_own_and_want_more_inputs(folder):
    alone = OnnxEncoder(folder).encode(["frozen shrimps"])
    (folder / "model.onnx").unlink()
    wanted = ("input_ids", "attention_mask", "token_type_ids")
    write_model(folder / "onnx" / "model.onnx", inputs=wanted)

    assert (OnnxEncoder(folder).encode(["frozen shrimps"]) == alone).all()


def test_a_text_gets_the_same_numbers_alone_and_with_others(folder):
    encoder = OnnxEncoder(folder)
    texts = ["frozen shrimps", "a", "冷凍エビ", "جھینگا a a", "", "shrimps " * 300]

    together = encoder.encode(texts)
    backwards = encoder.encode(texts[::-1])[::-1]
    alone = np.concatenate([encoder.encode([text]) for text in texts])

    assert together.tobytes() == alone.tobytes() == backwards.tobytes()
    assert together[4].tolist() == [0.0] * DIMENSIONS
    assert np.linalg.norm(np.delete(together, 4, axis=0), axis=1) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u202b", "😀😀", "x" * 100_000], ids=ascii)
def test_any_text_has_an_answer(folder, text):
    (vector,) = OnnxEncoder(folder).encode([text])

    assert np.isfinite(vector).all()


def test_unseen_characters_say_nothing(folder):
    encoder = OnnxEncoder(folder)

    clean, strange = encoder.encode(["frozen shrimps", "\u202bfrozen\x00 \ud800 shrimps\u200f"])

    assert (clean == strange).all()


@pytest.mark.parametrize(
    ("name", "given", "longest"),
    [
        ("sentence_bert_config.json", {"max_seq_length": 5}, 5),
        ("tokenizer_config.json", {"model_max_length": 5}, 5),
        ("tokenizer_config.json", {"model_max_length": 10**30}, 512),
        ("config.json", {"max_position_embeddings": 7, "model_type": "xlm-roberta"}, 5),
        ("config.json", {"max_position_embeddings": 7}, 7),
    ],
)
def test_a_long_text_is_cut_at_the_limit_of_the_model(folder, name, given, longest):
    settings(folder, name, **given)

    encoder = OnnxEncoder(folder)

    assert encoder.longest == longest
    if longest == 5:
        short, long = encoder.encode(["a a a", "a a a shrimps shrimps"])
        assert (short == long).all()


def test_the_name_says_which_files_made_the_vectors(folder):
    first = OnnxEncoder(folder)
    again = OnnxEncoder(folder)
    write_model(folder / "model.onnx", weights=WEIGHTS[::-1].copy())
    other_weights = OnnxEncoder(folder)
    settings(folder, "1_Pooling/config.json", pooling_mode="cls")
    other_pooling = OnnxEncoder(folder)

    assert first.name.startswith("tiny-model-")
    assert len(first.name) == len("tiny-model-") + 12
    assert first.name == again.name
    assert len({one.name for one in (first, other_weights, other_pooling)}) == 3
    assert first.dimensions == DIMENSIONS


def test_a_name_fits_its_column(folder):
    long = folder.rename(folder.with_name("日本語 " + "m" * 100))

    assert len(OnnxEncoder(long).name) <= 80


def test_passages_are_embedded_with_it(folder):
    sense = embed([Passage("冷凍エビ", "frozen shrimps")], OnnxEncoder(folder))[0]

    assert [field for field, _, _ in sense.spans] == ["title", "text"]
    assert sense.whole == pytest.approx(sense.whole / np.linalg.norm(sense.whole))


def renamed(folder):
    write_model(folder / "model.onnx", output="logits")


def strange_input(folder):
    write_model(folder / "model.onnx", inputs=("input_ids", "pixel_values"))


def other_vocabulary(folder):
    write_tokenizer(folder, [*[f"w{i}" for i in range(40)], *WORDS])


def no_number(folder):
    write_model(folder / "model.onnx", weights=np.full_like(WEIGHTS, np.nan))


def nothing_but_zeros(folder):
    write_model(folder / "model.onnx", weights=np.zeros_like(WEIGHTS))


def pooled_by_token(folder):
    """The name of one vector a text, with one vector a token in it."""
    model = onnx.load(str(folder / "model.onnx"))
    model.graph.node[-1].output[0] = model.graph.output[0].name = "sentence_embedding"
    onnx.save(model, str(folder / "model.onnx"))


def pooled_by_maximum(folder):
    settings(folder, "1_Pooling/config.json", pooling_mode_max_tokens=True)


def with_a_further_layer(folder):
    layers = [{"type": f"sentence_transformers.models.{kind}"} for kind in ("Pooling", "Dense")]
    (folder / "modules.json").write_text(json.dumps(layers))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "model.onnx").unlink(), "neither model.onnx nor onnx/model"),
        (lambda folder: cut_short(folder / "model.onnx"), "model.onnx cannot be loaded"),
        (lambda folder: (folder / "model.onnx").write_bytes(b""), "cannot be loaded|outputs|inpu"),
        (lambda folder: (folder / "model.onnx").write_text("<html>"), "model.onnx cannot be lo"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "has no tokenizer.json"),
        (lambda folder: cut_short(folder / "tokenizer.json"), "tokenizer.json cannot be read"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "is no tokenizer"),
        (lambda folder: (folder / "config.json").write_text("[]"), "config.json is not what"),
        (renamed, "no sentence encoder: its outputs are logits"),
        (strange_input, "no sentence encoder: its inputs are pixel_values"),
        (other_vocabulary, "cannot read what its tokenizer writes"),
        (no_number, "no number"),
        (nothing_but_zeros, "nothing but zeros"),
        (pooled_by_token, "has the shape"),
        (pooled_by_maximum, "Pooling by max is not known"),
        (with_a_further_layer, "more than its ONNX file holds: Dense"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said(folder, damage, said):
    damage(folder)

    with pytest.raises(BadModelError, match=said):
        OnnxEncoder(folder)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BadModelError, match="There is no folder"):
        OnnxEncoder(tmp_path / "nowhere")
