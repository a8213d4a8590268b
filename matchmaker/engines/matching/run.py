"""One run of the matching model over a fair, and the score of one pair by the same code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from matchmaker.engines.matching.candidates import (
    Also,
    Candidates,
    best_of_companies,
    find_candidates,
    joined,
    others_of_companies,
)
from matchmaker.engines.matching.data import Fair
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.explain import Explainer, Pairs
from matchmaker.engines.matching.exposure import Limits, choose, gini, loads
from matchmaker.engines.matching.gates import Gate, gate_counts, late_pairs, open_pairs, pair_gates
from matchmaker.engines.matching.parts import Sheet, lay_out, measure
from matchmaker.engines.matching.reasons import Reasons
from matchmaker.engines.matching.score import Weights, score
from matchmaker.engines.matching.text import TextModel
from matchmaker.engines.matching.unmatched import Met, Unmatched, unmatched

MODEL_VERSION = "3"
"""To be raised whenever the same input gets other scores."""

BLOCK = 512
"""Products scored at once; bounds the memory."""

FEW_WORDS = 2
"""A text with fewer different words says nearly nothing."""

Label = Literal["little_data", "sector_only"]


class StoppedError(Exception):
    """The run was asked to stop; it has no result."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One exporter proposed to one buyer, by their best product and need.

    ``also`` are the next of their pairs, at most `MOST_ALSO`: first the best of each need that is
    not named yet, then others. Scores and confidence are 0 to 1. ``little_data``: hardly anything
    is known of the goods; ``sector_only``: nothing but the sectors.
    """

    exporter: str
    buyer: str
    product: str
    need: str
    score: float
    supply: float
    demand: float
    confidence: float
    labels: tuple[Label, ...]
    reasons: Reasons
    also: tuple[Also, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What a run gives.

    Attributes
    ----------
    suggestions : tuple of Suggestion
        From the highest score to the lowest, equal scores by the ids.
    unmatched : tuple of Unmatched
    model_version : str
        Of the code and the text model.
    diagnostics : dict of str to int, float or list of str
        Counts of pairs, gates and exposure before and after (`gini_…`), and the text roads used.
    """

    suggestions: tuple[Suggestion, ...]
    unmatched: tuple[Unmatched, ...]
    model_version: str
    diagnostics: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PairScore:
    """The score of one pair, and the gates it does not pass; no suggestion if it has no goods."""

    gates: tuple[Gate, ...]
    suggestion: Suggestion | None


