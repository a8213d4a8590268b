"""Questions of the page that adds a pair: who takes part, what is offered and looked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaker.companies.models import Company, Need, Product
from matchmaker.db.base import db
from matchmaker.events.enums import BUYER_ROLES, ParticipantRole
from matchmaker.matches.fair import taking_part


def _companies(event_id: int, roles: Collection[ParticipantRole]) -> Sequence[Company]:
    there = taking_part(event_id, roles).subquery()
    return db.session.scalars(
        sa.select(Company)
        .where(Company.id.in_(sa.select(there.c.company_id)))
        .order_by(Company.name, Company.id)
    ).all()


def exporters_at(event_id: int) -> Sequence[Company]:
    """Return the exhibitors that may be matched, by name."""
    return _companies(event_id, {ParticipantRole.EXHIBITOR})


def buyers_at(event_id: int) -> Sequence[Company]:
    """Return the buyers that may be matched, by name."""
    return _companies(event_id, BUYER_ROLES)


def products_of(company_public_id: str) -> Sequence[Product]:
    """Return what a company offers, with the company."""
    return db.session.scalars(
        sa.select(Product)
        .join(Product.company)
        .options(joinedload(Product.company))
        .where(Company.public_id == company_public_id, Product.withdrawn_at.is_(None))
        .order_by(Product.name, Product.id)
    ).all()


def needs_of(company_public_id: str) -> Sequence[Need]:
    """Return what a company looks for, with the company."""
    return db.session.scalars(
        sa.select(Need)
        .join(Need.company)
        .options(joinedload(Need.company))
        .where(Company.public_id == company_public_id, Need.withdrawn_at.is_(None))
        .order_by(Need.title, Need.id)
    ).all()
