"""Texts of one side made ready to be compared with those of the other, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.utils.sparsefuncs import sparse_matmul_to_dense

from matchmaker.engines.matching.fusion import Fusion, Vectors
from matchmaker.engines.matching.sense import joined
from matchmaker.engines.matching.sides import Side
from matchmaker.engines.matching.text import TextModel

COLUMNS = 4_096
"""Texts of the ready side compared at once; with the rows of a block it fits a cache."""

FEW = 16
"""Rows so few that a matrix product is turned round."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Products against needs of one language each.

    Attributes
    ----------
    products, needs : ndarrays of int
        Places in the sheet.
    strength : ndarray of float32, shape (n_products, n_needs)
        What `Fusion.likeness` makes a likeness of.
    wordless_products, wordless_needs : ndarrays of bool
        Whose likeness to anything is unknown.
    fusion : Fusion
    """

    products: Any
    needs: Any
    strength: Any
    wordless_products: Any
    wordless_needs: Any
    fusion: Fusion

    def turned(self) -> Piece:
        """Return the piece of sides that were taken for each other."""
        return Piece(
            self.needs,
            self.products,
            self.strength.T,
            self.wordless_needs,
            self.wordless_products,
            self.fusion,
        )

    def likeness(self, rows: Any, columns: Any) -> Any:
        """Return the likeness of some of the pairs, float64, NaN where a text has no words."""
        likeness = self.fusion.likeness(self.strength[rows, columns].astype(float))
        unknown = self.wordless_products[rows] | self.wordless_needs[columns]
        return np.where(unknown, np.nan, likeness)


@dataclass(frozen=True, slots=True)
class _Group:
    """Texts of one side in one language, all or none with codes and with sentence vectors."""

    places: Any
    language: int
    known: bool
    coded: bool
    plain: Vectors
    named: Vectors | None

    def towards(self, other: _Group) -> Vectors:
        """Return the texts as a group of the other side sees them.

        Where one side alone states an HS code, the names of the code are read with its text too,
        in the text's weight, a third of the title's: else the code would say nothing to that
        side. What brings the two nearer counts.
        """
        return self.named if self.coded and not other.coded and self.named else self.plain


class Facing:
    """One side of a fair, ready for any number of the other.

    Parameters
    ----------
    text : TextModel
        Fitted.
    ready : Side
    offers : bool
        Whether the ready side are the products.
    others : iterable of int, optional
        Languages that texts of the other side are in; for others it makes itself ready when
        they come.
    """

    def __init__(
        self, text: TextModel, ready: Side, *, offers: bool, others: Iterable[int] = ()
    ) -> None:
        self._text = text
        self._offers = offers
        self._ready: list[_Group] = []
        self._roads: dict[tuple[int, int, bool, bool], Any] = {}
        self._sense: dict[tuple[int, int], Any] = {}
        self._split: dict[tuple[int, int, bool, bool], tuple[Any, Any]] = {}
        widths = [road.shape[1] for road in ready.vectors.roads]
        self._bounds = np.cumsum([0, *widths]).tolist()
        for group in _groups(ready, np.arange(len(ready.coded))):
            for start in range(0, len(group.places), COLUMNS):
                self._ready.append(_cut(group, slice(start, start + COLUMNS)))
        self._prepared: set[int] = set()
        for other in others:
            self._prepare(other)

    def pieces(self, side: Side, rows: Any) -> Iterator[Piece]:
        """Yield goods of the other side against all that are ready.

        Parameters
        ----------
        side : Side
        rows : ndarray of int
            Places of its goods.
        """
        for group in _groups(side, rows):
            self._prepare(group.language)
            here = _Here(group, {}, {}, {})
            for place, ready in enumerate(self._ready):
                piece = self._piece(here, place, ready)
                yield piece.turned() if self._offers else piece

    def _prepare(self, other: int) -> None:
        """Make the texts ready for those of the other side in one language."""
        if other in self._prepared:
            return
        for place, group in enumerate(self._ready):
            for with_sense in {False, group.known}:
                fusion = self._text.fusion(group.language, other, with_sense=with_sense)
                for named in {False, group.named is not None}:
                    key = self._key(place, other, with_sense=with_sense, named=named)
                    vectors = group.named if named and group.named else group.plain
                    if key not in self._roads:
                        stack = stacked(vectors)
                        roads = weighed(stack, vectors, fusion) if self._offers else stack
                        self._roads[key] = sp.csr_array(roads.T)
            if group.known and group.plain.sense is not None:
                self._sense[place, other] = joined(group.plain.sense, other, swapped=True)
        self._prepared.add(other)

    def _piece(self, here: _Here, place: int, ready: _Group) -> Piece:
        group = here.group
        with_sense = group.known and ready.known
        fusion = self._text.fusion(group.language, ready.language, with_sense=with_sense)
        strength = self._between(here, place, ready, fusion, (group.plain, ready.plain))
        ours, theirs = group.towards(ready), ready.towards(group)
        if ours is not group.plain or theirs is not ready.plain:
            told = self._between(here, place, ready, fusion, (ours, theirs))
            np.maximum(strength, told, out=strength)
        if fusion.sense and group.plain.sense is not None:
            if ready.language not in here.sense:
                here.sense[ready.language] = joined(group.plain.sense, ready.language)
            strength += _products(here.sense[ready.language], self._sense[place, group.language])
        return Piece(
            group.places, ready.places, strength, ours.sizes == 0, theirs.sizes == 0, fusion
        )

    def _between(
        self,
        here: _Here,
        place: int,
        ready: _Group,
        fusion: Fusion,
        texts: tuple[Vectors, Vectors],
    ) -> Any:
        """Return the strength between two groups, plain or with the names of their codes."""
        ours, theirs = texts
        with_sense = here.group.known and ready.known
        kind = (ready.language, with_sense, ours is here.group.named)
        if kind not in here.roads:
            stack = here.stack(ours)
            here.roads[kind] = stack if self._offers else weighed(stack, ours, fusion)
        key = self._key(
            place, here.group.language, with_sense=with_sense, named=theirs is ready.named
        )
        return self._said(here.roads[kind], key, fusion)

    def _said(self, ours: Any, key: tuple[int, int, bool, bool], fusion: Fusion) -> Any:
        """Return the strength by all roads but sense, float32 of shape (n_ours, n_ready)."""
        if fusion.concepts is None:
            return sparse_matmul_to_dense(ours, self._roads[key])
        start, end = self._bounds[fusion.concepts : fusion.concepts + 2]
        if key not in self._split:
            theirs = self._roads[key]
            others = sp.vstack([theirs[:start], theirs[end:]], format="csr")
            self._split[key] = others, sp.csr_array(theirs[start:end])
        others, concepts = self._split[key]
        beside = sp.hstack([ours[:, :start], ours[:, end:]], format="csr")
        words = sparse_matmul_to_dense(beside, others)
        said = sparse_matmul_to_dense(ours[:, start:end], concepts)
        return words + fusion.fade(said, words)

    def _key(
        self, place: int, other: int, *, with_sense: bool, named: bool
    ) -> tuple[int, int, bool, bool]:
        # Weights stand with the products, so those of needs are the same for all.
        if self._offers:
            return place, other, with_sense, named
        return place, -1, False, named


@dataclass(frozen=True, slots=True)
class _Here:
    """A group of the side that is not ready, with its matrices by language of the other."""

    group: _Group
    stacks: dict[bool, Any]
    roads: dict[tuple[int, bool, bool], Any]
    sense: dict[int, Any]

    def stack(self, vectors: Vectors) -> Any:
        """Return the roads of its texts, plain or named."""
        named = vectors is self.group.named
        if named not in self.stacks:
            self.stacks[named] = stacked(vectors)
        return self.stacks[named]


def _products(ours: Any, theirs: Any) -> Any:
    """Return the dot product of each two rows."""
    # The same sums; but a few rows on the left are several times slower.
    return (theirs @ ours.T).T if len(ours) < FEW else ours @ theirs.T


def stacked(vectors: Vectors) -> Any:
    """Return the roads side by side, CSR float32."""
    return sp.csr_array(sp.hstack(vectors.roads, format="csr", dtype=np.float32))


def weighed(stack: Any, vectors: Vectors, fusion: Fusion) -> Any:
    """Return stacked roads with their weights."""
    widths = [road.shape[1] for road in vectors.roads]
    scales = np.repeat(np.float32(fusion.roads / fusion.scale), widths)
    data = stack.data * scales[stack.indices]
    return sp.csr_array((data, stack.indices, stack.indptr), shape=stack.shape)


def _groups(side: Side, rows: Any) -> Iterator[_Group]:
    known = np.zeros(len(side.coded), dtype=bool)
    if side.vectors.sense is not None:
        known = side.vectors.sense.known
    kinds = (2 * side.vectors.languages[rows] + known[rows]) * 2 + side.coded[rows]
    named_place = np.cumsum(side.coded) - 1
    for kind in np.unique(kinds):
        places = rows[kinds == kind]
        coded = bool(kind % 2)
        yield _Group(
            places=places,
            language=int(kind // 4),
            known=bool(kind // 2 % 2),
            coded=coded,
            plain=side.vectors.rows(places),
            named=side.named.rows(named_place[places]) if coded and side.named else None,
        )


def _cut(group: _Group, some: slice) -> _Group:
    return _Group(
        group.places[some],
        group.language,
        group.known,
        group.coded,
        group.plain.rows(some),
        None if group.named is None else group.named.rows(some),
    )
