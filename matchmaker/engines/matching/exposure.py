"""Exposure: nobody gets more suggestions than can be read, nobody none who could have one."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """The most suggestions of one exporter and of one buyer, and the least score of any.

    Attributes
    ----------
    per_exporter, per_buyer : int
        1 or more.
    least_score : float, default=0.1
        From 0 to 1. A pair below it is not suggested, not even to a company that has no other:
        a suggestion nobody can use costs the officer's trust in the next one.

    Raises
    ------
    ValueError
        If a limit is below 1, or the least score is no share of one.
    """

    per_exporter: int = 8
    per_buyer: int = 12
    least_score: float = 0.1

    def __post_init__(self) -> None:
        if min(self.per_exporter, self.per_buyer) < 1:
            raise ValueError("a limit must be at least 1")
        if not 0 <= self.least_score <= 1:
            raise ValueError("the least score must be between 0 and 1")


def choose(pairs: Sequence[Pair], limits: Limits) -> list[Pair]:
    """Choose among possible pairs, the best first, under the limits.

    Parameters
    ----------
    pairs : sequence of (exporter, buyer)
        From the best to the worst, none twice.
    limits : Limits

    Returns
    -------
    list of (exporter, buyer)
        In the order given. As many companies as the limits allow have at least one: whoever the
        first round leaves with none takes the place of somebody who has others, or who can
        move on in the same way (an alternating path, shortest first).
    """
    load = _Load(pairs, limits)
    load.fill()
    for side in (0, 1):
        for company in load.without_any(side):
            load.make_room(side, company)
        load.fill()  # an exchange may have left room where there was none
    return [pair for pair in pairs if pair in load.chosen]


def gini(numbers: Iterable[int]) -> float:
    """Return the Gini coefficient of non-negative numbers: 0 all equal, towards 1 one has all.

    Source: C. Gini, Variabilità e mutabilità, 1912; as the mean difference over twice the mean.
    """
    values = np.sort(np.fromiter(numbers, dtype=float))
    total = values.sum()
    if total == 0:
        return 0.0
    ranks = np.arange(1, len(values) + 1)
    return float(((2 * ranks - len(values) - 1) * values).sum() / (len(values) * total))


class _Load:
    """Who has whom so far. A side is 0 for exporters, 1 for buyers."""

    def __init__(self, pairs: Sequence[Pair], limits: Limits) -> None:
        self.rank = {pair: place for place, pair in enumerate(pairs)}
        self.limits = (limits.per_exporter, limits.per_buyer)
        self.partners: tuple[dict[int, set[int]], ...] = tuple(
            {company: set() for company in {pair[side] for pair in pairs}} for side in (0, 1)
        )
        self.chosen: set[Pair] = set()

    @cached_property
    def possible(self) -> tuple[dict[int, list[int]], ...]:
        """Whom each company of a side could have, the best first; few runs have to ask."""
        found: tuple[dict[int, list[int]], ...] = (defaultdict(list), defaultdict(list))
        for exporter, buyer in self.rank:
            found[0][exporter].append(buyer)
            found[1][buyer].append(exporter)
        return found

    def fill(self) -> None:
        """Add, from the best on, every pair that both companies have room for."""
        exporters, buyers = self.partners
        per_exporter, per_buyer = self.limits
        for pair in self.rank:
            if len(exporters[pair[0]]) < per_exporter and len(buyers[pair[1]]) < per_buyer:
                self.add(pair)

    def _has_room(self, side: int, company: int) -> bool:
        return len(self.partners[side][company]) < self.limits[side]

    def add(self, pair: Pair) -> None:
        """Add a pair; one that is chosen already changes nothing."""
        self.chosen.add(pair)
        for side in (0, 1):
            self.partners[side][pair[side]].add(pair[1 - side])

    def remove(self, pair: Pair) -> None:
        self.chosen.remove(pair)
        for side in (0, 1):
            self.partners[side][pair[side]].remove(pair[1 - side])

    def without_any(self, side: int) -> list[int]:
        return sorted(company for company, has in self.partners[side].items() if not has)

    def make_room(self, side: int, company: int) -> None:
        """Give a company its first partner along the shortest path of exchanges, if there is one.

        Each step adds (company, partner) and takes from the full partner its weakest pair whose
        other company can spare it; nobody else is left with none.
        """
        came: dict[int, tuple[int, int] | None] = {company: None}
        waiting = deque([company])
        while waiting:
            current = waiting.popleft()
            for partner in self.possible[side][current]:
                if self._has_room(1 - side, partner):
                    self._exchange(side, current, came)
                    self.add(_pair(side, current, partner))
                    return
                for other in self._weakest_first(side, partner):
                    if other in came:
                        continue
                    came[other] = (current, partner)
                    if len(self.partners[side][other]) > 1:
                        self._exchange(side, other, came)
                        return
                    waiting.append(other)

    def _weakest_first(self, side: int, partner: int) -> list[int]:
        others = self.partners[1 - side][partner]
        return sorted(others, key=lambda other: -self.rank[_pair(side, other, partner)])

    def _exchange(self, side: int, last: int, came: dict[int, tuple[int, int] | None]) -> None:
        step = came[last]
        while step is not None:
            current, partner = step
            self.remove(_pair(side, last, partner))
            self.add(_pair(side, current, partner))
            last, step = current, came[current]


def _pair(side: int, company: int, partner: int) -> Pair:
    return (company, partner) if side == 0 else (partner, company)


def loads(pairs: Iterable[Pair], side: int, companies: int) -> Any:
    """Return how many pairs each company of a side has, an array of shape (companies,)."""
    return np.bincount(np.array([pair[side] for pair in pairs], dtype=int), minlength=companies)
