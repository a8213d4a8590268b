"""How far officers agree with suggestions: figures over decided pairs, beside other systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from matchmaker.engines.evaluation.intervals import Draws, Figure
from matchmaker.engines.evaluation.ties import OrderFigures, agreement, order_figures

Side = Literal["buyer", "exporter"]
SIDES: tuple[Side, ...] = ("buyer", "exporter")

SUGGESTIONS, RANDOM = "suggestions", "random"
"""Names of the scores that officers saw, and of an order drawn by lot."""

BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Bounds of the bands of scores; the last band holds its upper bound."""


class Verdict(StrEnum):
    """How the suggestions compare with another system, by nDCG of the lists of buyers."""

    BETTER = "better"
    WORSE = "worse"
    OPEN = "open"
    """Too few lists to tell."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair that an officer found good, or not good for its goods or terms."""

    exporter: str
    buyer: str
    score: float
    """What was suggested, 0 to 1."""
    approved: bool


@dataclass(frozen=True, slots=True)
class SideFigures:
    """Means over the lists of one side."""

    ndcg: Figure
    precision: Figure
    recall: Figure
    mrr: Figure


@dataclass(frozen=True, slots=True)
class SystemReview:
    """One system on the judged pairs; None where there is nothing it could be measured on.

    ``lead`` is what the suggestions' nDCG is above that of this system, over the same lists of
    buyers; ``verdict`` says whether its interval lies on one side of 0.
    """

    buyer: SideFigures | None
    exporter: SideFigures | None
    agreement: Figure | None
    lead: Figure | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Lists:
    """How many lists of a side could be compared, and how many say nothing of an order."""

    compared: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Band:
    """Suggestions of one band of scores: from ``low`` up to, but for the last, ``high``."""

    low: float
    high: float
    judged: int
    approved: int


@dataclass(frozen=True, slots=True)
class Review:
    """What the decisions say; see `review`."""

    systems: dict[str, SystemReview]
    lists: dict[Side, Lists]
    bands: tuple[Band, ...]


