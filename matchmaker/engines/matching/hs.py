"""Likeness of goods by the tariff tree and by the tree of sectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction import DictVectorizer
from sklearn.utils.validation import check_is_fitted

from matchmaker.engines.matching.roads import unit_rows

LEVELS = (2, 4, 6)
"""Digits of an HS chapter, heading and subheading."""


class HSCodeEncoder(TransformerMixin, BaseEstimator):
    """Encode HS codes so that cosine similarity follows the tariff tree.

    Two codes of six digits have, with equal weights, the similarity 1 in the same subheading,
    2/3 in the same heading, 1/3 in the same chapter, else 0. A code that stops at the heading is
    1 to itself and sqrt(2/3) to each of its subheadings: it may mean that one or another.

    Parameters
    ----------
    weights : three floats, default=(1.0, 1.0, 1.0)
        What agreement on the chapter, heading and subheading counts; not negative.

    Attributes
    ----------
    vectorizer_ : DictVectorizer
        Fitted on the prefixes seen; others are ignored by ``transform``.

    References
    ----------
    World Customs Organization, Harmonized System Nomenclature, 2022 edition.
    """

    def __init__(self, weights: Sequence[float] = (1.0, 1.0, 1.0)) -> None:
        self.weights = weights

    def fit(self, X: Iterable[str], y: None = None) -> HSCodeEncoder:  # noqa: ARG002, N803
        """Learn which HS prefixes occur.

        Parameters
        ----------
        X : iterable of n_codes str
            Without dots, two digits or more; digits behind the sixth are national and not read.
        y : ignored

        Raises
        ------
        ValueError
            If a weight is negative or a code is malformed.
        """
        if min(self.weights) < 0:
            raise ValueError("weights must not be negative")
        self.vectorizer_ = DictVectorizer().fit([{}, *map(self._prefixes, X)])
        return self

    def transform(self, X: Iterable[str]) -> Any:  # noqa: N803
        """Encode n_codes codes as a CSR array of shape (n_codes, n_prefixes) of unit rows."""
        check_is_fitted(self)
        return unit_rows(self.vectorizer_.transform([{}, *map(self._prefixes, X)])[1:])

    def _prefixes(self, code: str) -> dict[str, float]:
        if len(code) < LEVELS[0] or not (code.isascii() and code.isdecimal()):
            raise ValueError(f"not an HS code of two digits or more: {code!r}")
        # The square root, because cosine similarity multiplies the two sides.
        return {
            code[:digits]: sqrt(weight)
            for digits, weight in zip(LEVELS, self.weights, strict=True)
            if digits <= len(code)
        }


class SectorEncoder(TransformerMixin, BaseEstimator):
    """Encode sector codes so that cosine similarity follows the tree of sectors.

    Equal codes have the similarity 1, two branches of one sector ``parent_weight``, a sector and
    its branch the square root of that, others 0.

    Parameters
    ----------
    parent_weight : float, default=0.4
        0 to 1.

    Attributes
    ----------
    vectorizer_ : DictVectorizer
    """

    def __init__(self, parent_weight: float = 0.4) -> None:
        self.parent_weight = parent_weight

    def fit(self, X: Iterable[str], y: None = None) -> SectorEncoder:  # noqa: ARG002, N803
        """Learn which sectors occur.

        Parameters
        ----------
        X : iterable of n_codes str
            The parent is what stands before the hyphen.
        y : ignored

        Raises
        ------
        ValueError
            If the weight is not between 0 and 1.
        """
        if not 0 <= self.parent_weight <= 1:
            raise ValueError("parent_weight must be between 0 and 1")
        self.vectorizer_ = DictVectorizer().fit([{}, *map(self._branches, X)])
        return self

    def transform(self, X: Iterable[str]) -> Any:  # noqa: N803
        """Encode n_codes sectors as a CSR array of shape (n_codes, n_sectors) of unit rows."""
        check_is_fitted(self)
        return unit_rows(self.vectorizer_.transform([{}, *map(self._branches, X)])[1:])

    def _branches(self, code: str) -> dict[str, float]:
        parent = code.split("-", 1)[0]
        if parent == code:
            return {parent: 1.0}
        return {parent: sqrt(self.parent_weight), code: sqrt(1 - self.parent_weight)}


def best_pairs(
    encoder: HSCodeEncoder | SectorEncoder,
    left: Sequence[Sequence[str]],
    right: Sequence[Sequence[str]],
) -> Any:
    """Return the similarity of the nearest two codes of each two sets.

    Parameters
    ----------
    encoder : HSCodeEncoder or SectorEncoder
        Fitted here, on the codes given.
    left, right : sequences of n_left and n_right sequences of str

    Returns
    -------
    ndarray of shape (n_left, n_right)
        0 to 1; NaN where a set is empty.
    """
    codes = sorted({code for codes in (*left, *right) for code in codes})
    places = {code: place for place, code in enumerate(codes)}
    encoded = encoder.fit(codes).transform(codes)
    # Unit lengths are exact to the last bits only; the same code is the same.
    likeness = (encoded @ encoded.T).toarray().clip(0.0, 1.0).round(12)
    answer = np.full((len(left), len(right)), np.nan)
    rows, row_codes, row_starts = _flat(left, places)
    columns, column_codes, column_starts = _flat(right, places)
    if len(rows) and len(columns):
        by_column = _best_of_sets(likeness[:, column_codes], column_starts, axis=1)
        answer[np.ix_(rows, columns)] = _best_of_sets(by_column[row_codes], row_starts, axis=0)
    return answer


def _best_of_sets(likeness: Any, starts: Any, axis: int) -> Any:
    """Return the highest of each set that begins at a start; most sets are one code."""
    if len(starts) == likeness.shape[axis]:
        return likeness
    return np.maximum.reduceat(likeness, starts, axis=axis)


def _flat(sets: Sequence[Sequence[str]], places: dict[str, int]) -> tuple[Any, Any, Any]:
    """Return the non-empty sets, the places of their codes in a row, and where each set starts."""
    filled = [place for place, codes in enumerate(sets) if codes]
    codes = [places[code] for place in filled for code in sets[place]]
    sizes = [len(sets[place]) for place in filled]
    starts = np.cumsum([0, *sizes])[:-1]
    return np.array(filled, dtype=int), np.array(codes, dtype=int), starts.astype(int)
