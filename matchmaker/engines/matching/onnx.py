"""A sentence encoder of an office's own: a local folder with an ONNX model and its tokenizer.

Imported only where such a model is configured, for it needs two packages that nothing else does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as faults
from tokenizers import Tokenizer

from matchmaker.engines.matching.encoder import cleaned

LONGEST_TOKENS = 512
"""Tokens read where neither the model nor its tokenizer names a limit."""

MOST_DIMENSIONS = 4_096
"""A longer vector is no sentence's, or would fill the store."""

MOST_NAME = 60
"""Characters of the folder's name that stand in the name of the encoder."""

MODELS = ("model.onnx", "onnx/model.onnx")
POOLED, TOKENS = "sentence_embedding", ("last_hidden_state", "token_embeddings")
"""Outputs: one vector a text, or one vector a token."""

INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})

_SETTINGS = (
    "tokenizer.json",
    "tokenizer_config.json",
    "config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "1_Pooling/config.json",
)
_INTEGERS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_TWO_BEFORE_THE_FIRST = frozenset({"roberta", "xlm-roberta", "camembert", "mpnet"})
"""Kinds of models that keep two of their positions for themselves."""

_PROBES = ("frozen shrimps", "冷凍エビ", "جھینگا", "a")
_FAULTS = (
    faults.Fail,
    faults.InvalidArgument,
    faults.InvalidGraph,
    faults.InvalidProtobuf,
    faults.NoModel,
    faults.NoSuchFile,
    faults.NotImplemented,
    faults.RuntimeException,
)
"""What onnxruntime raises; they have no class above them but the one of all errors."""


class BadModelError(ValueError):
    """The folder holds no sentence encoder that can be used; the text says why."""


