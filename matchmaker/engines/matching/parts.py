"""The parts of a score: how a product and a need agree, one question at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.data import (
    Buyer,
    Concept,
    Exporter,
    Fair,
    Need,
    Product,
)
from matchmaker.engines.matching.encoder import Book, Sense
from matchmaker.engines.matching.hs import LEVELS, HSCodeEncoder, SectorEncoder, best_pairs
from matchmaker.engines.matching.text import TextModel, Vectors

PRICE_TOLERANCE = 0.5
"""A lowest price this share above the highest the buyer pays counts 0; between, linearly."""

OTHER_MARKETS = 0.5
"""Experience of an exporter that sells abroad, but not yet in the buyer's country."""

FIRST_TIME = 0.25
"""Experience of an exporter that has not sold abroad."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A fair laid out for arithmetic: companies, products and needs in the order of their ids.

    Products of one exporter and needs of one buyer stand together. ``exporter_of`` and
    ``buyer_of`` give the place of the company of each product and need. Matrices have one row
    for each product (or exporter) and one column for each need (or buyer), 0 to 1, NaN unknown.
    ``named_products`` and ``named_needs`` are the texts with the names of the HS codes stated.
    """

    exporters: tuple[Exporter, ...]
    buyers: tuple[Buyer, ...]
    products: tuple[Product, ...]
    needs: tuple[Need, ...]
    exporter_of: Any
    buyer_of: Any
    product_vectors: Vectors
    need_vectors: Vectors
    named_products: Vectors
    named_needs: Vectors
    products_coded: Any
    needs_coded: Any
    hs: Any
    sector: Any
    certificates: Any
    language: Any
    experience: Any
    origin: Any
    kinds_offered: Any
    kinds_wanted: Any
    offers: dict[str, Any]
    wants: dict[str, Any]


def lay_out(fair: Fair, text: TextModel, book: Book | None = None) -> Sheet:
    """Return the sheet of a fair; the order of its rows does not depend on that of the input."""
    exporters = tuple(sorted(fair.exporters, key=lambda exporter: exporter.id))
    buyers = tuple(sorted(fair.buyers, key=lambda buyer: buyer.id))
    products = tuple(sorted(fair.products, key=lambda product: (product.exporter, product.id)))
    needs = tuple(sorted(fair.needs, key=lambda need: (need.buyer, need.id)))
    exporter_places = {exporter.id: place for place, exporter in enumerate(exporters)}
    buyer_places = {buyer.id: place for place, buyer in enumerate(buyers)}
    exporter_of = np.array([exporter_places[p.exporter] for p in products], dtype=int)
    buyer_of = np.array([buyer_places[need.buyer] for need in needs], dtype=int)
    offers, wants = _numbers(products, needs)
    kinds = _numbered(
        [*(one.supplier_kind for one in exporters), *(need.supplier_kind for need in needs)]
    )
    product_vectors = text.read([product.passage for product in products], book)
    need_vectors = text.read([need.passage for need in needs], book)
    products_coded = np.array([bool(product.hs_codes) for product in products], dtype=bool)
    needs_coded = np.array([bool(need.hs_codes) for need in needs], dtype=bool)
    names = _names_of_codes(text) if not (products_coded.all() and needs_coded.all()) else {}
    return Sheet(
        exporters=exporters,
        buyers=buyers,
        products=products,
        needs=needs,
        exporter_of=exporter_of,
        buyer_of=buyer_of,
        product_vectors=product_vectors,
        need_vectors=need_vectors,
        named_products=(
            product_vectors if needs_coded.all() else _read_named(products, names, text, book)
        ),
        named_needs=(
            need_vectors if products_coded.all() else _read_named(needs, names, text, book)
        ),
        products_coded=products_coded,
        needs_coded=needs_coded,
        hs=best_pairs(
            HSCodeEncoder(), [p.hs_codes for p in products], [n.hs_codes for n in needs]
        ),
        sector=best_pairs(
            SectorEncoder(),
            [(p.sector,) if p.sector else () for p in products],
            [(n.sector,) if n.sector else () for n in needs],
        ),
        certificates=_share_held(
            [product.certificates for product in products], [need.certificates for need in needs]
        ),
        language=_any_shared([e.languages for e in exporters], [b.languages for b in buyers]),
        experience=_experience(exporters, buyers),
        origin=_any_shared(
            [frozenset((exporter.country,)) for exporter in exporters],
            [buyer.wanted_from for buyer in buyers],
        ),
        kinds_offered=kinds[: len(exporters)],
        kinds_wanted=kinds[len(exporters) :],
        offers=offers,
        wants=wants,
    )


