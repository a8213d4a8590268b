"""Finding the reasons of scored pairs: shared codes and concepts, gaps, what would help."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from matchmaker.engines.matching.data import Need, Product
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.hs import LEVELS
from matchmaker.engines.matching.links import WordLinks
from matchmaker.engines.matching.parts import Sheet
from matchmaker.engines.matching.passages import Texts, close_passages
from matchmaker.engines.matching.reasons import (
    ClosePassages,
    Gap,
    PartReason,
    Raise,
    Reasons,
    SharedCode,
    SharedConcept,
    Side,
)
from matchmaker.engines.matching.score import (
    DEMAND,
    GOODS,
    SUPPLY,
    Scored,
    Weights,
    contributions,
    score,
)
from matchmaker.engines.matching.text import TextModel

MOST_CONCEPTS, MOST_RAISES = 3, 5
DECIMALS = 10
"""Of shares and contributions: more tell nobody anything, and are stored in every reason."""

LEAST_GAIN = 0.005
"""A gain below half a point in a hundred is not worth a sentence."""

LEAST_TEXT = 0.1
"""Likeness by text from which its close passages are named: they are no reason for less."""

_STATED_BY = {
    "hs": ("hs_codes", "hs_codes"),
    "sector": ("sector", "sector"),
    "text": ("title", "title"),
    "volume": ("capacity_per_month", "volume_per_month"),
    "min_order": ("min_order", "volume_per_month"),
    "price": ("price_min", "price_max"),
    "lead_time": ("lead_time_days", "lead_time_days"),
}
"""The field of the product and that of the need without which a part is unknown."""

_IMPROVED_BY: dict[str, tuple[Side, ...]] = {
    "volume": ("exporter",),
    "min_order": ("exporter",),
    "price": ("exporter", "buyer"),
    "lead_time": ("exporter",),
    "certificates": ("exporter",),
    "readiness": ("exporter",),
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scored pairs: places of products and needs, their parts and scores, all of n_pairs."""

    rows: Any
    columns: Any
    parts: dict[str, Any]
    scored: Scored


