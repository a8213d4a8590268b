"""What the matching engine is told: products, needs, companies and their names for goods."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from matchmaker.engines.matching.analysis import Language, Passage


@dataclass(frozen=True, slots=True)
class Product:
    """What an exporter offers. ``None`` and an empty set mean "not said", never "none".

    The certificates are those held; an empty set means that none is known to be held.
    ``readiness`` is the share of the market's requirements met, 0 to 1. ``barred`` says that
    the market does not let the product in: such a product is never suggested. ``shut`` are spans
    of days, first and last, on which it could not be delivered for want of papers; they are
    written as ISO 8601 has them, and empty where a span is open.
    """

    id: str
    exporter: str
    title: str
    text: str
    language: Language
    hs_codes: tuple[str, ...] = ()
    sector: str | None = None
    capacity_per_month: float | None = None
    unit: str | None = None
    min_order: float | None = None
    price_min: float | None = None
    price_max: float | None = None
    currency: str | None = None
    lead_time_days: int | None = None
    certificates: frozenset[str] = frozenset()
    readiness: float | None = None
    barred: bool = False
    shut: tuple[tuple[str, str], ...] = ()

    def is_shut_on(self, day: str) -> bool:
        """Say whether it could not be delivered on a day, an ISO date."""
        return any(first <= day and (not last or day <= last) for first, last in self.shut)

    @property
    def passage(self) -> Passage:
        return Passage(self.title, self.text)


@dataclass(frozen=True, slots=True)
class Need:
    """What a buyer looks for; ``lead_time_days`` is the longest it accepts.

    ``needed_by`` is the day of delivery it asks for, an ISO date.
    """

    id: str
    buyer: str
    title: str
    text: str
    language: Language
    hs_codes: tuple[str, ...] = ()
    sector: str | None = None
    volume_per_month: float | None = None
    unit: str | None = None
    price_min: float | None = None
    price_max: float | None = None
    currency: str | None = None
    lead_time_days: int | None = None
    certificates: frozenset[str] = frozenset()
    supplier_kind: str | None = None
    needed_by: str | None = None

    @property
    def passage(self) -> Passage:
        return Passage(self.title, self.text)


@dataclass(frozen=True, slots=True)
class Exporter:
    """A company that offers; ``markets`` are the ISO codes of countries it has exported to."""

    id: str
    name: str
    country: str
    languages: frozenset[str] = frozenset()
    markets: frozenset[str] = frozenset()
    first_time: bool = False
    supplier_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """A company that looks for goods; ``wanted_from`` are countries, empty if any will do.

    ``sells`` are the goods it offers itself, at this fair or elsewhere: HS code and sector of
    each, the sector empty where it is not said.
    """

    id: str
    name: str
    country: str
    languages: frozenset[str] = frozenset()
    business_type: str | None = None
    wanted_from: frozenset[str] = frozenset()
    sells: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fair:
    """Everything one run is about. Pairs are (exporter id, buyer id).

    A company that both offers and looks for goods has one id in both lists.

    Raises
    ------
    ValueError
        If an id comes twice in its list, or a product or need names a company not listed.
    """

    exporters: tuple[Exporter, ...]
    buyers: tuple[Buyer, ...]
    products: tuple[Product, ...]
    needs: tuple[Need, ...]
    blocked: frozenset[tuple[str, str]] = frozenset()
    refused: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        exporters = _ids([exporter.id for exporter in self.exporters], "exporter")
        buyers = _ids([buyer.id for buyer in self.buyers], "buyer")
        _ids([product.id for product in self.products], "product")
        _ids([need.id for need in self.needs], "need")
        for product in self.products:
            if product.exporter not in exporters:
                raise ValueError(f"product {product.id!r} names no exporter of the fair")
        for need in self.needs:
            if need.buyer not in buyers:
                raise ValueError(f"need {need.id!r} names no buyer of the fair")


def _ids(ids: list[str], kind: str) -> set[str]:
    distinct = set(ids)
    if len(distinct) < len(ids):
        raise ValueError(
            f"an {kind} id comes twice" if kind[0] == "e" else f"a {kind} id comes twice"
        )
    return distinct


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing with names in several languages: an HS heading, a sector, a glossary entry.

    Parameters
    ----------
    code : str
        Digits of an HS code, the code of a sector, as ``"TEXT-TOWEL"``, or ``"G:"`` and an id.
    kind : {"hs", "sector", "glossary"}
    en, ja, ur : str
        The names; empty where there is none.
    search_en, search_ja, search_ur : tuple of str
        Other words people use for it.
    """

    code: str
    kind: Literal["hs", "sector", "glossary"]
    en: str = ""
    ja: str = ""
    ur: str = ""
    search_en: tuple[str, ...] = ()
    search_ja: tuple[str, ...] = ()
    search_ur: tuple[str, ...] = ()

    def name(self, language: Language) -> str:
        return {"en": self.en, "ja": self.ja, "ur": self.ur}[language]

    def search(self, language: Language) -> tuple[str, ...]:
        return {"en": self.search_en, "ja": self.search_ja, "ur": self.search_ur}[language]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The parallel names that the text model learns its three languages from."""

    concepts: tuple[Concept, ...] = field(default=())
