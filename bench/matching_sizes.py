"""How long the matching engine takes, and how much memory, beside peers in the same run.

python bench/matching.py [--exporters 500] [--buyers 1000] [--products 1] [--needs 1]
    [--seed N] [--json]

Texts are read and their sentence vectors are at hand before the clock starts; how fast texts are
read and embedded is reported beside. Up to 50 million pairs of a product and a need a whole run
is measured, with exposure and reasons; above, the 20 best partners of every company are found.
`bench.matching_cluster` makes the same search with Dask.

Seconds are by the clock, and in "cpu_s" those of all cores. The peers do the text part alone:
the bare float32 product of the sentence vectors as the model compares them, the products of the
sparse roads beside it, and scikit-learn's nearest neighbours over the sentence vectors.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from sklearn.neighbors import NearestNeighbors
from sklearn.utils.sparsefuncs import sparse_matmul_to_dense

from bench.goods import SEED, GoodsBook, GoodsMaker
from matchmaker.config import DICTIONARY
from matchmaker.engines.matching.data import Fair
from matchmaker.engines.matching.encoder import embed, nano_encoder
from matchmaker.engines.matching.facing import stacked
from matchmaker.engines.matching.gates import closed_pairs
from matchmaker.engines.matching.parts import Sheet, lay_out
from matchmaker.engines.matching.readings import Readings
from matchmaker.engines.matching.run import MANY, match_laid_out
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.search import Asked, Found, search
from matchmaker.engines.matching.sense import joined
from matchmaker.engines.matching.standing import Newcomer, Standing
from matchmaker.engines.matching.text import TextModel, fit_text_model
from matchmaker.matches.text_model import vocabulary_of_packs

TOP = 20
NEWCOMERS = 10
ROWS = 2_048
TARGETS = {
    (500, 1_000): (1.0, None),
    (10_000, 2_000): (5.0, 1_000),
    (100_000, 10_000): (120.0, 4_000),
}
"""Seconds and megabytes by numbers of exporters and buyers."""

TARGET_NEWCOMER_MS = 200.0


class Clock:
    """Keeps how long things took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu_seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        begin, busy = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = round(time.perf_counter() - begin, 3)
        self.cpu_seconds[name] = round(time.process_time() - busy, 3)


