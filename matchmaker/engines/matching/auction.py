"""An auction of places: exporters bid for pairs with buyers until nobody would rather have others.

It finds pairs of nearly the highest total under the limits, where the best-first choice can lose
several per cent of it, in about a second for some hundred thousand possible pairs.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

STEP = 0.005
"""The least raise of a bid, in units of the score; the total is short by at most this a pair."""

AT_ONCE = 2048
"""Exporters that bid in one round. Fewer see fresher prices; more are quicker to reckon."""

MOST_ROUNDS = 2_000
LOOKS, LEAST_LOOKS = 30, 3_000_000
"""Bounds of one settlement, for goods that are all alike are fought over without end: rounds,
and pairs looked at, for each pair there is and in any case. Whoever has least bids first, so what
is cut short is the quarrel over further places."""


class Auction:
    """Possible pairs, who holds which of them, and what a place at each buyer costs.

    Every bid goes as high as the exporter's next best choice allows, plus `STEP`. A full buyer
    keeps the highest bids; a buyer's place, once taken, stays taken. So prices only rise, and
    the auction can go on when places become worth more to exporters.

    Parameters
    ----------
    exporters, buyers : ndarrays of int of shape (n_pairs,)
        Places of companies, from 0.
    scores : ndarray of float of shape (n_pairs,)
        Not negative, from the highest to the lowest; equals are preferred in the order given.
    per_exporter, per_buyer : int
        1 or more.
    most_rounds : int, default=`MOST_ROUNDS`
        Of one settlement.

    References
    ----------
    D. P. Bertsekas, The auction algorithm: a distributed relaxation method for the assignment
    problem, Annals of Operations Research 14 (1988); D. P. Bertsekas and D. A. Castañon, The
    auction algorithm for the transportation problem, the same 20 (1989).
    """

    def __init__(
        self,
        exporters: Any,
        buyers: Any,
        scores: Any,
        *,
        per_exporter: int,
        per_buyer: int,
        most_rounds: int = MOST_ROUNDS,
    ) -> None:
        self._most_rounds = most_rounds
        self._order = np.argsort(exporters, kind="stable")
        self._exporters = exporters[self._order]
        self._buyers = buyers[self._order]
        self._scores = scores[self._order]
        self._sizes = np.bincount(exporters)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._most = np.minimum(self._sizes, per_exporter)
        self._held = np.zeros(len(exporters), dtype=bool)
        self._loads = np.zeros(len(self._sizes), dtype=np.int64)
        number = int(buyers.max(initial=-1)) + 1
        self._prices = np.zeros(number)
        self._slots = np.full((number, per_buyer), -1)
        self._bids = np.full((number, per_buyer), -np.inf)

    def settle(self, worth: Any) -> Any:
        """Let exporters bid until none wants more at the prices reached.

        Parameters
        ----------
        worth : ndarray of shape (per_exporter,)
            What the first, second … place is worth to an exporter beside the score; not
            negative, not rising, and none lower than at an earlier settlement.

        Returns
        -------
        ndarray of bool of shape (n_pairs,)
            The pairs held, in the order given. The limits are kept at any time.
        """
        # A pair without any score is still better than an empty place.
        least = np.append(-np.asarray(worth, dtype=float) - STEP, np.inf)
        waiting = np.flatnonzero(self._loads < self._most)
        looks = max(LOOKS * len(self._held), LEAST_LOOKS)
        for _ in range(self._most_rounds):
            if not len(waiting) or looks < 0:
                break
            waiting = waiting[np.argsort(self._loads[waiting], kind="stable")]
            bidding, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            looks -= int(self._sizes[bidding].sum())
            pairs, bids = self._best_bids(bidding, least)
            if len(pairs):
                waiting = np.union1d(waiting, self._award(pairs, bids))
        held = np.zeros(len(self._held), dtype=bool)
        held[self._order] = self._held
        return held

    def branch(self) -> Auction:
        """Return an auction that goes on from here, and leaves this one as it is."""
        other = copy(self)
        for name in ("_held", "_loads", "_prices", "_slots", "_bids"):
            setattr(other, name, getattr(self, name).copy())
        return other

    def _best_bids(self, bidding: Any, least: Any) -> tuple[Any, Any]:
        """Return the further pairs that exporters want at the present prices, and their bids."""
        sizes = self._sizes[bidding]
        ends = np.cumsum(sizes)
        pairs = np.arange(ends[-1]) + np.repeat(self._starts[bidding] - (ends - sizes), sizes)
        bidder = np.repeat(np.arange(len(bidding)), sizes)
        loads = self._loads[bidding]
        net = self._scores[pairs] - self._prices[self._buyers[pairs]]
        wanted = ~self._held[pairs] & (net > least[loads][bidder])
        pairs, bidder, net = pairs[wanted], bidder[wanted], net[wanted]
        order = np.lexsort((-net, bidder))
        pairs, bidder, net = pairs[order], bidder[order], net[order]
        sizes = np.bincount(bidder, minlength=len(bidding))
        starts = np.cumsum(sizes) - sizes
        place = np.minimum(loads[bidder] + np.arange(len(pairs)) - starts[bidder], len(least) - 1)
        taken = net > least[place]
        numbers = np.bincount(bidder[taken], minlength=len(bidding))
        # The next best choice: the best pair left over, or to leave the last place empty.
        following = np.minimum(starts + numbers, max(len(net) - 1, 0))
        left_over = np.where(numbers < sizes, np.append(net, 0.0)[following], -np.inf)
        next_best = np.maximum(left_over, least[np.maximum(loads + numbers - 1, 0)])
        return pairs[taken], self._scores[pairs[taken]] - next_best[bidder[taken]] + STEP

    def _award(self, pairs: Any, bids: Any) -> Any:
        """Give the buyers' places to the highest bids; return the exporters who lost one."""
        asked = np.unique(self._buyers[pairs])
        kept = self._slots[asked].ravel()
        pairs = np.concatenate([kept[kept >= 0], pairs])
        bids = np.concatenate([self._bids[asked].ravel()[kept >= 0], bids])
        rows = np.searchsorted(asked, self._buyers[pairs])
        order = np.lexsort((pairs, -bids, rows))
        pairs, bids, rows = pairs[order], bids[order], rows[order]
        sizes = np.bincount(rows, minlength=len(asked))
        rank = np.arange(len(pairs)) - (np.cumsum(sizes) - sizes)[rows]
        width = self._slots.shape[1]
        won = rank < width
        slots, standing = np.full((len(asked), width), -1), np.full((len(asked), width), -np.inf)
        slots[rows[won], rank[won]] = pairs[won]
        standing[rows[won], rank[won]] = bids[won]
        self._slots[asked], self._bids[asked] = slots, standing
        self._prices[asked] = np.where(sizes >= width, standing[:, -1], 0.0)
        change = won.astype(np.int64) - self._held[pairs]
        self._held[pairs] = won
        np.add.at(self._loads, self._exporters[pairs], change)
        return np.unique(self._exporters[pairs[~won]])
