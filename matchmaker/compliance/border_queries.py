"""Questions about the border log."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import InstrumentedAttribute

from matchmaker.companies.models import Company, Product
from matchmaker.compliance.enums import BorderAct, CorrectiveState
from matchmaker.compliance.models import BorderCase
from matchmaker.db.base import db
from matchmaker.reference.models import Sector

MOST_FOUND = 12
MOST_BARS = 12
"""Bars of a chart; the rest is in the table."""
SORTS: Mapping[str, sa.ColumnElement[Any] | InstrumentedAttribute[Any]] = MappingProxyType(
    {
        "happened": BorderCase.happened_on,
        "goods": sa.func.lower(BorderCase.goods),
        "place": sa.func.lower(BorderCase.place),
        "act": sa.type_coerce(BorderCase.act, sa.String),
        "state": sa.type_coerce(BorderCase.corrective_state, sa.String),
        "due": BorderCase.corrective_due,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderFilter:
    """What the officer asked to see."""

    text: str = ""
    """Part of goods, place, cause or the company's name."""
    hs: str = ""
    """The beginning of an HS code."""
    sector: str = ""
    requirement: str = ""
    act: BorderAct | None = None
    state: CorrectiveState | None = None
    year: int | None = None


def _holds(text: str) -> sa.ColumnElement[bool]:
    columns = (BorderCase.goods, BorderCase.place, BorderCase.cause, Company.name)
    found = [column.icontains(text, autoescape=True) for column in columns]
    return sa.or_(*found, Company.name_latin.icontains(text, autoescape=True))


def _conditions(asked: BorderFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.text:
        found.append(_holds(asked.text))
    if asked.hs:
        found.append(BorderCase.hs_code.startswith(asked.hs, autoescape=True))
    if asked.sector:
        below = sa.select(Sector.code).where(Sector.parent_code == asked.sector)
        found.append(
            sa.or_(BorderCase.sector_code == asked.sector, BorderCase.sector_code.in_(below))
        )
    if asked.requirement:
        found.append(BorderCase.requirement_code == asked.requirement)
    if asked.act is not None:
        found.append(BorderCase.act == asked.act)
    if asked.state is not None:
        found.append(BorderCase.corrective_state == asked.state)
    if asked.year is not None:
        found.append(sa.extract("year", BorderCase.happened_on) == asked.year)
    return found


def cases(
    asked: BorderFilter, *, sort: str = "happened", descending: bool = True
) -> sa.Select[BorderCase]:
    """Return the statement of the cases asked for, with company and product."""
    column = SORTS[sort]
    return (
        sa.select(BorderCase)
        .outerjoin(BorderCase.company)
        .options(joinedload(BorderCase.company), joinedload(BorderCase.product))
        .where(*_conditions(asked))
        .order_by(column.desc() if descending else column, BorderCase.id)
    )


class Bar(NamedTuple):
    """How many cases there are of one kind."""

    key: str
    name: str
    number: int


def by_requirement(asked: BorderFilter) -> list[Bar]:
    """Return how many of the cases asked for failed which requirement, most first."""
    number = sa.func.count(BorderCase.id)
    rows = db.session.execute(
        sa.select(BorderCase.requirement_code, number)
        .outerjoin(BorderCase.company)
        .where(*_conditions(asked))
        .group_by(BorderCase.requirement_code)
        .order_by(number.desc(), BorderCase.requirement_code)
    )
    return [Bar(code or "", "", count) for code, count in rows]


def by_product(asked: BorderFilter) -> list[Bar]:
    """Return how many of the cases asked for were about which goods, most first.

    They are named as in the list of the cases: by the words of the notice.
    """
    number = sa.func.count(BorderCase.id)
    rows = db.session.execute(
        sa.select(BorderCase.goods, number)
        .outerjoin(BorderCase.company)
        .where(*_conditions(asked))
        .group_by(BorderCase.goods)
        .order_by(number.desc(), BorderCase.goods)
    )
    return [Bar("", goods, count) for goods, count in rows]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases there are in all, and of which years."""

    total: int
    years: tuple[int, ...]


def counts() -> Counts:
    """Return how many cases there are, and of which years, the last one first."""
    year = sa.extract("year", BorderCase.happened_on)
    rows = db.session.execute(sa.select(year, sa.func.count()).group_by(year)).all()
    return Counts(sum(row[1] for row in rows), tuple(sorted(int(r[0]) for r in rows)[::-1]))


def case(public_id: str) -> BorderCase:
    """Return one case with its company, that one's members, and its product.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(BorderCase)
        .options(
            joinedload(BorderCase.company).selectinload(Company.members),
            joinedload(BorderCase.product),
        )
        .where(BorderCase.public_id == public_id)
    ).one()


def cases_of(company: Company) -> Sequence[BorderCase]:
    """Return the cases of one company with their products, the last first."""
    return db.session.scalars(
        sa.select(BorderCase)
        .options(joinedload(BorderCase.product))
        .where(BorderCase.company_id == company.id)
        .order_by(BorderCase.happened_on.desc(), BorderCase.id.desc())
    ).all()


def exporters_like(text: str) -> Sequence[Company]:
    """Return exporters whose name, in any script, holds a text."""
    if not text:
        return []
    names = (Company.name, Company.name_latin)
    return db.session.scalars(
        sa.select(Company)
        .where(
            Company.is_exporter,
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
            sa.or_(*(name.icontains(text, autoescape=True) for name in names)),
        )
        .order_by(sa.func.lower(Company.name), Company.id)
        .limit(MOST_FOUND)
    ).all()


def exporters_named(public_ids: Collection[str]) -> Sequence[Company]:
    """Return exporters by their public ids."""
    return db.session.scalars(
        sa.select(Company).where(Company.is_exporter, Company.public_id.in_(public_ids))
    ).all()


def products_like(text: str) -> Sequence[Product]:
    """Return products, with their companies, whose name or company's name holds a text."""
    if not text:
        return []
    names = (Product.name, Company.name, Company.name_latin)
    return db.session.scalars(
        sa.select(Product)
        .join(Product.company)
        .options(joinedload(Product.company))
        .where(
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
            sa.or_(*(name.icontains(text, autoescape=True) for name in names)),
        )
        .order_by(sa.func.lower(Product.name), Product.id)
        .limit(MOST_FOUND)
    ).all()


def products_named(public_ids: Collection[str]) -> Sequence[Product]:
    """Return products by their public ids, withdrawn ones too, with their companies."""
    return db.session.scalars(
        sa.select(Product)
        .options(joinedload(Product.company))
        .where(Product.public_id.in_(public_ids))
    ).all()