class Bench:
    """One fair, read and laid out."""

    def __init__(self, exporters: int, buyers: int, products: int, needs: int, seed: int) -> None:
        names = vocabulary_of_packs()
        self.clock = Clock()
        self.maker = GoodsMaker(names, seed)
        self.book = GoodsBook(names, self.maker)
        with self.clock.of("fit"):
            self.text: TextModel = fit_text_model(
                names, dictionary_path=DICTIONARY, book=self.book
            )
        self.fair: Fair = self.maker.make(exporters, buyers, products, needs)
        self.pairs = len(self.fair.products) * len(self.fair.needs)
        if self.pairs <= MANY:
            readings = Readings(self.text)
            with self.clock.of("read_and_lay_out"):
                lay_out(self.fair, self.text, self.book, readings)
            with self.clock.of("lay_out"):
                self.sheet: Sheet = lay_out(self.fair, self.text, self.book, readings)
        else:
            with self.clock.of("read_and_lay_out"):
                self.sheet = lay_out(self.fair, self.text, self.book)

    def run(self) -> dict[str, Any]:
        """Measure a whole run and what it consists of."""
        forget_peak()
        with self.clock.of("run"):
            result = match_laid_out(self.fair, self.sheet, text=self.text, book=self.book)
        peak = peak_mb()
        self.search()
        return {
            "suggestions": len(result.suggestions),
            "peak_mb": peak,
            **_few(result.diagnostics),
        }

    def search(self, keep: int | None = None) -> tuple[Found, float | None]:
        """Measure the scoring of all pairs alone."""
        closed = closed_pairs(self.fair, self.sheet)
        forget_peak()
        with self.clock.of("score"):
            found = search(self.sheet, self.text, closed, Asked(Weights(), 0.1, keep))
        return found, peak_mb()

    def peers(self) -> None:
        """Measure what others take for the text alone."""
        offers, wants = self.sheet.product_vectors, self.sheet.need_vectors
        if offers.sense is None or wants.sense is None:
            return
        left, right = joined(offers.sense, 1), joined(wants.sense, 0, swapped=True)
        with self.clock.of("bare_product"):
            for start in range(0, len(left), ROWS):
                left[start : start + ROWS] @ right.T
        others = stacked(wants).T.tocsr()
        some = stacked(offers)
        with self.clock.of("sparse_products"):
            for start in range(0, len(left), ROWS):
                sparse_matmul_to_dense(some[start : start + ROWS], others)
        with self.clock.of("nearest_neighbours"):
            near = NearestNeighbors(
                n_neighbors=min(TOP, len(right)), algorithm="brute", metric="cosine"
            )
            near.fit(right).kneighbors(left)

    def newcomers(self) -> dict[str, float]:
        """Measure one new profile on each side against the fair that stands, in milliseconds."""
        standing = Standing(self.fair, text=self.text, book=self.book, sheet=self.sheet)
        taken: dict[str, list[float]] = {"exporter": [], "buyer": []}
        for number in range(NEWCOMERS + 3):
            seller, looker = self.maker.exporter(f"x{number}"), self.maker.buyer(f"y{number}")
            for side, newcomer in (
                ("exporter", Newcomer(seller, tuple(self.maker.products(seller.id, 1)))),
                ("buyer", Newcomer(buyer=looker, needs=tuple(self.maker.needs(looker.id, 1)))),
            ):
                begin = time.perf_counter()
                standing.match(newcomer)
                taken[side].append((time.perf_counter() - begin) * 1000)
        # The first ones come before the fair stands ready for their language.
        return {f"new_{side}_ms": round(median(times[3:]), 1) for side, times in taken.items()}

    def rates(self) -> dict[str, float]:
        """Return how many texts are read a second, and embedded a second."""
        texts = [one.passage for one in self.fair.products]
        texts += [one.passage for one in self.fair.needs]
        some = texts[:: max(1, len(texts) // 1_000)]
        begin = time.perf_counter()
        self.text.read(some, self.book)
        found: dict[str, float] = {
            "texts_read_per_s": round(len(some) / (time.perf_counter() - begin))
        }
        encoder = nano_encoder()
        if encoder is not None:
            begin = time.perf_counter()
            embed(some[:32], encoder)
            found["texts_embedded_per_s"] = round(32 / (time.perf_counter() - begin), 1)
        return found


def forget_peak() -> None:
    """Give back what fitting freed, and let the peak of memory begin anew where the system can."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


def peak_mb() -> float | None:
    """Return the peak of memory in megabytes, None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


def _few(diagnostics: dict[str, Any]) -> dict[str, Any]:
    return {
        name: diagnostics[name]
        for name in ("pairs_of_like_goods", "company_pairs_possible", "exposure", "text_roads")
    }


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """Measure everything that was asked for."""
    bench = Bench(asked.exporters, asked.buyers, asked.products, asked.needs, asked.seed)
    found: dict[str, Any] = {
        "exporters": asked.exporters,
        "buyers": asked.buyers,
        "products": len(bench.fair.products),
        "needs": len(bench.fair.needs),
        "vectors": "made up" if bench.book.are_made_up else "of the names that come with us",
    }
    if bench.pairs > MANY:
        best, found["peak_mb"] = bench.search(keep=TOP)
        found |= {"pairs_kept": len(best.best.rows), "pairs_of_like_goods": best.alike}
        total = bench.clock.seconds["score"]
    else:
        found |= bench.run()
        total = bench.clock.seconds["run"]
    bench.peers()
    found |= bench.newcomers() | bench.rates()
    found |= {"seconds": bench.clock.seconds, "cpu_s": bench.clock.cpu_seconds}
    found |= verdict(asked, total, found)
    return found


def verdict(asked: argparse.Namespace, total: float, found: dict[str, Any]) -> dict[str, Any]:
    """Return ratios to the peers, targets and whether they were reached."""
    seconds = found["seconds"]
    slowest_ms = max(found["new_exporter_ms"], found["new_buyer_ms"])
    answer: dict[str, Any] = {
        "total_s": total,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    if "bare_product" in seconds:
        both = seconds["bare_product"] + seconds["sparse_products"]
        answer["times_dense_product"] = round(seconds["score"] / seconds["bare_product"], 2)
        answer["times_bare_products"] = round(seconds["score"] / both, 2)
        answer["times_neighbours"] = round(seconds["score"] / seconds["nearest_neighbours"], 2)
    most_s, most_mb = TARGETS.get((asked.exporters, asked.buyers), (None, None))
    if most_s is not None:
        in_time = total <= most_s and slowest_ms <= TARGET_NEWCOMER_MS
        fits = most_mb is None or found["peak_mb"] is None or found["peak_mb"] <= most_mb
        answer |= {"target_s": most_s, "target_mb": most_mb, "good": in_time and fits}
    return answer


def arguments(about: str | None) -> argparse.ArgumentParser:
    """Return what can be said of the fair to be measured."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--exporters", type=int, default=500)
    parser.add_argument("--buyers", type=int, default=1_000)
    parser.add_argument("--products", type=int, default=1, help="of each exporter")
    parser.add_argument("--needs", type=int, default=1, help="of each buyer")
    parser.add_argument("--seed", type=int, default=SEED)
    return parser


def main() -> None:
    """Measure and print; the exit status only says whether it could be measured."""
    asked = arguments(__doc__).parse_args()
    tell(measure(asked), as_json=asked.json)


def tell(found: dict[str, Any], *, as_json: bool) -> None:
    """Print what was found, a line for each figure or all as JSON."""
    if as_json:
        json.dump(found, sys.stdout)
        print()
        return
    for name, value in found.items():
        print(f"{name.replace('_', ' '):24} {value}")


if __name__ == "__main__":
    main()
