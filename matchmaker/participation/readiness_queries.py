"""Readiness at fairs: which goods are shown where, and whose answers are missing or left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matchmaker.companies.models import Company, Product
from matchmaker.compliance.catalogue_queries import catalogue
from matchmaker.compliance.models import ProductReadiness
from matchmaker.compliance.readiness_queries import (
    Occasion,
    StoredStatus,
    is_stale,
    stored_statuses,
)
from matchmaker.db.base import db
from matchmaker.engines.readiness.data import Stage
from matchmaker.engines.readiness.score import Level
from matchmaker.events.enums import ParticipantRole
from matchmaker.events.models import Event, Participant
from matchmaker.reference.queries import country_of_side


def occasion_of(event: Event) -> Occasion:
    """Return an event as readiness sees it; goods are to be there on its last day."""
    return Occasion(
        key=event.public_id,
        event_end=event.ends_on,
        in_market=event.country == country_of_side("buyer"),
    )


def is_shown() -> sa.ColumnElement[bool]:
    """Return the condition under which the company of a product exhibits at an event."""
    return (
        sa.select(Participant.id)
        .join(Company, Company.id == Participant.company_id)
        .where(
            Participant.event_id == Event.id,
            Participant.company_id == Product.company_id,
            Participant.role == ParticipantRole.EXHIBITOR,
            Participant.left_at.is_(None),
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
        )
        .correlate(Event, Product)
        .exists()
    )


def products_of(company_id: int) -> Sequence[int]:
    """Return the numbers of all products of a company."""
    return db.session.scalars(sa.select(Product.id).where(Product.company_id == company_id)).all()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Goods of one event for which there is no answer, or one for other days."""

    event: Event
    product_ids: Sequence[int]


def unanswered(*, today: date, most: int) -> Sequence[Unanswered]:
    """Return the goods at coming events without a fitting answer, ``most`` at the most."""
    answer = sa.orm.aliased(ProductReadiness)
    in_market = Event.country == country_of_side("buyer")
    rows = db.session.execute(
        sa.select(Event, Product.id)
        .join(Participant, Participant.event_id == Event.id)
        .join(Product, Product.company_id == Participant.company_id)
        .outerjoin(
            answer, sa.and_(answer.product_id == Product.id, answer.occasion == Event.public_id)
        )
        .where(
            Event.ends_on >= today,
            Participant.role == ParticipantRole.EXHIBITOR,
            Product.withdrawn_at.is_(None),
            is_shown(),
            sa.or_(
                answer.product_id.is_(None),
                answer.event_end != Event.ends_on,
                answer.in_market != in_market,
            ),
        )
        .order_by(Event.starts_on, Event.id, Product.id)
        .limit(most)
    )
    found: dict[int, list[int]] = defaultdict(list)
    events: dict[int, Event] = {}
    for event, product_id in rows:
        events[event.id] = event
        found[event.id].append(product_id)
    return [Unanswered(events[number], ids) for number, ids in found.items()]


def left_over(*, today: date, most: int) -> dict[str, list[int]]:
    """Return goods with an answer for a coming event that they are not shown at, by the event."""
    rows = db.session.execute(
        sa.select(ProductReadiness.occasion, ProductReadiness.product_id)
        .join(Event, Event.public_id == ProductReadiness.occasion)
        .join(Product, Product.id == ProductReadiness.product_id)
        .where(Event.ends_on >= today, ~is_shown())
        .order_by(ProductReadiness.occasion, ProductReadiness.product_id)
        .limit(most)
    )
    found: dict[str, list[int]] = defaultdict(list)
    for key, product_id in rows:
        found[key].append(product_id)
    return found


@dataclass(frozen=True, slots=True)
class ShownGoods:
    """A product that is shown at an event, and how ready it is for it."""

    product: Product
    company: Company
    sector: str
    """Top-level sector; empty where nothing says it."""
    sub_sector: str
    levels: Mapping[Stage, Level | None]
    """None: nothing is asked at this stage, or there is no answer yet."""
    overall: float | None
    """Of the shipment, 0 to 1."""
    gaps: int
    statuses: Mapping[Stage, tuple[StoredStatus, ...]]
    is_current: bool
    """Whether the answer is of today and of the requirements as they are."""

    def status_of(self, stage: Stage, requirement: str) -> StoredStatus | None:
        """Return how one requirement stands; None where it does not apply."""
        rows = self.statuses.get(stage, ())
        return next((row for row in rows if row.requirement == requirement), None)


def _shown(event: Event) -> sa.Select[Product, Company, ProductReadiness]:
    return (
        sa.select(Product, Company, ProductReadiness)
        .select_from(Event)
        .join(Participant, Participant.event_id == Event.id)
        .join(Company, Company.id == Participant.company_id)
        .join(Product, Product.company_id == Company.id)
        .outerjoin(
            ProductReadiness,
            sa.and_(
                ProductReadiness.product_id == Product.id,
                ProductReadiness.occasion == Event.public_id,
            ),
        )
        .where(
            Event.id == event.id,
            Participant.role == ParticipantRole.EXHIBITOR,
            Product.withdrawn_at.is_(None),
            is_shown(),
        )
    )


def goods_shown(event: Event, *, today: date) -> list[ShownGoods]:
    """Return what is shown at an event with the answers stored, by company and product.

    Raises
    ------
    NoPackError
        If no requirements are loaded.
    """
    known = catalogue()
    name = sa.func.lower(sa.func.coalesce(Company.name_latin, Company.name))
    rows = db.session.execute(
        _shown(event)
        .add_columns(is_stale(today=today))
        .order_by(name, Company.id, Product.name, Product.id)
    )
    found = []
    for product, company, answer, stale in rows:
        sub_sector = product.sector_code or known.sector_of(product.hs_code or "") or ""
        row = known.sectors.get(sub_sector)
        found.append(
            ShownGoods(
                product=product,
                company=company,
                sector=(row.parent or row.code) if row else "",
                sub_sector=sub_sector,
                levels={
                    Stage.EVENT: _level(answer and answer.event_level),
                    Stage.SHIPMENT: _level(answer and answer.shipment_level),
                },
                overall=answer.shipment_overall if answer else None,
                gaps=answer.gaps if answer else 0,
                statuses={s: stored_statuses(answer, s) for s in Stage} if answer else {},
                is_current=answer is not None and not stale,
            )
        )
    return found


def _level(text: str | None) -> Level | None:
    return Level(text) if text else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many answers of an event are current."""

    done: int
    total: int


def progress_of(event: Event, *, today: date) -> Progress:
    """Count the goods of an event, and those whose answer is current."""
    rows = _shown(event).with_only_columns(
        sa.func.count(ProductReadiness.product_id).filter(~is_stale(today=today)),
        sa.func.count(Product.id),
    )
    return Progress(*db.session.execute(rows).one())
