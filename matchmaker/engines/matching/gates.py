"""Gates: pairs that are never suggested, whatever their score, and why."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from matchmaker.engines.matching.competitors import Offers, competitor_pairs
from matchmaker.engines.matching.data import Buyer, Exporter, Fair, Need, Product
from matchmaker.engines.matching.parts import Sheet
from matchmaker.engines.matching.sides import NO_DAY

Companies = Sequence[Exporter | Buyer]


class Gate(StrEnum):
    """Why a pair, or a company, is left out."""

    ITSELF = "itself"
    BLOCKED = "blocked"
    REFUSED = "refused"
    COMPETITOR = "competitor"
    BARRED = "barred"
    LATE = "late"
    NO_PRODUCT = "no_product"
    NO_NEED = "no_need"
    OTHER_GOODS = "other_goods"
    PARTNERS_FULL = "partners_full"


def pair_gates(fair: Fair, exporter: str, buyer: str) -> tuple[Gate, ...]:
    """Return every gate that two companies do not pass, from what is known before scoring."""
    products = [product for product in fair.products if product.exporter == exporter]
    needs = [need for need in fair.needs if need.buyer == buyer]
    admitted = [product for product in products if not product.barred]
    goods = [(product, need) for product in admitted for need in needs]
    sold = [one.sells for one in fair.buyers if buyer == one.id != exporter]
    shut = {
        Gate.ITSELF: exporter == buyer,
        Gate.BLOCKED: (exporter, buyer) in fair.blocked,
        Gate.REFUSED: (exporter, buyer) in fair.refused,
        Gate.COMPETITOR: any(exporter in Offers(products).of_like(sells) for sells in sold),
        Gate.NO_PRODUCT: not products,
        Gate.BARRED: bool(products) and all(product.barred for product in products),
        Gate.LATE: bool(goods) and all(comes_late(*pair) for pair in goods),
        Gate.NO_NEED: not needs,
    }
    return tuple(gate for gate, is_shut in shut.items() if is_shut)


@dataclass(frozen=True, slots=True)
class Closed:
    """Companies that may not be suggested to each other.

    ``pairs`` are sorted numbers, the exporter's place times the number of buyers plus the
    buyer's.
    """

    pairs: Any
    exporters: int
    buyers: int

    @classmethod
    def none(cls, sheet: Sheet) -> Closed:
        """Return that every two companies may be suggested to each other."""
        return cls(np.empty(0, dtype=np.int64), sheet.offers.number, sheet.wants.number)

    def of_exporters(self, some: slice) -> Closed:
        """Return the pairs of exporters of successive places, as if there were no others."""
        first, last = some.start * self.buyers, some.stop * self.buyers
        chosen = self.pairs[(self.pairs >= first) & (self.pairs < last)]
        return Closed(chosen - first, some.stop - some.start, self.buyers)

    def holds(self, exporters: Any, buyers: Any) -> Any:
        """Return which pairs of places are closed, bool, (n_pairs,)."""
        return np.isin(exporters.astype(np.int64) * self.buyers + buyers, self.pairs)

    def all_of(self, axis: int) -> Any:
        """Return which exporters (0) or buyers (1) nobody is open to, bool, (n_companies,)."""
        places = divmod(self.pairs, self.buyers)[axis] if self.buyers else self.pairs
        numbers = (self.exporters, self.buyers)
        closed = np.bincount(places, minlength=numbers[axis])
        return (closed == numbers[1 - axis]) & (numbers[1 - axis] > 0)


def closed_pairs(fair: Fair, sheet: Sheet) -> Closed:
    """Return the pairs that are blocked, were refused, compete, or are one company."""
    exporters, buyers = sheet.exporters, sheet.buyers
    sides: tuple[Companies, Companies] = (exporters, buyers)
    few, many = sorted(sides, key=len)
    itself = {(one.id, one.id) for one in few if _place(many, one.id) is not None}
    found = []
    for exporter, buyer in fair.blocked | fair.refused | itself | competitor_pairs(fair):
        row, column = _place(exporters, exporter), _place(buyers, buyer)
        if row is not None and column is not None:
            found.append(row * len(buyers) + column)
    return Closed(np.array(sorted(found), dtype=np.int64), len(exporters), len(buyers))


def _place(companies: Companies, wanted: str) -> int | None:
    """Return the place of an id among companies in the order of theirs."""
    place = bisect_left(companies, wanted, key=lambda one: one.id)
    return place if place < len(companies) and companies[place].id == wanted else None


def comes_late(product: Product, need: Need) -> bool:
    """Say whether a product could not be delivered by the day that a need asks for."""
    return need.needed_by is not None and product.is_shut_on(need.needed_by)


def late_pairs(sheet: Sheet, rows: Any, columns: Any) -> Any:
    """Return which pairs of a product and a need come too late, bool, (n_pairs,)."""
    day = sheet.wants.facts["needed_by"][columns, np.newaxis]
    shut_from, shut_to = (sheet.offers.facts[name][rows] for name in ("shut_from", "shut_to"))
    return ((day != NO_DAY) & (shut_from <= day) & (day <= shut_to)).any(axis=1)


def gate_counts(fair: Fair) -> dict[str, int]:
    """Return how many pairs or products each gate holds back."""
    buyers = {buyer.id for buyer in fair.buyers}
    return {
        Gate.ITSELF.value: sum(exporter.id in buyers for exporter in fair.exporters),
        Gate.BLOCKED.value: len(fair.blocked),
        Gate.REFUSED.value: len(fair.refused),
        Gate.COMPETITOR.value: len(competitor_pairs(fair)),
        Gate.BARRED.value: sum(product.barred for product in fair.products),
    }
