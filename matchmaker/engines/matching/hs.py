"""Likeness of goods by the tariff tree and by the tree of sectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction import DictVectorizer
from sklearn.utils.validation import check_is_fitted

from matchmaker.engines.matching.roads import unit_rows

LEVELS = (2, 4, 6)
"""Digits of an HS chapter, heading and subheading."""


_BEGIN = 2
"""Characters at the beginning of two codes that are the same if they have anything in common."""


def check_code(code: str) -> None:
    """See that an HS code is one.

    Raises
    ------
    ValueError
        If it has not two digits or more, or anything else.
    """
    if len(code) < LEVELS[0] or not (code.isascii() and code.isdecimal()):
        raise ValueError(f"not an HS code of two digits or more: {code!r}")


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
        check_code(code)
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


@dataclass(frozen=True, slots=True)
class CodeSets:
    """Sets of codes as places in a list of those that occur.

    Attributes
    ----------
    codes : tuple of n_codes str
        Sorted, each once.
    places : ndarray of int, shape (n_sets, most)
        -1 where a set has fewer codes than the largest.
    """

    codes: tuple[str, ...]
    places: Any

    @classmethod
    def of(cls, sets: Sequence[Sequence[str]], digits: int | None = None) -> CodeSets:
        """Return sets of codes, of which only so many digits are looked at."""
        cut = [dict.fromkeys(code[:digits] for code in codes) for codes in sets]
        codes = sorted({code for one in cut for code in one})
        place_of = {code: place for place, code in enumerate(codes)}
        most = max(map(len, cut), default=0)
        places = np.full((len(cut), max(most, 1)), -1, dtype=np.int32)
        for row, one in enumerate(cut):
            places[row, : len(one)] = [place_of[code] for code in one]
        return cls(tuple(codes), places)

    def rows(self, chosen: Any) -> CodeSets:
        """Return the sets of a slice or an array of row numbers."""
        return CodeSets(self.codes, self.places[chosen])


class Nearest:
    """Similarity of the nearest two codes of two sets, 0 to 1, NaN where a set is empty.

    Parameters
    ----------
    encoder : HSCodeEncoder or SectorEncoder
        Fitted here, on the codes given.
    left, right : tuples of str
        The codes of both sides.
    """

    def __init__(
        self,
        encoder: HSCodeEncoder | SectorEncoder,
        left: tuple[str, ...],
        right: tuple[str, ...],
    ) -> None:
        # Codes that begin in different ways have nothing in common.
        begins = {code[:_BEGIN] for code in left} & {code[:_BEGIN] for code in right}
        rows, columns = (
            [place for place, code in enumerate(codes) if code[:_BEGIN] in begins]
            for codes in (left, right)
        )
        ours, theirs = [left[row] for row in rows], [right[column] for column in columns]
        encoder.fit((*ours, *theirs))
        likeness = (encoder.transform(ours) @ encoder.transform(theirs).T).toarray()
        # Unit lengths are exact to the last bits only; the same code is the same.
        likeness = likeness.clip(0.0, 1.0).round(12)
        # The last row and column stand for no code.
        self._table = np.full((len(left) + 1, len(right) + 1), -1.0)
        self._table[:-1, :-1] = 0.0
        self._table[np.ix_(rows, columns)] = likeness

    def of_pairs(self, left: Any, right: Any) -> Any:
        """Return the similarity of n_pairs pairs of sets, given as rows of `CodeSets.places`."""
        return self._best(left, right, lambda one, other: self._table[one, other])

    def of_all(self, left: Any, right: Any) -> Any:
        """Return the similarity of each left to each right set, shape (n_left, n_right)."""
        return self._best(
            left, right, lambda one, other: self._table.take(one, axis=0).take(other, axis=1)
        )

    def _best(self, left: Any, right: Any, look_up: Callable[[Any, Any], Any]) -> Any:
        best: Any = None
        for one in left.T:
            for other in right.T:
                found = look_up(one, other)
                best = found if best is None else np.maximum(best, found, out=best)
        best[best < 0] = np.nan
        return best