def _names_of_codes(text: TextModel) -> dict[str, Concept]:
    return {one.code: one for one in text.vocabulary.concepts if one.kind == "hs"}


def _read_named(
    goods: Sequence[Product | Need],
    concepts: dict[str, Concept],
    text: TextModel,
    book: Book | None,
) -> Vectors:
    """Return texts read with the names of their codes; sentence vectors are those without."""
    named = [_with_names(one, concepts) for one in goods]
    plain = dict(zip(named, (one.passage for one in goods), strict=True))
    return text.read(named, None if book is None else _Plainly(book, plain))


class _Plainly:
    """A book in which texts with names added have the vectors kept of the texts alone."""

    def __init__(self, book: Book, plain: dict[Passage, Passage]) -> None:
        self.encoder_name = book.encoder_name
        self._book = book
        self._plain = plain

    def wholes(self, passages: Sequence[Passage]) -> Any:
        return self._book.wholes([self._plain[passage] for passage in passages])

    def sense(self, passage: Passage) -> Sense | None:
        return self._book.sense(self._plain[passage])


def _with_names(goods: Product | Need, concepts: dict[str, Concept]) -> Passage:
    """Return a text with the names of the headings and subheadings stated, where it has any."""
    codes = dict.fromkeys(code[:digits] for code in goods.hs_codes for digits in LEVELS[1:])
    known = [concepts[code] for code in codes if code in concepts]
    names = dict.fromkeys(one.name(goods.language) or one.en for one in known)
    return Passage(goods.title, " ".join((goods.text, *names)))


def text_likeness(sheet: Sheet, text: TextModel, rows: Any) -> Any:
    """Return the likeness by text of products to all needs, shape (n_rows, n_needs), NaN unknown.

    Where one side alone states an HS code, the names of the code are read with its text, in
    the text's weight, a third of the title's: else the code would say nothing to that side.
    """
    products, needs = sheet.product_vectors.rows(rows), sheet.need_vectors
    named = sheet.named_products.rows(rows)
    coded = sheet.products_coded[rows]
    likeness = text.likeness(products, needs)
    for some, others, left, right in (
        (np.flatnonzero(~coded), np.flatnonzero(sheet.needs_coded), products, sheet.named_needs),
        (np.flatnonzero(coded), np.flatnonzero(~sheet.needs_coded), named, needs),
    ):
        if len(some) and len(others):
            likeness[np.ix_(some, others)] = text.likeness(left.rows(some), right.rows(others))
    return likeness


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
    offers = {name: values[rows] for name, values in sheet.offers.items()}
    wants = {name: values[columns] for name, values in sheet.wants.items()}
    same_unit = _comparable(offers["unit"], wants["unit"])
    other_unit = (offers["unit"] >= 0) & (wants["unit"] >= 0) & ~same_unit
    same_currency = _comparable(offers["currency"], wants["currency"])
    exporters, buyers = sheet.exporter_of[rows], sheet.buyer_of[columns]
    return {
        "hs": sheet.hs[rows, columns],
        "sector": sheet.sector[rows, columns],
        "text": text,
        "volume": _enough(offers["capacity"], wants["volume"], same_unit),
        "min_order": _enough(wants["volume"], offers["min_order"], same_unit),
        "price": _affordable(offers["price"], wants["price"], same_currency & ~other_unit),
        "lead_time": _within(offers["lead_time"], wants["lead_time"]),
        "certificates": sheet.certificates[rows, columns],
        "readiness": offers["readiness"],
        "language": sheet.language[exporters, buyers],
        "experience": sheet.experience[exporters, buyers],
        "supplier": _supplier(
            sheet.kinds_offered[exporters],
            sheet.kinds_wanted[columns],
            sheet.origin[exporters, buyers],
        ),
    }


