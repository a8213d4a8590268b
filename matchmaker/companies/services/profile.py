"""Filling in a company's profile, one step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import singledispatch
from typing import ClassVar

import sqlalchemy as sa
from flask_babel import lazy_gettext

from matchmaker.accounts.models import User
from matchmaker.companies.enums import BusinessType, Step, SupplierKind
from matchmaker.companies.models import (
    BuyerProfile,
    Company,
    Contact,
    ExporterProfile,
    ExportRecord,
)
from matchmaker.companies.names import language_of
from matchmaker.companies.services.acting import note_change
from matchmaker.companies.services.following import company_changed
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, ConflictError


class RegisterNumberTakenError(ConflictError):
    """Another company has this register number; which one is not said."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Names and register number."""

    step: ClassVar[Step] = Step.IDENTITY
    name: str
    name_kana: str | None
    name_latin: str | None
    register_number: str | None
    association: str | None
    membership_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """Whom to write to, and where the company sits."""

    step: ClassVar[Step] = Step.CONTACT
    person: str | None
    role: str | None
    email: str | None
    phone: str | None
    address: str | None
    city: str | None
    region: str | None
    website: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large an exporter is, and what kind."""

    step: ClassVar[Step] = Step.SIZE
    staff_count: int | None
    turnover_pkr: int | None
    founded_year: int | None
    supplier_kind: SupplierKind | None
    women_led: bool | None
    first_time: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was exported to one market in one year."""

    year: int
    market: str
    value_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An exporter's exports by year and market."""

    step: ClassVar[Step] = Step.HISTORY
    records: Sequence[Exported]


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """What kind of buyer, and what it imports already."""

    step: ClassVar[Step] = Step.BUSINESS
    business_type: BusinessType | None
    import_evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Languages of business, and the company in its own words."""

    step: ClassVar[Step] = Step.DESCRIPTION
    languages: Sequence[str]
    description: str
    language: str


Given = Identity | ContactDetails | Size | History | Business | Description


def _exporter(company: Company) -> ExporterProfile:
    if company.exporter_profile is None:
        company.exporter_profile = ExporterProfile(history=[])
    return company.exporter_profile


@singledispatch
def _apply(given: object, company: Company) -> None:
    raise TypeError(f"{given!r} is no step of the profile of {company.public_id}")


@_apply.register
def _identity(given: Identity, company: Company) -> None:
    if given.register_number is not None:
        taken = sa.select(Company.id).where(
            Company.country == company.country,
            Company.register_number == given.register_number,
            Company.id != company.id,
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
        )
        if db.session.scalar(sa.select(taken.exists())):
            raise RegisterNumberTakenError(
                lazy_gettext(
                    "This number is registered already. If it is your company, ask its owner to "
                    "invite you, or write to the trade office."
                )
            )
    company.name, company.name_language = given.name, language_of(given.name)
    company.name_kana, company.name_latin = given.name_kana, given.name_latin
    company.register_number = given.register_number
    if company.is_exporter:
        profile = _exporter(company)
        profile.association = given.association
        profile.membership_number = given.membership_number


@_apply.register
def _contact(given: ContactDetails, company: Company) -> None:
    company.address, company.city = given.address, given.city
    company.region, company.website = given.region, given.website
    first = next(iter(company.contacts), None)
    if given.person is None:
        if first is not None:
            company.contacts.remove(first)
        return
    if first is None:
        first = Contact(name=given.person)
        company.contacts.append(first)
    first.name, first.role = given.person, given.role
    first.email, first.phone = given.email, given.phone


@_apply.register
def _size(given: Size, company: Company) -> None:
    profile = _exporter(company)
    company.founded_year = given.founded_year
    profile.staff_count, profile.turnover_pkr = given.staff_count, given.turnover_pkr
    profile.supplier_kind = given.supplier_kind
    profile.women_led, profile.first_time = given.women_led, given.first_time


@_apply.register
def _history(given: History, company: Company) -> None:
    profile = _exporter(company)
    wanted = {(r.year, r.market): r.value_usd for r in given.records}
    for record in list(profile.history):
        value = wanted.pop((record.year, record.market), None)
        if value is None:
            profile.history.remove(record)
        else:
            record.value_usd = value
    for (year, market), value in wanted.items():
        profile.history.append(ExportRecord(year=year, market=market, value_usd=value))


@_apply.register
def _business(given: Business, company: Company) -> None:
    if company.buyer_profile is None:
        company.buyer_profile = BuyerProfile()
    company.buyer_profile.business_type = given.business_type
    company.buyer_profile.import_evidence = given.import_evidence


@_apply.register
def _description(given: Description, company: Company) -> None:
    company.languages = list(given.languages)
    company.description = given.description
    company.description_language = given.language


def save_step(
    company: Company, given: Given, *, actor: User, seen_version: int | None, now: datetime
) -> None:
    """Save one step of the profile; the company comes with profiles, history and contacts.

    Raises
    ------
    ChangedMeanwhileError
        If somebody saved the profile after this page was drawn.
    RegisterNumberTakenError
        If another company has the register number.
    """
    present = db.session.scalar(
        sa.select(Company.version).where(Company.id == company.id).with_for_update()
    )
    if present != seen_version or present != company.version:
        raise ChangedMeanwhileError(
            lazy_gettext(
                "Somebody changed the profile while you were typing. Your text is kept below: "
                "compare it with the profile, then save again."
            )
        )
    _apply(given, company)
    company.updated_at = now  # raises the version, also where only a profile or contact changed
    db.session.flush()
    note_change(company, f"profile.{given.step}", actor=actor, now=now)
    company_changed(company.id, actor_id=actor.id, now=now)
