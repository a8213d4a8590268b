"""A small real encoder for tests: hashed character n-grams, and a few words of one meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

MEANINGS = (
    ("frozen shrimps", "冷凍エビ", "منجمد جھینگا"),
    ("rice", "米", "چاول"),
    ("towels", "タオル", "تولیے"),
    ("surgical instruments", "手術器具", "جراحی کے آلات"),
)


class GramEncoder:
    """Texts that share letters are near, and those that hold words of one meaning nearer."""

    name = "grams"
    dimensions = 64

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._grams = HashingVectorizer(
            analyzer="char_wb", ngram_range=(2, 3), n_features=self.dimensions, norm=None
        )

    def encode(self, texts: Sequence[str]) -> Any:
        """Return the vectors, see `Encoder`."""
        self.seen.extend(texts)
        vectors = self._grams.transform(texts).toarray()
        for row, text in enumerate(texts):
            for place, words in enumerate(MEANINGS):
                if any(word in text.casefold() for word in words):
                    vectors[row, place] += 20
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0).astype(
            np.float32
        )
