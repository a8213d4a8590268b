"""Pairs of a product and a need whose goods are alike, scored; and the best pair of companies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.matching.bars import Bars
from matchmaker.engines.matching.facing import Piece
from matchmaker.engines.matching.gates import Closed
from matchmaker.engines.matching.parts import Sheet, measure
from matchmaker.engines.matching.score import GOODS_FLOOR, Weights, goods_likeness, score

MOST_ALSO = 2
"""Further pairs of goods kept of two companies that are suggested to each other."""


@dataclass(frozen=True, slots=True)
class Also:
    """Another product and need of the same two companies, and their score, 0 to 1."""

    product: str
    need: str
    score: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of a product and a need, with their likeness by text and their score."""

    rows: Any
    columns: Any
    likeness: Any
    score: Any

    @classmethod
    def joined(cls, parts: Iterable[Candidates]) -> Candidates:
        """Return all pairs of several."""
        some = [_NONE, *parts]
        return cls(
            np.concatenate([one.rows for one in some]),
            np.concatenate([one.columns for one in some]),
            np.concatenate([one.likeness for one in some]),
            np.concatenate([one.score for one in some]),
        )

    def where(self, chosen: Any) -> Candidates:
        """Return the pairs of a mask, a slice or an array of places."""
        return Candidates(
            self.rows[chosen], self.columns[chosen], self.likeness[chosen], self.score[chosen]
        )

    def companies(self, sheet: Sheet) -> tuple[Any, Any]:
        """Return the places of the exporter and the buyer of each pair."""
        return sheet.exporter_of[self.rows], sheet.buyer_of[self.columns]

    def numbers(self, sheet: Sheet) -> Any:
        """Return a number for the two companies of each pair, in the order of the places."""
        exporters, buyers = self.companies(sheet)
        return exporters.astype(np.int64) * sheet.wants.number + buyers


_NONE = Candidates(
    np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0), np.empty(0)
)


class Finder:
    """Finds the pairs of one sheet whose goods are alike enough.

    Parameters
    ----------
    sheet : Sheet
    weights : Weights
    closed : Closed
    floor : float, default=`GOODS_FLOOR`
        Likeness of goods up to which a pair is left out; below 0 none is.
    """

    def __init__(
        self, sheet: Sheet, weights: Weights, closed: Closed, floor: float = GOODS_FLOOR
    ) -> None:
        self._sheet = sheet
        self._weights = weights
        self._closed = closed
        self._floor = floor
        self._bars = Bars(sheet, weights, floor)

    def find(self, pieces: Iterable[Piece]) -> Candidates:
        """Return the candidates among all pairs of some pieces, by their places."""
        found = Candidates.joined(self._of_piece(piece) for piece in pieces)
        return found.where(np.lexsort((found.columns, found.rows)))

    def _of_piece(self, piece: Piece) -> Candidates:
        every = np.ones(piece.strength.shape, dtype=bool)
        may = self._bars.passed(piece) if self._floor >= 0 else every
        some, others = np.nonzero(may)
        rows, columns = piece.products[some], piece.needs[others]
        is_open = ~self._closed.holds(self._sheet.exporter_of[rows], self._sheet.buyer_of[columns])
        if not is_open.all():
            some, others = some[is_open], others[is_open]
            rows, columns = rows[is_open], columns[is_open]
        likeness = piece.likeness(some, others)
        parts = measure(self._sheet, rows, columns, likeness)
        # Rounded, so that the last bits of a sum do not decide between equals.
        scored = score(parts, self._weights).score.round(9)
        alike = goods_likeness(parts, self._weights) > self._floor
        return Candidates(rows, columns, likeness, scored).where(alike)


def best_of_companies(sheet: Sheet, found: Candidates) -> Candidates:
    """Return the best pair of each two companies, from the best to the worst, ties by the ids.

    The pairs found stand in the order of their places.
    """
    number = found.numbers(sheet)
    order = np.lexsort((-found.score, number))
    first = order[np.flatnonzero(np.diff(number[order], prepend=-1))]
    return best_first(sheet, found.where(first))


def best_first(sheet: Sheet, best: Candidates) -> Candidates:
    """Return pairs of companies from the best to the worst, ties by the ids."""
    # Places are in the order of the ids.
    return best.where(np.lexsort((best.numbers(sheet), -best.score)))


def others_of_companies(
    sheet: Sheet, found: Candidates, chosen: Candidates
) -> dict[tuple[int, int], list[Also]]:
    """Return what else of two companies agrees, by the places of the companies."""
    found = found.where(np.isin(found.numbers(sheet), chosen.numbers(sheet)) & (found.score > 0))
    found = found.where(np.lexsort((found.columns, found.rows, -found.score)))
    taken = set(zip(chosen.rows.tolist(), chosen.columns.tolist(), strict=True))
    named = {(int(sheet.exporter_of[row]), column) for row, column in taken}
    answer: dict[tuple[int, int], list[Also]] = {}
    again: list[tuple[tuple[int, int], Also]] = []
    keys = zip(*(places.tolist() for places in found.companies(sheet)), strict=True)
    pairs = zip(found.rows.tolist(), found.columns.tolist(), found.score.tolist(), strict=True)
    for key, (row, column, value) in zip(keys, pairs, strict=True):
        if (row, column) in taken:
            continue
        one = Also(sheet.products[row].id, sheet.needs[column].id, value)
        if (key[0], column) in named:
            again.append((key, one))
        else:
            named.add((key[0], column))
            answer.setdefault(key, []).append(one)
    for key, one in again:
        answer.setdefault(key, []).append(one)
    return {key: others[:MOST_ALSO] for key, others in answer.items()}
