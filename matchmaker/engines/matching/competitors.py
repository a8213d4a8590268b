"""Buyers that sell the same goods themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from matchmaker.engines.matching.data import Fair, Product


def competitor_pairs(fair: Fair) -> frozenset[tuple[str, str]]:
    """Return (exporter, buyer) where the buyer itself sells what the exporter offers.

    That is goods of the same HS subheading. Where one of the two states a heading only, it is
    the same heading and the same branch of a sector. A company does not compete with itself.
    """
    selling = [buyer for buyer in fair.buyers if buyer.sells]
    offers = Offers(fair.products if selling else ())
    return frozenset(
        (exporter, buyer.id)
        for buyer in selling
        for exporter in offers.of_like(buyer.sells)
        if exporter != buyer.id
    )


class Offers:
    """Finds the exporters of goods by their code."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._by_subheading: dict[str, set[str]] = defaultdict(set)
        self._by_heading: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._by_heading_only: dict[tuple[str, str], set[str]] = defaultdict(set)
        for product in products:
            for code in product.hs_codes:
                heading = (code[:4], product.sector or "")
                self._by_heading[heading].add(product.exporter)
                if len(code) >= 6:
                    self._by_subheading[code[:6]].add(product.exporter)
                else:
                    self._by_heading_only[heading].add(product.exporter)

    def of_like(self, sold: Iterable[tuple[str, str]]) -> set[str]:
        """Return who offers what is sold, given as HS code and sector."""
        found: set[str] = set()
        for code, sector in sold:
            in_subheading = len(code) >= 6
            if in_subheading:
                found |= self._by_subheading.get(code[:6], set())
            # A whole sector, as textiles, is too wide to say that goods are the same.
            if len(code) >= 4 and "-" in sector:
                by_heading = self._by_heading_only if in_subheading else self._by_heading
                found |= by_heading.get((code[:4], sector), set())
        return found
