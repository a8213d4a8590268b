"""Pairs of a product and a need whose goods are alike, scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.matching.parts import Sheet, measure, text_likeness
from matchmaker.engines.matching.score import GOODS_FLOOR, Weights, goods_likeness, score
from matchmaker.engines.matching.text import TextModel

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

    def rows_where(self, chosen: Any) -> Candidates:
        chosen = np.asarray(chosen)
        if chosen.dtype != np.int64:
            chosen = np.flatnonzero(chosen)
        return Candidates(
            self.rows[chosen], self.columns[chosen], self.likeness[chosen], self.score[chosen]
        )

    def companies(self, sheet: Sheet) -> list[tuple[int, int]]:
        exporters = sheet.exporter_of[self.rows].tolist()
        return list(zip(exporters, sheet.buyer_of[self.columns].tolist(), strict=True))


def find_candidates(
    sheet: Sheet,
    text: TextModel,
    weights: Weights,
    rows: Any,
    pairs: Any,
    floor: float = GOODS_FLOOR,
) -> Candidates:
    """Return the pairs whose goods are alike, scored. The goods come first: they are few."""
    likeness = text_likeness(sheet, text, rows)
    goods = goods_likeness(
        {"hs": sheet.hs[rows], "sector": sheet.sector[rows], "text": likeness}, weights
    )
    some, columns = np.nonzero(pairs & (goods > floor))
    alike = likeness[some, columns].astype(float)
    parts = measure(sheet, rows[some], columns, alike)
    # Rounded, so that the last bits of a sum do not decide between equals.
    return Candidates(rows[some], columns, alike, score(parts, weights).score.round(9))


def joined(found: list[Candidates]) -> Candidates:
    none = np.empty(0, dtype=int)
    return Candidates(
        np.concatenate([none, *(part.rows for part in found)]),
        np.concatenate([none, *(part.columns for part in found)]),
        np.concatenate([none.astype(float), *(part.likeness for part in found)]),
        np.concatenate([none.astype(float), *(part.score for part in found)]),
    )


def best_of_companies(sheet: Sheet, found: Candidates) -> Candidates:
    """Return the best pair of each two companies, from the best to the worst, ties by the ids."""
    exporters, buyers = sheet.exporter_of[found.rows], sheet.buyer_of[found.columns]
    order = np.lexsort((found.columns, found.rows, -found.score, buyers, exporters))
    pair = (exporters * len(sheet.buyers) + buyers)[order]
    first = order[np.flatnonzero(np.diff(pair, prepend=-1))]
    return found.rows_where(
        first[np.lexsort((buyers[first], exporters[first], -found.score[first]))]
    )


def others_of_companies(
    sheet: Sheet, found: Candidates, chosen: Candidates
) -> dict[tuple[int, int], list[Also]]:
    """Return what else of two companies agrees, by the places of the companies."""
    number = len(sheet.buyers)
    wanted = sheet.exporter_of[chosen.rows] * number + sheet.buyer_of[chosen.columns]
    pair = sheet.exporter_of[found.rows] * number + sheet.buyer_of[found.columns]
    found = found.rows_where(np.isin(pair, wanted) & (found.score > 0))
    order = np.lexsort((found.columns, found.rows, -found.score))
    found = found.rows_where(order)
    taken = set(zip(chosen.rows.tolist(), chosen.columns.tolist(), strict=True))
    named = {(int(sheet.exporter_of[row]), column) for row, column in taken}
    answer: dict[tuple[int, int], list[Also]] = {}
    again: list[tuple[tuple[int, int], Also]] = []
    for place, key in enumerate(found.companies(sheet)):
        row, column = int(found.rows[place]), int(found.columns[place])
        if (row, column) in taken:
            continue
        one = Also(sheet.products[row].id, sheet.needs[column].id, float(found.score[place]))
        if (key[0], column) in named:
            again.append((key, one))
        else:
            named.add((key[0], column))
            answer.setdefault(key, []).append(one)
    for key, one in again:
        answer.setdefault(key, []).append(one)
    return {key: others[:MOST_ALSO] for key, others in answer.items()}
