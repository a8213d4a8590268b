"""Rows of stored answers, from products as they were looked at."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from matchmaker.companies.models import Product
from matchmaker.compliance.catalogue_queries import Ground
from matchmaker.compliance.models import ProductReadiness
from matchmaker.compliance.readiness_queries import (
    Occasion,
    StoredStatus,
    case_of,
    holdings_of,
    not_over,
)
from matchmaker.db.base import db
from matchmaker.engines.readiness.assess import StageReadiness, assess
from matchmaker.engines.readiness.data import Holding, Kind
from matchmaker.reference.day_queries import office_day

Row = dict[str, Any]
"""Values of the columns; those that hold JSON are written already, as ``detail_text``."""


@dataclass(frozen=True, slots=True)
class Looked:
    """All of one product that its answers depend on; equal, they are the same."""

    id: int
    company_id: int
    version: int
    sector_code: str | None
    hs_code: str | None
    attributes: list[str]
    holdings: tuple[Holding, ...]
    occasions: tuple[Occasion, ...]
    """Coming ones for which there is an answer, or is to be one."""


def look_at(
    product_ids: Collection[int], *, today: date, also: Occasion | None = None
) -> list[Looked]:
    """Return products on offer with their papers and the occasions they are asked about."""
    products = db.session.execute(
        sa.select(
            Product.id,
            Product.company_id,
            Product.version,
            Product.sector_code,
            Product.hs_code,
            Product.attributes,
        )
        .where(Product.id.in_(product_ids), Product.withdrawn_at.is_(None))
        .order_by(Product.id)
    ).all()
    held = holdings_of({row.company_id for row in products})
    occasions = _occasions(product_ids, today, also)
    return [
        Looked(*row, held.of(row.company_id, row.id), tuple(occasions[row.id].values()))
        for row in products
    ]


def _occasions(
    product_ids: Collection[int], today: date, also: Occasion | None
) -> dict[int, dict[str, Occasion]]:
    """Return by product the occasions that are not over; a given one has the dates given."""
    found: dict[int, dict[str, Occasion]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(
            ProductReadiness.product_id,
            ProductReadiness.occasion,
            ProductReadiness.event_end,
            ProductReadiness.in_market,
            ProductReadiness.shipment,
        )
        .where(
            ProductReadiness.product_id.in_(product_ids),
            ProductReadiness.occasion != "",
            not_over(today),
        )
        .order_by(ProductReadiness.occasion)
    )
    for product_id, key, event_end, in_market, shipment in rows:
        if event_end is not None:
            found[product_id][key] = Occasion(key, event_end, in_market, shipment)
    if also is not None:
        for product_id in product_ids:
            found[product_id][also.key] = also
    return found


def rows_of(looked: Iterable[Looked], standing: Ground, *, now: datetime) -> Iterator[Row]:
    """Yield the answers for products: the general one, then one an occasion."""
    for product in looked:
        for occasion in (None, *product.occasions):
            yield _row(product, standing, occasion, now)


def _row(product: Looked, standing: Ground, occasion: Occasion | None, now: datetime) -> Row:
    today = office_day(now)
    case = case_of(product, product.holdings, standing, as_of=today, occasion=occasion)
    answer = assess(standing.catalogue, case)
    event, shipment = answer.event, answer.shipment
    return {
        "product_id": product.id,
        "occasion": occasion.key if occasion else "",
        "in_market": bool(occasion and occasion.in_market),
        "as_of": today,
        "event_end": occasion.event_end if occasion else None,
        "shipment": occasion.shipment if occasion else None,
        "event_level": event.level.value if event else None,
        "event_overall": event.overall if event else None,
        "shipment_level": shipment.level.value if shipment else None,
        "shipment_overall": shipment.overall if shipment else None,
        "shipment_buyer": shipment.buyer if shipment else None,
        "gaps": len(shipment.hindrances) if shipment else 0,
        "detail_text": _compact({stage.stage.value: _statuses(stage) for stage in answer.stages}),
        "revision": standing.revision,
        "product_version": product.version,
        "papers_text": _compact(
            {
                paper.id: (paper.certificate, _iso(paper.issued), _iso(paper.valid_to))
                for paper in product.holdings
            }
        ),
        "computed_at": now,
    }


_compact = json.JSONEncoder(separators=(",", ":")).encode


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _statuses(stage: StageReadiness) -> list[StoredStatus]:
    return [
        StoredStatus(
            requirement=row.requirement.code,
            kind="M" if row.kind is Kind.MANDATORY else "B",
            status=row.status.value,
            by=row.by,
            paper=row.holding.id if row.holding else None,
            eased=row.eased,
        )
        for row in stage.requirements
    ]
