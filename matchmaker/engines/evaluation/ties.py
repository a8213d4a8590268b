"""Measures of an order in which some stand equal: what they are on average over all breakings.

Simple systems give many equal scores. Whichever order they are listed in would decide their
figures; the mean over all orders of the equals does not depend on it. Relevance is yes or no.

References
----------
F. McSherry and M. Najork, Computing Information Retrieval Performance Measures Efficiently in the
Presence of Tied Scores, ECIR 2008.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matchmaker.engines.evaluation.metrics import ranking


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """How well one list is ordered; each 0 to 1, as `metrics` defines them."""

    ndcg: float
    precision: float
    recall: float
    mrr: float
    """1 / rank of the first relevant one."""


def order_figures(scores: ArrayLike, relevant: ArrayLike, k: int) -> OrderFigures:
    """Measure the order that scores give to one list.

    Parameters
    ----------
    scores : array of shape (n,)
        The highest first; NaN, an unknown score, comes last, and all unknown are equal.
    relevant : array of bool of shape (n,)
    k : int
        The first k count; 1 or more.

    Raises
    ------
    ValueError
        If nothing is relevant, or k is below 1.
    """
    known, wanted = np.asarray(scores, dtype=float), np.asarray(relevant, dtype=bool)
    if k < 1 or not wanted.any():
        raise ValueError("something must be relevant, and k 1 or more")
    order = ranking(known)
    starts, sizes = _equals(known[order])
    found = np.add.reduceat(wanted[order].astype(int), starts)
    share = np.repeat(found / sizes, sizes)
    number = int(wanted.sum())
    discount = 1 / np.log2(np.arange(2, len(share) + 2))
    first = float(share[:k].sum())
    return OrderFigures(
        ndcg=float((share * discount)[:k].sum() / discount[: min(k, number)].sum()),
        precision=first / k,
        recall=first / number,
        mrr=_first_found(starts, sizes, found),
    )


def _equals(ranked: Any) -> tuple[Any, Any]:
    """Return where each run of equal scores begins, and how many are in it."""
    comparable = np.where(np.isnan(ranked), -np.inf, ranked)
    changes = np.flatnonzero(comparable[1:] != comparable[:-1]) + 1
    starts = np.concatenate([[0], changes])
    return starts, np.diff(np.concatenate([starts, [len(ranked)]]))


def _first_found(starts: Any, sizes: Any, found: Any) -> float:
    """Return the mean of 1 / rank of the first relevant one: it stands in the first run with any.

    That the first of ``wanted`` among ``size`` equals is the j-th has the probability
    C(size - j, wanted - 1) / C(size, wanted).
    """
    run = int(np.argmax(found > 0))
    before, size, wanted = int(starts[run]), int(sizes[run]), int(found[run])
    return sum(
        comb(size - place, wanted - 1) / comb(size, wanted) / (before + place)
        for place in range(1, size - wanted + 2)
    )


def agreement(scores: ArrayLike, approved: ArrayLike, weights: ArrayLike | None = None) -> Any:
    """Return how often an approved one is scored above one that is not; equals count one half.

    This is the area under the ROC curve (Mann and Whitney's U as a share).

    Parameters
    ----------
    scores : array of shape (n,)
        NaN counts as lower than any.
    approved : array of bool of shape (n,)
    weights : array of shape (n,) or (n_draws, n), optional
        How often each one counts; once where left out.

    Returns
    -------
    float or ndarray of shape (n_draws,)
        0 to 1; NaN where one of the two kinds is missing.
    """
    known, good = np.asarray(scores, dtype=float), np.asarray(approved, dtype=bool)
    times = np.ones(len(known)) if weights is None else np.asarray(weights, dtype=float)
    order = ranking(known)[::-1]  # the lowest first
    starts, _ = _equals(known[order])
    ordered = times[..., order]
    above = np.add.reduceat(np.where(good[order], ordered, 0.0), starts, axis=-1)
    below = np.add.reduceat(np.where(good[order], 0.0, ordered), starts, axis=-1)
    lower = np.cumsum(below, axis=-1) - below / 2
    pairs = above.sum(axis=-1) * below.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (above * lower).sum(axis=-1) / pairs
