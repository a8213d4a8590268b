"""Questions about companies and what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from matchmaker.accounts.models import User
from matchmaker.companies.completeness import Gap, gaps
from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import (
    Company,
    Consent,
    ContactRelease,
    ExporterProfile,
    Member,
    Need,
    Product,
)
from matchmaker.db.base import db


def company_with_members(public_id: str) -> Company:
    """Return one company with its members.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Company)
        .options(selectinload(Company.members))
        .where(Company.public_id == public_id)
    ).one()


def whole_company() -> tuple[ExecutableOption, ...]:
    """Return what loads a company with members, profiles, history and contacts."""
    return (
        selectinload(Company.members),
        selectinload(Company.contacts),
        joinedload(Company.buyer_profile),
        joinedload(Company.exporter_profile).selectinload(ExporterProfile.history),
    )


def company_with_profile(public_id: str) -> Company:
    """Return one company with members, profiles, history and contacts.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Company).options(*whole_company()).where(Company.public_id == public_id)
    ).one()


def profile_gaps(company: Company) -> list[Gap]:
    """Return what is missing in the profile of a company, loaded with members or more."""
    return gaps(company_with_profile(company.public_id))


def product_to_edit(public_id: str) -> Product:
    """Return one product with its company and that one's members."""
    return db.session.scalars(
        sa.select(Product)
        .options(joinedload(Product.company).selectinload(Company.members))
        .where(Product.public_id == public_id, Product.withdrawn_at.is_(None))
    ).one()


def need_to_edit(public_id: str) -> Need:
    """Return one need with its HS codes, its company and that one's members."""
    return db.session.scalars(
        sa.select(Need)
        .options(
            joinedload(Need.company).selectinload(Company.members), selectinload(Need.hs_codes)
        )
        .where(Need.public_id == public_id, Need.withdrawn_at.is_(None))
    ).one()


def companies_of(user: User) -> Sequence[Company]:
    """Return the companies a person belongs to, with their members, by name."""
    return db.session.scalars(
        sa.select(Company)
        .join(Company.members)
        .options(selectinload(Company.members))
        .where(
            Member.user_id == user.id,
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
        )
        .order_by(Company.name)
    ).all()


def agreed_to(purpose: Purpose) -> sa.Select[int]:
    """Return the statement of the numbers of companies whose last answer was yes."""
    last = (
        sa.select(Consent.company_id, sa.func.max(Consent.id).label("id"))
        .where(Consent.purpose == purpose)
        .group_by(Consent.company_id)
        .subquery()
    )
    return sa.select(Consent.company_id).join(last, last.c.id == Consent.id).where(Consent.given)


def contacts_released(exporter_id: int, buyer_id: int) -> bool:
    """Whether both sides accepted, so that each may see the other's contacts and prices."""
    released = sa.select(ContactRelease.id).where(
        ContactRelease.exporter_id == exporter_id, ContactRelease.buyer_id == buyer_id
    )
    return db.session.scalar(sa.select(released.exists())) is True
