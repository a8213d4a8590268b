"""The catalogue: which requirements apply to a product, which programmes help."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol, TypeVar

from matchmaker.engines.readiness.data import (
    PRECISE_HS,
    Certificate,
    Kind,
    Product,
    Programme,
    ProgrammeStatus,
    Requirement,
    Sector,
)

KEPT_ANSWERS = 65_536
"""Kinds of product whose requirements are remembered."""
OFFERED = (ProgrammeStatus.RUNNING, ProgrammeStatus.TYPICAL, ProgrammeStatus.PROPOSED)
"""In the order of recommendation; closed programmes are history."""


class Coded(Protocol):
    """Something with a code."""

    @property
    def code(self) -> str: ...


Row = TypeVar("Row", bound=Coded)


def _by_code(rows: Iterable[Row]) -> Mapping[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if row.code in found:
            raise ValueError(f"the code {row.code} is there twice")
        found[row.code] = row
    return MappingProxyType(found)


def order(requirement: Requirement) -> tuple[bool, str]:
    """Return what requirements are sorted by: mandatory ones first, then the code."""
    return requirement.kind is not Kind.MANDATORY, requirement.code


class Catalogue:
    """Requirements, certificates, programmes and sectors, indexed once and then only read.

    Parameters
    ----------
    sectors, certificates, requirements, programmes : iterables
        The rows of the data pack or of the database, in any order. References to codes that are
        not there never match; whoever reads the rows in should report them.

    Attributes
    ----------
    sectors, certificates, requirements, programmes : mappings
        The rows by code.
    attributes : frozenset of str
        Every product attribute that some requirement reads.

    Raises
    ------
    ValueError
        If a code is there twice.
    """

    def __init__(
        self,
        *,
        sectors: Iterable[Sector],
        certificates: Iterable[Certificate],
        requirements: Iterable[Requirement],
        programmes: Iterable[Programme] = (),
    ) -> None:
        self.sectors = _by_code(sectors)
        self.certificates = _by_code(certificates)
        self.requirements = _by_code(requirements)
        self.programmes = _by_code(programmes)
        rules = self.requirements.values()
        read = {rule.condition for rule in rules} | {rule.exemption for rule in rules}
        self.attributes = frozenset(name for name in read if name)
        self._by_prefix: dict[str, list[Requirement]] = defaultdict(list)
        self._by_sector: dict[str, list[Requirement]] = defaultdict(list)
        for rule in rules:
            for prefix in rule.hs_prefixes:
                self._by_prefix[prefix].append(rule)
            for sector in rule.sectors:
                self._by_sector[sector].append(rule)
        self._sector_of = {
            prefix: sector.code
            for sector in self.sectors.values()
            for prefix in sector.hs_prefixes
        }
        self._kept_rules = lru_cache(KEPT_ANSWERS)(self._find_rules)
        self._kept_programmes = lru_cache(KEPT_ANSWERS)(self._find_programmes)

    def family(self, sector: str) -> frozenset[str]:
        """Return a sub-sector and its parent, as far as they are known."""
        row = self.sectors.get(sector)
        return frozenset({sector, row.parent} if row and row.parent else {sector})

    def sector_of(self, hs: str) -> str | None:
        """Return the sub-sector with the longest prefix of an HS code, None without one."""
        found = (self._sector_of.get(hs[:digits]) for digits in range(len(hs), 0, -1))
        return next((sector for sector in found if sector), None)

    def applicable(
        self, product: Product, jurisdictions: frozenset[str] = frozenset()
    ) -> tuple[Requirement, ...]:
        """Return the requirements of a product, mandatory ones first, then by code.

        Parameters
        ----------
        product : Product
        jurisdictions : frozenset of str
            Countries whose rules count, ISO 3166-1 alpha-2; empty: all.

        Notes
        -----
        From six digits on the HS code decides where a rule lists prefixes; otherwise the
        sub-sector or its parent does, which is the cautious superset.
        """
        rules = self._kept_rules(product.sector, product.hs, product.attributes)
        if not jurisdictions:
            return rules
        return tuple(rule for rule in rules if rule.jurisdiction in jurisdictions)

    def _find_rules(
        self, sector: str, hs: str, attributes: frozenset[str]
    ) -> tuple[Requirement, ...]:
        decides = len(hs) >= PRECISE_HS
        of_sector = [
            rule for code in self.family(sector) for rule in self._by_sector.get(code, ())
        ]
        if decides:
            of_sector = [rule for rule in of_sector if not rule.hs_prefixes]
        prefixes = (hs[:digits] for digits in range(1, len(hs) + 1)) if decides else ()
        of_code = [rule for prefix in prefixes for rule in self._by_prefix.get(prefix, ())]
        touched = {
            rule
            for rule in (*of_sector, *of_code)
            if (rule.condition is None or rule.condition in attributes)
            and rule.exemption not in attributes
        }
        return tuple(sorted(touched, key=order))

    def programmes_for(self, requirement: str, sector: str) -> tuple[str, ...]:
        """Return the codes of programmes for a requirement that a sub-sector may join.

        Running ones come first, then those usually held, then proposed ones; each by code.
        """
        return self._kept_programmes(requirement, sector)

    def _find_programmes(self, requirement: str, sector: str) -> tuple[str, ...]:
        family = self.family(sector)
        fitting = [
            (OFFERED.index(programme.status), programme.code)
            for programme in self.programmes.values()
            if programme.status in OFFERED
            and requirement in programme.requirements
            and programme.sectors & family
        ]
        return tuple(code for _, code in sorted(fitting))
