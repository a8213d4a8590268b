"""The search of `bench.matching` on a local Dask cluster of two processes, beside one machine.

python -m bench.matching_cluster [--exporters 10000] [--buyers 1000] [--partitions 8] [--json]

Every partition is compared with all needs and keeps the 20 best partners of each company, so its
cost is that of its products: the time grows with the number of partitions of one size. What a
million exporters would take follows from the seconds that one partition took.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
from distributed import Client

from bench.matching_sizes import TOP, Bench, arguments, tell
from matchmaker.engines.matching.cluster import search_on_cluster
from matchmaker.engines.matching.gates import closed_pairs
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.search import Asked

PROCESSES = 2
FAR = (1_000_000, 100_000)
"""Exporters and buyers that the time is worked out for."""


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    """Search on one machine and on the cluster, and compare what was found."""
    bench = Bench(asked.exporters, asked.buyers, asked.products, asked.needs, asked.seed)
    alone, _ = bench.search(keep=TOP)
    closed = closed_pairs(bench.fair, bench.sheet)
    ends: list[float] = []
    with Client(  # type: ignore[no-untyped-call]
        n_workers=PROCESSES, threads_per_worker=1, dashboard_address=None
    ) as client:
        begin = time.perf_counter()
        found = search_on_cluster(
            client,
            bench.sheet,
            bench.text,
            closed,
            Asked(Weights(), 0.1, TOP),
            partitions=asked.partitions,
            progress=lambda *_: ends.append(round(time.perf_counter() - begin, 2)),
        )
        total = time.perf_counter() - begin
    # Process seconds for a product and a need, of which the whole table is made.
    each = total * PROCESSES / bench.pairs
    return {
        "exporters": asked.exporters,
        "buyers": asked.buyers,
        "one_machine_s": bench.clock.seconds["score"],
        "cluster_s": round(total, 2),
        "processes": PROCESSES,
        "partitions": len(ends),
        "partition_s": round(total * PROCESSES / len(ends), 2),
        "partitions_done_at_s": ends,
        "finds_the_same": all(
            np.array_equal(getattr(found.best, name), getattr(alone.best, name))
            for name in ("rows", "columns", "score")
        ),
        "process_hours_for_a_million": round(each * FAR[0] * FAR[1] / 3600, 1),
    }


def main() -> None:
    """Measure and print; the exit status only says whether it could be measured."""
    parser = arguments(__doc__)
    parser.set_defaults(exporters=10_000, buyers=1_000)
    parser.add_argument("--partitions", type=int, default=8)
    asked = parser.parse_args()
    tell(measure(asked), as_json=asked.json)


if __name__ == "__main__":
    main()
