"""Texts as counts of terms, and as hashed words and character n-grams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import murmurhash3_32

from matchmaker.engines.matching.analysis import (
    LANGUAGES,
    Passage,
    folded,
    stretches,
    terms_of_stretch,
)

FEATURES = 2**18
"""Width of the hashed features: a word no vocabulary has, as a brand, still meets its like."""

GRAMS = {"en": (3, 4), "ur": (2, 3), "run": (2, 3)}
"""Lengths of the character n-grams by kind of term; Japanese words get them from their runs."""

GRAM_WEIGHT = {"en": 0.4, "ur": 0.6, "run": 0.6}
"""What one n-gram counts beside a whole word, which counts 1."""


def term_features(term: str) -> Iterator[tuple[str, float]]:
    """Yield the features of one term with their weights: the word itself and its n-grams."""
    kind, form = term.split(":", 1)
    if kind != "run":
        yield term, 1.0
    if kind in GRAMS:
        padded = folded(form) if kind == "run" else f" {form} "
        for length in GRAMS[kind]:
            for start in range(len(padded) - length + 1):
                yield f"{kind}~{padded[start : start + length]}", GRAM_WEIGHT[kind]


@dataclass(frozen=True)
class Bag:
    """Texts as counts of terms.

    Attributes
    ----------
    counts : csr_array of shape (n_texts, n_terms)
        Weighted counts, not negative.
    terms : tuple of n_terms str
        As `terms` yields them.
    """

    counts: Any
    terms: tuple[str, ...]

    def languages(self) -> Any:
        """Return the index in `LANGUAGES` most of each text is written in, shape (n_texts,)."""
        kinds = np.array([term.split(":", 1)[0] for term in self.terms], dtype=object)
        shares = [self.counts @ (kinds == language).astype(float) for language in LANGUAGES]
        return np.argmax(shares, axis=0)

    def sizes(self) -> Any:
        """Return the number of different words of each text, shape (n_texts,)."""
        is_word = np.array([not term.startswith("run:") for term in self.terms], dtype=float)
        return (self.counts > 0) @ is_word

    @cached_property
    def features(self) -> Any:
        """The words and their n-grams, hashed, CSR of shape (n_texts, `FEATURES`).

        Weinberger et al., Feature Hashing for Large Scale Multitask Learning, ICML 2009.
        """
        columns: list[int] = []
        weights: list[float] = []
        ends = [0]
        for term in self.terms:
            for feature, weight in term_features(term):
                columns.append(murmurhash3_32(feature, positive=True) % FEATURES)
                weights.append(weight)
            ends.append(len(columns))
        of_terms = sp.csr_array((weights, columns, ends), shape=(len(self.terms), FEATURES))
        of_terms.sum_duplicates()
        return sp.csr_array(self.counts @ of_terms)


class TextAnalyzer(TransformerMixin, BaseEstimator):
    """Count the terms of passages.

    Parameters
    ----------
    title_weight : float, default=3.0
        What a term of the title counts; one of the text counts 1.
    """

    def __init__(self, title_weight: float = 3.0) -> None:
        self.title_weight = title_weight

    def fit(self, X: Sequence[Passage], y: None = None) -> TextAnalyzer:  # noqa: ARG002, N803
        """Do nothing: the analysis learns nothing.

        Parameters
        ----------
        X : sequence of n_texts Passage
        y : ignored
        """
        return self

    def transform(self, X: Sequence[Passage]) -> Bag:  # noqa: N803
        """Return the bag of n_texts passages; its terms are those that occur, sorted."""
        columns: dict[str, int] = {}
        known: dict[str, list[int]] = {}  # the columns of each stretch: most come again
        rows: list[int] = []
        places: list[int] = []
        values: list[float] = []
        for row, passage in enumerate(X):
            counts: dict[int, float] = defaultdict(float)
            for text, weight in ((passage.title, self.title_weight), (passage.text, 1.0)):
                for language, surface, _ in stretches(text):
                    if surface not in known:
                        known[surface] = [
                            columns.setdefault(term, len(columns))
                            for term in terms_of_stretch(language, surface)
                        ]
                    for column in known[surface]:
                        counts[column] += weight
            rows.extend([row] * len(counts))
            places.extend(counts)
            values.extend(counts.values())
        order = sorted(columns)
        new_place = np.empty(len(order), dtype=np.int64)
        new_place[[columns[term] for term in order]] = np.arange(len(order))
        counts_matrix = sp.csr_array(
            (values, (rows, new_place[places])), shape=(len(X), len(order)), dtype=float
        )
        return Bag(counts_matrix, tuple(order))
