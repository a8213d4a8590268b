"""The yardstick of open matchmakers: how many of eight fields of the two sides are equal."""

from __future__ import annotations

from math import inf

from matchmaker.engines.matching.data import Buyer, Exporter, Need, Product

FIELDS = 8
HEADING_DIGITS = 4


def count_equal_fields(product: Product, need: Need, exporter: Exporter, buyer: Buyer) -> int:
    """Return how many of the fields agree, 0 to `FIELDS`; what is not said does not agree.

    They are: the sector, an HS heading, the unit, the currency, a language, a certificate, the
    prices (the two spans meet), and the volume (the capacity is enough).
    """
    return sum(
        (
            _same(product.sector, need.sector),
            not _headings(product.hs_codes).isdisjoint(_headings(need.hs_codes)),
            _same(product.unit, need.unit),
            _same(product.currency, need.currency),
            not exporter.languages.isdisjoint(buyer.languages),
            not product.certificates.isdisjoint(need.certificates),
            _prices_meet(product, need),
            _capacity_is_enough(product, need),
        )
    )


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _headings(codes: tuple[str, ...]) -> set[str]:
    return {code[:HEADING_DIGITS] for code in codes if len(code) >= HEADING_DIGITS}


def _span(goods: Product | Need) -> tuple[float, float] | None:
    if goods.price_min is None and goods.price_max is None:
        return None
    low = -inf if goods.price_min is None else goods.price_min
    return low, inf if goods.price_max is None else goods.price_max


def _prices_meet(product: Product, need: Need) -> bool:
    one, other = _span(product), _span(need)
    if one is None or other is None or not _same(product.currency, need.currency):
        return False
    return max(one[0], other[0]) <= min(one[1], other[1])


def _capacity_is_enough(product: Product, need: Need) -> bool:
    capacity, volume = product.capacity_per_month, need.volume_per_month
    if capacity is None or volume is None or not _same(product.unit, need.unit):
        return False
    return capacity >= volume
