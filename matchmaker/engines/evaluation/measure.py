"""Measuring one system on one labelled set, block by block."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.evaluation.data import LabelledSet
from matchmaker.engines.evaluation.metrics import (
    ndcg,
    precision,
    ranking,
    recall,
    reciprocal_rank,
)
from matchmaker.engines.evaluation.systems import System

BLOCK = 256
"""Queries scored at once; bounds the memory."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How well and how fast a system ranks: means over the queries that have something to find.

    ``left_out`` queries have not. ``query_ms`` is what one query takes to be read, scored and
    put in order, in milliseconds.
    """

    ndcg: float
    recall: float
    precision: float
    mrr: float
    queries: int
    left_out: int
    fit_s: float
    query_ms: float


def measure(
    system: System,
    labelled: LabelledSet,
    *,
    k: int,
    judged_only: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Figures:
    """Fit a system on the documents, rank them for every query and measure the rankings.

    Parameters
    ----------
    system : System
        Never told the gains.
    labelled : LabelledSet
    k : int
        The first k documents count; 1 or more.
    judged_only : bool, default=False
        Rank for each query only the documents judged for it, instead of all.
    progress : callable of (done, total) queries, optional
        Called after each block.

    Raises
    ------
    ValueError
        If no query has a relevant document, k is below 1, or no document has a word.
    """
    begin = time.perf_counter()
    system.fit(labelled.documents)
    fit_s = time.perf_counter() - begin
    found: list[tuple[float, float, float, float]] = []
    ranking_s = 0.0
    for start in range(0, len(labelled.queries), BLOCK):
        begin = time.perf_counter()
        queries = labelled.queries[start : start + BLOCK]
        order = ranking(system.score(queries))
        ranking_s += time.perf_counter() - begin
        for row, places in enumerate(order, start):
            gains = ranked_gains(labelled.gains, row, places, judged_only=judged_only)
            if gains.any():
                at_k = ndcg(gains, k), recall(gains, k), precision(gains, k)
                found.append((*at_k, reciprocal_rank(gains)))
        if progress is not None:
            progress(start + len(queries), len(labelled.queries))
    if not found:
        raise ValueError("no query has a relevant document")
    mean_ndcg, mean_recall, mean_precision, mrr = np.mean(found, axis=0).tolist()
    return Figures(
        ndcg=mean_ndcg,
        recall=mean_recall,
        precision=mean_precision,
        mrr=mrr,
        queries=len(found),
        left_out=len(labelled.queries) - len(found),
        fit_s=fit_s,
        query_ms=1000 * ranking_s / len(labelled.queries),
    )


def ranked_gains(gains: Any, row: int, places: Any, *, judged_only: bool) -> Any:
    """Return the gains of one query's documents in the order ranked.

    Parameters
    ----------
    gains : csr_array of shape (n_queries, n_documents)
        As `LabelledSet` holds them.
    row : int
    places : ndarray of int of shape (n_documents,)
        All documents, the best first.
    judged_only : bool
    """
    stored = slice(gains.indptr[row], gains.indptr[row + 1])
    of_documents = np.full(gains.shape[1], np.nan)
    of_documents[gains.indices[stored]] = gains.data[stored]
    ranked = of_documents[places]
    return ranked[~np.isnan(ranked)] if judged_only else np.nan_to_num(ranked)
