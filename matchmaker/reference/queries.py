"""Questions about reference rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from babel.core import get_global

from matchmaker.db.base import db
from matchmaker.reference import packs
from matchmaker.reference.models import CertificateScheme, HSCode, Sector
from matchmaker.reference.packs import pack_rows, split
from matchmaker.reference.search import HSIndex, HSRow, digits_of

MOST_ROWS = 12
"""Codes shown for one query; more are not read."""


def sectors() -> Sequence[Sector]:
    """Return all sectors and sub-sectors in the pack's order."""
    return db.session.scalars(sa.select(Sector).order_by(Sector.position)).all()


def top_sectors() -> Sequence[Sector]:
    """Return the sectors that are no sub-sectors."""
    return db.session.scalars(
        sa.select(Sector).where(Sector.parent_code.is_(None)).order_by(Sector.position)
    ).all()


def certificate_schemes() -> Sequence[CertificateScheme]:
    """Return all certificate schemes in the pack's order."""
    return db.session.scalars(
        sa.select(CertificateScheme).order_by(CertificateScheme.position)
    ).all()


@lru_cache(maxsize=1)
def _usual_sectors() -> dict[str, frozenset[str]]:
    rows = pack_rows("certificate-sectors")
    return {row["certificate"]: frozenset(split(row["sectors"])) for row in rows}


def usual_schemes(sector_code: str) -> list[str]:
    """Return the codes of the certificates usual in a sector or sub-sector.

    The most telling come first: those that few other sectors know.
    """
    names = {sector_code, sector_code.split("-", 1)[0]}
    usual = {code: sectors for code, sectors in _usual_sectors().items() if sectors & names}
    return sorted(usual, key=lambda code: len(usual[code]))


@lru_cache(maxsize=2)
def _index_of(_database: str, _count: int) -> HSIndex:
    return HSIndex(db.session.scalars(sa.select(HSCode)))


def hs_index() -> HSIndex:
    """Return the nomenclature in memory, read anew when the number of codes has changed."""
    count = db.session.scalar(sa.select(sa.func.count()).select_from(HSCode)) or 0
    return _index_of(str(db.engine.url), count)


def search_hs(query: str, *, language: str) -> list[HSRow]:
    """Return the codes a query may mean, the likeliest first."""
    return hs_index().search(query, language, limit=MOST_ROWS)


@dataclass(frozen=True, slots=True)
class HSAnswer:
    """What a typed text stands for."""

    code: str | None = None
    """Set where it can mean nothing else."""
    rows: Sequence[HSRow] = ()
    """What it may mean, where it may mean several codes."""
    unknown: str | None = None
    """Digits that are no code."""


def look_up_hs(text: str, *, language: str) -> HSAnswer:
    """Tell what a text that was typed and not chosen from the list stands for."""
    code = resolve_hs(text)
    if code is not None:
        return HSAnswer(code=code)
    return HSAnswer(rows=search_hs(text, language=language), unknown=digits_of(text))


def resolve_hs(text: str) -> str | None:
    """Return the code a text stands for, None where it may mean several or none.

    A code that exists is itself, with national digits behind the sixth left away; a word must
    lead to one code alone.
    """
    index = hs_index()
    digits = digits_of(text)
    if digits is not None and digits in index:
        return digits
    found = index.search(text, "en", limit=2)
    return found[0].code if len(found) == 1 else None


def hs_rows(codes: Sequence[str], *, language: str) -> dict[str, HSRow]:
    """Return the codes that exist as they are shown, by code."""
    index = hs_index()
    return {code: index.row(code, language) for code in codes if code in index}


def sector_of_hs(code: str) -> str | None:
    """Return the sub-sector with the longest prefix of a code."""
    found = [
        (len(prefix), sector.code)
        for sector in sectors()
        if sector.parent_code is not None
        for prefix in sector.hs_prefixes
        if code.startswith(prefix)
    ]
    return max(found)[1] if found else None


def pack_file(name: str) -> Path:
    """Return where a table of the data pack stands, for those who read it themselves."""
    return packs.DATA / f"{name}.csv"


def country_of_side(side: str) -> str:
    """Return the country, ISO 3166-1 alpha-2, of the exporters or the buyers."""
    return packs.corridor()[side]["country"]


def country_of_zone(zone: str) -> str | None:
    """Return the country a time zone is in, as CLDR knows it; None for UTC and for old names."""
    country: str | None = get_global("zone_territories").get(zone)
    return country


def time_zones_of(country: str) -> frozenset[str]:
    """Return the IANA names of the time zones of a country."""
    zones = get_global("zone_territories")
    return frozenset(zone for zone, place in zones.items() if place == country)


def time_zone_of(country: str) -> str | None:
    """Return a country's time zone; None where it has several, or none is known."""
    zones = time_zones_of(country)
    return next(iter(zones)) if len(zones) == 1 else None
