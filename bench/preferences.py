"""How well the score orders partners by what both sides truly want.

On a made-up fair whose companies' tastes are known (see `bench.tastes`), each exporter's buyers
and each buyer's exporters are ranked by the product's score, by likeness of texts alone, and by
the number of equal fields, from the profiles alone; and compared with the true gains.

nDCG@10 over the chance that both say yes; whoever has nobody to come to terms with is left out.
What no profile shows nobody can rank by, so the figures are given for profiles that say all, for
careful ones, on which the target is judged, and for ones with gaps. The exposure is that of an
ordinary run on the careful ones. Sentence vectors are computed only with --encoder, at some ten
texts a second.

python -m bench.preferences [--json] [--seed 7] [--exporters 300] [--buyers 200] [--encoder]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.tastes import KnownFair, TasteMaker
from matchmaker.engines.evaluation.equal_fields import count_equal_fields
from matchmaker.engines.evaluation.metrics import ndcg, ranking
from matchmaker.engines.matching.data import Fair
from matchmaker.engines.matching.encoder import Book, EncodingBook, nano_encoder
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.run import match
from matchmaker.engines.matching.text import TextModel, fit_text_model
from matchmaker.matches.name_vectors import shipped_names
from matchmaker.matches.text_model import vocabulary_of_packs

SEED, EXPORTERS, BUYERS, K = 7, 300, 200, 10
TARGET, GINI_TARGET, LOSS_TARGET = 0.9, 0.25, 0.03
NOISES = {"complete": 0.0, "careful": 0.3, "with gaps": 1.0}
"""How much the profiles leave out or get wrong, see `bench.tastes`."""


def measure(*, seed: int, exporters: int, buyers: int, with_encoder: bool) -> dict[str, Any]:
    """Return nDCG of the systems for both sides, and the exposure of a run."""
    vocabulary = vocabulary_of_packs()
    fairs = {
        name: TasteMaker(vocabulary, seed, noise).make(exporters=exporters, buyers=buyers)
        for name, noise in NOISES.items()
    }
    book: Book | None = None
    if with_encoder and (encoder := nano_encoder()):
        book = EncodingBook(encoder, shipped_names(encoder.name))
    begin = time.perf_counter()
    text = fit_text_model(vocabulary, book=book)
    fitted = time.perf_counter()
    profiles = {
        name: {system: _ndcg(found, known.gains) for system, found in _systems(known, text, book)}
        for name, known in fairs.items()
    }
    run = match(fairs["careful"].fair, text=text, book=book)
    exposure = run.diagnostics["exposure"]
    best = profiles["careful"]["matchmaker"]
    gains = fairs["careful"].gains
    return {
        "exporters": exporters,
        "buyers": buyers,
        "seed": seed,
        "roads": text.road_names,
        "k": K,
        "profiles": profiles,
        "pairs_that_could_agree": int((gains > 0).sum()),
        "left_out": int((gains.max(axis=1) == 0).sum() + (gains.max(axis=0) == 0).sum()),
        "suggestions": len(run.suggestions),
        "exposure": {name: round(value, 4) for name, value in exposure.items()},
        "without_any_though_possible": _without_any(run.unmatched),
        "fit_s": round(fitted - begin, 1),
        "rest_s": round(time.perf_counter() - fitted, 1),
        "good": min(best.values()) >= TARGET
        and exposure["gini_exporters_after"] <= GINI_TARGET
        and exposure["loss"] <= LOSS_TARGET,
    }


def _systems(known: KnownFair, text: TextModel, book: Book | None) -> Iterator[tuple[str, Any]]:
    yield "matchmaker", _scores(known.fair, text, book)
    yield "texts", _likeness(known.fair, text, book)
    yield "equal_fields", _equal_fields(known.fair)


def _scores(fair: Fair, text: TextModel, book: Book | None) -> Any:
    """Return the score of every pair, from a run without limits; NaN where there is none."""
    everybody = Limits(len(fair.buyers), len(fair.exporters), least_score=0.0)
    found = _empty(fair)
    rows, columns = _places(fair)
    for one in match(fair, text=text, book=book, limits=everybody).suggestions:
        found[rows[one.exporter], columns[one.buyer]] = one.score
    return found


def _likeness(fair: Fair, text: TextModel, book: Book | None) -> Any:
    """Return the likeness of the most alike texts of each two companies."""
    offered = text.read([product.passage for product in fair.products], book)
    wanted = text.read([need.passage for need in fair.needs], book)
    return _best(fair, text.likeness(offered, wanted))


def _equal_fields(fair: Fair) -> Any:
    exporters = {one.id: one for one in fair.exporters}
    buyers = {one.id: one for one in fair.buyers}
    counts = [
        [
            count_equal_fields(product, need, exporters[product.exporter], buyers[need.buyer])
            for need in fair.needs
        ]
        for product in fair.products
    ]
    return _best(fair, np.array(counts, dtype=float))


def _best(fair: Fair, values: Any) -> Any:
    """Return the best value of each two companies, from those of products and needs."""
    found = _empty(fair)
    rows, columns = _places(fair)
    places = (
        [rows[product.exporter] for product in fair.products],
        [columns[need.buyer] for need in fair.needs],
    )
    np.fmax.at(found, np.ix_(*places), values)
    return found


def _empty(fair: Fair) -> Any:
    return np.full((len(fair.exporters), len(fair.buyers)), np.nan)


def _places(fair: Fair) -> tuple[dict[str, int], dict[str, int]]:
    return (
        {one.id: place for place, one in enumerate(fair.exporters)},
        {one.id: place for place, one in enumerate(fair.buyers)},
    )


def _ndcg(scores: Any, gains: Any) -> dict[str, float]:
    return {
        side: round(
            float(
                np.mean(
                    [
                        ndcg(own[ranking(found)], K)
                        for found, own in zip(some, true, strict=True)
                        if own.any()
                    ]
                )
            ),
            4,
        )
        for side, some, true in (
            ("exporters", scores, gains),
            ("buyers", scores.T, gains.T),
        )
    }


def _without_any(unmatched: Any) -> int:
    """Return how many have a possible partner, but no suggestion."""
    return sum(one.reason == "partners_full" for one in unmatched)


def main() -> None:
    """Measure and print; the exit status only says whether it could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--encoder", action="store_true")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--exporters", type=int, default=EXPORTERS)
    parser.add_argument("--buyers", type=int, default=BUYERS)
    asked = parser.parse_args()
    found = measure(
        seed=asked.seed,
        exporters=asked.exporters,
        buyers=asked.buyers,
        with_encoder=asked.encoder,
    )
    if asked.json:
        json.dump(found, sys.stdout)
        print()
        return
    print(f"{'nDCG@' + str(K):28} {'exporters':>10} {'buyers':>10}")
    for profile, systems in found["profiles"].items():
        for name, figures in systems.items():
            label = f"{profile}: {name}"
            print(f"{label:28} {figures['exporters']:10.3f} {figures['buyers']:10.3f}")
    for name, value in found.items():
        if name not in {"profiles", "k"}:
            print(f"{name.replace('_', ' '):28} {value}")


if __name__ == "__main__":
    main()
