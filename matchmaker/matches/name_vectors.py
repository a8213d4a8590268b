"""Sentence vectors of the product's own names, which come with it: to compute them takes minutes.

They are read where encoder and cleaned name are the same; names that an office adds, and those of
another encoder, are computed by the worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from matchmaker.engines.matching.analysis import LANGUAGES, Passage
from matchmaker.engines.matching.calibration import synonyms
from matchmaker.engines.matching.data import Concept
from matchmaker.engines.matching.encoder import Encoder, Sense, digest_of, embed

FOLDER = Path(__file__).parent / "data"
_STEPS = 127
"""Steps of a number on each side of zero; the encoder's own weights have sixteen in all."""


def names_of(concepts: Iterable[Concept]) -> Iterator[Passage]:
    """Yield every text that fitting a text model asks the vectors of."""
    for concept in concepts:
        for language in LANGUAGES:
            yield Passage(concept.name(language))
            yield Passage(synonyms(concept, language))


@cache
def shipped_names(encoder_name: str) -> Mapping[str, bytes]:
    """Return packed vectors (`Sense`, without sub-texts) by digest; none for another encoder."""
    path = _path(encoder_name)
    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as kept:
        digests, steps, scales = kept["digests"], kept["steps"], kept["scales"]
    wholes = steps.astype(np.float32) * scales[:, np.newaxis]
    wholes /= np.maximum(np.linalg.norm(wholes, axis=1, keepdims=True), np.float32(1e-9))
    nothing = np.zeros((0, wholes.shape[1]), dtype=np.float16)
    return {
        digest.tobytes().hex(): Sense(whole, (), nothing).to_bytes()
        for digest, whole in zip(digests, wholes, strict=True)
    }


def ship_names(encoder: Encoder, concepts: Iterable[Concept]) -> Path:
    """Compute the vectors of all names and write the file that `shipped_names` reads."""
    passages = list({digest_of(one): one for one in names_of(concepts) if one.title}.values())
    wholes = np.stack([one.whole for one in embed(passages, encoder)])
    scales = np.abs(wholes).max(axis=1) / _STEPS
    digests = np.array([bytearray.fromhex(digest_of(one)) for one in passages], dtype=np.uint8)
    path = _path(encoder.name)
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        path,
        digests=digests,
        steps=np.round(wholes / scales[:, np.newaxis]).astype(np.int8),
        scales=scales.astype(np.float32),
    )
    return path


def _path(encoder_name: str) -> Path:
    # The name may come from a setting: it is no part of a path.
    safe = hashlib.sha256(encoder_name.encode()).hexdigest()[:8]
    plain = "".join(sign if sign.isalnum() or sign in "-." else "-" for sign in encoder_name)
    return FOLDER / f"names-{plain[:40]}-{safe}.npz"
