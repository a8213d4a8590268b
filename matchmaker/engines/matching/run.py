"""One run of the matching model over a fair, and the score of one pair by the same code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from matchmaker.engines.matching.candidates import (
    Also,
    Candidates,
    Finder,
    best_of_companies,
    others_of_companies,
)
from matchmaker.engines.matching.data import Fair
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.explain import Explainer, Pairs
from matchmaker.engines.matching.exposure import Limits, gini, share_out
from matchmaker.engines.matching.facing import Facing
from matchmaker.engines.matching.gates import Closed, Gate, closed_pairs, gate_counts, pair_gates
from matchmaker.engines.matching.parts import Sheet, lay_out, measure
from matchmaker.engines.matching.reasons import Reasons
from matchmaker.engines.matching.score import Weights, score
from matchmaker.engines.matching.search import Asked, search
from matchmaker.engines.matching.sides import Reader
from matchmaker.engines.matching.text import TextModel
from matchmaker.engines.matching.unmatched import Met, Unmatched, unmatched

MODEL_VERSION = "4"
"""To be raised whenever the same input gets other scores."""

MANY = 50_000_000
"""Pairs of products and needs from which on not every possible partner is kept."""

KEEP = 60
"""Partners then kept of each company, from whom its suggestions are chosen."""

FEW_WORDS = 2
"""A text with fewer different words says nearly nothing."""

Label = Literal["little_data", "sector_only"]


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
        Counts of pairs and gates, the text roads used, and of the exposure Gini coefficients
        (before, by the limits alone, after, the least that can be) and the loss of total score.
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
    reader: Reader | None = None,
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
    reader : Reader, optional
        What reads the texts, if not the model itself.
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
    sheet = lay_out(fair, text, book, reader)
    return match_laid_out(
        fair,
        sheet,
        text=text,
        book=book,
        weights=weights,
        limits=limits,
        seed=seed,
        progress=progress,
        should_stop=should_stop,
    )


def match_laid_out(  # noqa: PLR0913 - see `match`
    fair: Fair,
    sheet: Sheet,
    *,
    text: TextModel,
    book: Book | None = None,
    weights: Weights | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> MatchResult:
    """Suggest exporters to buyers from a sheet of the fair, see `match`."""
    weights, limits = weights or Weights(), limits or Limits()
    closed = closed_pairs(fair, sheet)
    many = len(sheet.products) * len(sheet.needs) > MANY
    asked = Asked(weights, limits.least_score, keep=KEEP if many else None)
    found = search(sheet, text, closed, asked, progress=progress, should_stop=should_stop)
    shares = share_out(*found.best.companies(sheet), found.best.score, limits)
    chosen = found.best.where(shares.kept)
    others = others_of_companies(sheet, found.candidates, chosen)
    suggestions = suggestions_of(sheet, text, weights, chosen, others, book)
    has = tuple(
        np.bincount(places, minlength=side.number)
        for places, side in zip(chosen.companies(sheet), (sheet.offers, sheet.wants), strict=True)
    )
    met = Met(
        (found.partners[0] > 0, found.partners[1] > 0),
        (has[0] > 0, has[1] > 0),
        found.kept_waiting,
    )
    return MatchResult(
        suggestions=suggestions,
        unmatched=unmatched(fair, sheet, closed, met),
        model_version=f"{MODEL_VERSION}/{text.version_}",
        diagnostics={
            "exporters": len(sheet.exporters),
            "buyers": len(sheet.buyers),
            "pairs": len(sheet.products) * len(sheet.needs),
            "pairs_of_like_goods": found.alike,
            "company_pairs_possible": int(found.partners[0].sum()),
            "suggestions": len(suggestions),
            "gates": gate_counts(fair) | {Gate.LATE.value: found.late},
            "exposure": {
                f"gini_{side}s_{when}": gini(numbers[axis])
                for axis, side in enumerate(("exporter", "buyer"))
                for when, numbers in (("before", found.partners), ("after", has))
            }
            | shares.figures(len(sheet.exporters)),
            "text_roads": text.road_names,
            "seed": seed,
        },
    )


def _pairs(sheet: Sheet, best: Candidates) -> list[tuple[int, int]]:
    exporters, buyers = best.companies(sheet)
    return list(zip(exporters.tolist(), buyers.tolist(), strict=True))


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
    finder = Finder(sheet, weights, Closed.none(sheet))
    languages = np.unique(sheet.offers.vectors.languages).tolist()
    facing = Facing(text, sheet.wants, offers=False, others=languages)
    candidates = finder.find(facing.pieces(sheet.offers, np.arange(len(sheet.products))))
    best = best_of_companies(sheet, candidates)
    others = others_of_companies(sheet, candidates, best)
    (suggestion,) = suggestions_of(sheet, text, weights, best, others, book)
    if suggestion.score == 0:
        gates = (*gates, Gate.OTHER_GOODS)
    return PairScore(gates, suggestion)


def suggestions_of(
    sheet: Sheet,
    text: TextModel,
    weights: Weights,
    chosen: Candidates,
    also: dict[tuple[int, int], list[Also]],
    book: Book | None,
) -> tuple[Suggestion, ...]:
    """Return the chosen pairs as suggestions, in their order, with their reasons."""
    parts = measure(sheet, chosen.rows, chosen.columns, chosen.likeness)
    scored = score(parts, weights)
    pairs = Pairs(chosen.rows, chosen.columns, parts, scored)
    reasons = Explainer(sheet, text, weights, book).reasons(pairs)
    sizes = np.minimum(
        sheet.product_vectors.sizes[chosen.rows], sheet.need_vectors.sizes[chosen.columns]
    )
    companies = _pairs(sheet, chosen)
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
        for place, (row, column) in enumerate(
            zip(chosen.rows.tolist(), chosen.columns.tolist(), strict=True)
        )
    )


def _labels(no_codes: bool, words: int) -> tuple[Label, ...]:  # noqa: FBT001 - a plain fact
    if no_codes and words == 0:
        return ("little_data", "sector_only")
    return ("little_data",) if no_codes and words < FEW_WORDS else ()
