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

SAME = 1e-6
"""Scores that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """A suggestion that stands."""

    pair: Pair
    score: float
    firm: bool
    """Decided, or named by an officer: another suggestion does not take its place."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A suggestion that could be made."""

    pair: Pair
    score: float
    new: bool = True
    """The last run did not know it as it is: something of it was saved since."""


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

    def settle(self, side: int, own: Collection[int], wanted: Sequence[Wanted]) -> Placed:
        """Place a company's suggestions, and take away what it does not want any more.

        Parameters
        ----------
        side : {0, 1}
            On which the company stands.
        own : collection of int
            The participants that it is, or was.
        wanted : sequence of Wanted
            Everybody it could be suggested to, the best first.

        Returns
        -------
        Placed
            At most as many as the limits allow the company. A partner who has no room takes it
            only if it is better than the weakest that can give way. If it finds no place so, the
            first partner makes room that can: as in a run, nobody who has a possible partner
            goes without. Whoever gives way keeps another suggestion. While all that stands of
            the company is as good as it was, only new pairs find a place: the others were
            weighed by the run, which gave their places to somebody else.
        """
        before = {pair for number in own for pair in self._of[side][number]}
        wanted = self._to_weigh(before, wanted)
        placed = Placed()
        for one in wanted:
            if len(placed.kept) == self._most[side]:
                break
            if one.pair in self._places or self._finds_room(side, one, placed, one.score):
                self._add(one, placed)
        if not placed.kept:
            for one in islice((w for w in wanted if self._finds_room(side, w, placed, inf)), 1):
                self._add(one, placed)
        for pair in sorted(before.difference(placed.kept)):
            if not self._places[pair].firm:
                self._remove(pair)
                placed.dropped.append(pair)
        return placed

    def _to_weigh(self, before: Collection[Pair], wanted: Sequence[Wanted]) -> Sequence[Wanted]:
        """Leave out what a run has weighed, while all that stands is as good as it was."""
        scores = {one.pair: one.score for one in wanted}
        steady = bool(before) and all(
            abs(scores.get(pair, inf) - self._places[pair].score) < SAME for pair in before
        )
        return [one for one in wanted if not steady or one.new or one.pair in before]

    def without_any(self, side: int, numbers: Iterable[int]) -> set[int]:
        """Return those of these participants that have no suggestion."""
        return {number for number in numbers if not self._of[side][number]}

    def _finds_room(self, side: int, one: Wanted, placed: Placed, better_than: float) -> bool:
        other = 1 - side
        partner = one.pair[other]
        if len(self._of[other][partner]) < self._most[other]:
            return True
        spared = [
            self._places[taken]
            for taken in self._of[other][partner]
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

    def _add(self, one: Wanted, placed: Placed) -> None:
        placed.kept.append(one.pair)
        if one.pair not in self._places:
            self._places[one.pair] = Place(one.pair, one.score, firm=False)
            self._note(one.pair)

    def _remove(self, pair: Pair) -> None:
        del self._places[pair]
        for side in (0, 1):
            self._of[side][pair[side]].remove(pair)
