"""The readiness of products: computed live for one, read as last computed for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

import sqlalchemy as sa

from matchmaker.companies.models import Product
from matchmaker.compliance.catalogue_queries import Ground, catalogue, ground
from matchmaker.compliance.enums import LIVE_PAPERS, PaperState
from matchmaker.compliance.models import (
    ComplianceState,
    HeldPaper,
    HeldPaperProduct,
    ProductReadiness,
)
from matchmaker.db.base import db
from matchmaker.engines.readiness import data as engine
from matchmaker.engines.readiness.assess import Readiness, assess
from matchmaker.engines.readiness.catalogue import Catalogue

EVENT_IN_MARKET = "event_in_japan"
"""The attribute that the event gives, and nobody is asked for."""
COUNTING: Mapping[str, tuple[PaperState, ...]] = MappingProxyType(
    {"verified": (PaperState.VERIFIED,), "with_submitted": LIVE_PAPERS}
)
"""Which papers count: those an officer has looked at, or also those that wait."""
Counting = Literal["verified", "with_submitted"]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A fair, as far as readiness needs it: ``key`` is its public id.

    Without ``shipment`` goods are to be there on its last day.
    """

    key: str
    event_end: date
    in_market: bool
    shipment: date | None = None


class Goods(Protocol):
    """What a product, or a row of its columns, says about what is asked of it."""

    @property
    def sector_code(self) -> str | None: ...
    @property
    def hs_code(self) -> str | None: ...
    @property
    def attributes(self) -> list[str]: ...


class Holdings:
    """The papers of companies: those for all their products, and those for some."""

    def __init__(self) -> None:
        self._of_company: dict[int, list[engine.Holding]] = defaultdict(list)
        self._of_product: dict[int, list[engine.Holding]] = defaultdict(list)

    def add(self, company_id: int, product_id: int | None, holding: engine.Holding) -> None:
        """Take in a paper, for one product or, without one, for all of the company."""
        if product_id is None:
            self._of_company[company_id].append(holding)
        else:
            self._of_product[product_id].append(holding)

    def of(self, company_id: int, product_id: int) -> tuple[engine.Holding, ...]:
        """Return the papers that cover a product; their ids are the papers' public ids."""
        return (*self._of_company.get(company_id, ()), *self._of_product.get(product_id, ()))


class StoredStatus(NamedTuple):
    """How a requirement stood when the stored answer was computed."""

    requirement: str
    kind: str
    """M mandatory, B expected by buyers."""
    status: str
    by: str | None
    """The certificate that decided."""
    paper: str | None
    """Public id of the paper that decided."""
    eased: bool


def holdings_of(
    company_ids: Collection[int], *, states: Iterable[PaperState] = (PaperState.VERIFIED,)
) -> Holdings:
    """Return the papers of companies that stand in one of the states."""
    rows = db.session.execute(
        sa.select(
            HeldPaper.company_id,
            HeldPaperProduct.product_id,
            HeldPaper.scheme_code,
            HeldPaper.issued_on,
            HeldPaper.valid_to,
            HeldPaper.public_id,
        )
        .outerjoin(HeldPaperProduct, HeldPaperProduct.paper_id == HeldPaper.id)
        .where(HeldPaper.company_id.in_(company_ids), HeldPaper.state.in_(tuple(states)))
        .order_by(HeldPaper.id)
    )
    found = Holdings()
    for company_id, product_id, scheme, issued, valid_to, public_id in rows:
        found.add(company_id, product_id, engine.Holding(scheme, issued, valid_to, id=public_id))
    return found


def engine_product(goods: Goods, known: Catalogue, *, in_market: bool = False) -> engine.Product:
    """Return a product as the engine reads it."""
    hs = goods.hs_code or ""
    own = frozenset(goods.attributes) - {EVENT_IN_MARKET}
    return engine.Product(
        goods.sector_code or known.sector_of(hs) or "",
        hs,
        own | {EVENT_IN_MARKET} if in_market else own,
    )


