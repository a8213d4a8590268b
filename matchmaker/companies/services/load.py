"""Loading companies and their goods from a list, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from matchmaker.companies.enums import Purpose, Side
from matchmaker.companies.models import (
    BuyerProfile,
    Company,
    Contact,
    ExporterProfile,
    Need,
    NeedHSCode,
    Product,
)
from matchmaker.companies.names import language_of, tidy_name
from matchmaker.companies.services.consents import add_answers
from matchmaker.companies.table import CompanyRows, Fault, GoodsRow
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.reference.models import CertificateScheme, HSCode, Sector
from matchmaker.reference.queries import sector_of_hs

PAPER_LANGUAGE = "en"
"""Of the sentences on the paper form of consent."""


def faults_of(companies: Sequence[CompanyRows]) -> list[Fault]:
    """Return what the database says against the rows: unknown codes, companies there already."""
    codes = set(db.session.scalars(sa.select(HSCode.code)))
    sectors = set(db.session.scalars(sa.select(Sector.code)))
    schemes = set(db.session.scalars(sa.select(CertificateScheme.code)))
    found: list[Fault] = []
    for goods in (g for company in companies for g in company.goods):
        if goods.hs_code is not None and goods.hs_code not in codes:
            found.append(Fault(goods.line, "hs_code", f"there is no HS code {goods.hs_code}"))
        if goods.sector is not None and goods.sector not in sectors:
            found.append(Fault(goods.line, "sector", f"there is no sector {goods.sector!r}"))
        found += [
            Fault(goods.line, "certificates", f"there is no certificate scheme {code!r}")
            for code in goods.certificates
            if code not in schemes
        ]
    return sorted([*found, *_standing(companies), *_twice(companies)])


def _standing(companies: Sequence[CompanyRows]) -> list[Fault]:
    present = db.session.execute(
        sa.select(Company.country, Company.name, Company.register_number).where(
            Company.merged_into_id.is_(None), Company.erased_at.is_(None)
        )
    ).all()
    names = {(country, tidy_name(name).casefold()) for country, name, _ in present}
    numbers = {(country, number) for country, _, number in present if number}
    found = []
    for company in companies:
        if (company.country, company.name.casefold()) in names:
            found.append(Fault(company.line, "name", "a company of this name is registered"))
        elif (company.country, company.register_number) in numbers:
            found.append(Fault(company.line, "register_number", "is registered already"))
    return found


def _twice(companies: Sequence[CompanyRows]) -> list[Fault]:
    first: dict[tuple[str, str], int] = {}
    found = []
    for company in companies:
        if company.register_number is None:
            continue
        key = company.country, company.register_number
        if key in first:
            told = f"stands in line {first[key]} with another name"
            found.append(Fault(company.line, "register_number", told))
        first.setdefault(key, company.line)
    return found


def _sector(goods: GoodsRow) -> str | None:
    if goods.sector is not None or goods.hs_code is None:
        return goods.sector
    return sector_of_hs(goods.hs_code)


def _product(company: Company, goods: GoodsRow, now: datetime) -> Product:
    return Product(
        company_id=company.id,
        name=goods.name,
        description=goods.description,
        language=goods.language,
        hs_code=goods.hs_code,
        sector_code=_sector(goods),
        unit=goods.unit,
        capacity=goods.quantity,
        period=goods.period,
        min_order=goods.min_order,
        price_min=goods.price_min,
        price_max=goods.price_max,
        currency=goods.currency,
        lead_time_days=goods.lead_time_days,
        certificates=goods.certificates,
        created_at=now,
        updated_at=now,
    )


def _need(company: Company, goods: GoodsRow, now: datetime) -> Need:
    return Need(
        company_id=company.id,
        title=goods.name,
        description=goods.description,
        language=goods.language,
        hs_codes=[NeedHSCode(hs_code=goods.hs_code)] if goods.hs_code else [],
        sector_code=_sector(goods),
        unit=goods.unit,
        volume=goods.quantity,
        period=goods.period,
        price_min=goods.price_min,
        price_max=goods.price_max,
        currency=goods.currency,
        lead_time_days=goods.lead_time_days,
        certificates=goods.certificates,
        created_at=now,
        updated_at=now,
    )


def load_company(rows: CompanyRows, *, now: datetime) -> Company:
    """Add one company without people, its goods, and its answers as given on paper."""
    exports = rows.side is Side.EXPORTER
    company = Company(
        is_exporter=exports,
        is_buyer=not exports,
        name=rows.name,
        name_language=language_of(rows.name),
        country=rows.country,
        city=rows.city,
        register_number=rows.register_number,
        contacts=[Contact(name=rows.name, email=rows.contact_email)] if rows.contact_email else [],
        exporter_profile=ExporterProfile() if exports else None,
        buyer_profile=None if exports else BuyerProfile(),
        created_at=now,
        updated_at=now,
    )
    db.session.add(company)
    db.session.flush()
    make = _product if exports else _need
    db.session.add_all([make(company, goods, now) for goods in rows.goods])
    if rows.consent is not None:
        answers = dict.fromkeys(Purpose, rows.consent)
        add_answers(company, answers, by=None, language=PAPER_LANGUAGE, now=now)
    record(
        "company.load",
        company.public_id,
        actor_id=None,
        now=now,
        after={"line": rows.line, "goods": len(rows.goods)},
    )
    db.session.flush()
    return company
