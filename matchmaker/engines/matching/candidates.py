"""Pairs of a product and a need that may be suggested, and the best pair of companies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.matching.bars import Bars
from matchmaker.engines.matching.facing import Piece
from matchmaker.engines.matching.gates import Closed
from matchmaker.engines.matching.parts import Sheet, measure
from matchmaker.engines.matching.score import Weights, score

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
    """Finds the pairs of one sheet that may be suggested.

    Parameters
    ----------
    sheet : Sheet
    weights : Weights
    closed : Closed
    least_score : float, optional
        What a pair must have. Without it every pair is scored, also of products that may not
        be suggested.
    """

    def __init__(
        self, sheet: Sheet, weights: Weights, closed: Closed, least_score: float | None = None
    ) -> None:
        self._sheet = sheet
        self._weights = weights
        self._closed = closed
        self._least = least_score
        self._bars = None if least_score is None else Bars(sheet, weights, least_score)

    def find(self, pieces: Iterable[Piece]) -> Candidates:
        """Return the candidates among all pairs of some pieces, by their places."""
        found = Candidates.joined(self._of_piece(piece) for piece in pieces)
        places = found.rows.astype(np.int64) * len(self._sheet.buyer_of) + found.columns
        return found.where(np.argsort(places, kind="stable"))

    def _of_piece(self, piece: Piece) -> Candidates:
        if self._bars is None or self._least is None:
            some, others = np.indices(piece.strength.shape).reshape(2, -1)
            return self._scored(piece, some, others)
        some, others = np.nonzero(self._bars.passed(piece))
        rows, columns = piece.products[some], piece.needs[others]
        closed = self._closed.holds(self._sheet.exporter_of[rows], self._sheet.buyer_of[columns])
        closed |= self._sheet.offers.facts["barred"][rows]
        found = self._scored(piece, some[~closed], others[~closed])
        return found.where((found.score >= self._least) & (found.score > 0))

    def _scored(self, piece: Piece, some: Any, others: Any) -> Candidates:
        rows, columns = piece.products[some], piece.needs[others]
        likeness = piece.likeness(some, others)
        parts = measure(self._sheet, rows, columns, likeness)
        # Rounded, so that the last bits of a sum do not decide between equals.
        return Candidates(rows, columns, likeness, score(parts, self._weights).score.round(9))


def best_of_companies(sheet: Sheet, found: Candidates) -> Candidates:
    """Return the best pair of each two companies, in the order of their places, ties by the ids.

    The pairs found stand in the order of their places, and so do those returned.
    """
    number = found.numbers(sheet)
    order = np.argsort(number, kind="stable")
    found, number = found.where(order), number[order]
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    if not len(starts):
        return found
    lengths = np.diff(starts, append=len(number))
    best = np.repeat(np.maximum.reduceat(found.score, starts), lengths)
    among = np.flatnonzero(found.score == best)
    # The first of equals is the one of the lowest ids.
    return found.where(among[np.flatnonzero(np.diff(number[among], prepend=-1))])


def in_order(sheet: Sheet, best: Candidates) -> Candidates:
    """Return pairs of companies in the order of their places."""
    return best.where(np.argsort(best.numbers(sheet), kind="stable"))


def best_first(best: Candidates) -> Candidates:
    """Return pairs in the order of their places from the best to the worst, ties as they come."""
    return best.where(np.argsort(-best.score, kind="stable"))


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
