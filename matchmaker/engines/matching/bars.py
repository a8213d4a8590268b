"""How strongly two texts must meet for their goods to be alike, given their codes and sectors.

Most pairs fail here. So the bar is worked out once for all goods of the same codes and sector,
in the measure that matrix products give, and compared with the products as they come.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matchmaker.engines.matching.facing import Piece
from matchmaker.engines.matching.fusion import Fusion
from matchmaker.engines.matching.parts import Sheet
from matchmaker.engines.matching.score import Weights, least_goods

SLACK = 1e-4
"""Bars lie so much too low, for they are float32; what passes is looked at again."""

MOST_CELLS = 40_000_000
"""Kinds of goods of both sides, multiplied, up to which all bars are kept."""

_ROWS = 512


class Bars:
    """Bars for the pairs of one sheet.

    Parameters
    ----------
    sheet : Sheet
    weights : Weights
    least_score : float
        0 to 1; the bars are what goods need for it if everything else is at its best.
    """

    def __init__(self, sheet: Sheet, weights: Weights, least_score: float) -> None:
        self._sheet = sheet
        self._weights = weights
        # Of goods of which nothing is known, the sector, the codes, and both.
        self._known = np.array([0.0, weights.sector, weights.hs, weights.hs + weights.sector])
        self._least = least_goods(self._known, weights, least_score)
        self._least_with_text = least_goods(self._known + weights.text, weights, least_score)
        sides = (sheet.offers, sheet.wants)
        kinds = [np.unique(side.keys, return_index=True, return_inverse=True) for side in sides]
        self._examples = tuple(first for _, first, _ in kinds)
        self._kinds = tuple(kind.reshape(-1) for _, _, kind in kinds)
        self._kept = len(self._examples[0]) * len(self._examples[1]) <= MOST_CELLS
        self._tables: dict[tuple[float, ...], Any] = {}

    def passed(self, piece: Piece) -> Any:
        """Return which pairs of a piece may pass, bool of shape (n_products, n_needs)."""
        passed = piece.strength > self._of_piece(piece)
        wordless = np.flatnonzero(piece.wordless_products)
        passed[wordless] = self._without_text(piece.products[wordless], piece.needs)
        wordless = np.flatnonzero(piece.wordless_needs)
        passed[:, wordless] = self._without_text(piece.products, piece.needs[wordless])
        return passed

    def _of_piece(self, piece: Piece) -> Any:
        left, right = self._kinds[0][piece.products], self._kinds[1][piece.needs]
        if not self._kept:
            kinds, left = np.unique(left, return_inverse=True)
            table = self._strengths(self._examples[0][kinds], piece.fusion)
        else:
            fusion = piece.fusion
            key = (fusion.scale, fusion.offset, fusion.floor)
            if key not in self._tables:
                self._tables[key] = np.concatenate(
                    [
                        self._strengths(self._examples[0][start : start + _ROWS], fusion)
                        for start in range(0, len(self._examples[0]), _ROWS)
                    ]
                )
            table = self._tables[key]
        return table.take(left, axis=0).take(right, axis=1)

    def _strengths(self, rows: Any, fusion: Fusion) -> Any:
        """Return the bars of some products against a need of each kind, float32."""
        goods, known = self._codes_and_sectors(rows, self._examples[1])
        weight = self._weights.text
        needed = self._least_with_text * (self._known + weight)
        if weight > 0:
            least = (needed[known] - goods) / weight
        else:
            least = np.where(goods > needed[known], -1.0, 1.0)
        share = np.minimum(least * (1 - fusion.floor) + fusion.floor, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            strength = (np.log(share / (1 - share)) - fusion.offset) / fusion.scale - SLACK
        strength[least < 0] = -np.inf
        return strength.astype(np.float32)

    def _without_text(self, rows: Any, columns: Any) -> Any:
        goods, known = self._codes_and_sectors(rows, columns)
        return goods > (self._least * self._known)[known]

    def _codes_and_sectors(self, rows: Any, columns: Any) -> tuple[Any, Any]:
        """Return the weighted sum of the parts known without a text, and which they are."""
        offers, wants = self._sheet.offers, self._sheet.wants
        hs = self._sheet.hs.of_all(offers.codes.places[rows], wants.codes.places[columns])
        sector = self._sheet.sector.of_all(
            offers.sectors.places[rows], wants.sectors.places[columns]
        )
        no_code, no_sector = np.isnan(hs), np.isnan(sector)
        known = 2 * (~no_code).astype(np.int8) + ~no_sector
        hs[no_code], sector[no_sector] = 0.0, 0.0
        hs *= self._weights.hs
        sector *= self._weights.sector
        hs += sector
        return hs, known
