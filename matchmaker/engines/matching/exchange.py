"""Exchange of places, so that whoever could have a suggestion is not left with none."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np


class Exchange:
    """Possible pairs by number, the best first, and the limits of both sides.

    A side is 0 for exporters, 1 for buyers. ``exporters`` and ``buyers`` are ndarrays of int of
    shape (n_pairs,).
    """

    def __init__(self, exporters: Any, buyers: Any, per_exporter: int, per_buyer: int) -> None:
        self._companies = (exporters, buyers)
        self._limits = (per_exporter, per_buyer)
        self._ordered = tuple(np.argsort(side, kind="stable") for side in self._companies)
        self._ends = tuple(np.cumsum(np.bincount(side)) for side in self._companies)

    def leaves_none(self, kept: Any) -> bool:
        """Say whether a company with a possible partner has no kept pair."""
        return any(len(self._without_any(side, kept)) for side in (0, 1))

    def complete(self, kept: Any) -> Any:
        """Return a choice in which as many companies as the limits allow have a pair.

        Whoever has none takes the place of somebody who has others, or who can move on in the
        same way (an alternating path, shortest first). Then room that is left is filled.
        """
        without = [self._without_any(side, kept) for side in (0, 1)]
        if not any(len(companies) for companies in without):
            return kept
        places = _Places(self, kept)
        for side in (0, 1):
            for company in without[side].tolist():
                # Somebody else's exchange may have brought it one.
                if not places.of(side, company):
                    places.make_room(side, company)
        kept = np.zeros(len(kept), dtype=bool)
        kept[list(places.chosen)] = True
        return self._filled(kept)

    def ordered(self, kept: Any, scores: Any) -> Any:
        """Return the choice with the earlier of equals, where two could as well change places.

        Of pairs of one company with the same score the one given first is preferred, if the other
        company of that pair has fewer and would then have no more than the one that makes way.
        """
        kept = kept.copy()
        for side in (0, 1):
            order = self._ordered[side]
            mine, partners = self._companies[side], self._companies[1 - side]
            loads = self._loads(1 - side, kept)
            begins = np.ones(len(order), dtype=bool)
            begins[1:] = (np.diff(mine[order]) != 0) | (np.diff(scores[order]) != 0)
            starts = np.flatnonzero(begins)
            sizes = np.diff(np.append(starts, len(order)))
            numbers = np.add.reduceat(kept[order], starts, dtype=int) if len(order) else sizes
            for group in np.flatnonzero((numbers > 0) & (numbers < sizes)):
                equals = order[starts[group] : starts[group] + sizes[group]]
                _prefer_earlier(equals, kept, partners, loads)
        return kept

    def possible(self, side: int, company: int) -> list[int]:
        """Return the pairs that a company could have, the best first."""
        end = self._ends[side][company]
        begin = self._ends[side][company - 1] if company else 0
        pairs: list[int] = self._ordered[side][begin:end].tolist()
        return pairs

    def partner(self, side: int, pair: int) -> int:
        """Return the company of a pair on the other side."""
        return int(self._companies[1 - side][pair])

    def companies_of(self, pairs: Any) -> tuple[Any, Any]:
        """Return the exporters and the buyers of pairs."""
        return self._companies[0][pairs], self._companies[1][pairs]

    def company(self, side: int, pair: int) -> int:
        return int(self._companies[side][pair])

    def limit(self, side: int) -> int:
        return self._limits[side]

    def _without_any(self, side: int, kept: Any) -> Any:
        companies = self._companies[side]
        could = np.bincount(companies)
        return np.flatnonzero((could > 0) & (self._loads(side, kept) == 0))

    def _loads(self, side: int, kept: Any) -> Any:
        companies = self._companies[side]
        return np.bincount(companies[kept], minlength=int(companies.max(initial=-1)) + 1)

    def _filled(self, kept: Any) -> Any:
        """Add, from the best on, every pair that both companies have room for."""
        room = [self._limits[side] - self._loads(side, kept) for side in (0, 1)]
        exporters, buyers = self._companies
        for pair in np.flatnonzero(~kept & (room[0][exporters] > 0) & (room[1][buyers] > 0)):
            if room[0][exporters[pair]] and room[1][buyers[pair]]:
                kept[pair] = True
                room[0][exporters[pair]] -= 1
                room[1][buyers[pair]] -= 1
        return kept


def _prefer_earlier(equals: Any, kept: Any, partners: Any, loads: Any) -> None:
    """Let earlier pairs take the places of later ones; changes ``kept`` and ``loads``."""
    later = equals[kept[equals]][::-1].tolist()
    for pair in equals[~kept[equals]].tolist():
        for place, other in enumerate(later):
            if other < pair:
                break
            if loads[partners[pair]] < loads[partners[other]]:
                kept[pair], kept[other] = True, False
                loads[partners[pair]] += 1
                loads[partners[other]] -= 1
                del later[place]
                break


class _Places:
    """Who has which pairs so far."""

    def __init__(self, exchange: Exchange, kept: Any) -> None:
        self._exchange = exchange
        pairs = np.flatnonzero(kept)
        self.chosen: set[int] = set(pairs.tolist())
        self._held: tuple[dict[int, set[int]], ...] = ({}, {})
        for held, companies in zip(self._held, exchange.companies_of(pairs), strict=True):
            for pair, company in zip(pairs.tolist(), companies.tolist(), strict=True):
                held.setdefault(company, set()).add(pair)

    def of(self, side: int, company: int) -> set[int]:
        """Return the pairs of a company."""
        return self._held[side].setdefault(company, set())

    def make_room(self, side: int, company: int) -> None:
        """Give a company its first pair along the shortest path of exchanges, if there is one.

        Each step adds a pair of the company and takes from the full partner its weakest pair
        whose other company can spare it; nobody else is left with none.
        """
        came: dict[int, tuple[int, int] | None] = {company: None}
        waiting = deque([company])
        while waiting:
            current = waiting.popleft()
            for pair in self._exchange.possible(side, current):
                held = self.of(1 - side, self._exchange.partner(side, pair))
                if len(held) < self._exchange.limit(1 - side):
                    self._follow(side, current, came)
                    self._add(pair)
                    return
                for weakest in sorted(held, reverse=True):
                    other = self._exchange.company(side, weakest)
                    if other in came:
                        continue
                    came[other] = (pair, weakest)
                    if len(self.of(side, other)) > 1:
                        self._follow(side, other, came)
                        return
                    waiting.append(other)

    def _follow(self, side: int, last: int, came: dict[int, tuple[int, int] | None]) -> None:
        """Exchange along the path that led to a company."""
        while (step := came[last]) is not None:
            gained, lost = step
            self._remove(lost)
            self._add(gained)
            last = self._exchange.company(side, gained)

    def _add(self, pair: int) -> None:
        self.chosen.add(pair)
        for side in (0, 1):
            self.of(side, self._exchange.company(side, pair)).add(pair)

    def _remove(self, pair: int) -> None:
        self.chosen.remove(pair)
        for side in (0, 1):
            self.of(side, self._exchange.company(side, pair)).remove(pair)
