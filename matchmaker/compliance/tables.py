"""Tables of the data pack: rows whose cells are read by their kind, each fault with its place."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Word = TypeVar("Word", bound=StrEnum)
Row = dict[str, str]
HS_DIGITS = range(2, 11)
"""How many digits a prefix of an HS code may have."""


def split(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds a list."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


class Line:
    """One row with its place; what is wrong with its cells is added to ``faults``."""

    def __init__(self, row: Row, place: str, faults: list[str]) -> None:
        self.row = row
        self._place = place
        self._faults = faults

    def fault(self, text: str) -> None:
        """Note what is wrong."""
        self._faults.append(f"{self._place}: {text}")

    def word(self, column: str, words: type[Word]) -> Word:
        """Return the cell as one of a fixed set, the first of them where it is none."""
        value = self.row[column]
        for word in words:
            if word.value == value:
                return word
        self.fault(f"{column} is {value!r}, not one of {', '.join(words)}")
        return next(iter(words))

    def yes(self, column: str) -> bool:
        """Return whether the cell says yes."""
        value = self.row[column]
        if value not in {"yes", "no"}:
            self.fault(f"{column} is {value!r}, not yes or no")
        return value == "yes"

    def months(self, column: str) -> int | None:
        """Return the cell as a number of months, None where it is empty."""
        value = self.row[column]
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and int(value) > 0):
            self.fault(f"{column} is {value!r}, not a number of months")
            return None
        return int(value)

    def prefixes(self, column: str) -> frozenset[str]:
        """Return the HS prefixes of the cell."""
        found = split(self.row[column])
        for prefix in found:
            if not (prefix.isascii() and prefix.isdigit() and len(prefix) in HS_DIGITS):
                self.fault(f"{prefix!r} in {column} is no HS prefix, 2 to 10 digits")
        return frozenset(found)

    def codes(self, column: str, known: Collection[str]) -> tuple[str, ...]:
        """Return the codes of the cell, all of which should be known."""
        found = split(self.row[column])
        for code in found:
            if code not in known:
                self.fault(f"unknown code {code!r} in {column}")
        return found


def _lines(path: Path, columns: Collection[str], faults: list[str]) -> Iterator[Line]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        missing = [column for column in columns if column not in header]
        faults += [f"{path.name}, line 1: there is no column {column!r}" for column in missing]
        if missing:
            return
        for cells in rows:
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            line = Line(row, f"{path.name}, line {rows.line_num}", faults)
            if len(cells) == len(header):
                yield line
            else:
                line.fault(f"{len(cells)} cells under {len(header)} columns")


def read_table(path: Path, columns: Collection[str], faults: list[str]) -> dict[str, Line]:
    """Return the rows of a CSV file by their code; what is wrong is added to ``faults``."""
    found: dict[str, Line] = {}
    for line in _lines(path, columns, faults):
        code = line.row["code"]
        if not code:
            line.fault("there is no code")
        elif code in found:
            line.fault(f"the code {code!r} is there twice")
        else:
            found[code] = line
    return found
