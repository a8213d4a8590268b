"""The two sides of a fair, each laid out for arithmetic without the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import numpy as np

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.data import Concept, Exporter, Fair, Need, Product
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.fusion import Vectors
from matchmaker.engines.matching.hs import LEVELS, CodeSets, check_code

OTHER_MARKETS = 0.5
"""Experience of an exporter that sells abroad, but not yet in the buyer's country."""

FIRST_TIME = 0.25
"""Experience of an exporter that has not sold abroad."""

NO_DAY = -1
LAST_DAY = date.max.toordinal()
_WORD = 64


class Reader(Protocol):
    """What reads texts: a text model, or one that remembers what it has read."""

    def read(self, passages: Sequence[Passage], book: Book | None = None) -> Vectors:
        """Return the vectors of n_texts passages."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """Numbers of what both sides name: sets as certificates, and single names in any case."""

    members: Mapping[str, int]
    names: Mapping[str, int]

    def bits(self, sets: Sequence[frozenset[str]]) -> Bits:
        """Return sets as bits; whoever is not numbered is counted, but shared with nobody."""
        words = np.zeros((len(sets), len(self.members) // _WORD + 1), dtype=np.uint64)
        for row, one in enumerate(sets):
            for member in one:
                place = self.members.get(member)
                if place is not None:
                    words[row, place // _WORD] |= np.uint64(1 << place % _WORD)
        return Bits(words, np.array([len(one) for one in sets], dtype=np.int32))

    def numbers(self, names: Iterable[str | None]) -> Any:
        """Return a number for each name, -1 for none."""
        other = len(self.names)
        return np.array(
            [self.names.get(_plain(name), other) if name else -1 for name in names],
            dtype=np.int32,
        )


@dataclass(frozen=True, slots=True)
class Bits:
    """Sets: ``words`` are uint64 of shape (n_sets, n_words), ``sizes`` numbers of members."""

    words: Any
    sizes: Any

    def rows(self, chosen: Any) -> Bits:
        """Return the sets of a slice or an array of row numbers."""
        return Bits(self.words[chosen], self.sizes[chosen])

    def shared(self, other: Bits) -> Any:
        """Return how many members each set has in common with that of the same row."""
        return np.bitwise_count(self.words & other.words).sum(axis=1, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Side:
    """Companies and their goods in the order of the ids; the goods of one company together.

    Attributes
    ----------
    companies, goods : tuples of n_companies and n_goods
        Empty in a part of a side that is sent elsewhere.
    number : int
        n_companies.
    company_of : ndarray of int, shape (n_goods,)
        The place of each one's company.
    vectors : Vectors
        The texts.
    named : Vectors or None
        Texts of the goods that state codes, read with the names of these; None if not needed.
        Their sentence vectors are those of the texts alone and not repeated.
    coded : ndarray of bool, shape (n_goods,)
        Whether HS codes are stated.
    codes, sectors : CodeSets
    keys : ndarray of int, shape (n_goods,)
        The same for goods of the same codes and sector.
    facts : dict of str to ndarray or Bits, n_goods rows
    traits : dict of str to ndarray or Bits, n_companies rows
    """

    companies: tuple[Any, ...]
    goods: tuple[Any, ...]
    number: int
    company_of: Any
    vectors: Vectors
    named: Vectors | None
    coded: Any
    codes: CodeSets
    sectors: CodeSets
    keys: Any
    facts: dict[str, Any]
    traits: dict[str, Any]

    def bare(self) -> Side:
        """Return the arrays alone, to be sent elsewhere."""
        return replace(self, companies=(), goods=())

    def part(self, rows: slice, companies: slice) -> Side:
        """Return the arrays of some goods and their companies, as if there were no others."""
        named = None
        if self.named is not None:
            before, after = self.coded[: rows.start].sum(), self.coded[: rows.stop].sum()
            named = self.named.rows(slice(int(before), int(after)))
        return Side(
            companies=(),
            goods=(),
            number=companies.stop - companies.start,
            company_of=self.company_of[rows] - np.int32(companies.start),
            vectors=self.vectors.rows(rows),
            named=named,
            coded=self.coded[rows],
            codes=self.codes.rows(rows),
            sectors=self.sectors.rows(rows),
            keys=self.keys[rows],
            facts={name: taken(fact, rows) for name, fact in self.facts.items()},
            traits={name: taken(trait, companies) for name, trait in self.traits.items()},
        )


def taken(values: Any, rows: Any) -> Any:
    """Return rows of a fact or a trait."""
    return values.rows(rows) if isinstance(values, Bits) else values[rows]


def numbering_of(fair: Fair) -> Numbering:
    """Number everything that companies and goods of a fair name."""
    goods: tuple[Product | Need, ...] = (*fair.products, *fair.needs)
    sets = [one.certificates for one in goods]
    for seller in fair.exporters:
        sets += (seller.languages, seller.markets, frozenset((seller.country,)))
    for buyer in fair.buyers:
        sets += (buyer.languages, buyer.wanted_from, frozenset((buyer.country,)))
    names = [name for one in goods for name in (one.unit, one.currency)]
    names += [one.supplier_kind for one in fair.exporters]
    names += [one.supplier_kind for one in fair.needs]
    members = sorted({member for one in sets for member in one})
    plain = sorted({_plain(name) for name in names if name})
    return Numbering(
        {member: place for place, member in enumerate(members)},
        {name: place for place, name in enumerate(plain)},
    )


def offers_of(fair: Fair, numbering: Numbering) -> Side:
    """Return the exporters and their products, without their texts."""
    companies = tuple(sorted(fair.exporters, key=lambda one: one.id))
    goods = tuple(sorted(fair.products, key=lambda one: (one.exporter, one.id)))
    firsts, lasts = _shut(goods)
    facts = _common_facts(goods, numbering) | {
        "capacity": _array(one.capacity_per_month for one in goods),
        "min_order": _array(one.min_order for one in goods),
        # The lowest price decides; one that is given alone is the price.
        "price": _array(min(_prices(one), default=None) for one in goods),
        "readiness": _array(one.readiness for one in goods),
        "barred": np.array([one.barred for one in goods], dtype=bool),
        "shut_from": firsts,
        "shut_to": lasts,
    }
    traits = {
        "languages": numbering.bits([one.languages for one in companies]),
        "markets": numbering.bits([one.markets for one in companies]),
        "country": numbering.bits([frozenset((one.country,)) for one in companies]),
        "elsewhere": np.array([_experience_elsewhere(one) for one in companies], dtype=float),
        "kind": numbering.numbers(one.supplier_kind for one in companies),
    }
    return _side(companies, goods, [one.exporter for one in goods], facts, traits)


def wants_of(fair: Fair, numbering: Numbering) -> Side:
    """Return the buyers and their needs, without their texts."""
    companies = tuple(sorted(fair.buyers, key=lambda one: one.id))
    goods = tuple(sorted(fair.needs, key=lambda one: (one.buyer, one.id)))
    facts = _common_facts(goods, numbering) | {
        "volume": _array(one.volume_per_month for one in goods),
        # The highest price decides, also where the two are swapped.
        "price": _array(None if one.price_max is None else max(_prices(one)) for one in goods),
        "kind": numbering.numbers(one.supplier_kind for one in goods),
        "needed_by": np.array(
            [_day(one.needed_by, otherwise=NO_DAY) for one in goods], dtype=np.int32
        ),
    }
    traits = {
        "languages": numbering.bits([one.languages for one in companies]),
        "country": numbering.bits([frozenset((one.country,)) for one in companies]),
        "wanted_from": numbering.bits([one.wanted_from for one in companies]),
    }
    return _side(companies, goods, [one.buyer for one in goods], facts, traits)


def read_side(
    side: Side,
    reader: Reader,
    book: Book | None,
    names: Mapping[str, Concept] | None,
) -> Side:
    """Return a side with its texts, also with the names of codes if these are given.

    Sentence vectors are those of the texts as they were written. A text is in the language it
    was written in, with or without such names.
    """
    vectors = _in_order(reader.read([one.passage for one in side.goods], book))
    coded = [one for one in side.goods if one.hs_codes]
    if names is None or not coded:
        return replace(side, vectors=vectors, named=None)
    named = _in_order(reader.read([_with_names(one, names) for one in coded]))
    # Only what has neither words nor a vector of its own is in the language of the names.
    silent = vectors.sizes == 0
    if vectors.sense is not None:
        silent &= ~vectors.sense.known
    languages = vectors.languages.copy()
    languages[side.coded] = np.where(
        silent[side.coded], named.languages, vectors.languages[side.coded]
    )
    vectors = replace(vectors, languages=languages)
    named = replace(named, languages=languages[side.coded], sense=None)
    return replace(side, vectors=vectors, named=named)


def _in_order(vectors: Vectors) -> Vectors:
    """Return the vectors with the entries of each row in their order: sums are made in it."""
    for road in vectors.roads:
        road.sort_indices()
    return vectors


def _with_names(goods: Product | Need, concepts: Mapping[str, Concept]) -> Passage:
    """Return a text with the names of the headings and subheadings stated, where it has any."""
    codes = dict.fromkeys(code[:digits] for code in goods.hs_codes for digits in LEVELS[1:])
    known = [concepts[code] for code in codes if code in concepts]
    names = dict.fromkeys(one.name(goods.language) or one.en for one in known)
    return Passage(goods.title, " ".join((goods.text, *names)))


def _side(
    companies: tuple[Any, ...],
    goods: tuple[Any, ...],
    owners: Sequence[str],
    facts: dict[str, Any],
    traits: dict[str, Any],
) -> Side:
    places = {company.id: place for place, company in enumerate(companies)}
    for code in {code for one in goods for code in one.hs_codes}:
        check_code(code)
    codes = CodeSets.of([one.hs_codes for one in goods], digits=LEVELS[-1])
    sectors = CodeSets.of([(one.sector,) if one.sector else () for one in goods])
    both = np.column_stack([codes.places, sectors.places])
    keys = np.unique(both, axis=0, return_inverse=True)[1] if len(goods) else np.empty(0)
    return Side(
        companies=companies,
        goods=goods,
        number=len(companies),
        company_of=np.array([places[owner] for owner in owners], dtype=np.int32),
        vectors=Vectors((), np.empty(0, dtype=int), np.empty(0)),
        named=None,
        coded=np.array([bool(one.hs_codes) for one in goods], dtype=bool),
        codes=codes,
        sectors=sectors,
        keys=keys.astype(np.int32).reshape(-1),
        facts=facts,
        traits=traits,
    )


def _common_facts(goods: Sequence[Product | Need], numbering: Numbering) -> dict[str, Any]:
    return {
        "certificates": numbering.bits([one.certificates for one in goods]),
        "lead_time": _array(one.lead_time_days for one in goods),
        "unit": numbering.numbers(one.unit for one in goods),
        "currency": numbering.numbers(one.currency for one in goods),
    }


def _plain(name: str) -> str:
    return name.strip().casefold()


def _array(values: Iterable[float | None]) -> Any:
    """Return amounts; NaN where none is said, and where it is none: below 0, or without end."""
    found = np.array([np.nan if value is None else value for value in values], dtype=float)
    found[(found < 0) | np.isinf(found)] = np.nan
    return found


def _prices(goods: Product | Need) -> list[float]:
    return [price for price in (goods.price_min, goods.price_max) if price is not None]


def _day(day: str | None, *, otherwise: int) -> int:
    return date.fromisoformat(day).toordinal() if day else otherwise


def _shut(products: Sequence[Product]) -> tuple[Any, Any]:
    """Return the first and last days of the spans of each product, (n_products, n_spans)."""
    most = max((len(one.shut) for one in products), default=0)
    firsts = np.full((len(products), most), LAST_DAY, dtype=np.int32)
    lasts = np.full((len(products), most), NO_DAY, dtype=np.int32)
    for row, one in enumerate(products):
        for place, (first, last) in enumerate(one.shut):
            firsts[row, place] = _day(first, otherwise=0)
            lasts[row, place] = _day(last, otherwise=LAST_DAY)
    return firsts, lasts


def _experience_elsewhere(exporter: Exporter) -> float:
    if exporter.markets:
        return OTHER_MARKETS
    return FIRST_TIME if exporter.first_time else np.nan
