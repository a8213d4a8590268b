"""Questions about products and needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.companies.models import Company, Need, Product, StoredFile
from matchmaker.db.base import db

_l = lazy_gettext


@dataclass(frozen=True, slots=True)
class GoodsGap:
    """One thing that is not known of a product or need."""

    step: int
    """Of the form, where it is filled in: 1 what, 2 quantity and price, 3 certificates."""
    what: Any
    why: Any


def exporter_with_members(public_id: str) -> Company:
    """Return one exporter with its members.

    Raises
    ------
    NoResultFound
        If there is none, or it is no exporter.
    """
    return _company(public_id, Company.is_exporter)


def demander_with_members(public_id: str) -> Company:
    """Return one buyer or sourcing office with its members.

    Raises
    ------
    NoResultFound
        If there is none, or it is an exporter only.
    """
    return _company(public_id, sa.or_(Company.is_buyer, Company.is_sourcing_office))


def _company(public_id: str, kind: sa.ColumnExpressionArgument[bool]) -> Company:
    return db.session.scalars(
        sa.select(Company)
        .options(selectinload(Company.members))
        .where(Company.public_id == public_id, kind)
    ).one()


def products_of(company: Company) -> Sequence[Product]:
    """Return what a company offers now, the newest first."""
    return db.session.scalars(
        sa.select(Product)
        .where(Product.company_id == company.id, Product.withdrawn_at.is_(None))
        .order_by(Product.created_at.desc(), Product.id.desc())
    ).all()


def picture_counts(products: Sequence[Product]) -> Counter[int]:
    """Return how many pictures each product has, by its number."""
    rows = db.session.execute(
        sa.select(StoredFile.product_id, sa.func.count())
        .where(StoredFile.product_id.in_([product.id for product in products]))
        .group_by(StoredFile.product_id)
    )
    return Counter({number: count for number, count in rows if number is not None})


def needs_of(company: Company) -> Sequence[Need]:
    """Return what a company looks for now with the HS codes, the newest first."""
    return db.session.scalars(
        sa.select(Need)
        .options(selectinload(Need.hs_codes))
        .where(Need.company_id == company.id, Need.withdrawn_at.is_(None))
        .order_by(Need.created_at.desc(), Need.id.desc())
    ).all()


def codes_of(goods: Product | Need) -> tuple[str, ...]:
    """Return the HS codes of a product, or of a need loaded with them."""
    if isinstance(goods, Product):
        return (goods.hs_code,) if goods.hs_code else ()
    return tuple(row.hs_code for row in goods.hs_codes)


def product_in_any_state(public_id: str) -> Product:
    """Return one product, withdrawn or not, with its company and that one's members.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Product)
        .options(joinedload(Product.company).selectinload(Company.members))
        .where(Product.public_id == public_id)
    ).one()


def need_in_any_state(public_id: str) -> Need:
    """Return one need, withdrawn or not, with its company and that one's members.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Need)
        .options(
            joinedload(Need.company).selectinload(Company.members), selectinload(Need.hs_codes)
        )
        .where(Need.public_id == public_id)
    ).one()


def withdrawn_of(kind: type[Product] | type[Need], company: Company, public_id: str) -> Any:
    """Return the withdrawn product or need of a company with this id, None if there is none."""
    return db.session.scalars(
        sa.select(kind).where(
            kind.public_id == public_id,
            kind.company_id == company.id,
            kind.withdrawn_at.is_not(None),
        )
    ).one_or_none()


ENOUGH = {"ja": 15}
"""Characters of a description that says something; kanji say more than letters."""
ENOUGH_LETTERS = 40


def _text_gaps(goods: Product | Need, why: Any) -> Iterator[GoodsGap]:
    if len(goods.description) < ENOUGH.get(goods.language, ENOUGH_LETTERS):
        yield GoodsGap(1, _l("A description"), why)


def product_gaps(product: Product) -> list[GoodsGap]:
    """Return what is missing of a product and why it matters, what counts most first."""
    found: list[GoodsGap] = []
    if product.hs_code is None:
        found.append(
            GoodsGap(1, _l("The HS code"), _l("Buyers cannot find the product without it."))
        )
    elif len(product.hs_code) < 6:
        found.append(
            GoodsGap(
                1,
                _l("The six digits of the HS code"),
                _l("The customs duty depends on the last two digits."),
            )
        )
    found += _text_gaps(product, _l("Suggestions compare its words with what buyers ask for."))
    if product.capacity is None:
        found.append(
            GoodsGap(2, _l("The capacity"), _l("Buyers ask first whether you can make enough."))
        )
    if product.min_order is None:
        found.append(
            GoodsGap(
                2, _l("The smallest order"), _l("Small buyers pass over what may be too much.")
            )
        )
    if product.price_max is None and product.price_min is None:
        found.append(
            GoodsGap(
                2,
                _l("The price range"),
                _l("It keeps you from meetings in which the prices lie too far apart."),
            )
        )
    if product.lead_time_days is None:
        found.append(
            GoodsGap(2, _l("The lead time"), _l("Buyers with a date choose who can meet it."))
        )
    if not product.certificates:
        found.append(
            GoodsGap(3, _l("The certificates"), _l("Many goods may not enter Japan without one."))
        )
    return found


def need_gaps(need: Need, *, today: date) -> list[GoodsGap]:
    """Return what is missing of a need, loaded with its HS codes, and why it matters."""
    found: list[GoodsGap] = []
    if not need.hs_codes:
        found.append(
            GoodsGap(
                1, _l("An HS code"), _l("It leads to suppliers who describe the goods otherwise.")
            )
        )
    found += _text_gaps(need, _l("Suggestions compare its words with what exporters offer."))
    if need.volume is None:
        found.append(
            GoodsGap(
                2, _l("The volume"), _l("Without it you also get suppliers who are too small.")
            )
        )
    if need.price_max is None and need.price_min is None:
        found.append(
            GoodsGap(
                2,
                _l("The price range"),
                _l("It keeps you from meetings in which the prices lie too far apart."),
            )
        )
    if need.needed_by is not None and need.needed_by < today:
        found.append(
            GoodsGap(
                2,
                _l("A new deadline"),
                _l("The old one has passed: suppliers cannot tell whether you still look."),
            )
        )
    return found