class OnnxEncoder:
    """A sentence encoder in the layout of sentence-transformers, read from a local folder.

    Texts are read one by one: quantised models and matrix products give a text other last bits
    in other company, and a kept vector must be the one that is computed again.

    Parameters
    ----------
    folder : Path
        With ``model.onnx`` (or ``onnx/model.onnx``) and ``tokenizer.json``. Read where they are
        there: ``1_Pooling/config.json`` (``mean``, the default, or ``cls``),
        ``config_sentence_transformers.json`` (words that stand before each text: those of its
        ``default_prompt_name``, else of ``query``), and the limits of length in
        ``sentence_bert_config.json``, ``tokenizer_config.json`` and ``config.json``.

    Attributes
    ----------
    name : str
        Folder's name and the first twelve digits of the SHA-256 over its files.
    dimensions : int
    longest : int
        Tokens read of a text.

    Raises
    ------
    BadModelError
        If a file is missing or damaged, or the model is no sentence encoder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BadModelError(f"There is no folder {folder}.")
        self._model_path = _model_path(folder)
        self._prefix = _prefix(folder)
        self._pooling = _pooling(folder)
        self.longest = _longest(folder)
        self._tokenizer = _tokenizer(folder, self.longest)
        self._session = _session(self._model_path)
        self._inputs = _inputs(self._session)
        self._output = _output(self._session, folder)
        self.dimensions = self._probed()
        self.name = f"{_plain(folder)}-{_fingerprint(folder, self._model_path)}"

    def encode(self, texts: Sequence[str]) -> Any:
        """Return the vectors, see `encoder.Encoder`.

        Raises
        ------
        BadModelError
            If the model cannot read a text, or answers with something that is no number.
        """
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vector = self._vector(text)
            if vector is not None:
                vectors[row] = vector
        return vectors

    def _probed(self) -> int:
        """Return the length of the vectors of a few short texts, which must be the same."""
        found = [vector for vector in map(self._vector, _PROBES) if vector is not None]
        sizes = {len(vector) for vector in found}
        if not sizes:
            raise BadModelError("The tokenizer knows no word of a few simple texts.")
        if len(sizes) > 1 or max(sizes) > MOST_DIMENSIONS:
            said = ", ".join(map(str, sorted(sizes)))
            raise BadModelError(f"Vectors of {said} numbers are not those of a sentence encoder.")
        if not any(vector.any() for vector in found):
            raise BadModelError("The model answers with nothing but zeros.")
        return sizes.pop()

    def _vector(self, text: str) -> Any:
        """Return float32 of shape (dimensions,), of unit length; None if there is no token."""
        words = cleaned(text)
        encoded = self._tokenizer.encode(self._prefix + words) if words else None
        if encoded is None or not encoded.ids:
            return None
        given = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        feed = {name: np.array([given[name]], dtype=kind) for name, kind in self._inputs.items()}
        try:
            (answer,) = self._session.run([self._output], feed)
        except _FAULTS as error:
            raise BadModelError(
                f"The model cannot read what its tokenizer writes: {_first_line(error)}"
            ) from error
        vector = self._pooled(np.asarray(answer), np.array(encoded.attention_mask))
        if not np.isfinite(vector).all():
            raise BadModelError("The model answers with something that is no number.")
        length = np.linalg.norm(vector)
        return vector if length == 0 else (vector / length).astype(np.float32)

    def _pooled(self, answer: Any, mask: Any) -> Any:
        """Return one vector of what the model answers for one text."""
        rank = 2 if self._output == POOLED else 3
        whole = (1,) if rank == 2 else (1, len(mask))
        if answer.ndim != rank or answer.shape[:-1] != whole or not answer.shape[-1]:
            raise BadModelError(
                f"The output {self._output} has the shape {answer.shape}, which is not that of a"
                " sentence encoder."
            )
        numbers = answer[0].astype(np.float64)
        if self._output == POOLED:
            return numbers
        return numbers[0] if self._pooling == "cls" else numbers[mask == 1].mean(axis=0)


def _model_path(folder: Path) -> Path:
    for name in MODELS:
        if (folder / name).is_file():
            return folder / name
    raise BadModelError(f"The folder {folder} has neither {' nor '.join(MODELS)}.")


def _settings(folder: Path, name: str) -> Mapping[str, Any]:
    """Return what a file of settings says; nothing where it is not there."""
    path = folder / name
    if not path.is_file():
        return {}
    found = _json(path)
    if not isinstance(found, dict):
        raise BadModelError(f"{name} is not what it should be: no names with values.")
    return found


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadModelError(f"{path.name} cannot be read; it may be cut short.") from error


def _prefix(folder: Path) -> str:
    """Return the words that stand before each text; the same for products and needs."""
    settings = _settings(folder, "config_sentence_transformers.json")
    prompts = settings.get("prompts")
    if not isinstance(prompts, dict):
        return ""
    prefix = prompts.get(settings.get("default_prompt_name") or "query", "")
    return prefix if isinstance(prefix, str) else ""


def _pooling(folder: Path) -> str:
    settings = _settings(folder, "1_Pooling/config.json")
    old = {name.removeprefix("pooling_mode_") for name, on in settings.items() if on is True}
    old &= {"cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "lasttoken"}
    named = settings.get("pooling_mode")
    modes = {str(named)} if named else {mode.removesuffix("_tokens") for mode in old} or {"mean"}
    mode = "+".join(sorted(one.removesuffix("_token") for one in modes))
    if mode not in {"mean", "cls"}:
        raise BadModelError(f"Pooling by {mode} is not known here, only mean and cls.")
    return mode


def _longest(folder: Path) -> int:
    """Return the tokens read of a text: the smallest limit that is named."""
    config = _settings(folder, "config.json")
    own = 2 if config.get("model_type") in _TWO_BEFORE_THE_FIRST else 0
    positions = config.get("max_position_embeddings")
    limits = [
        _settings(folder, "sentence_bert_config.json").get("max_seq_length"),
        _settings(folder, "tokenizer_config.json").get("model_max_length"),
        positions - own if isinstance(positions, int) else None,
    ]
    # "No limit" is written as a number with thirty digits.
    named = [limit for limit in limits if isinstance(limit, int) and 2 < limit < 100_000]
    return min(named, default=LONGEST_TOKENS)


def _tokenizer(folder: Path, longest: int) -> Any:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise BadModelError(f"The folder {folder} has no tokenizer.json.")
    _json(path)
    try:
        tokenizer = Tokenizer.from_file(str(path))
        kept = tokenizer.truncation
        tokenizer.enable_truncation(min(longest, kept["max_length"] if kept else longest))
        tokenizer.no_padding()
    except Exception as error:  # the library raises nothing narrower
        raise BadModelError(f"tokenizer.json is no tokenizer: {_first_line(error)}") from error
    return tokenizer


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    # One thread sums in one order on every machine, and leaves the others to the web.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    except _FAULTS as error:
        raise BadModelError(
            f"{path.name} cannot be loaded; it may be cut short: {_first_line(error)}"
        ) from error


def _inputs(session: Any) -> dict[str, Any]:
    """Return the inputs the model wants, with the type of their numbers."""
    wanted = {one.name: one.type for one in session.get_inputs()}
    strange = sorted(set(wanted) - INPUTS) or sorted(set(wanted.values()) - set(_INTEGERS))
    if strange or "input_ids" not in wanted:
        said = ", ".join(strange) or "none of a text"
        raise BadModelError(f"The model is no sentence encoder: its inputs are {said}.")
    return {name: _INTEGERS[kind] for name, kind in wanted.items()}


def _output(session: Any, folder: Path) -> str:
    given = [one.name for one in session.get_outputs()]
    if POOLED in given:
        return POOLED
    found = next((name for name in TOKENS if name in given), None)
    if found is None:
        said = ", ".join(given)
        raise BadModelError(f"The model is no sentence encoder: its outputs are {said}.")
    if (folder / "modules.json").is_file():
        further = {str(one.get("type")).rpartition(".")[2] for one in _modules(folder)}
        if further - {"Transformer", "Pooling", "Normalize"}:
            raise BadModelError(
                f"The model needs more than its ONNX file holds: {', '.join(sorted(further))}."
            )
    return found


def _modules(folder: Path) -> Iterator[Mapping[str, Any]]:
    found = _json(folder / "modules.json")
    return (one for one in found if isinstance(one, dict)) if isinstance(found, list) else iter(())


def _fingerprint(folder: Path, model: Path) -> str:
    """Return the first twelve digits of the SHA-256 over all files that make the vectors."""
    # Weights of a large model lie beside it, under its name or one of their own.
    beside = sorted(path for path in model.parent.glob("*data*") if path.is_file())
    settings = [folder / name for name in _SETTINGS if (folder / name).is_file()]
    digest = hashlib.sha256()
    for path in dict.fromkeys((model, *beside, *settings)):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:12]


def _plain(folder: Path) -> str:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip("-.")
    return name[:MOST_NAME] or "model"


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
