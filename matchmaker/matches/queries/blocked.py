"""Questions about pairs of companies that are kept apart; a merged one is what it became."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.db.base import db
from matchmaker.matches.models import BlockedPair, Suggestion

MOST_FOUND = 20
"""Companies that a typed name is answered with."""

Names = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFilter:
    """What is asked of the list; it stands in the address."""

    text: str = ""
    """Part of the name of either company."""
    lifted: bool = False
    """Those that were lifted, instead of those that stand."""
    company_id: int | None = None
    """Only those of one company."""


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One pair of the list, under the companies as they are today."""

    block: BlockedPair
    exporter: Company
    buyer: Company
    lifted_by: User | None


def same_company(company_id: int, name: str) -> sa.ScalarSelect[int]:
    """Return the statement of the numbers of all companies that were merged into one, with it.

    ``name`` tells several such statements of one query apart.
    """
    start = sa.select(Company.id, Company.merged_into_id).where(Company.id == company_id)
    known = start.cte(name, recursive=True)
    joined = sa.or_(Company.merged_into_id == known.c.id, Company.id == known.c.merged_into_id)
    further = sa.select(Company.id, Company.merged_into_id).join(known, joined)
    whole = known.union(further)
    return sa.select(whole.c.id).scalar_subquery()


def _today() -> sa.CTE:
    """Return what each company of a blocked pair has become: ``of``, ``now``."""
    named = sa.or_(
        Company.id.in_(sa.select(BlockedPair.exporter_id)),
        Company.id.in_(sa.select(BlockedPair.buyer_id)),
    )
    start = sa.select(Company.id.label("of"), Company.id.label("now"), Company.merged_into_id)
    known = start.where(named).cte("became", recursive=True)
    further = sa.select(known.c.of, Company.id, Company.merged_into_id).join(
        Company, Company.id == known.c.merged_into_id
    )
    return known.union(further)


def _with_companies(statement: Names, exporter: Any, buyer: Any) -> Names:
    today = _today()
    offering, looking = today.alias("offering"), today.alias("looking")
    return (
        statement.join(offering, offering.c.of == BlockedPair.exporter_id)
        .join(looking, looking.c.of == BlockedPair.buyer_id)
        .join(exporter, exporter.id == offering.c.now)
        .join(buyer, buyer.id == looking.c.now)
        .where(offering.c.merged_into_id.is_(None), looking.c.merged_into_id.is_(None))
    )


def standing_pairs() -> frozenset[tuple[str, str]]:
    """Return the public ids of all pairs that are kept apart, each pair in both orders."""
    exporter, buyer = aliased(Company), aliased(Company)
    statement = _with_companies(
        sa.select(exporter.public_id, buyer.public_id).select_from(BlockedPair), exporter, buyer
    )
    found = db.session.execute(statement.where(BlockedPair.lifted_at.is_(None)))
    pairs = {(one, other) for one, other in found if one != other}
    return frozenset(pairs | {(other, one) for one, other in pairs})


def are_apart(one: Any, other: Any) -> sa.ColumnElement[bool]:
    """Return the condition under which the companies of two columns of numbers are kept apart."""
    today = _today()
    offering, looking = today.alias("offering"), today.alias("looking")
    return (
        sa.select(BlockedPair.id)
        .join(offering, offering.c.of == BlockedPair.exporter_id)
        .join(looking, looking.c.of == BlockedPair.buyer_id)
        .where(
            BlockedPair.lifted_at.is_(None),
            sa.or_(
                sa.and_(offering.c.now == one, looking.c.now == other),
                sa.and_(offering.c.now == other, looking.c.now == one),
            ),
        )
        .exists()
    )


def standing_between(company_id: int, other_id: int) -> Sequence[BlockedPair]:
    """Return what keeps two companies apart, the newest first; empty where nothing does."""
    ours, theirs = same_company(company_id, "ours"), same_company(other_id, "theirs")
    offers, looks = BlockedPair.exporter_id, BlockedPair.buyer_id
    return db.session.scalars(
        sa.select(BlockedPair)
        .options(joinedload(BlockedPair.blocked_by))
        .where(
            BlockedPair.lifted_at.is_(None),
            sa.or_(
                sa.and_(offers.in_(ours), looks.in_(theirs)),
                sa.and_(offers.in_(theirs), looks.in_(ours)),
            ),
        )
        .order_by(BlockedPair.id.desc())
    ).all()


def blocked_pairs(
    asked: BlockFilter, *, number: int, size: int
) -> tuple[Sequence[BlockRow], int, int]:
    """Return one page of pairs, the newest first, the number of all and that of the page.

    Past the end it is the last page.
    """
    exporter, buyer, lifter = aliased(Company), aliased(Company), aliased(User)
    chosen = _with_companies(
        sa.select(BlockedPair, exporter, buyer, lifter), exporter, buyer
    ).outerjoin(lifter, lifter.id == BlockedPair.lifted_by_id)
    lifted = BlockedPair.lifted_at.is_not(None)
    chosen = chosen.where(lifted if asked.lifted else ~lifted)
    if asked.text:
        names = [
            column
            for company in (exporter, buyer)
            for column in (company.name, company.name_latin, company.name_kana)
        ]
        chosen = chosen.where(
            sa.or_(*(name.icontains(asked.text, autoescape=True) for name in names))
        )
    if asked.company_id is not None:
        chosen = chosen.where(sa.or_(*(c.id == asked.company_id for c in (exporter, buyer))))
    total = db.session.scalar(
        chosen.with_only_columns(sa.func.count(BlockedPair.id), maintain_column_froms=True)
    )
    number = min(max(number, 1), max(1, -(-(total or 0) // size)))
    rows = db.session.execute(
        chosen.options(joinedload(BlockedPair.blocked_by))
        .order_by(BlockedPair.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return [BlockRow(*row) for row in rows], total or 0, number


def block_to_lift(public_id: str) -> BlockedPair:
    """Return one blocked pair, locked until the commit.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(BlockedPair)
        .where(BlockedPair.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def living_company(public_id: str) -> Company:
    """Return one company that is neither merged nor erased, with its members.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Company)
        .options(selectinload(Company.members))
        .where(
            Company.public_id == public_id,
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
        )
    ).one()


def others_like(company: Company, text: str) -> Sequence[Company]:
    """Return companies of the other side whose name, in any script, holds a text."""
    if not text:
        return []
    names = (Company.name, Company.name_latin, Company.name_kana)
    sides: list[sa.ColumnElement[bool]] = [sa.false()]
    if company.is_exporter:
        sides.append(sa.or_(Company.is_buyer, Company.is_sourcing_office))
    if company.is_buyer or company.is_sourcing_office:
        sides.append(Company.is_exporter.is_(True))
    return db.session.scalars(
        sa.select(Company)
        .where(
            Company.id != company.id,
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
            sa.or_(*sides),
            sa.or_(*(name.icontains(text, autoescape=True) for name in names)),
        )
        .order_by(sa.func.lower(Company.name), Company.id)
        .limit(MOST_FOUND)
    ).all()


def blocks_suggestion(suggestion: Suggestion) -> bool:
    """Whether the two companies of a suggestion, loaded with them, are kept apart."""
    sides = (suggestion.exhibitor.company_id, suggestion.buyer.company_id)
    return bool(standing_between(*sides))
