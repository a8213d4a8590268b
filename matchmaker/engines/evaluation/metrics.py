"""Measures of a ranking by graded gains; every one is 0 to 1, and 1 is best.

A ranking is given as the gains of all its documents, the first ranked first. A document is
relevant if its gain is above 0. Where no document is relevant there is nothing to find, and a
measure has no value: `ValueError`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def ranking(scores: ArrayLike) -> Any:
    """Return the places of the documents from the highest score to the lowest.

    Parameters
    ----------
    scores : array of shape (n_documents,) or (n_queries, n_documents)
        Any numbers; NaN, an unknown score, comes last.

    Returns
    -------
    ndarray of int of the same shape
        Equal scores keep the order of the documents.
    """
    known = np.asarray(scores, dtype=float)
    return np.argsort(np.where(np.isnan(known), np.inf, -known), axis=-1, kind="stable")


def dcg(gains: ArrayLike, k: int) -> float:
    """Return the discounted cumulated gain of the first k documents, 0 or more.

    The sum of (2^gain - 1) / log2(rank + 1), ranks from 1. The exponent is Burges'; for gains of
    0 and 1 it is the same as the gain itself.

    Parameters
    ----------
    gains : array of shape (n_documents,)
        In the order ranked; not negative.
    k : int
        1 or more.

    Raises
    ------
    ValueError
        If a gain is negative or not finite, or k below 1.

    References
    ----------
    K. Järvelin and J. Kekäläinen, Cumulated Gain-Based Evaluation of IR Techniques, ACM
    Transactions on Information Systems 20(4), 2002; C. Burges et al., Learning to Rank Using
    Gradient Descent, ICML 2005, for the exponent.
    """
    first = _checked(gains, k)[:k]
    return float(np.sum(np.expm1(first * np.log(2)) / np.log2(np.arange(2, len(first) + 2))))


def ndcg(gains: ArrayLike, k: int) -> float:
    """Return the `dcg` of the first k documents as a share of the highest there could be.

    Parameters
    ----------
    gains : array of shape (n_documents,)
        Of all documents, in the order ranked: the best order is made of them.
    k : int

    Raises
    ------
    ValueError
        If no gain is above 0, or for what `dcg` refuses.

    References
    ----------
    K. Järvelin and J. Kekäläinen, 2002, as in `dcg`.
    """
    ranked = _with_relevant(gains, k)
    return min(1.0, dcg(ranked, k) / dcg(np.sort(ranked)[::-1], k))


def recall(gains: ArrayLike, k: int) -> float:
    """Return the share of the relevant documents that stands among the first k.

    Raises
    ------
    ValueError
        If no document is relevant, a gain is negative or not finite, or k below 1.

    References
    ----------
    C. Manning, P. Raghavan and H. Schütze, Introduction to Information Retrieval, 2008, 8.3.
    """
    relevant = _with_relevant(gains, k) > 0
    return float(relevant[:k].sum() / relevant.sum())


def precision(gains: ArrayLike, k: int) -> float:
    """Return how many of the first k documents are relevant, divided by k.

    It is divided by k also where there are fewer documents, so that queries compare.

    Raises
    ------
    ValueError
        As `recall`.

    References
    ----------
    Manning, Raghavan and Schütze, 2008, 8.4.
    """
    return float((_with_relevant(gains, k)[:k] > 0).sum() / k)


def reciprocal_rank(gains: ArrayLike) -> float:
    """Return 1 / rank of the first relevant document, wherever it stands.

    Its mean over the queries is the MRR.

    Raises
    ------
    ValueError
        If no document is relevant, or a gain is negative or not finite.

    References
    ----------
    E. Voorhees, The TREC-8 Question Answering Track Report, 1999.
    """
    return float(1 / (1 + np.argmax(_with_relevant(gains, 1) > 0)))


def _checked(gains: ArrayLike, k: int) -> Any:
    numbers = np.asarray(gains, dtype=float)
    if k < 1:
        raise ValueError("k must be 1 or more")
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise ValueError("gains must be one row of finite numbers that are not negative")
    return numbers


def _with_relevant(gains: ArrayLike, k: int) -> Any:
    numbers = _checked(gains, k)
    if not (numbers > 0).any():
        raise ValueError("no document is relevant")
    return numbers
