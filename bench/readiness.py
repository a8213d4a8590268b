"""How long it takes to renew the readiness of every product, and what of it is the engine.

python -m bench.readiness [--json] [--companies 2000] [--products 5] [--papers 6]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from alembic import command
from flask import Flask

from bench.instance import in_own_context, quiet_app
from matchmaker.companies.models import Company, Product
from matchmaker.compliance.catalogue_queries import ground
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper, ProductReadiness
from matchmaker.compliance.readiness_queries import case_of
from matchmaker.compliance.services.answers import look_at
from matchmaker.compliance.services.pack import load_pack
from matchmaker.compliance.services.readiness import compute_all, keep_computed
from matchmaker.db.base import db, random_id
from matchmaker.db.transaction import unit_of_work
from matchmaker.engines.readiness.assess import assess
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.engines.readiness.data import Product as Goods
from matchmaker.reference.models import HSCode
from matchmaker.reference.services import load_reference

NOW = datetime(2027, 1, 12, 9, tzinfo=UTC)
SEED = 20270112
TARGET_S = 5.0


class Filler:
    """Makes exporters with products and with papers of the kinds that these need."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.random = Random(SEED)
        self.catalogue = catalogue
        codes = db.session.scalars(sa.select(HSCode.code).where(sa.func.length(HSCode.code) == 6))
        self.goods = [
            (code, sector)
            for code in codes.all()
            if (sector := catalogue.sector_of(code)) is not None
        ]

    def fill(self, *, companies: int, products: int, papers: int) -> None:
        """Add so many companies, each with so many products and papers."""
        stamps = {"created_at": NOW, "updated_at": NOW, "version": 1}
        sellers: list[dict[str, Any]] = []
        goods: list[dict[str, Any]] = []
        held: list[dict[str, Any]] = []
        for number in range(1, companies + 1):
            sellers.append(
                {
                    "id": number, "public_id": random_id(), "name": f"Exporter {number}",
                    "name_language": "en", "is_exporter": True, "country": "PK",
                    "city": "Karachi", "languages": ["en"], **stamps,
                }
            )  # fmt: skip
            offered = self.random.sample(self.goods, products)
            goods += [
                {
                    "company_id": number, "public_id": random_id(), "name": f"Goods {code}",
                    "language": "en", "hs_code": code, "sector_code": sector,
                    "attributes": self._attributes(), **stamps,
                }
                for code, sector in offered
            ]  # fmt: skip
            held += [
                {
                    "company_id": number, "public_id": random_id(), "scheme_code": scheme,
                    "number": f"{number}", "issued_on": (NOW - timedelta(days=200)).date(),
                    "valid_to": (NOW + timedelta(days=self.random.randint(-100, 400))).date(),
                    "state": PaperState.VERIFIED, **stamps,
                }
                for scheme in self._schemes(offered, papers)
            ]  # fmt: skip
        for model, rows in ((Company, sellers), (Product, goods), (HeldPaper, held)):
            db.session.execute(sa.insert(model), rows)

    def _attributes(self) -> list[str]:
        return self.random.sample(sorted(self.catalogue.attributes), self.random.randint(0, 2))

    def _schemes(self, offered: list[tuple[str, str]], papers: int) -> list[str]:
        wanted = {
            scheme
            for code, sector in offered
            for rule in self.catalogue.applicable(Goods(sector, code))
            for scheme in rule.met_by
        }
        others = sorted(set(self.catalogue.certificates) - wanted)
        return [*self.random.sample(sorted(wanted), min(papers, len(wanted))), *others][:papers]


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Keep how long the block took."""
    begin = time.perf_counter()
    yield
    seconds[name] = round(time.perf_counter() - begin, 2)


def _prepare(app: Flask, **asked: int) -> None:
    command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
    with unit_of_work():
        load_reference()
        load_pack(now=NOW)
        Filler(ground().catalogue).fill(**asked)


def _engine_alone() -> float:
    """Answer every product from memory, as a yardstick; return the seconds it took."""
    standing = ground()
    ids = db.session.scalars(sa.select(Product.id)).all()
    looked = look_at(ids, today=NOW.date())
    begin = time.perf_counter()
    for product in looked:
        case = case_of(product, product.holdings, standing, as_of=NOW.date())
        assess(standing.catalogue, case)
    db.session.rollback()
    return time.perf_counter() - begin


def measure(folder: Path, **asked: int) -> dict[str, Any]:
    """Fill an instance and renew all answers twice: missing ones, and those of another day."""
    seconds: dict[str, float] = {}
    with quiet_app(folder) as app:
        _prepare(app, **asked)
        engine = _engine_alone()
        for name, now in (("first", NOW), ("second", NOW + timedelta(days=1))):
            busy = time.process_time()
            with timed(seconds, f"{name}_read_and_compute_s"):
                computed = compute_all(now=now, report=lambda *_: None)
            with timed(seconds, f"{name}_write_s"), unit_of_work():
                written = keep_computed(computed, now=now)
            busy = time.process_time() - busy
        rows = db.session.scalar(sa.select(sa.func.count()).select_from(ProductReadiness))
    total = seconds["second_read_and_compute_s"] + seconds["second_write_s"]
    return {
        **asked,
        "answers": rows,
        "written_again": written["written"],
        **seconds,
        "engine_alone_s": round(engine, 2),
        "total_s": round(total, 2),
        "total_of_processor_s": round(busy, 2),
        "times_the_engine": round(total / engine, 1),
        "target_s": TARGET_S,
        "cores": os.cpu_count(),
        "good": total <= TARGET_S,
    }


def main() -> None:
    """Measure and print; the exit status only says whether it could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--companies", type=int, default=2000)
    parser.add_argument("--products", type=int, default=5, help="of each company")
    parser.add_argument("--papers", type=int, default=6, help="of each company")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = in_own_context(
            measure,
            Path(folder),
            companies=asked.companies,
            products=asked.products,
            papers=asked.papers,
        )
    if asked.json:
        json.dump(found, sys.stdout)
        print()
        return
    for name, value in found.items():
        print(f"{name.replace('_', ' '):26} {value}")


if __name__ == "__main__":
    main()
