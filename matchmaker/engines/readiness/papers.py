"""The papers of an exporter that count for one product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from matchmaker.engines.readiness.data import Holding, Product


class Validity(StrEnum):
    """How a kind of paper stands on a day that is looked forward to."""

    VALID = "VALID"
    """It ends on that day or later, or is open."""
    EXPIRING = "EXPIRING"
    """It is valid now and ends before that day."""
    EXPIRED = "EXPIRED"
    """It has ended."""
    MISSING = "MISSING"


def covers(holding: Holding, product: Product, family: frozenset[str]) -> bool:
    """Say whether a paper's scope has the product in it.

    A paper for HS codes does not cover a product whose code is unknown or shorter than they are.
    """
    if not holding.hs_prefixes and not holding.sectors:
        return True
    return bool(holding.sectors & family) or product.hs.startswith(tuple(holding.hs_prefixes))


def rank(holding: Holding) -> tuple[int, str, int, str]:
    """Return what papers are sorted by: the one that lasts longest first, then the code.

    The order does not depend on the order in which they are given.
    """
    last = holding.valid_to or date.max
    return -last.toordinal(), holding.certificate, -holding.issued.toordinal(), holding.id


class Papers:
    """The papers that count on ``as_of``, of each kind the one that lasts longest.

    Left out are those issued later, revoked, or whose scope does not cover the product.
    """

    def __init__(
        self, holdings: Iterable[Holding], product: Product, family: frozenset[str], as_of: date
    ) -> None:
        self.as_of = as_of
        self._held: dict[str, Holding] = {}
        for holding in holdings:
            if holding.issued > as_of or holding.revoked or not covers(holding, product, family):
                continue
            other = self._held.get(holding.certificate)
            if other is None or rank(holding) < rank(other):
                self._held[holding.certificate] = holding

    def of(self, certificate: str) -> Holding | None:
        """Return the paper of a kind, None where there is none that counts."""
        return self._held.get(certificate)

    def longest(self, certificates: Iterable[str]) -> Holding | None:
        """Return the paper that lasts longest among several kinds."""
        held = [self._held[code] for code in certificates if code in self._held]
        return min(held, key=rank) if len(held) > 1 else held[0] if held else None

    def valid(self, certificates: Iterable[str], target: date) -> Holding | None:
        """Return the paper that lasts longest if it is valid on the target day."""
        holding = self.longest(certificates)
        return holding if self.validity(holding, target) is Validity.VALID else None

    def validity(self, holding: Holding | None, target: date) -> Validity:
        """Return how a paper stands on the target day."""
        if holding is None:
            return Validity.MISSING
        if holding.valid_to is None or holding.valid_to >= target:
            return Validity.VALID
        return Validity.EXPIRING if holding.valid_to >= self.as_of else Validity.EXPIRED
