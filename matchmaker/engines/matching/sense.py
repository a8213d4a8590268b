"""The sense road: texts of three languages in one space of sentence vectors.

Vectors of one language lean towards each other, and some texts are near to everything. So each
language's mean is taken away, most of a vector is moved towards the other language by a ridge
map learnt on parallel names, and across languages a text counts by how much nearer it is than the
names are that lie nearest to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matchmaker.engines.matching.analysis import LANGUAGES, Language

_BLOCK = 2_048

GRID = 2_048
"""Vectors are rounded to multiples of its inverse. Sums of their products are then exact in
float32, so a pair has the same likeness alone and in any block of any matrix product: the sums
stay below 4, and 4 * `GRID`**2 is 2**24, up to which float32 holds every integer."""


@dataclass(frozen=True, slots=True)
class SenseRows:
    """Texts on the sense road; all arrays have n_texts rows.

    Attributes
    ----------
    own : ndarray of float32, shape (n_texts, dimensions)
        Centred, of unit length; zero for a text without a vector.
    mixed : ndarray of float32, shape (n_languages, n_texts, dimensions)
        Moved towards each of `LANGUAGES`; not moved for the text's own.
    crowd : ndarray of float32, shape (n_languages, n_texts)
        Mean likeness to the names nearest to it in each language; 0 in its own.
    known : ndarray of bool, shape (n_texts,)
    """

    own: Any
    mixed: Any
    crowd: Any
    known: Any

    def rows(self, chosen: Any) -> SenseRows:
        """Return the texts of a slice or an array of row numbers."""
        return SenseRows(
            self.own[chosen], self.mixed[:, chosen], self.crowd[:, chosen], self.known[chosen]
        )

    @classmethod
    def joined(cls, parts: Sequence[SenseRows]) -> SenseRows:
        """Return the texts of several, one after the other."""
        return cls(
            np.concatenate([one.own for one in parts]),
            np.concatenate([one.mixed for one in parts], axis=1),
            np.concatenate([one.crowd for one in parts], axis=1),
            np.concatenate([one.known for one in parts]),
        )


class SenseRoad(BaseEstimator):
    """Likeness in meaning of texts in the same or different languages.

    Parameters
    ----------
    share : float, default=0.7
        What the moved vector counts in the mixture with the unmoved one, 0 to 1.
    ridge : float, default=1.0
        Penalty of the maps.
    neighbours : int, default=10
        Names that make the crowd around a text.
    most_names : int, default=1024
        Names that crowds are looked for in, taken evenly from all.

    Attributes
    ----------
    means_ : ndarray of shape (n_languages, dimensions)
    maps_ : ndarray of shape (n_languages, n_languages, dimensions, dimensions)
        From the language of the first index to that of the second.
    names_ : list of n_languages SenseRows
        The names, around which crowds are measured.

    References
    ----------
    M. Artetxe, G. Labaka and E. Agirre, Learning Principled Bilingual Mappings of Word Embeddings
    while Preserving Monolingual Invariance, EMNLP 2016 (centring, mapping); G. Dinu, A. Lazaridou
    and M. Baroni, Improving Zero-shot Learning by Mitigating the Hubness Problem, ICLR 2015
    workshop; A. Conneau et al., Word Translation without Parallel Data, ICLR 2018 (the correction
    by the mean likeness of the nearest neighbours).
    """

    name = "sense"

    def __init__(
        self,
        share: float = 0.7,
        ridge: float = 1.0,
        neighbours: int = 10,
        most_names: int = 1024,
    ) -> None:
        self.share = share
        self.ridge = ridge
        self.neighbours = neighbours
        self.most_names = most_names

    def connects(self, first: Language, second: Language) -> bool:  # noqa: ARG002
        """Tell whether the road leads from one language to the other."""
        return True

    def fit(self, X: Any, y: None = None) -> SenseRoad:  # noqa: ARG002, N803
        """Learn means, maps and crowds from parallel names.

        Parameters
        ----------
        X : ndarray of float32, shape (n_languages, n_names, dimensions)
            Row i of each language is the same thing; zero where it has no name there.
        y : ignored
        """
        known = np.abs(X).sum(axis=2) > 0
        self.means_ = np.stack(
            [
                vectors[there].mean(axis=0) if there.any() else np.zeros(X.shape[2])
                for vectors, there in zip(X, known, strict=True)
            ]
        ).astype(np.float32)
        own = np.stack([self._centred(X[place], place) for place in range(len(LANGUAGES))])
        self.maps_ = np.stack(
            [
                np.stack([self._map(own, known, one, other) for other in range(len(LANGUAGES))])
                for one in range(len(LANGUAGES))
            ]
        )
        self.names_: list[SenseRows] = [
            self._rows(own[place][rows], np.full(len(rows), place))
            for place in range(len(LANGUAGES))
            for rows in [self._evenly(np.flatnonzero(known[place]))]
        ]
        return self

    def transform(
        self,
        X: Any,  # noqa: N803
        languages: Any,
        towards: Sequence[int] = range(len(LANGUAGES)),
    ) -> SenseRows:
        """Return texts on this road.

        Parameters
        ----------
        X : ndarray of float32, shape (n_texts, dimensions)
            Zero for a text without a vector.
        languages : ndarray of int, shape (n_texts,)
            Indices in `LANGUAGES`.
        towards : sequence of int, optional
            Languages of the texts they are compared with; crowds in others are not looked for.
        """
        check_is_fitted(self)
        if len(X) > _BLOCK:
            blocks = _blocks(np.arange(len(X)))
            return SenseRows.joined(
                [self.transform(X[some], languages[some], towards) for some in blocks]
            )
        own = np.zeros(X.shape)
        for place in range(len(LANGUAGES)):
            own[languages == place] = self._centred(X[languages == place], place)
        rows = self._rows(own, languages)
        for place in towards:
            if len(self.names_[place].own):
                self._measure_crowd(rows, languages, place, self.names_[place])
        return rows

    def likeness(self, left: SenseRows, right: SenseRows, first: int, second: int) -> Any:
        """Return how near in meaning, float32 of shape (n_left, n_right).

        All of ``left`` is in the language ``first``, all of ``right`` in ``second``. Across
        languages about -1 to 1, where 0 is as near as the names around the two are; within one
        twice the cosine.
        """
        return joined(left, second) @ joined(right, first, swapped=True).T

    def _evenly(self, places: Any) -> Any:
        number = min(self.most_names, len(places))
        return places[np.linspace(0, len(places) - 1, number).astype(int)] if number else places

    def _centred(self, vectors: Any, language: int) -> Any:
        there = np.abs(vectors).sum(axis=1) > 0
        return _unit(np.where(there[:, np.newaxis], vectors - self.means_[language], 0.0))

    def _map(self, own: Any, known: Any, one: int, other: int) -> Any:
        both = known[one] & known[other]
        size = own.shape[2]
        if one == other or not both.any():
            return np.eye(size)
        left, right = own[one][both].astype(float), own[other][both].astype(float)
        gram = left.T @ left + self.ridge * np.eye(size)
        return np.linalg.solve(gram, left.T @ right)

    def _rows(self, own: Any, languages: Any) -> SenseRows:
        """Return texts without their crowds; float64 until they are rounded, see `GRID`."""
        mixed = np.repeat(own[np.newaxis], len(LANGUAGES), axis=0)
        for one in range(len(LANGUAGES)):
            rows = languages == one
            for other in range(len(LANGUAGES)):
                if one != other and rows.any():
                    moved = _unit(own[rows] @ self.maps_[one, other])
                    mixed[other, rows] = _unit((1 - self.share) * own[rows] + self.share * moved)
        crowd = np.zeros((len(LANGUAGES), len(own)), dtype=np.float32)
        return SenseRows(_on_grid(own), _on_grid(mixed), crowd, np.abs(own).sum(axis=1) > 0)

    def _measure_crowd(
        self, rows: SenseRows, languages: Any, place: int, names: SenseRows
    ) -> None:
        keep = min(self.neighbours, len(names.own))
        for one in range(len(LANGUAGES)):
            spoken = np.flatnonzero((languages == one) & rows.known)
            # Within one language crowds tell less than they cost: shop listings were found worse.
            if not len(spoken) or one == place:
                continue
            theirs = np.concatenate([names.own, names.mixed[one]], axis=1)
            for chosen in _blocks(spoken):
                ours = np.concatenate([rows.mixed[place, chosen], rows.own[chosen]], axis=1)
                near = ours @ theirs.T
                best = np.partition(near, -keep, axis=1)[:, -keep:]
                rows.crowd[place, chosen] = _on_grid(best.mean(axis=1) / 2)


def joined(rows: SenseRows, other: int, *, swapped: bool = False) -> Any:
    """Return texts so that the product of two such matrices is their likeness in meaning.

    Shape (n_texts, 2 * dimensions + 2), float32. ``other`` is the language of the other side,
    which is ``swapped``. The likeness is twice the mean of both cosines, each with one side moved
    to the language of the other, less the crowds of both.
    """
    pair = (rows.own, rows.mixed[other]) if swapped else (rows.mixed[other], rows.own)
    ones = rows.known.astype(np.float32)
    crowd = -rows.crowd[other]
    ends = (ones, crowd) if swapped else (crowd, ones)
    return np.column_stack([*pair, *ends])


def _unit(vectors: Any) -> Any:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros(vectors.shape), where=lengths > 0)


def _on_grid(values: Any) -> Any:
    return (np.rint(values * GRID) / GRID).astype(np.float32)


def _blocks(places: Any) -> Sequence[Any]:
    return [places[start : start + _BLOCK] for start in range(0, len(places), _BLOCK)]
