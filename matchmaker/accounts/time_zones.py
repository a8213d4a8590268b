"""The time zones people choose from, by region and country, in the reader's language."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

CORRIDOR = ("Asia/Karachi", "Asia/Tokyo")
"""Offered first."""
REGIONS = {
    "142": ("Asia/",),
    "150": ("Europe/",),
    "002": ("Africa/",),
    "019": ("America/",),
    "009": ("Australia/", "Pacific/"),
    "001": ("Atlantic/", "Indian/"),
}
"""UN M49 codes, which CLDR can name, with how the IANA names of their zones begin."""

Group = tuple[str, tuple[tuple[str, str], ...]]
"""A region's name, and its zones: the IANA name and what to call it."""


def _named(names: list[str], language: str) -> tuple[tuple[str, str], ...]:
    called = ((name, get_timezone_location(name, locale=language)) for name in names)
    return tuple(sorted(called, key=lambda zone: zone[1]))


@lru_cache(maxsize=8)
def time_zones(language: str) -> tuple[Group, ...]:
    """Return the groups of time zones, those of the corridor first."""
    territories = Locale.parse(language).territories
    known = [name for name in get_global("zone_territories") if name not in CORRIDOR]
    first = f"{territories['PK']} · {territories['JP']}"
    return (
        (first, _named(list(CORRIDOR), language)),
        *(
            (territories[code], _named([n for n in known if n.startswith(begin)], language))
            for code, begin in REGIONS.items()
        ),
    )
