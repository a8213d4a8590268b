"""Who has a place with whom at an event, and how one company's suggestions find theirs.

A full run shares out all places of an event at once. When one company alone has changed, its
suggestions are placed among those that stand, under the same limits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import inf

from matchmaker.engines.matching.exposure import Limits

Pair = tuple[int, int]
"""Numbers of two participants: the exhibitor's and the buyer's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A suggestion that stands."""

    pair: Pair
    score: float
    firm: bool
    """Decided, or named by an officer: another suggestion does not take its place."""


@dataclass(slots=True)
class Placed:
    """What becomes of a company's suggestions."""

    kept: list[Pair] = field(default_factory=list)
    """Those that stand now, old and new, the best first."""
    displaced: list[Pair] = field(default_factory=list)
    """Of other companies, which gave up their place."""
    dropped: list[Pair] = field(default_factory=list)
    """The company's own that are none any more."""


class Board:
    """The places of an event. A side is 0 for exhibitors, 1 for buyers."""

    def __init__(self, places: Iterable[Place], limits: Limits) -> None:
        self._places = {place.pair: place for place in places}
        self._most = (limits.per_exporter, limits.per_buyer)
        self._of: tuple[dict[int, set[Pair]], ...] = (defaultdict(set), defaultdict(set))
        for pair in self._places:
            self._note(pair)

    def settle(
        self, side: int, own: Collection[int], wanted: Sequence[tuple[Pair, float]]
    ) -> Placed:
        """Place a company's suggestions, and take away what it does not want any more.

        Parameters
        ----------
        side : {0, 1}
            On which the company stands.
        own : collection of int
            The participants that it is, or was.
        wanted : sequence of (pair, score)
            Everybody it could be suggested to, the best first.

        Returns
        -------
        Placed
            At most as many as the limits allow the company. A partner who has no room takes it
            only if it is better than the weakest that can give way. If it finds no place so, the
            first partner makes room that can: as in a run, nobody who has a possible partner
            goes without. Whoever gives way keeps another suggestion.
        """
        before = {pair for number in own for pair in self._of[side][number]}
        placed = Placed()
        for pair, score in wanted:
            if len(placed.kept) == self._most[side]:
                break
            if pair in self._places or self._finds_room(side, pair, placed, better_than=score):
                self._add(Place(pair, score, firm=False), placed)
        if not placed.kept:
            roomy = (one for one in wanted if self._finds_room(side, one[0], placed))
            for pair, score in islice(roomy, 1):
                self._add(Place(pair, score, firm=False), placed)
        for pair in sorted(before.difference(placed.kept)):
            if not self._places[pair].firm:
                self._remove(pair)
                placed.dropped.append(pair)
        return placed

    def without_any(self, side: int, numbers: Iterable[int]) -> set[int]:
        """Return those of these participants that have no suggestion."""
        return {number for number in numbers if not self._of[side][number]}

    def _finds_room(
        self, side: int, pair: Pair, placed: Placed, *, better_than: float = inf
    ) -> bool:
        other = 1 - side
        if len(self._of[other][pair[other]]) < self._most[other]:
            return True
        spared = [
            self._places[taken]
            for taken in self._of[other][pair[other]]
            if not self._places[taken].firm and len(self._of[side][taken[side]]) > 1
        ]
        weakest = min(spared, key=lambda place: (place.score, place.pair), default=None)
        if weakest is None or weakest.score >= better_than:
            return False
        self._remove(weakest.pair)
        placed.displaced.append(weakest.pair)
        return True

    def _note(self, pair: Pair) -> None:
        for side in (0, 1):
            self._of[side][pair[side]].add(pair)

    def _add(self, place: Place, placed: Placed) -> None:
        placed.kept.append(place.pair)
        if place.pair not in self._places:
            self._places[place.pair] = place
            self._note(place.pair)

    def _remove(self, pair: Pair) -> None:
        del self._places[pair]
        for side in (0, 1):
            self._of[side][pair[side]].remove(pair)