def match(  # noqa: PLR0913 - a run has this many givens, all by name
    fair: Fair,
    *,
    text: TextModel,
    book: Book | None = None,
    weights: Weights | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> MatchResult:
    """Suggest exporters to buyers.

    Parameters
    ----------
    fair : Fair
        The order of its lists does not matter.
    text : TextModel
        Fitted.
    book : Book, optional
        Where the kept sentence vectors of the texts are read.
    weights, limits : optional
        The defaults of `Weights` and `Limits`.
    seed : int, default=0
        Kept with the run. The present model draws no lots: ties are broken by the ids.
    progress : callable of (done, total), optional
        Called after each block of products.
    should_stop : callable, optional
        Asked before each block.

    Raises
    ------
    StoppedError
        If ``should_stop`` said so.
    """
    weights, limits = weights or Weights(), limits or Limits()
    sheet = lay_out(fair, text, book)
    may = open_pairs(fair, sheet)
    allowed = ~np.array([product.barred for product in sheet.products], dtype=bool)
    found: list[Candidates] = []
    for start in range(0, len(sheet.products), BLOCK):
        if should_stop is not None and should_stop():
            raise StoppedError
        rows = np.arange(start, min(start + BLOCK, len(sheet.products)))
        pairs = may[sheet.exporter_of[rows]][:, sheet.buyer_of] & allowed[rows, np.newaxis]
        found.append(find_candidates(sheet, text, weights, rows, pairs))
        if progress is not None:
            progress(int(rows[-1]) + 1, len(sheet.products))
    alike = joined(found)
    alike = alike.rows_where(alike.score >= limits.least_score)
    late = late_pairs(sheet, alike.rows, alike.columns)
    held, alike = alike.rows_where(late), alike.rows_where(~late)
    best = best_of_companies(sheet, alike)
    companies = best.companies(sheet)
    kept = set(choose(companies, limits))
    chosen = best.rows_where([pair in kept for pair in companies])
    suggestions = suggestions_of(
        sheet, text, weights, chosen, others_of_companies(sheet, alike, chosen)
    )
    return MatchResult(
        suggestions=suggestions,
        unmatched=unmatched(fair, sheet, may, Met(companies, kept, held.companies(sheet))),
        model_version=f"{MODEL_VERSION}/{text.version_}",
        diagnostics={
            "exporters": len(sheet.exporters),
            "buyers": len(sheet.buyers),
            "pairs": len(sheet.products) * len(sheet.needs),
            "pairs_of_like_goods": sum(len(part.rows) for part in found),
            "company_pairs_possible": len(companies),
            "suggestions": len(suggestions),
            "gates": gate_counts(fair) | {Gate.LATE.value: len(held.rows)},
            "exposure": _exposure(sheet, companies, kept),
            "text_roads": text.road_names,
            "seed": seed,
        },
    )


def score_pair(
    fair: Fair,
    exporter: str,
    buyer: str,
    *,
    text: TextModel,
    book: Book | None = None,
    weights: Weights | None = None,
) -> PairScore:
    """Score one exporter and one buyer as a run would, also where it would not suggest them.

    Raises
    ------
    ValueError
        If the fair has no such company.
    """
    small = replace(
        fair,
        exporters=tuple(one for one in fair.exporters if one.id == exporter),
        buyers=tuple(one for one in fair.buyers if one.id == buyer),
        products=tuple(product for product in fair.products if product.exporter == exporter),
        needs=tuple(need for need in fair.needs if need.buyer == buyer),
    )
    if not (small.exporters and small.buyers):
        raise ValueError(f"the fair has no exporter {exporter!r} or no buyer {buyer!r}")
    gates = pair_gates(small, exporter, buyer)
    if not (small.products and small.needs):
        return PairScore(gates, None)
    weights = weights or Weights()
    sheet = lay_out(small, text, book)
    # A barred product is looked at too: the officer sees what it would be worth.
    every = np.ones((len(sheet.products), len(sheet.needs)), dtype=bool)
    rows = np.arange(len(sheet.products))
    candidates = find_candidates(sheet, text, weights, rows, every, floor=-1.0)
    best = best_of_companies(sheet, candidates)
    others = others_of_companies(sheet, candidates, best)
    (suggestion,) = suggestions_of(sheet, text, weights, best, others)
    if suggestion.score == 0:
        gates = (*gates, Gate.OTHER_GOODS)
    return PairScore(gates, suggestion)


def suggestions_of(
    sheet: Sheet,
    text: TextModel,
    weights: Weights,
    chosen: Candidates,
    also: dict[tuple[int, int], list[Also]],
) -> tuple[Suggestion, ...]:
    """Return the chosen pairs as suggestions, in their order, with their reasons."""
    parts = measure(sheet, chosen.rows, chosen.columns, chosen.likeness)
    scored = score(parts, weights)
    pairs = Pairs(chosen.rows, chosen.columns, parts, scored)
    reasons = Explainer(sheet, text, weights).reasons(pairs)
    sizes = np.minimum(
        sheet.product_vectors.sizes[chosen.rows], sheet.need_vectors.sizes[chosen.columns]
    )
    companies = chosen.companies(sheet)
    return tuple(
        Suggestion(
            exporter=sheet.products[row].exporter,
            buyer=sheet.needs[column].buyer,
            product=sheet.products[row].id,
            need=sheet.needs[column].id,
            score=float(chosen.score[place]),
            supply=float(scored.supply[place]),
            demand=float(scored.demand[place]),
            confidence=float(scored.confidence[place]),
            labels=_labels(bool(np.isnan(parts["hs"][place])), int(sizes[place])),
            reasons=reasons[place],
            also=tuple(also.get(companies[place], ())),
        )
        for place, (row, column) in enumerate(zip(chosen.rows, chosen.columns, strict=True))
    )


def _labels(no_codes: bool, words: int) -> tuple[Label, ...]:  # noqa: FBT001 - a plain fact
    if no_codes and words == 0:
        return ("little_data", "sector_only")
    return ("little_data",) if no_codes and words < FEW_WORDS else ()


def _exposure(
    sheet: Sheet, possible: list[tuple[int, int]], kept: set[tuple[int, int]]
) -> dict[str, float]:
    """Return the inequality of exposure before the limits and after, 0 (equal) to 1."""
    numbers = (len(sheet.exporters), len(sheet.buyers))
    return {
        f"gini_{side}s_{when}": gini(loads(pairs, axis, numbers[axis]))
        for axis, side in enumerate(("exporter", "buyer"))
        for when, pairs in (("before", possible), ("after", kept))
    }
