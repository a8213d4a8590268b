"""Questions of a company's page and of its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.accounts.models import User
from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import (
    Company,
    Consent,
    ContactRelease,
    Need,
    Product,
    StoredFile,
)
from matchmaker.companies.queries import (
    agreed_to,
    companies_of,
    company_with_profile,
)
from matchmaker.companies.sight import SeenCompany, SeenFile
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db

ACTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Goods:
    """What a company offers and looks for, without what was withdrawn."""

    products: Sequence[Product]
    needs: Sequence[Need]
    pictures: dict[int, list[StoredFile]]
    """By number of the product."""


def _could_trade(one: Company, other: Company) -> bool:
    buys = one.is_buyer or one.is_sourcing_office
    other_buys = other.is_buyer or other.is_sourcing_office
    return (one.is_exporter and other_buys) or (buys and other.is_exporter)


def _released(company: Company, own: Sequence[Company]) -> bool:
    numbers = [c.id for c in own]
    release = sa.select(ContactRelease.id).where(
        sa.or_(
            sa.and_(
                ContactRelease.exporter_id == company.id, ContactRelease.buyer_id.in_(numbers)
            ),
            sa.and_(
                ContactRelease.buyer_id == company.id, ContactRelease.exporter_id.in_(numbers)
            ),
        )
    )
    return db.session.scalar(sa.select(release.exists())) is True


def _seen(company: Company, asker: User | None) -> SeenCompany:
    own = [c for c in companies_of(asker) if c.id != company.id] if asker is not None else []
    agreed = agreed_to(Purpose.DIRECTORY).where(Consent.company_id == company.id)
    return SeenCompany(
        company,
        agreed=db.session.scalar(sa.select(agreed.exists())) is True,
        from_other_side=any(_could_trade(company, c) for c in own),
        released=_released(company, own),
    )


def seen_company(public_id: str, *, asker: User | None) -> SeenCompany:
    """Return a company as the one who asks meets it.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return _seen(company_with_profile(public_id), asker)


def goods_of(company: Company) -> Goods:
    """Return what a company offers and looks for, with pictures and HS codes."""
    products = db.session.scalars(
        sa.select(Product)
        .where(Product.company_id == company.id, Product.withdrawn_at.is_(None))
        .order_by(Product.id)
    ).all()
    needs = db.session.scalars(
        sa.select(Need)
        .options(selectinload(Need.hs_codes))
        .where(Need.company_id == company.id, Need.withdrawn_at.is_(None))
        .order_by(Need.id)
    ).all()
    pictures: dict[int, list[StoredFile]] = {}
    for file in db.session.scalars(
        sa.select(StoredFile)
        .where(StoredFile.company_id == company.id, StoredFile.product_id.is_not(None))
        .order_by(StoredFile.id)
    ):
        if file.product_id is not None:
            pictures.setdefault(file.product_id, []).append(file)
    return Goods(products, needs, pictures)


def pictures_of(product: Product) -> Sequence[StoredFile]:
    """Return the pictures of one product, the first first."""
    return db.session.scalars(
        sa.select(StoredFile).where(StoredFile.product_id == product.id).order_by(StoredFile.id)
    ).all()


def acts_for(company: Company) -> Sequence[tuple[AuditEntry, User]]:
    """Return what the trade office did on the company's behalf, the last first."""
    rows = db.session.execute(
        sa.select(AuditEntry, User)
        .join(User, User.id == AuditEntry.actor_id)
        .where(
            AuditEntry.object_kind == "company",
            AuditEntry.object_id == company.public_id,
            AuditEntry.action == "company.acted_for",
        )
        .order_by(AuditEntry.id.desc())
        .limit(ACTS_SHOWN)
    )
    return [(entry, person) for entry, person in rows]


def _file(public_id: str) -> StoredFile:
    return db.session.scalars(
        sa.select(StoredFile)
        .options(
            joinedload(StoredFile.product),
            joinedload(StoredFile.company).selectinload(Company.members),
        )
        .where(StoredFile.public_id == public_id)
    ).one()


def seen_file(public_id: str, *, asker: User | None) -> SeenFile:
    """Return a file with its company as the one who asks meets it.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    file = _file(public_id)
    return SeenFile(file, _seen(file.company, asker))


def file_to_remove(public_id: str) -> StoredFile:
    """Return one file with its product, its company and that one's members."""
    return _file(public_id)
