"""Lists as files for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet takes a text for a formula, and runs what a stranger typed."""


def harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet runs: a text like a formula gets an apostrophe before it.

    Blanks before the sign are looked through, as spreadsheets do. Numbers stay numbers.
    """
    if not isinstance(value, str):
        return value
    # Full-width signs are read as formulas in Japanese spreadsheets.
    sign = value.lstrip(" \u3000\ufeff")[:1].translate(str.maketrans("＝＋－＠", "=+-@"))
    return f"'{value}" if sign and sign in FORMULA_STARTS else value


def csv_answer(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Response:
    """Answer a table as a CSV file in UTF-8, marked as such for spreadsheets."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(str(cell)) for cell in head])
    for row in rows:
        writer.writerow(["" if cell is None else harmless(cell) for cell in row])
    answer = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