def _numbers(
    products: Sequence[Product], needs: Sequence[Need]
) -> tuple[dict[str, Any], dict[str, Any]]:
    units = _numbered([*(p.unit for p in products), *(n.unit for n in needs)])
    currencies = _numbered([*(p.currency for p in products), *(n.currency for n in needs)])
    offers = {
        "capacity": _array(product.capacity_per_month for product in products),
        "min_order": _array(product.min_order for product in products),
        # The lowest price decides; one that is given alone is the price.
        "price": _array(
            product.price_max if product.price_min is None else product.price_min
            for product in products
        ),
        "lead_time": _array(product.lead_time_days for product in products),
        "readiness": _array(product.readiness for product in products),
        "unit": units[: len(products)],
        "currency": currencies[: len(products)],
    }
    wants = {
        "volume": _array(need.volume_per_month for need in needs),
        "price": _array(need.price_max for need in needs),
        "lead_time": _array(need.lead_time_days for need in needs),
        "unit": units[len(products) :],
        "currency": currencies[len(products) :],
    }
    return offers, wants


def _array(values: Iterable[float | None]) -> Any:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _numbered(names: Iterable[str | None]) -> Any:
    """Return a number for each different name, whatever its case, and -1 for none."""
    numbers: dict[str, int] = {}
    return np.array(
        [
            numbers.setdefault(name.strip().casefold(), len(numbers)) if name else -1
            for name in names
        ],
        dtype=int,
    )


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


def _indicator(sets: Sequence[frozenset[str]], places: dict[str, int]) -> Any:
    matrix = np.zeros((len(sets), len(places)))
    for row, members in enumerate(sets):
        matrix[row, [places[member] for member in members]] = 1.0
    return matrix


def _shared(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> Any:
    members = sorted(frozenset().union(*left, *right))
    places = {member: place for place, member in enumerate(members)}
    return _indicator(left, places) @ _indicator(right, places).T


def _share_held(held: Sequence[frozenset[str]], asked: Sequence[frozenset[str]]) -> Any:
    """Return the share of the certificates asked for that are held; NaN where none is asked."""
    number = np.array([len(certificates) or np.nan for certificates in asked], dtype=float)
    return _shared(held, asked) / number


def _any_shared(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> Any:
    shared = (_shared(left, right) > 0).astype(float)
    shared[[not members for members in left], :] = np.nan
    shared[:, [not members for members in right]] = np.nan
    return shared


def _experience(exporters: Sequence[Exporter], buyers: Sequence[Buyer]) -> Any:
    own = [_experience_elsewhere(exporter) for exporter in exporters]
    elsewhere = np.tile(np.array(own, dtype=float).reshape(-1, 1), (1, len(buyers)))
    there = _shared(
        [exporter.markets for exporter in exporters],
        [frozenset((buyer.country,)) for buyer in buyers],
    )
    return np.where(there > 0, 1.0, elsewhere)


def _experience_elsewhere(exporter: Exporter) -> float:
    if exporter.markets:
        return OTHER_MARKETS
    return FIRST_TIME if exporter.first_time else np.nan


def _supplier(has: Any, asks: Any, country: Any) -> Any:
    """Return the mean of what is known: the kind of supplier wanted, the country wanted."""
    kind = np.where((has >= 0) & (asks >= 0), (has == asks).astype(float), np.nan)
    known = (~np.isnan(kind)).astype(float) + ~np.isnan(country)
    total = np.nan_to_num(kind) + np.nan_to_num(country)
    return np.divide(total, known, out=np.full_like(total, np.nan), where=known > 0)