def review(
    judged: Sequence[Judged],
    others: Mapping[str, ArrayLike],
    *,
    k: int,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Review:
    """Measure the suggestions and other systems on pairs that officers have judged.

    A list is what was judged for one company, in the order a system scores it; approved ones
    are relevant. A list in which all were approved, or none, is the same for every order and is
    left out. The equals of a system count as the mean over their orders.

    Parameters
    ----------
    judged : sequence of n Judged
    others : mapping of str to array of shape (n,)
        Scores of further systems for the same pairs; NaN where one knows nothing.
    k : int
        The first k of a list count; 1 or more.
    seed : int, default=0
        Of the draws behind the intervals.
    progress : callable of (done, total) systems, optional

    Returns
    -------
    Review
        Without any system where nothing is judged.
    """
    if not judged:
        return Review({}, {side: Lists(0, 0) for side in SIDES}, bands([], []))
    good = np.array([one.approved for one in judged], dtype=bool)
    scores = {SUGGESTIONS: np.array([one.score for one in judged], dtype=float)}
    scores |= {name: np.asarray(of_pairs, dtype=float) for name, of_pairs in others.items()}
    scores[RANDOM] = np.zeros(len(judged))
    lists = {side: _lists([getattr(one, side) for one in judged], good) for side in SIDES}
    buyers = _numbers([one.buyer for one in judged])
    ground = _Ground(good, lists, buyers, k, seed)
    systems: dict[str, SystemReview] = {}
    ours: Any = None
    for done, (name, of_pairs) in enumerate(scores.items(), 1):
        systems[name], ndcg = ground.measured(of_pairs, ours)
        ours = ndcg if ours is None else ours
        if progress is not None:
            progress(done, len(scores))
    return Review(
        systems,
        {
            side: Lists(len(of), len({getattr(one, side) for one in judged}) - len(of))
            for side, of in lists.items()
        },
        bands(scores[SUGGESTIONS], good),
    )


class _Ground:
    """What all systems are measured on: the same lists, and the same draws of them."""

    def __init__(
        self, good: Any, lists: Mapping[Side, Sequence[Any]], buyers: Any, k: int, seed: int
    ) -> None:
        self.good, self.lists, self.buyers, self.k = good, lists, buyers, k
        self.draws = {side: Draws(len(lists[side]), seed) for side in SIDES}
        self.of_buyers = Draws(len(set(buyers.tolist())), seed)

    def measured(self, scores: Any, ours: Any) -> tuple[SystemReview, Any]:
        """Return the figures of one system, and its nDCG of each list of buyers.

        ``ours`` are those of the suggestions; None for the suggestions themselves.
        """
        found = {side: self._of_lists(scores, side) for side in SIDES}
        figures = {side: self._means(found[side], side) for side in SIDES}
        ndcg = np.array([one.ndcg for one in found["buyer"]])
        lead = None
        if ours is not None and len(ndcg):
            # Rounded, so that the last bits of a sum are no lead.
            lead = self.draws["buyer"].mean((ours - ndcg).round(9))
        agreed = self.of_buyers.of(partial(agreement, scores, self.good), self.buyers)
        told = SystemReview(figures["buyer"], figures["exporter"], agreed, lead, verdict_of(lead))
        return told, ndcg

    def _of_lists(self, scores: Any, side: Side) -> list[OrderFigures]:
        return [
            order_figures(scores[places], self.good[places], self.k) for places in self.lists[side]
        ]

    def _means(self, found: Sequence[OrderFigures], side: Side) -> SideFigures | None:
        if not found:
            return None
        mean = self.draws[side].mean
        return SideFigures(
            ndcg=mean([one.ndcg for one in found]),
            precision=mean([one.precision for one in found]),
            recall=mean([one.recall for one in found]),
            mrr=mean([one.mrr for one in found]),
        )


def verdict_of(lead: Figure | None) -> Verdict:
    """Say whether a difference, as far as it is sure, lies on one side of 0."""
    if lead is None or lead.low is None or lead.high is None or lead.low <= 0 <= lead.high:
        return Verdict.OPEN
    return Verdict.BETTER if lead.low > 0 else Verdict.WORSE


def bands(scores: ArrayLike, approved: ArrayLike) -> tuple[Band, ...]:
    """Return how many of each band of scores were judged and approved.

    Parameters
    ----------
    scores : array of shape (n,)
        0 to 1.
    approved : array of bool of shape (n,)
    """
    good = np.asarray(approved, dtype=bool)
    inner = np.asarray(BANDS[1:-1])
    band_of = np.searchsorted(inner, np.asarray(scores, dtype=float), side="right")
    return tuple(
        Band(low, high, int((band_of == place).sum()), int(good[band_of == place].sum()))
        for place, (low, high) in enumerate(pairwise(BANDS))
    )


def share(approved: ArrayLike, unit_of: Sequence[str], *, seed: int = 0) -> Figure | None:
    """Return the share approved of all decided, with its interval; None where nothing is.

    Parameters
    ----------
    approved : array of bool of shape (n,)
    unit_of : sequence of n str
        The company, whose decisions are drawn together.
    """
    good = np.asarray(approved, dtype=float)
    if not len(good):
        return None
    numbers = _numbers(unit_of)

    def measure(weights: Any) -> Any:
        return (weights @ good) / weights.sum(axis=-1)

    return Draws(int(numbers.max()) + 1, seed).of(measure, numbers)


def _numbers(names: Sequence[str]) -> Any:
    """Return for each name its place among the different ones."""
    return np.unique(np.asarray(names, dtype=object), return_inverse=True)[1].reshape(-1)


def _lists(companies: Sequence[str], good: Any) -> list[Any]:
    """Return the places of the pairs of each company whose list holds both kinds."""
    of_company: dict[str, list[int]] = {}
    for place, company in enumerate(companies):
        of_company.setdefault(company, []).append(place)
    places = [np.array(of_company[company]) for company in sorted(of_company)]
    return [one for one in places if good[one].any() and not good[one].all()]
