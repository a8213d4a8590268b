"""The figures of an evaluation as lines of a table, for a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from matchmaker.engines.evaluation.review import SIDES

HEAD = ("part", "name", "figure", "value", "low", "high")
Line = tuple[str, str, str, Any, Any, Any]


def lines_of(figures: Mapping[str, Any]) -> Iterator[Line]:
    """Yield every figure of an evaluation; a name means the same in every language."""
    yield from _of_systems(figures)
    yield from _of_bands(figures["bands"])
    for name, found in figures["decisions"].items():
        if not isinstance(found, Mapping) or "value" in found:
            yield _line("decisions", "all", name, found)
    yield from _of_last_run(figures["run"])


def _line(part: str, name: str, figure: str, found: Any) -> Line:
    if isinstance(found, Mapping):
        return part, name, figure, found["value"], found["low"], found["high"]
    return part, name, figure, found, None, None


def _of_systems(figures: Mapping[str, Any]) -> Iterator[Line]:
    for name, found in figures["systems"].items():
        for side in SIDES:
            for figure, value in (found[side] or {}).items():
                title = figure if figure == "mrr" else f"{figure}@{figures['k']}"
                yield _line(f"lists of {side}s", name, title, value)
        yield _line("decisions", name, "agreement", found["agreement"])
        yield _line("lists of buyers", name, "lead of the suggestions", found["lead"])


def _of_bands(bands: Any) -> Iterator[Line]:
    for band in bands:
        scores = f"{band['low']} to {band['high']}"
        yield _line("scores", scores, "judged", band["judged"])
        yield _line("scores", scores, "approved", band["approved"])


def _of_last_run(run: Mapping[str, Any] | None) -> Iterator[Line]:
    if run is None:
        return
    for side, counts in run["coverage"].items():
        for name, found in counts.items():
            yield _line("coverage", f"{side}s", name, found)
    for name, found in run["exposure"].items():
        yield _line("exposure", "last run", name, found)
