"""Lists whose filters and order stand in the address."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from matchmaker.web.paging import Page, asked_page, asked_size

LONGEST_WORD = 200
"""Characters of a filter that are read."""


def word(name: str) -> str:
    """Return what the address says under a name, without blanks around."""
    return request.args.get(name, "").strip()[:LONGEST_WORD]


def here_with(**changes: Any) -> str:
    """Return the address of this list as it is asked for, but for some arguments."""
    assert request.endpoint is not None
    arguments = {**request.args.to_dict(flat=False), **changes}
    return url_for(request.endpoint, **(arguments | (request.view_args or {})))


@dataclass(frozen=True, slots=True)
class Sort:
    """By what a list is sorted; stands in the address as ``code`` or ``-code``."""

    key: str
    descending: bool

    def url(self, key: str) -> str:
        """Return the address of the list by another column, or turned round."""
        turned = key == self.key and not self.descending
        return here_with(sort=f"-{key}" if turned else key, page=None)

    @property
    def argument(self) -> str:
        return f"-{self.key}" if self.descending else self.key


def asked_sort(keys: Collection[str], default: str) -> Sort:
    """Read the order from the address; a column that does not sort is the default's."""
    given = request.args.get("sort", default)
    key = given.removeprefix("-")
    if key not in keys:
        return Sort(default.removeprefix("-"), default.startswith("-"))
    return Sort(key, given.startswith("-"))


def chips(given: Iterable[tuple[str, Any, Any]]) -> list[dict[str, Any]]:
    """Return the filters in force, each with the address of the list without it.

    Expects the name in the address, the label and the value in words, empty where not in force.
    """
    return [
        {"label": label, "value": value, "remove_url": here_with(**{name: None, "page": None})}
        for name, label, value in given
        if value
    ]


def page_of(rows: list[Any]) -> Page[Any]:
    """Return the page asked for of rows that are all at hand; past the end, the last page."""
    size = asked_size()
    number = min(asked_page(), max(1, -(-len(rows) // size)))
    return Page(rows[(number - 1) * size : number * size], number, size, len(rows))
