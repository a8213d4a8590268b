"""Roads from text to text: each turns bags of terms into vectors whose dot product is likeness.

A road is an estimator with ``name``, ``fit(bag)`` and ``transform(bag)``; its rows have unit
length, or are zero where it has nothing to say. The fitted text model knows no more of a road.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from matchmaker.engines.matching.analysis import Language, Passage
from matchmaker.engines.matching.bag import FEATURES, Bag, TextAnalyzer
from matchmaker.engines.matching.data import Concept

COMMON = 0.05
"""A feature in more than this share of the concepts tells them apart too little to be kept."""

NEVER_COMMON = 20
"""Concepts that may share a feature in any case; counts in small vocabularies."""

_BLOCK = 512


def unit_rows(matrix: Any) -> Any:
    """Return a CSR array with its rows at unit length, rows of zeros as they are."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    matrix.data *= np.repeat(scale, np.diff(matrix.indptr))
    return matrix


class Road(Protocol):
    """What the text model asks of a road."""

    name: str

    def connects(self, first: Language, second: Language) -> bool:
        """Tell whether the road leads from texts in one language to texts in the other."""

    def fit(self, X: Bag) -> Any:  # noqa: N803
        """Learn from names and texts."""

    def transform(self, X: Bag) -> Any:  # noqa: N803
        """Return a CSR array with one row of unit length, or zero, for each text."""


class WordRoad(TransformerMixin, BaseEstimator):
    """Tf-idf over words and character n-grams, hashed.

    Meets where the same words stand on both sides: within a language, and across languages in
    brands, numbers and codes.

    Attributes
    ----------
    idf_ : ndarray of shape (n_features,)
        Inverse document frequency, smoothed; a feature never seen has the highest.

    References
    ----------
    K. Weinberger et al., Feature Hashing for Large Scale Multitask Learning, ICML 2009.
    """

    name = "words"

    def connects(self, first: Language, second: Language) -> bool:  # noqa: ARG002
        """Tell whether the road leads from one language to the other."""
        return True

    def fit(self, X: Bag, y: None = None) -> WordRoad:  # noqa: ARG002, N803
        """Learn how common each feature is.

        Parameters
        ----------
        X : Bag of n_texts texts
        y : ignored
        """
        counts = X.features
        frequency = np.bincount(counts.indices, minlength=FEATURES)
        self.idf_ = np.log((1 + counts.shape[0]) / (1 + frequency)) + 1
        return self

    def transform(self, X: Bag) -> Any:  # noqa: N803
        """Return a CSR array of shape (n_texts, n_features) with rows of unit length or zero."""
        check_is_fitted(self)
        features = X.features.copy()
        # The square root, because the fifth mention of a word says less than the first.
        features.data = np.sqrt(features.data) * self.idf_[features.indices]
        return unit_rows(features)


