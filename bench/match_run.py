"""How long a match run over a large fair takes, and what of it is matching.

python -m bench.match_run [--json] [--exporters 1000] [--buyers 500]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.instance import fill, in_own_context, quiet_app
from bench.pages import PER_BUYER, PER_EXPORTER
from matchmaker.companies.models import Need, Product
from matchmaker.db.base import db
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.score import Weights
from matchmaker.events.models import Event
from matchmaker.matches.services.runs import Settled, run_event
from matchmaker.matches.services.text_models import ensure_model
from matchmaker.matches.services.vectors import embed_goods

TARGET_S = 3.0


def measure(folder: Path, *, exporters: int, buyers: int) -> dict[str, Any]:
    """Fill an instance, embed its texts, and run the matching twice: first and renewing."""
    with quiet_app(folder) as app:
        made = fill(app, exporters=exporters, buyers=buyers)
        begin = time.perf_counter()
        ensure_model(report=lambda *_: None)
        fitted = time.perf_counter() - begin
        begin = time.perf_counter()
        embed_goods()  # as the worker does when a text is saved
        embedded = time.perf_counter() - begin
        settled = Settled(Weights(), Limits(per_exporter=PER_EXPORTER, per_buyer=PER_BUYER))
        seconds, cpu_seconds, summary = [], [], {}
        for _ in range(2):
            event = db.session.get_one(Event, made.event_id)
            begin, cpu_begin = time.perf_counter(), time.process_time()
            run = run_event(event, settled, report=lambda *_: None)
            seconds.append(round(time.perf_counter() - begin, 2))
            cpu_seconds.append(round(time.process_time() - cpu_begin, 2))
            summary = run.summary or {}
        count = {
            kind.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(kind))
            for kind in (Product, Need)
        }
    return {
        "exporters": exporters,
        "buyers": buyers,
        "products": count["product"],
        "needs": count["need"],
        "suggestions": summary.get("made", 0) + summary.get("renewed", 0),
        "fit_text_model_s": round(fitted, 2),
        "embed_texts_s": round(embedded, 2),
        "first_run_s": seconds[0],
        "second_run_s": seconds[1],
        "first_run_cpu_s": cpu_seconds[0],
        "second_run_cpu_s": cpu_seconds[1],
        "target_s": TARGET_S,
        "cores": os.cpu_count(),
        "good": seconds[0] <= TARGET_S,
    }


def main() -> None:
    """Measure and print; the exit status only says whether it could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--exporters", type=int, default=1000)
    parser.add_argument("--buyers", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = in_own_context(
            measure, Path(folder), exporters=asked.exporters, buyers=asked.buyers
        )
    if asked.json:
        json.dump(found, sys.stdout)
        print()
        return
    for name, value in found.items():
        print(f"{name.replace('_', ' '):20} {value}")


if __name__ == "__main__":
    main()
