"""What is said of a product or need, in the parts the forms ask for, and what cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext

from matchmaker.companies.enums import Currency, Incoterm, Period, SupplierKind, Unit

_l = lazy_gettext
Fault = tuple[str, Any]
"""Name of the field it stands beside, and the sentence."""


@dataclass(frozen=True, slots=True)
class ProductIdentity:
    """What is offered."""

    name: str
    description: str
    language: str
    """Of name and description: en, ja or ur."""
    hs_code: str | None = None
    sector_code: str | None = None


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """How much of it, for how much."""

    capacity: Decimal | None = None
    """Units a period."""
    unit: Unit | None = None
    period: Period | None = None
    min_order: Decimal | None = None
    price_min: Decimal | None = None
    """A unit."""
    price_max: Decimal | None = None
    currency: Currency | None = None
    incoterm: Incoterm | None = None
    lead_time_days: int | None = None


@dataclass(frozen=True, slots=True)
class NeedIdentity:
    """What is looked for."""

    title: str
    description: str
    language: str
    hs_codes: tuple[str, ...] = ()
    sector_code: str | None = None


@dataclass(frozen=True, slots=True)
class NeedTerms:
    """How much of it, for how much, until when, from whom."""

    volume: Decimal | None = None
    """Units a period."""
    unit: Unit | None = None
    period: Period | None = None
    price_min: Decimal | None = None
    """A unit."""
    price_max: Decimal | None = None
    currency: Currency | None = None
    lead_time_days: int | None = None
    needed_by: date | None = None
    supplier_kind: SupplierKind | None = None


@dataclass(frozen=True, slots=True)
class Certificates:
    """Codes of the schemes an exporter holds or a buyer asks for."""

    certificates: tuple[str, ...] = ()


ProductPart = ProductIdentity | ProductTerms | Certificates
NeedPart = NeedIdentity | NeedTerms | Certificates


def _price_faults(terms: ProductTerms | NeedTerms) -> Iterator[Fault]:
    low, high = terms.price_min, terms.price_max
    if low is not None and high is not None and low > high:
        yield (
            "price_min",
            _l("The lowest price is above the highest one. Have the two been swapped?"),
        )
    if low is None and high is None:
        return
    if terms.currency is None:
        yield "currency", _l("Choose the currency of the price.")
    if terms.unit is None:
        yield "unit", _l("Choose the unit: the price is understood for one of them.")


def _quantity_faults(quantity: Decimal | None, terms: ProductTerms | NeedTerms) -> Iterator[Fault]:
    if quantity is None:
        return
    if terms.unit is None:
        yield "unit", _l("Choose the unit of the quantity.")
    if terms.period is None:
        yield "period", _l("Choose whether the quantity is for a month or for a year.")


def _product_faults(terms: ProductTerms) -> Iterator[Fault]:
    yield from _quantity_faults(terms.capacity, terms)
    if terms.min_order is not None and terms.unit is None:
        yield "unit", _l("Choose the unit of the quantity.")
    least, most = terms.min_order, terms.capacity
    if least is not None and most is not None and least > most:
        yield (
            "min_order",
            _l("The smallest order is more than you can make. Look at both numbers again."),
        )
    yield from _price_faults(terms)


def _need_faults(terms: NeedTerms, today: date) -> Iterator[Fault]:
    yield from _quantity_faults(terms.volume, terms)
    if terms.needed_by is not None and terms.needed_by < today:
        yield "needed_by", _l("This day has passed. Choose a day that is still to come.")
    yield from _price_faults(terms)


def faults(part: ProductPart | NeedPart, *, today: date) -> dict[str, Any]:
    """Return what cannot be so: the sentence by the field it belongs beside."""
    found: list[Fault] = []
    if isinstance(part, ProductTerms):
        found = list(_product_faults(part))
    elif isinstance(part, NeedTerms):
        found = list(_need_faults(part, today))
    # The first sentence about a field is the one to begin with.
    return dict(reversed(found))
