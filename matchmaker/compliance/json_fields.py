"""Objects of a JSON input, read key by key; what is wrong is collected with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

MOST_ROWS = 2_000
"""Members of one list that are read."""
MOST_NAMED = 20
"""Keys that are named in one note."""
LONGEST_QUOTE = 40
"""Characters of a wrong value that are repeated."""

Given = TypeVar("Given", bool, str, list[Any])
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TYPES = {
    bool: "true or false",
    str: "a text",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is wrong and what is odd, in the order in which it was met."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def quoted(value: str) -> str:
    """Return a value of the input fit for a message: short, and printable."""
    return repr(value if len(value) <= LONGEST_QUOTE else value[:LONGEST_QUOTE] + "…")


class Fields:
    """One object of the input with its place; its values are read by their kind."""

    def __init__(self, value: object, place: str, told: Told, keys: frozenset[str]) -> None:
        self._told = told
        self._place = place
        self._data: dict[str, Any] = value if isinstance(value, dict) else {}
        self._is_object = isinstance(value, dict)
        if not self._is_object:
            told.faults.append(f"{place or 'the case'} must be an object, not {type_of(value)}")
        unread = sorted(set(self._data) - keys)
        if unread:
            named = ", ".join(quoted(key) for key in unread[:MOST_NAMED])
            told.notes.append(f"not read{f' in {place}' if place else ''}: {named}")

    def at(self, key: str) -> str:
        """Return the place of a value."""
        return f"{self._place}.{key}" if self._place else key

    def fault(self, key: str, text: str) -> None:
        """Note what is wrong with a value."""
        self._told.faults.append(f"{self.at(key)}: {text}")

    def _typed(self, key: str, kind: type[Given]) -> Given:
        """Return a value of a type, an empty one where there is none or it is of another."""
        value = self._data.get(key)
        if value is None:
            return kind()
        if not isinstance(value, kind):
            self.fault(key, f"must be {_TYPES[kind]}, not {type_of(value)}")
            return kind()
        return value

    def text(self, key: str, *, needed: bool = False) -> str:
        """Return a text without spaces around, empty where there is none."""
        value = self._typed(key, str).strip()
        is_blank = isinstance(self._data.get(key, ""), str | None) and not value
        if needed and is_blank and self._is_object:
            self.fault(key, "is missing")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false, false where nothing is said."""
        return self._typed(key, bool)

    def day(self, key: str, *, needed: bool = False) -> date | None:
        """Return a day, None where there is none or it is wrong."""
        value = self.text(key, needed=needed)
        if not value:
            return None
        try:
            # The pattern, because Python reads weeks and days without dashes too.
            return date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except ValueError:
            self.fault(key, f"{quoted(value)} is not a day, as in 2026-03-13")
            return None

    def rows(self, key: str) -> Iterator[tuple[object, str]]:
        """Yield the members of a list with their places; none where it is missing."""
        rows = self._typed(key, list)
        if len(rows) > MOST_ROWS:
            self.fault(key, f"has {len(rows)} members; at most {MOST_ROWS} are read")
            return
        for number, row in enumerate(rows):
            yield row, f"{self.at(key)}[{number}]"

    def texts(self, key: str) -> frozenset[str]:
        """Return a list of texts."""
        found = set()
        for row, place in self.rows(key):
            if isinstance(row, str):
                found.add(row.strip())
            else:
                self._told.faults.append(f"{place} must be a text, not {type_of(row)}")
        return frozenset(found)


def type_of(value: object) -> str:
    """Return what a value of JSON is, in words."""
    return _TYPES[type(value)]