class ConceptRoad(TransformerMixin, BaseEstimator):
    """A text as a weighting of the concepts whose names it resembles, in any of the languages.

    「冷凍エビ」, "جھینگا" and "frozen shrimps" share no letter, but each resembles a name of the
    heading of frozen shrimps, and so they meet there. Near concepts meet in the branches above
    them: a six-digit code lends to its heading and chapter, a sector to its parent.

    Parameters
    ----------
    concepts : sequence of Concept
    keep : int, default=12
        Concepts kept for a text.
    sharpness : float, default=3.0
        Power of the likeness, by which the best concepts stand out.
    branch_weights : three floats, default=(0.2, 0.6, 1.0)
        What agreement on the chapter (or parent sector), heading and subheading counts.

    Attributes
    ----------
    words_ : WordRoad
        Fitted on the names.
    names_ : csr_array of shape (n_features, n_concepts)
        The names and search words of each concept, all languages together.
    branches_ : csr_array of shape (n_concepts, n_branches)
    branch_codes_ : list of n_branches str

    References
    ----------
    E. Gabrilovich and S. Markovitch, Computing Semantic Relatedness Using Wikipedia-based
    Explicit Semantic Analysis, IJCAI 2007; P. Sorg and P. Cimiano, Cross-lingual Information
    Retrieval with Explicit Semantic Analysis, CLEF 2008.
    """

    name = "concepts"

    def __init__(
        self,
        concepts: Sequence[Concept] = (),
        keep: int = 12,
        sharpness: float = 3.0,
        branch_weights: Sequence[float] = (0.2, 0.6, 1.0),
    ) -> None:
        self.concepts = concepts
        self.keep = keep
        self.sharpness = sharpness
        self.branch_weights = branch_weights

    def connects(self, first: Language, second: Language) -> bool:  # noqa: ARG002
        """Tell whether the road leads from one language to the other."""
        return True

    def fit(self, X: Bag, y: None = None) -> ConceptRoad:  # noqa: ARG002, N803
        """Learn the names of the concepts; the texts only say how common a word is.

        Parameters
        ----------
        X : Bag of n_texts texts
            Texts other than the names; may be empty.
        y : ignored
        """
        passages = [
            Passage(concept.name(language), " ".join(concept.search(language)))
            for concept in self.concepts
            for language in ("en", "ja", "ur")
        ]
        bag = TextAnalyzer().transform(passages)
        self.words_ = WordRoad().fit(bag)
        rows = np.repeat(np.arange(len(self.concepts)), 3)
        owner = sp.csr_array(
            (np.ones(len(rows)), (rows, np.arange(len(rows)))),
            shape=(len(self.concepts), len(rows)),
        )
        names = sp.csr_array(owner @ self.words_.transform(bag))
        frequency = np.bincount(names.indices, minlength=names.shape[1])
        common = frequency > max(COMMON * len(self.concepts), NEVER_COMMON)
        names.data[common[names.indices]] = 0.0
        names.eliminate_zeros()
        self.names_ = sp.csr_array(names.T)
        self._grow_branches()
        return self

    def transform(self, X: Bag, without: Any = None) -> Any:  # noqa: N803
        """Return a CSR array of shape (n_texts, n_branches) with rows of unit length or zero.

        Parameters
        ----------
        X : Bag of n_texts texts
        without : array of n_texts int, optional
            For each text the concept that it must not be recognised as, -1 for none.
        """
        check_is_fitted(self)
        return unit_rows(sp.csr_array(self.weigh(X, without) @ self.branches_))

    def weigh(self, bag: Bag, without: Any = None) -> Any:
        """Return the weights of the concepts in each text, CSR of shape (n_texts, n_concepts).

        At most ``keep`` of a row are not zero, and the highest is 1.
        """
        likeness = sp.csr_array(self.words_.transform(bag) @ self.names_)
        keep = min(self.keep, likeness.shape[1])
        weights = []
        for start in range(0, likeness.shape[0], _BLOCK):
            block = likeness[start : start + _BLOCK].toarray()
            rows = np.arange(len(block))
            if without is not None:
                left_out = np.asarray(without[start : start + _BLOCK])
                block[rows[left_out >= 0], left_out[left_out >= 0]] = 0.0
            kept = np.argpartition(-block, keep - 1, axis=1)[:, :keep]
            likes = np.take_along_axis(block, kept, axis=1)
            best = likes.max(axis=1, keepdims=True)
            shares = np.divide(likes, best, out=np.zeros_like(likes), where=best > 0)
            places = (np.repeat(rows, keep), kept.ravel())
            weights.append(sp.csr_array(((shares**self.sharpness).ravel(), places), block.shape))
        kept_weights = sp.csr_array(sp.vstack(weights)) if weights else likeness
        kept_weights.eliminate_zeros()
        return kept_weights

    def _grow_branches(self) -> None:
        places: dict[str, int] = {}
        rows, columns, values = [], [], []
        for row, concept in enumerate(self.concepts):
            for branch, weight in zip(_branches(concept), self.branch_weights, strict=False):
                rows.append(row)
                columns.append(places.setdefault(branch, len(places)))
                values.append(np.sqrt(weight))
        self.branch_codes_ = list(places)
        self.branches_ = sp.csr_array(
            (values, (rows, columns)), shape=(len(self.concepts), len(places)), dtype=float
        )


def _branches(concept: Concept) -> list[str]:
    if concept.kind == "glossary":
        return [concept.code]
    if concept.kind == "sector":
        parent = concept.code.split("-", 1)[0]
        return list(dict.fromkeys((parent, concept.code)))
    return [concept.code[:digits] for digits in (2, 4, 6) if digits <= len(concept.code)]
