"""One run of the matching model over a fair, and the score of one pair by the same code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from matchmaker.engines.matching.data import Fair
from matchmaker.engines.matching.explain import Explainer, Pairs
from matchmaker.engines.matching.exposure import Limits, choose, gini, loads
from matchmaker.engines.matching.gates import Gate, gate_counts, late_pairs, open_pairs, pair_gates
from matchmaker.engines.matching.parts import Sheet, lay_out, measure, text_likeness
from matchmaker.engines.matching.reasons import Reasons
from matchmaker.engines.matching.score import GOODS_FLOOR, Weights, goods_likeness, score
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


MOST_ALSO = 2
"""Further pairs of goods kept of two companies that are suggested to each other."""


@dataclass(frozen=True, slots=True)
class Also:
    """Another product and need of the same two companies, and their score, 0 to 1."""

    product: str
    need: str
    score: float


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
    sheet = lay_out(fair, text)
    may = open_pairs(fair, sheet)
    allowed = ~np.array([product.barred for product in sheet.products], dtype=bool)
    found: list[_Candidates] = []
    for start in range(0, len(sheet.products), BLOCK):
        if should_stop is not None and should_stop():
            raise StoppedError
        rows = np.arange(start, min(start + BLOCK, len(sheet.products)))
        pairs = may[sheet.exporter_of[rows]][:, sheet.buyer_of] & allowed[rows, np.newaxis]
        found.append(_candidates(sheet, text, weights, rows, pairs))
        if progress is not None:
            progress(int(rows[-1]) + 1, len(sheet.products))
    alike = _joined(found)
    alike = alike.rows_where(alike.score >= limits.least_score)
    late = late_pairs(sheet, alike.rows, alike.columns)
    held, alike = alike.rows_where(late), alike.rows_where(~late)
    best = _best_of_companies(sheet, alike)
    companies = best.companies(sheet)
    kept = set(choose(companies, limits))
    chosen = best.rows_where([pair in kept for pair in companies])
    suggestions = _suggestions(sheet, text, weights, chosen, _others(sheet, alike, chosen))
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
            "text_roads": [road.name for road in text.roads],
            "seed": seed,
        },
    )


def score_pair(
    fair: Fair, exporter: str, buyer: str, *, text: TextModel, weights: Weights | None = None
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
    sheet = lay_out(small, text)
    # A barred product is looked at too: the officer sees what it would be worth.
    every = np.ones((len(sheet.products), len(sheet.needs)), dtype=bool)
    rows = np.arange(len(sheet.products))
    candidates = _candidates(sheet, text, weights, rows, every, floor=-1.0)
    best = _best_of_companies(sheet, candidates)
    others = _others(sheet, candidates, best)
    (suggestion,) = _suggestions(sheet, text, weights, best, others)
    if suggestion.score == 0:
        gates = (*gates, Gate.OTHER_GOODS)
    return PairScore(gates, suggestion)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Pairs of a product and a need, with their likeness by text and their score."""

    rows: Any
    columns: Any
    likeness: Any
    score: Any

    def rows_where(self, chosen: Any) -> _Candidates:
        chosen = np.asarray(chosen)
        if chosen.dtype != np.int64:
            chosen = np.flatnonzero(chosen)
        return _Candidates(
            self.rows[chosen], self.columns[chosen], self.likeness[chosen], self.score[chosen]
        )

    def companies(self, sheet: Sheet) -> list[tuple[int, int]]:
        exporters = sheet.exporter_of[self.rows].tolist()
        return list(zip(exporters, sheet.buyer_of[self.columns].tolist(), strict=True))


def _candidates(
    sheet: Sheet,
    text: TextModel,
    weights: Weights,
    rows: Any,
    pairs: Any,
    floor: float = GOODS_FLOOR,
) -> _Candidates:
    """Return the pairs whose goods are alike, scored. The goods come first: they are few."""
    likeness = text_likeness(sheet, text, rows)
    goods = goods_likeness(
        {"hs": sheet.hs[rows], "sector": sheet.sector[rows], "text": likeness}, weights
    )
    some, columns = np.nonzero(pairs & (goods > floor))
    alike = likeness[some, columns]
    parts = measure(sheet, rows[some], columns, alike)
    # Rounded, so that the last bits of a sum do not decide between equals.
    return _Candidates(rows[some], columns, alike, score(parts, weights).score.round(9))


def _joined(found: list[_Candidates]) -> _Candidates:
    none = np.empty(0, dtype=int)
    return _Candidates(
        np.concatenate([none, *(part.rows for part in found)]),
        np.concatenate([none, *(part.columns for part in found)]),
        np.concatenate([none.astype(float), *(part.likeness for part in found)]),
        np.concatenate([none.astype(float), *(part.score for part in found)]),
    )


def _best_of_companies(sheet: Sheet, found: _Candidates) -> _Candidates:
    """Return the best pair of each two companies, from the best to the worst, ties by the ids."""
    exporters, buyers = sheet.exporter_of[found.rows], sheet.buyer_of[found.columns]
    order = np.lexsort((found.columns, found.rows, -found.score, buyers, exporters))
    pair = (exporters * len(sheet.buyers) + buyers)[order]
    first = order[np.flatnonzero(np.diff(pair, prepend=-1))]
    return found.rows_where(
        first[np.lexsort((buyers[first], exporters[first], -found.score[first]))]
    )


def _others(
    sheet: Sheet, found: _Candidates, chosen: _Candidates
) -> dict[tuple[int, int], list[Also]]:
    """Return what else of two companies agrees, by the places of the companies."""
    number = len(sheet.buyers)
    wanted = sheet.exporter_of[chosen.rows] * number + sheet.buyer_of[chosen.columns]
    pair = sheet.exporter_of[found.rows] * number + sheet.buyer_of[found.columns]
    found = found.rows_where(np.isin(pair, wanted) & (found.score > 0))
    order = np.lexsort((found.columns, found.rows, -found.score))
    found = found.rows_where(order)
    taken = set(zip(chosen.rows.tolist(), chosen.columns.tolist(), strict=True))
    named = {(int(sheet.exporter_of[row]), column) for row, column in taken}
    answer: dict[tuple[int, int], list[Also]] = {}
    again: list[tuple[tuple[int, int], Also]] = []
    for place, key in enumerate(found.companies(sheet)):
        row, column = int(found.rows[place]), int(found.columns[place])
        if (row, column) in taken:
            continue
        one = Also(sheet.products[row].id, sheet.needs[column].id, float(found.score[place]))
        if (key[0], column) in named:
            again.append((key, one))
        else:
            named.add((key[0], column))
            answer.setdefault(key, []).append(one)
    for key, one in again:
        answer.setdefault(key, []).append(one)
    return {key: others[:MOST_ALSO] for key, others in answer.items()}


def _suggestions(
    sheet: Sheet,
    text: TextModel,
    weights: Weights,
    chosen: _Candidates,
    also: dict[tuple[int, int], list[Also]],
) -> tuple[Suggestion, ...]:
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
            score=float(scored.score[place]),
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