def case_of(
    goods: Goods,
    holdings: tuple[engine.Holding, ...],
    standing: Ground,
    *,
    as_of: date,
    occasion: Occasion | None = None,
) -> engine.Case:
    """Return the question whether goods are ready; without occasion they are shipped ``as_of``."""
    return engine.Case(
        product=engine_product(
            goods, standing.catalogue, in_market=bool(occasion and occasion.in_market)
        ),
        holdings=holdings,
        as_of=as_of,
        event_end=occasion.event_end if occasion else None,
        shipment=occasion.shipment if occasion else as_of,
        agreements=standing.agreements,
    )


def readiness_of(
    product: Product,
    *,
    as_of: date,
    occasion: Occasion | None = None,
    shipment: date | None = None,
    papers: Counting = "verified",
    agreements: tuple[engine.Agreement, ...] | None = None,
) -> Readiness:
    """Work out the readiness of a product from what the database says now.

    Without occasion and shipment, goods are to be there on ``as_of``. ``agreements`` stand in
    place of those that bind.

    Raises
    ------
    NoPackError
        If no requirements are loaded.
    """
    standing = ground()
    held = holdings_of([product.company_id], states=COUNTING[papers])
    case = case_of(
        product,
        held.of(product.company_id, product.id),
        standing,
        as_of=as_of,
        occasion=occasion,
    )
    case = replace(
        case,
        shipment=shipment or case.shipment,
        agreements=case.agreements if agreements is None else agreements,
    )
    return assess(standing.catalogue, case)


def asked_attributes(product: Goods) -> tuple[str, ...]:
    """Return the attributes whose answer can change what is asked of a product, by name."""
    known = catalogue()
    plain = engine_product(product, known)
    # With one attribute at a time every rule shows itself that fits the goods at all.
    trials = [frozenset[str](), *(frozenset({name}) for name in known.attributes)]
    fitting = {
        rule for trial in trials for rule in known.applicable(replace(plain, attributes=trial))
    }
    read = {name for rule in fitting for name in (rule.condition, rule.exemption) if name}
    return tuple(sorted(read - {EVENT_IN_MARKET}))


def stored(product_ids: Collection[int], occasion: str = "") -> dict[int, ProductReadiness]:
    """Return the answers last computed for products on an occasion, by product."""
    rows = db.session.scalars(
        sa.select(ProductReadiness).where(
            ProductReadiness.occasion == occasion, ProductReadiness.product_id.in_(product_ids)
        )
    )
    return {row.product_id: row for row in rows}


def stored_statuses(row: ProductReadiness, stage: engine.Stage) -> tuple[StoredStatus, ...]:
    """Return the requirements of one stage as they stand in a stored answer."""
    return tuple(StoredStatus(*values) for values in row.detail.get(stage.value, ()))


def not_over(today: date) -> sa.ColumnElement[bool]:
    """Return the condition under which a stored answer's event, if it has one, is still to end."""
    return sa.or_(ProductReadiness.event_end.is_(None), ProductReadiness.event_end >= today)


def is_stale(*, today: date) -> sa.ColumnElement[bool]:
    """Return the condition under which a stored answer, joined with its product, is too old.

    The answer for an event that is over stays as it was.
    """
    revision = sa.select(ComplianceState.revision).scalar_subquery()
    return sa.and_(
        not_over(today),
        sa.or_(
            ProductReadiness.revision != revision,
            ProductReadiness.product_version != Product.version,
            ProductReadiness.as_of < today,
        ),
    )


def stale_count(occasion: str, *, today: date) -> int:
    """Return how many answers of an occasion wait to be computed anew."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(ProductReadiness)
            .join(Product, Product.id == ProductReadiness.product_id)
            .where(
                ProductReadiness.occasion == occasion,
                Product.withdrawn_at.is_(None),
                is_stale(today=today),
            )
        )
        or 0
    )


def due_products(*, today: date, most: int) -> list[int]:
    """Return products on offer, ``most`` at the most, with a stale answer or none at all."""
    rows = sa.select(ProductReadiness.product_id).where(ProductReadiness.product_id == Product.id)
    missing = ~rows.where(ProductReadiness.occasion == "").exists()
    stale = rows.where(is_stale(today=today)).exists()
    return list(
        db.session.scalars(
            sa.select(Product.id)
            .where(Product.withdrawn_at.is_(None), sa.or_(missing, stale))
            .order_by(Product.id)
            .limit(most)
        )
    )
