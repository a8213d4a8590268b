"""Looking through all products and needs of a fair, block by block."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from matchmaker.engines.matching.candidates import (
    Candidates,
    Finder,
    best_first,
    best_of_companies,
    in_order,
)
from matchmaker.engines.matching.facing import Facing
from matchmaker.engines.matching.gates import Closed, late_pairs
from matchmaker.engines.matching.parts import Sheet
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.text import TextModel

BLOCK = 1_024
"""Products scored at once, or a few more: those of one exporter stay together."""

MOST_HELD = 2_000_000
"""Pairs of companies held before those are dropped that are among nobody's best."""


class StoppedError(Exception):
    """The run was asked to stop; it has no result."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look for.

    ``keep`` is how many partners are kept of each company: a pair stays that is among the best
    of one of the two. All are kept if it is None.
    """

    weights: Weights
    least_score: float
    keep: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes
    ----------
    candidates : Candidates
        Pairs of a product and a need, of the companies in ``best``, by their places.
    best : Candidates
        The best pair of each two companies, from the best to the worst, ties by the ids.
    alike, late : int
        Numbers of pairs of a product and a need with the score asked for, and of those of them
        that come too late.
    partners : tuple of two ndarrays of int
        How many possible partners each exporter and each buyer has.
    kept_waiting : tuple of two ndarrays of bool
        Exporters and buyers who have pairs that come too late.
    """

    candidates: Candidates
    best: Candidates
    alike: int
    late: int
    partners: tuple[Any, Any]
    kept_waiting: tuple[Any, Any]


def search(  # noqa: PLR0913 - as a run
    sheet: Sheet,
    text: TextModel,
    closed: Closed,
    asked: Asked,
    *,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Found:
    """Score all products with all needs and keep what may be suggested.

    Parameters
    ----------
    sheet : Sheet
    text : TextModel
        With which its texts were read.
    closed : Closed
    asked : Asked
    threads : int, optional
        How many blocks are looked at at once; one for each core by default.
    progress : callable of (done, total), optional
        Called after each block of products.
    should_stop : callable, optional
        Asked before each block.

    Raises
    ------
    StoppedError
        If ``should_stop`` said so.
    """
    finder = Finder(sheet, asked.weights, closed, asked.least_score)
    languages = np.unique(sheet.offers.vectors.languages).tolist()
    facing = Facing(text, sheet.wants, offers=False, others=languages)

    def look(block: slice) -> Found:
        rows = np.arange(block.start, block.stop, dtype=np.int32)
        return sifted(sheet, finder.find(facing.pieces(sheet.offers, rows)))

    total = len(sheet.exporter_of)
    harvest = Harvest(sheet, asked.keep)
    # Each block is a thread's own; the libraries of linear algebra shall not share it out again.
    threads = threads or os.cpu_count() or 1
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads) as pool:
        for blocks in _some_at_once(slices(sheet.exporter_of, BLOCK), threads):
            if should_stop is not None and should_stop():
                raise StoppedError
            for block, found in zip(blocks, pool.map(look, blocks), strict=True):
                harvest.add(found)
                if progress is not None:
                    progress(block.stop, total)
    return harvest.found()


def sifted(sheet: Sheet, alike: Candidates) -> Found:
    """Return what of the pairs found comes in time, and how many do not."""
    late = late_pairs(sheet, alike.rows, alike.columns)
    held, good = alike.where(late), alike.where(~late)
    best = best_of_companies(sheet, good)
    sides = (sheet.offers.number, sheet.wants.number)
    counts, waiting = (
        tuple(
            np.bincount(places, minlength=number)
            for places, number in zip(pairs.companies(sheet), sides, strict=True)
        )
        for pairs in (best, held)
    )
    return Found(
        good,
        best,
        len(alike.rows),
        len(held.rows),
        (counts[0], counts[1]),
        (waiting[0] > 0, waiting[1] > 0),
    )


class Harvest:
    """Gathers what is found, exporter by exporter.

    Parameters
    ----------
    sheet : Sheet
    keep : int, optional
        See `Asked`.
    """

    def __init__(self, sheet: Sheet, keep: int | None) -> None:
        self._sheet = sheet
        self._keep = keep
        self._parts: list[Found] = []
        self._held = 0
        self._needed = np.full(sheet.wants.number, -1.0)

    def add(self, found: Found) -> None:
        """Add what was found of some exporters; nothing of them comes again."""
        if self._keep is not None:
            found = replace(found, best=best_first(found.best))
            _, buyers = found.best.companies(self._sheet)
            of_exporters = _is_among_best(self._sheet, found.best, self._keep, axis=0)
            found = self._only(found, of_exporters | (found.best.score > self._needed[buyers]))
        self._parts.append(found)
        self._held += len(found.best.rows)
        if self._keep is not None and self._held > MOST_HELD:
            self._parts = [self.found()]
            self._held = len(self._parts[0].best.rows)

    def found(self) -> Found:
        """Return everything that was added and is kept."""
        sides = (self._sheet.offers.number, self._sheet.wants.number)
        partners = tuple(np.zeros(number, dtype=np.int64) for number in sides)
        waiting = tuple(np.zeros(number, dtype=bool) for number in sides)
        for part in self._parts:
            for axis in (0, 1):
                partners[axis][:] += part.partners[axis]
                waiting[axis][:] |= part.kept_waiting[axis]
        best = Candidates.joined(part.best for part in self._parts)
        if self._keep is not None:
            best = in_order(self._sheet, best)
        whole = Found(
            Candidates.joined(part.candidates for part in self._parts),
            best_first(best),
            sum(part.alike for part in self._parts),
            sum(part.late for part in self._parts),
            (partners[0], partners[1]),
            (waiting[0], waiting[1]),
        )
        return whole if self._keep is None else self._pruned(whole, self._keep)

    def _pruned(self, found: Found, keep: int) -> Found:
        of_exporters, of_buyers = (
            _is_among_best(self._sheet, found.best, keep, axis=axis) for axis in (0, 1)
        )
        _, buyers = found.best.where(of_buyers).companies(self._sheet)
        full = np.bincount(buyers, minlength=self._sheet.wants.number) >= keep
        worst = np.full(self._sheet.wants.number, np.inf)
        np.minimum.at(worst, buyers, found.best.score[of_buyers])
        # Who comes later and is only as good loses the tie.
        self._needed = np.where(full, worst, -1.0)
        return self._only(found, of_exporters | of_buyers)

    def _only(self, found: Found, chosen: Any) -> Found:
        best = found.best.where(chosen)
        stays = np.isin(found.candidates.numbers(self._sheet), best.numbers(self._sheet))
        return replace(found, candidates=found.candidates.where(stays), best=best)


def _is_among_best(sheet: Sheet, best: Candidates, keep: int, axis: int) -> Any:
    """Return which pairs, best first, are among the first of their exporter (0) or buyer (1)."""
    company = best.companies(sheet)[axis]
    order = np.argsort(company, kind="stable")
    ranks = np.arange(len(order))
    starts = np.flatnonzero(np.diff(company[order], prepend=-1))
    lengths = np.diff(starts, append=len(order))
    among = np.empty(len(order), dtype=bool)
    among[order] = ranks - np.repeat(starts, lengths) < keep
    return among


def slices(company_of: Any, size: int) -> Iterator[slice]:
    """Yield slices of at least so many goods, those of one company together."""
    ends = np.append(np.flatnonzero(np.diff(company_of)) + 1, len(company_of))
    start = 0
    while start < len(company_of):
        stop = int(ends[np.searchsorted(ends, min(start + size, len(company_of)))])
        yield slice(start, stop)
        start = stop


def _some_at_once(blocks: Iterator[slice], number: int) -> Iterator[list[slice]]:
    waiting = list(islice(blocks, number))
    while waiting:
        yield waiting
        waiting = list(islice(blocks, number))