class Explainer:
    """Finds the reasons of pairs of one sheet.

    ``book`` is where the vectors of close passages are read; without it there are none.
    """

    def __init__(
        self, sheet: Sheet, text: TextModel, weights: Weights, book: Book | None = None
    ) -> None:
        self._sheet = sheet
        self._text = text
        self._weights = weights
        self._book = book

    def reasons(self, pairs: Pairs) -> list[Reasons]:
        """Return the reasons of n_pairs pairs."""
        with _collector_at_rest():
            return list(self._each(pairs))

    def _each(self, pairs: Pairs) -> Iterator[Reasons]:
        supply = self._directed(pairs, SUPPLY)
        demand = self._directed(pairs, DEMAND)
        concepts = self._concepts(pairs)
        passages = self._passages(pairs)
        goods = [
            (self._sheet.products[row], self._sheet.needs[column])
            for row, column in zip(pairs.rows.tolist(), pairs.columns.tolist(), strict=True)
        ]
        raises = self._raises(pairs, goods)
        links = WordLinks(self._text, {one.passage: None for pair in goods for one in pair})
        factors = pairs.scored.factor.tolist()
        for place, (product, need) in enumerate(goods):
            code = nearest_code(product.hs_codes, need.hs_codes)
            named = [concept.code for concept in concepts[place]]
            named += [code.shared] if code and code.shared not in named else []
            yield Reasons(
                factor=factors[place],
                supply=supply[place],
                demand=demand[place],
                unknown=tuple([part.part for part in supply[place] if part.value is None]),
                code=code,
                words=links.words(product.passage, need.passage, named),
                concepts=concepts[place],
                gaps=tuple(_gaps(product, need, supply[place])),
                raises=raises[place],
                passages=passages[place],
            )

    def _directed(self, pairs: Pairs, direction: tuple[str, ...]) -> list[tuple[PartReason, ...]]:
        given = contributions(pairs.parts, self._weights, direction, pairs.scored.factor)
        whole = sum(self._weights.of(part) for part in direction)
        shares = [round(self._weights.of(part) / whole, DECIMALS) for part in direction]
        values = np.column_stack([pairs.parts[part] for part in direction]).astype(object)
        values[values != values] = None  # noqa: PLR0124 - NaN alone is not itself
        gifts = np.column_stack([given[part] for part in direction]).round(DECIMALS).tolist()
        return [
            tuple(map(PartReason, direction, shares, row, gift_row))
            for row, gift_row in zip(values.tolist(), gifts, strict=True)
        ]

    def _raises(
        self, pairs: Pairs, goods: Sequence[tuple[Product, Need]]
    ) -> list[tuple[Raise, ...]]:
        """Score again with one part at its best; only parts somebody can do something about."""
        found: list[list[Raise]] = [[] for _ in goods]
        for part, values in pairs.parts.items():
            best = {**pairs.parts, part: np.ones_like(values)}
            gains = score(best, self._weights).score - pairs.scored.score
            places = np.flatnonzero(gains >= LEAST_GAIN)
            unknown = np.isnan(values[places])
            improved = _IMPROVED_BY.get(part)
            for place, gain, is_unknown in zip(
                places.tolist(), gains[places].tolist(), unknown.tolist(), strict=True
            ):
                if is_unknown:
                    if sides := _who_states(part, *goods[place]):
                        found[place].append(Raise(part, "state", sides, gain))
                elif improved:
                    found[place].append(Raise(part, "improve", improved, gain))
        return [
            tuple(sorted(some, key=lambda one: (-one.gain, one.part))[:MOST_RAISES])
            for some in found
        ]

    def _passages(self, pairs: Pairs) -> list[tuple[ClosePassages, ...]]:
        if self._text.sense_ is None or self._book is None:
            return [() for _ in pairs.rows]
        # Of a fair only these few texts are looked at.
        (rows, offered), (columns, wanted) = (
            np.unique(places, return_inverse=True) for places in (pairs.rows, pairs.columns)
        )
        offers, wants = self._sheet.offers, self._sheet.wants
        return close_passages(
            self._text.sense_,
            self._book,
            Texts([offers.goods[row].passage for row in rows], offers.vectors.languages[rows]),
            Texts([wants.goods[row].passage for row in columns], wants.vectors.languages[columns]),
            (offered, wanted),
        )

    def _concepts(self, pairs: Pairs) -> list[tuple[SharedConcept, ...]]:
        road = self._text.concept_road_
        if road is None:
            return [() for _ in pairs.rows]
        place = list(self._text.roads).index(road)
        products = self._sheet.product_vectors.roads[place][pairs.rows]
        shared = sp.csr_array(
            products.multiply(self._sheet.need_vectors.roads[place][pairs.columns])
        )
        found = []
        for row in range(shared.shape[0]):
            span = slice(shared.indptr[row], shared.indptr[row + 1])
            codes = [road.branch_codes_[column] for column in shared.indices[span]]
            total = shared.data[span].sum()
            ranked = sorted(zip(-shared.data[span], codes, strict=True))[:MOST_CONCEPTS]
            found.append(
                tuple(SharedConcept(code, float(-value / total)) for value, code in ranked)
            )
        return found


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let no garbage be looked for: a run makes a million tuples, and no circle of them.

    Else all that the process holds, as the names of goods, is gone through again and again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def nearest_code(offered: Sequence[str], wanted: Sequence[str]) -> SharedCode | None:
    """Return the two codes that share the most levels of the tariff, the first of equals."""
    best: SharedCode | None = None
    for one in offered:
        for other in wanted:
            level = max(
                (d for d in LEVELS if one[:d] == other[:d] and len(one[:d]) == d), default=0
            )
            if level > (best.level if best else 0):
                best = SharedCode(one, other, one[:level], level)
    return best


def _gaps(product: Product, need: Need, parts: Iterable[PartReason]) -> Iterable[Gap]:
    short = {part.part for part in parts if part.value is not None and part.value < 1}
    quantities = {
        "volume": (product.capacity_per_month, need.volume_per_month, need.unit),
        "min_order": (product.min_order, need.volume_per_month, need.unit),
        "lead_time": (product.lead_time_days, need.lead_time_days, None),
    }
    for part in SUPPLY:
        if part not in short or part in GOODS:
            continue
        if part == "certificates":
            yield Gap(part, missing=tuple(sorted(need.certificates - product.certificates)))
        elif part in quantities:
            offered, wanted, unit = quantities[part]
            yield Gap(part, offered=offered, wanted=wanted, unit=unit)
        else:
            yield Gap(part)


def _who_states(part: str, product: Product, need: Need) -> tuple[Side, ...]:
    """Return who has to say something for an unknown part to be known; nobody if none can."""
    if part in {"readiness", "experience"}:
        return ("exporter",)
    if part not in _STATED_BY:
        return ()
    of_product, of_need = _STATED_BY[part]
    sides: list[Side] = []
    if getattr(product, of_product) in (None, (), ""):
        sides.append("exporter")
    if getattr(need, of_need) in (None, (), ""):
        sides.append("buyer")
    # Both have said it, but in different units: both can say it again.
    return tuple(sides) or ("exporter", "buyer")
