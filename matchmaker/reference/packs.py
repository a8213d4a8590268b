"""Reading the data packs that come with the service."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def pack_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one CSV file of the pack, by column."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def split(cell: str) -> list[str]:
    """Return the parts of a cell that holds a list."""
    return [part.strip() for part in cell.split(";") if part.strip()]


@cache
def corridor() -> dict[str, dict[str, str]]:
    """Return the two sides that the service joins, exporter and buyer, each with its country."""
    sides: dict[str, dict[str, str]] = json.loads((DATA / "corridor.json").read_text("utf-8"))
    return sides
