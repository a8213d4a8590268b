"""The parts of a score: how a product and a need agree, one question at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.matching.data import Buyer, Concept, Exporter, Fair, Need, Product
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.fusion import Vectors
from matchmaker.engines.matching.hs import HSCodeEncoder, Nearest, SectorEncoder
from matchmaker.engines.matching.sides import (
    Bits,
    Reader,
    Side,
    numbering_of,
    offers_of,
    read_side,
    taken,
    wants_of,
)
from matchmaker.engines.matching.text import TextModel

PRICE_TOLERANCE = 0.5
"""A lowest price this share above the highest the buyer pays counts 0; between, linearly."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A fair laid out for arithmetic: what exporters offer and what buyers want.

    ``hs`` and ``sector`` say how near codes of both sides are.
    """

    offers: Side
    wants: Side
    hs: Nearest
    sector: Nearest

    @classmethod
    def of(cls, offers: Side, wants: Side) -> Sheet:
        """Return the sheet of two sides."""
        return cls(
            offers,
            wants,
            Nearest(HSCodeEncoder(), offers.codes.codes, wants.codes.codes),
            Nearest(SectorEncoder(), offers.sectors.codes, wants.sectors.codes),
        )

    @property
    def exporters(self) -> tuple[Exporter, ...]:
        return self.offers.companies

    @property
    def buyers(self) -> tuple[Buyer, ...]:
        return self.wants.companies

    @property
    def products(self) -> tuple[Product, ...]:
        return self.offers.goods

    @property
    def needs(self) -> tuple[Need, ...]:
        return self.wants.goods

    @property
    def exporter_of(self) -> Any:
        """The place of each product's exporter."""
        return self.offers.company_of

    @property
    def buyer_of(self) -> Any:
        """The place of each need's buyer."""
        return self.wants.company_of

    @property
    def product_vectors(self) -> Vectors:
        return self.offers.vectors

    @property
    def need_vectors(self) -> Vectors:
        return self.wants.vectors


def lay_out(
    fair: Fair, text: TextModel, book: Book | None = None, reader: Reader | None = None
) -> Sheet:
    """Return the sheet of a fair; the order of its rows does not depend on that of the input.

    Parameters
    ----------
    fair : Fair
    text : TextModel
        Fitted.
    book : Book, optional
        Where sentence vectors are read.
    reader : Reader, optional
        What reads the texts, if not the model itself.
    """
    numbering = numbering_of(fair)
    offers, wants = offers_of(fair, numbering), wants_of(fair, numbering)
    names = names_of_codes(text)
    reader = reader or text
    # The name of a code is read only towards goods without one.
    return Sheet.of(
        read_side(offers, reader, book, None if wants.coded.all() else names),
        read_side(wants, reader, book, None if offers.coded.all() else names),
    )


def names_of_codes(text: TextModel) -> dict[str, Concept]:
    """Return what names HS codes have, by code."""
    return {one.code: one for one in text.vocabulary.concepts if one.kind == "hs"}


def measure(sheet: Sheet, rows: Any, columns: Any, text: Any) -> dict[str, Any]:
    """Return every part of n_pairs pairs, each an array of shape (n_pairs,), NaN unknown.

    Parameters
    ----------
    sheet : Sheet
    rows, columns : ndarrays of int of shape (n_pairs,)
        Places of the products and needs.
    text : ndarray of shape (n_pairs,)
        Their likeness by text.
    """
    offers, wants = _of_goods(sheet.offers, rows), _of_goods(sheet.wants, columns)
    exporters = _of_companies(sheet.offers, sheet.exporter_of[rows])
    buyers = _of_companies(sheet.wants, sheet.buyer_of[columns])
    same_unit = _comparable(offers["unit"], wants["unit"])
    other_unit = (offers["unit"] >= 0) & (wants["unit"] >= 0) & ~same_unit
    same_currency = _comparable(offers["currency"], wants["currency"])
    return {
        "hs": sheet.hs.of_pairs(
            sheet.offers.codes.places[rows], sheet.wants.codes.places[columns]
        ),
        "sector": sheet.sector.of_pairs(
            sheet.offers.sectors.places[rows], sheet.wants.sectors.places[columns]
        ),
        "text": text,
        "volume": _enough(offers["capacity"], wants["volume"], same_unit),
        "min_order": _enough(wants["volume"], offers["min_order"], same_unit),
        "price": _affordable(offers["price"], wants["price"], same_currency & ~other_unit),
        "lead_time": _within(offers["lead_time"], wants["lead_time"]),
        "certificates": _share_held(offers["certificates"], wants["certificates"]),
        "readiness": offers["readiness"],
        "language": _any_shared(exporters["languages"], buyers["languages"]),
        "experience": np.where(
            exporters["markets"].shared(buyers["country"]) > 0, 1.0, exporters["elsewhere"]
        ),
        "supplier": _supplier(
            exporters["kind"],
            wants["kind"],
            _any_shared(exporters["country"], buyers["wanted_from"]),
        ),
    }


def _of_goods(side: Side, rows: Any) -> dict[str, Any]:
    return {name: taken(fact, rows) for name, fact in side.facts.items()}


def _of_companies(side: Side, places: Any) -> dict[str, Any]:
    return {name: taken(trait, places) for name, trait in side.traits.items()}


def _share_held(held: Bits, asked: Bits) -> Any:
    """Return the share of the certificates asked for that are held; NaN where none is asked."""
    number = np.where(asked.sizes > 0, asked.sizes, np.nan)
    return held.shared(asked) / number


def _any_shared(one: Bits, other: Bits) -> Any:
    """Return 1 where two sets share a member, else 0; NaN where one is empty."""
    known = (one.sizes > 0) & (other.sizes > 0)
    return np.where(known, (one.shared(other) > 0).astype(float), np.nan)


def _comparable(one: Any, other: Any) -> Any:
    return (one == other) & (one >= 0)


def _enough(has: Any, asked: Any, same_unit: Any) -> Any:
    """Return the share of what is asked that there is, at most 1; nothing asked is met."""
    share = np.divide(np.minimum(has, asked), asked, out=np.ones_like(has), where=asked > 0)
    return np.where(same_unit & ~np.isnan(has) & ~np.isnan(asked), share, np.nan)


def _affordable(lowest: Any, highest: Any, same_currency: Any) -> Any:
    value = (1 - (_ratio(lowest, highest) - 1) / PRICE_TOLERANCE).clip(0.0, 1.0)
    return np.where(same_currency & ~np.isnan(lowest) & ~np.isnan(highest), value, np.nan)


def _ratio(one: Any, other: Any) -> Any:
    """Return how many times one holds the other, at most twice: more makes no difference."""
    most = np.minimum(one, 2 * other)
    return np.divide(most, other, out=np.full_like(one, 2.0), where=other > 0)


def _within(days: Any, longest: Any) -> Any:
    """Return 1 up to the longest time, then linearly to 0 at twice as long."""
    value = np.where(days <= longest, 1.0, (2 - _ratio(days, longest)).clip(0.0, 1.0))
    return np.where(np.isnan(days) | np.isnan(longest), np.nan, value)


def _supplier(has: Any, asks: Any, country: Any) -> Any:
    """Return the mean of what is known: the kind of supplier wanted, the country wanted."""
    kind = np.where((has >= 0) & (asks >= 0), (has == asks).astype(float), np.nan)
    known = (~np.isnan(kind)).astype(float) + ~np.isnan(country)
    total = np.nan_to_num(kind) + np.nan_to_num(country)
    return np.divide(total, known, out=np.full_like(total, np.nan), where=known > 0)
