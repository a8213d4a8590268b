"""Reading the three CSV files of a labelled set; faults are gathered, none stops the reading."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import scipy.sparse as sp

from matchmaker.engines.evaluation.data import Item, LabelledSet
from matchmaker.engines.matching.analysis import LANGUAGES, Language, Passage

LONGEST_CELL = 100_000
"""Characters; a longer one is mostly an open quotation mark."""

HIGHEST_GAIN = 100.0
"""A gain counts as a power of two."""

ITEM_COLUMNS, GAIN_COLUMNS = ("id", "text"), ("query_id", "document_id", "gain")
_CODE = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,4}")
_WORD = re.compile(r"\w")


class LabelledSetError(ValueError):
    """The files make no labelled set; ``faults`` say why, each with file and line."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


@dataclass(slots=True)
class _Faults:
    """What is wrong in the three files, in the order found."""

    found: list[str] = field(default_factory=list)

    def about(self, file: Path) -> Callable[[int, str], None]:
        def add(line: int, message: str) -> None:
            place = f"{file.name}, line {line}" if line else file.name
            self.found.append(f"{place}: {message}")

        return add


def read_labelled_set(queries: Path, documents: Path, relevance: Path) -> LabelledSet:
    """Read a labelled set.

    Raises
    ------
    LabelledSetError
        If a file cannot be read as what it should be.
    """
    faults = _Faults()
    asked = _items(queries, faults.about(queries))
    given = _items(documents, faults.about(documents))
    if not faults.found and not any(_WORD.search(document.text) for document in given):
        faults.about(documents)(0, "no text has a word")
    gains = _gains(relevance, asked, given, faults.about(relevance), whole=not faults.found)
    if not faults.found and not (gains.data > 0).any():
        faults.about(relevance)(0, "no gain is above 0: there is nothing to find")
    if faults.found:
        raise LabelledSetError(faults.found)
    return LabelledSet(tuple(asked), tuple(given), gains)


def _items(path: Path, fault: Callable[[int, str], None]) -> list[Item]:
    found: dict[str, Item] = {}
    for line, cells in _rows(path, ITEM_COLUMNS, fault):
        name = cells["id"].strip()
        if not name:
            fault(line, "id is empty")
        elif name in found:
            fault(line, f"id {name!r} comes twice")
        else:
            codes = _codes(cells.get("hs", ""), partial(fault, line))
            passage = Passage(cells.get("title", ""), cells["text"])
            found[name] = Item(name, passage, _language(cells.get("lang", "")), codes)
    return list(found.values())


def _language(cell: str) -> Language | None:
    """Return the language a cell names, as ja or ja-JP; None where the script is to decide."""
    name = re.split("[-_]", cell.strip().lower(), maxsplit=1)[0]
    return cast(Language, name) if name in LANGUAGES else None


def _codes(cell: str, fault: Callable[[str], None]) -> tuple[str, ...]:
    codes = [part.replace(".", "") for part in re.split(r"[;,\s]+", cell) if part]
    for code in codes:
        if not _CODE.fullmatch(code):
            fault(f"hs: {code[:20]!r} is not an HS code of 2, 4, 6 digits or more")
    return tuple(codes)


def _gains(
    path: Path,
    queries: list[Item],
    documents: list[Item],
    fault: Callable[[int, str], None],
    *,
    whole: bool,
) -> Any:
    """Return the gains as a CSR array; ids are looked up only where the other files are whole."""
    rows = {query.id: row for row, query in enumerate(queries)}
    columns = {document.id: column for column, document in enumerate(documents)}
    found: dict[tuple[int, int], float] = {}
    for line, cells in _rows(path, GAIN_COLUMNS, fault):
        gain = _gain(cells["gain"].strip(), partial(fault, line))
        query, document = cells["query_id"].strip(), cells["document_id"].strip()
        if whole and query not in rows:
            fault(line, f"there is no query {query!r}")
        elif whole and document not in columns:
            fault(line, f"there is no document {document!r}")
        elif whole and found.setdefault((rows[query], columns[document]), gain) != gain:
            fault(line, f"{query!r} and {document!r} have had another gain before")
    places = tuple(zip(*found, strict=True)) or ((), ())
    shape = (len(rows), len(columns))
    return sp.csr_array((list(found.values()), places), shape=shape, dtype=float)


def _gain(cell: str, fault: Callable[[str], None]) -> float:
    try:
        gain = float(cell) if cell.isascii() and "_" not in cell else math.nan
    except ValueError:
        gain = math.nan
    if not math.isfinite(gain):
        fault(f"gain: {cell[:20]!r} is not a number")
    elif gain < 0:
        fault(f"gain: {cell[:20]} is negative")
    elif gain > HIGHEST_GAIN:
        fault(f"gain: {cell[:20]} is above {HIGHEST_GAIN:g}")
    else:
        return gain
    return 0.0


def _rows(
    path: Path, required: tuple[str, ...], fault: Callable[[int, str], None]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, cells by column) of a CSV file; what is wrong is told and passed over."""
    content = path.read_bytes()
    text = content.decode("utf-8-sig", errors="replace")
    unreadable = _unreadable(content, text)
    if unreadable:
        fault(*unreadable)
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except csv.Error as error:
        hint = f"; a cell has at most {LONGEST_CELL:,} characters, or a quotation mark is open"
        fault(reader.line_num, f"is not CSV: {error}{hint if 'limit' in str(error) else ''}")
        return
    header = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    problem = _problem(header, required) or ("" if rows[1:] else "has no rows")
    if problem:
        fault(0, problem)
        return
    for line, row in rows[1:]:
        problem = _problem_of_row(row, header)
        if problem:
            fault(line, problem)
        else:
            yield line, dict(zip(header, row, strict=True))


def _unreadable(content: bytes, text: str) -> tuple[int, str] | None:
    """Return line and reason where a file is no text, None where it is."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return line, "is not UTF-8: save the file as UTF-8"
    if "\x00" in text:
        return text[: text.index("\x00")].count("\n") + 1, "holds a NUL character"
    return None


def _problem_of_row(row: list[str], header: list[str]) -> str:
    """Return what is wrong with the shape of a row, or nothing."""
    if len(row) != len(header):
        return f"has {len(row)} cells, but there are {len(header)} columns"
    if max(map(len, row)) > LONGEST_CELL:
        return f"has a cell of more than {LONGEST_CELL:,} characters"
    return ""


def _problem(header: list[str], required: tuple[str, ...]) -> str:
    """Return what is wrong with the names of the columns, or nothing."""
    missing = [column for column in required if column not in header]
    if not any(header):
        return "is empty"
    if missing:
        there = ", ".join(column for column in header if column)
        return f"lacks the column {' and the column '.join(missing)}; it has {there[:200]}"
    if len(set(header)) < len(header):
        return "a column occurs twice"
    return ""
