"""Who is left without a suggestion, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matchmaker.engines.matching.competitors import competitor_pairs
from matchmaker.engines.matching.data import Fair, Need, Product
from matchmaker.engines.matching.gates import Closed, Gate
from matchmaker.engines.matching.parts import Sheet
from matchmaker.engines.matching.reasons import Side


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A company without a suggestion, and why."""

    side: Side
    company: str
    reason: Gate


@dataclass(frozen=True, slots=True)
class Met:
    """Which companies have possible partners, suggestions, and pairs held back as late.

    Each is of bool, first of the exporters, (n_exporters,), then of the buyers, (n_buyers,).
    """

    possible: tuple[Any, Any]
    kept: tuple[Any, Any]
    late: tuple[Any, Any]


def unmatched(fair: Fair, sheet: Sheet, closed: Closed, met: Met) -> tuple[Unmatched, ...]:
    """Return the companies without a suggestion, each with the reason that says most."""
    exporters, buyers = _competing(fair)
    lacking = {
        "exporter": exporters | _without_goods(fair),
        "buyer": buyers | _without_needs(fair),
    }
    found = []
    sides: tuple[tuple[Side, Any], ...] = (("exporter", sheet.exporters), ("buyer", sheet.buyers))
    for axis, (side, companies) in enumerate(sides):
        could, has, late = met.possible[axis], met.kept[axis], met.late[axis]
        nobody_open = closed.all_of(axis)
        for place, company in enumerate(companies):
            if has[place]:
                continue
            reason = Gate.OTHER_GOODS
            if could[place]:
                reason = Gate.PARTNERS_FULL
            elif late[place]:
                reason = Gate.LATE
            elif company.id in lacking[side]:
                reason = lacking[side][company.id]
            elif nobody_open[place]:
                reason = Gate.BLOCKED
            found.append(Unmatched(side, company.id, reason))
    return tuple(found)


def _competing(fair: Fair) -> tuple[dict[str, Gate], dict[str, Gate]]:
    """Return the exporters and the buyers that would fit each other, but sell the same."""
    pairs = competitor_pairs(fair)
    offered: dict[str, set[str]] = {exporter: set() for exporter, _ in pairs}
    wanted: dict[str, set[str]] = {buyer: set() for _, buyer in pairs}
    for product in fair.products if pairs else ():
        if product.exporter in offered:
            offered[product.exporter] |= _goods(product)
    for need in fair.needs if pairs else ():
        if need.buyer in wanted:
            wanted[need.buyer] |= _goods(need)
    fitting = [pair for pair in pairs if offered[pair[0]] & wanted[pair[1]]]
    return (
        {exporter: Gate.COMPETITOR for exporter, _ in fitting},
        {buyer: Gate.COMPETITOR for _, buyer in fitting},
    )


def _goods(one: Product | Need) -> set[str]:
    """Return the headings of its codes, and its sector."""
    return {code[:4] for code in one.hs_codes} | ({one.sector} if one.sector else set())


def _without_goods(fair: Fair) -> dict[str, Gate]:
    offering = {product.exporter for product in fair.products}
    admitted = {product.exporter for product in fair.products if not product.barred}
    return {
        exporter.id: Gate.BARRED if exporter.id in offering else Gate.NO_PRODUCT
        for exporter in fair.exporters
        if exporter.id not in admitted
    }


def _without_needs(fair: Fair) -> dict[str, Gate]:
    looking = {need.buyer for need in fair.needs}
    return {buyer.id: Gate.NO_NEED for buyer in fair.buyers if buyer.id not in looking}
