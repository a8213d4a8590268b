"""Registering a company, with what its people agree to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole, Purpose, Side
from matchmaker.companies.models import (
    BuyerProfile,
    Company,
    ExporterProfile,
    Member,
)
from matchmaker.companies.names import language_of
from matchmaker.companies.services.consents import add_answers
from matchmaker.db.audit import record
from matchmaker.db.base import db, random_id
from matchmaker.reference.queries import country_of_side, time_zone_of
from matchmaker.web.formats import DEFAULT_TIME_ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompany:
    """What is asked of a company when it registers."""

    side: Side
    name: str
    name_kana: str | None = None
    name_latin: str | None = None
    answers: Mapping[Purpose, bool]
    language: str
    """In which the sentences of consent were read."""


def _put(new: NewCompany, public_id: str, now: datetime) -> Company:
    """Add the rows of a company without people."""
    company = Company(
        public_id=public_id,
        is_exporter=new.side is Side.EXPORTER,
        is_buyer=new.side is Side.BUYER,
        name=new.name,
        name_language=language_of(new.name),
        name_kana=new.name_kana,
        name_latin=new.name_latin,
        country=country_of_side(new.side),
        description_language=new.language,
        created_at=now,
        updated_at=now,
    )
    if new.side is Side.EXPORTER:
        company.exporter_profile = ExporterProfile()
    else:
        company.buyer_profile = BuyerProfile()
    db.session.add(company)
    db.session.flush()
    return company


def _renew(company: Company, new: NewCompany, now: datetime) -> None:
    """Write what was said the last time over a registration that nobody has confirmed."""
    company.is_exporter = new.side is Side.EXPORTER
    company.is_buyer = new.side is Side.BUYER
    company.name, company.name_language = new.name, language_of(new.name)
    company.name_kana, company.name_latin = new.name_kana, new.name_latin
    company.country = country_of_side(new.side)
    company.updated_at = now
    if new.side is Side.EXPORTER:
        company.exporter_profile = company.exporter_profile or ExporterProfile()
    else:
        company.buyer_profile = company.buyer_profile or BuyerProfile()


def sign_up_company(new: NewCompany, *, owner: User, now: datetime) -> Company:
    """Add the company of a person who has just signed up.

    Who signs up twice before confirming the address, be it by a double click, gets one company:
    the last registration counts, as it does for the person. Times are shown to the person as the
    clocks of the company's country show them.
    """
    owner.time_zone = time_zone_of(country_of_side(new.side)) or DEFAULT_TIME_ZONE
    earlier = db.session.scalars(
        sa.select(Company)
        .join(Company.members)
        .options(joinedload(Company.exporter_profile), joinedload(Company.buyer_profile))
        .where(Member.user_id == owner.id)
        .order_by(Company.id)
        .limit(1)
    ).one_or_none()
    if earlier is None:
        return register_company(new, owner=owner, now=now)
    _renew(earlier, new, now)
    add_answers(earlier, new.answers, by=owner, language=new.language, now=now)
    return earlier


def register_company(
    new: NewCompany, *, owner: User, now: datetime, public_id: str | None = None
) -> Company:
    """Add a company whose owner is `owner`, with the answers about consent.

    A repeat with the same `public_id` (a form sent twice) finds the company of the first time.
    """
    public_id = public_id or random_id()
    company = _of_owner(public_id, owner)
    if company is not None:
        return company
    try:
        with db.session.begin_nested():
            company = _put(new, public_id, now)
    except IntegrityError:
        return db.session.scalars(sa.select(Company).where(Company.public_id == public_id)).one()
    db.session.add(
        Member(company_id=company.id, user_id=owner.id, role=MemberRole.OWNER, joined_at=now)
    )
    add_answers(company, new.answers, by=owner, language=new.language, now=now)
    record("company.register", public_id, actor_id=owner.id, now=now, after={"side": new.side})
    db.session.flush()
    return company


def _of_owner(public_id: str, owner: User) -> Company | None:
    return db.session.scalars(
        sa.select(Company)
        .join(Company.members)
        .where(Company.public_id == public_id, Member.user_id == owner.id)
    ).one_or_none()
