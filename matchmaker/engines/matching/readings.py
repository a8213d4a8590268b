"""Texts read once by a model, for whoever matches the same goods again and again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.fusion import Vectors
from matchmaker.engines.matching.sense import SenseRows
from matchmaker.engines.matching.text import TextModel

MOST = 50_000
"""Texts kept by default; one takes some ten kilobytes."""


class Readings:
    """Reads as its model does, but each text only once; any number of threads may ask.

    A text that had no sentence vector is read again when a book is given.

    Parameters
    ----------
    text : TextModel
        Fitted.
    most : int, default=`MOST`
        Texts kept; if more come, all are forgotten.
    """

    def __init__(self, text: TextModel, most: int = MOST) -> None:
        self.text = text
        self._most = most
        self._lock = threading.Lock()
        self._places: dict[Passage, int] = {}
        self._vectors: Vectors | None = None

    def read(self, passages: Sequence[Passage], book: Book | None = None) -> Vectors:
        """Return the vectors of n_texts passages, see `TextModel.read`."""
        with self._lock:
            new = [one for one in dict.fromkeys(passages) if not self._knows(one, book)]
            if new or self._vectors is None:
                self._add(new, self.text.read(new, book))
            places = np.array([self._places[one] for one in passages], dtype=np.int64)
            kept = self._vectors
            if len(self._places) > self._most:
                self._places, self._vectors = {}, None
        assert kept is not None
        return kept.rows(places)

    def _knows(self, passage: Passage, book: Book | None) -> bool:
        place = self._places.get(passage)
        if place is None or self._vectors is None:
            return False
        sense = self._vectors.sense
        return book is None or sense is None or bool(sense.known[place])

    def _add(self, passages: list[Passage], vectors: Vectors) -> None:
        start = 0 if self._vectors is None else len(self._vectors.sizes)
        self._places.update(zip(passages, range(start, start + len(passages)), strict=True))
        self._vectors = (
            vectors if self._vectors is None else _one_after_another(self._vectors, vectors)
        )


def _one_after_another(first: Vectors, second: Vectors) -> Vectors:
    roads: tuple[Any, ...] = tuple(
        sp.csr_array(sp.vstack(both, format="csr"))
        for both in zip(first.roads, second.roads, strict=True)
    )
    sense = None
    if first.sense is not None and second.sense is not None:
        sense = SenseRows.joined([first.sense, second.sense])
    return Vectors(
        roads,
        np.concatenate([first.languages, second.languages]),
        np.concatenate([first.sizes, second.sizes]),
        sense,
    )
