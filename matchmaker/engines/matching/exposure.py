"""Exposure: nobody gets more suggestions than can be read, nobody none who could have one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.matching.auction import Auction
from matchmaker.engines.matching.exchange import Exchange

EVEN = 0.22
"""Gini coefficient of the exporters' suggestions at which they are even enough."""

MOST_LOSS = 0.03
"""Share of the total score that may be given for it."""

FIRST = 1.0
"""What the first suggestion of an exporter is worth beside its score."""

FALL = 0.6
"""What each further suggestion is worth beside the one before it, see `_worth`."""

STEEPEST = 3.0
"""How much more, at most, the first suggestions are worth than the last."""

STRIDE, LEAST_STRIDE = 0.2, 0.01
"""First and smallest change of that."""


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


@dataclass(frozen=True, slots=True)
class Shares:
    """Pairs shared out.

    Attributes
    ----------
    kept : ndarray of bool of shape (n_pairs,)
    by_limits : ndarray of bool of shape (n_pairs,)
        What the limits alone would give: the highest total score, whoever has it.
    loss : float
        Share of that total that the even shares cost, 0 to 1.
    possible : int
        The number of exporters with a possible partner.
    gini_by_limits, gini_least : float
        Gini coefficients of these exporters' pairs: by the limits alone, and of the most even
        shares of as many pairs, which some have too few possible partners for.
    """

    kept: Any
    by_limits: Any
    loss: float
    possible: int
    gini_by_limits: float
    gini_least: float

    def figures(self, exporters: int) -> dict[str, float]:
        """Return the loss, and the Gini coefficients over a number of exporters.

        Those without a possible partner count with none: of m among n, they make the
        coefficient g of the others 1 - m / n * (1 - g).
        """
        share = self.possible / exporters if exporters else 1.0
        return {
            "loss": self.loss,
            "gini_exporters_by_limits": 1 - share * (1 - self.gini_by_limits),
            "gini_exporters_least": 1 - share * (1 - self.gini_least),
        }


def share_out(exporters: Any, buyers: Any, scores: Any, limits: Limits) -> Shares:
    """Choose among possible pairs under the limits, evenly among the exporters.

    Parameters
    ----------
    exporters, buyers : ndarrays of int of shape (n_pairs,)
        Places of the companies, no pair twice.
    scores : ndarray of float of shape (n_pairs,)
        0 to 1, from the highest to the lowest; equals are preferred in the order given.
    limits : Limits

    Returns
    -------
    Shares
        As many companies as the limits allow have at least one pair, and none can be added.

    Notes
    -----
    First the pairs of the highest total score under the limits are found (`Auction`). Where
    somebody is left with none, or exporters' shares are less even than `EVEN`, a first
    suggestion is made to count more and further ones less, in steps, until they are, or until
    the next step would cost more than `MOST_LOSS` of that total. That nobody is left with none
    has no such bound.
    """
    auction = Auction(
        exporters,
        buyers,
        scores,
        per_exporter=limits.per_exporter,
        per_buyer=limits.per_buyer,
    )
    exchange = Exchange(exporters, buyers, limits.per_exporter, limits.per_buyer)
    by_limits = auction.settle(np.zeros(limits.per_exporter))
    kept, loss = by_limits, 0.0
    if exchange.leaves_none(by_limits) or _unevenness(exporters, by_limits) > EVEN:
        total = float(scores[by_limits].sum())
        evener = _Evener(auction, exchange, exporters, scores, total)
        kept, loss = evener.even(limits.per_exporter)
    return Shares(
        exchange.ordered(kept, scores),
        by_limits,
        loss,
        possible=len(np.unique(exporters)),
        gini_by_limits=_unevenness(exporters, by_limits),
        gini_least=_least(exporters, int(kept.sum()), limits.per_exporter),
    )


def gini(numbers: Iterable[float]) -> float:
    """Return the Gini coefficient of non-negative numbers: 0 all equal, towards 1 one has all.

    Source: C. Gini, Variabilità e mutabilità, 1912; as the mean difference over twice the mean.
    """
    values = np.sort(np.fromiter(numbers, dtype=float))
    total = values.sum()
    if total == 0:
        return 0.0
    ranks = np.arange(1, len(values) + 1)
    return float(((2 * ranks - len(values) - 1) * values).sum() / (len(values) * total))


@dataclass(frozen=True, slots=True)
class _Evener:
    """Makes shares evener, step by step, from the ``total`` that the limits alone allow."""

    auction: Auction
    exchange: Exchange
    exporters: Any
    scores: Any
    total: float

    def even(self, most: int) -> tuple[Any, float]:
        """Return the pairs kept and the share of the total that they cost."""
        auction, kept, loss = self._try(self.auction, _worth(0.0, most))
        steepness, stride, growth, slope = 0.0, STRIDE, 2.0, 0.0
        while _unevenness(self.exporters, kept) > EVEN:
            stride = min(stride, STEEPEST - steepness)
            if stride < LEAST_STRIDE:
                break
            # The loss rises ever faster: a stride that would surely cost too much is not tried.
            if loss + growth * slope * stride <= MOST_LOSS:
                ahead = self._try(auction, _worth(steepness + stride, most))
                if ahead[2] <= MOST_LOSS:
                    slope = (ahead[2] - loss) / stride
                    auction, kept, loss = ahead
                    steepness += stride
                    stride *= growth
                    continue
            stride, growth = stride / 2, 1.0
        return kept, max(loss, 0.0)

    def _try(self, auction: Auction, worth: Any) -> tuple[Auction, Any, float]:
        ahead = auction.branch()
        kept = self.exchange.complete(ahead.settle(worth))
        loss = 1 - float(self.scores[kept].sum()) / self.total if self.total else 0.0
        return ahead, kept, loss


def _worth(steepness: float, number: int) -> Any:
    """Return what each further suggestion of an exporter is worth beside its score."""
    worth = steepness * (FALL ** np.arange(number) - FALL ** (number - 1))
    worth[0] += FIRST
    return worth


def _unevenness(exporters: Any, kept: Any) -> float:
    """Return the Gini coefficient of the pairs of those exporters that have a possible partner."""
    possible = np.bincount(exporters)
    return gini(np.bincount(exporters[kept], minlength=len(possible))[possible > 0])


def _least(exporters: Any, number: int, most: int) -> float:
    """Return the Gini coefficient of the most even shares of a number of pairs."""
    room = np.minimum(np.bincount(exporters), most)
    room = np.sort(room[room > 0])
    shares = np.zeros_like(room)
    while number > 0 and (open_ := np.flatnonzero(room > shares)).size:
        some = open_[: min(number, len(open_))]
        shares[some] += 1
        number -= len(some)
    return gini(shares)
