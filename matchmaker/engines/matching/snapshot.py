"""Keeping what a run was made of, so that it can be made again to the same result."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from matchmaker.engines.matching.data import Fair
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.reasons import from_json
from matchmaker.engines.matching.run import MatchResult
from matchmaker.engines.matching.score import Weights

FORMAT = 1
"""To be raised whenever older snapshots cannot be read any more."""


@dataclass(frozen=True, slots=True)
class RunInput:
    """All that a run depends on, but for the text model, which is named by its version."""

    fair: Fair
    weights: Weights
    limits: Limits
    seed: int
    text_version: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Compressed input of a run.

    Attributes
    ----------
    data : bytes
        Canonical JSON, compressed with zlib.
    digest : str
        SHA-256 of the JSON in hexadecimal: the same input has the same, in whatever order its
        lists stand and whichever zlib wrote it.
    """

    data: bytes
    digest: str


def take(given: RunInput) -> Snapshot:
    """Return the snapshot of a run's input."""
    content = json.dumps(
        {"format": FORMAT, "input": _plain(given)},
        ensure_ascii=True,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode("ascii")
    return Snapshot(zlib.compress(content), hashlib.sha256(content).hexdigest())


def restore(snapshot: Snapshot) -> RunInput:
    """Return the input a snapshot was taken of, its lists in the order of the ids.

    Raises
    ------
    ValueError
        If the data is damaged, or of a format this code does not read.
    """
    try:
        content = zlib.decompress(snapshot.data)
    except zlib.error as error:
        raise ValueError("the snapshot is damaged") from error
    if hashlib.sha256(content).hexdigest() != snapshot.digest:
        raise ValueError("the snapshot is not the one of this digest")
    data = json.loads(content)
    if data["format"] != FORMAT:
        raise ValueError(f"snapshot format {data['format']} is not read, only {FORMAT}")
    given: RunInput = from_json(RunInput, data["input"])
    return given


def result_digest(result: MatchResult) -> str:
    """Return the SHA-256 of the suggestions: pairs, and scores to six decimals."""
    rows = [[s.exporter, s.buyer, s.product, s.need, f"{s.score:.6f}"] for s in result.suggestions]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=True).encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, with whatever has no order of its own sorted."""
    if value is None or isinstance(value, str | float | int):
        return value
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)
    kind: Any = type(value)
    names = _fields_of(kind)
    if names:
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        items = [_plain(item) for item in value]
        # The lists of a fair are sets with ids; other tuples, as HS codes, have an order.
        return sorted(items, key=lambda item: item["id"]) if _has_ids(items) else items
    return value


@cache
def _fields_of(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _has_ids(items: list[Any]) -> bool:
    return all(isinstance(item, dict) and "id" in item for item in items)
