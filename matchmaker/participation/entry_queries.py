"""Questions of entering companies for an event: who may be entered, and who is already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaker.companies.models import Company
from matchmaker.db.base import db
from matchmaker.events.models import Event
from matchmaker.participation.enums import ApplicationKind
from matchmaker.participation.models import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """What the officer asked to see of the companies that do not take part yet."""

    kind: ApplicationKind = ApplicationKind.EXHIBITOR
    """As what they would take part."""
    text: str = ""
    """Part of the company's name, in any script it is known by, of its city or its number."""


def companies_to_enter(event: Event, asked: EntryFilter) -> sa.Select[Company]:
    """Return the statement of the companies with no application of this kind, by name.

    One that was withdrawn or is still a draft counts: it is the company's to send.
    """
    applied = sa.select(Application.company_id).where(
        Application.event_id == event.id, Application.kind == asked.kind
    )
    exhibits = asked.kind is ApplicationKind.EXHIBITOR
    chosen = (
        sa.select(Company)
        .where(
            Company.is_exporter if exhibits else Company.is_buyer | Company.is_sourcing_office,
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
            Company.id.not_in(applied),
        )
        .order_by(sa.func.lower(sa.func.coalesce(Company.name_latin, Company.name)), Company.id)
    )
    if not asked.text:
        return chosen
    known = (Company.name, Company.name_latin, Company.name_kana, Company.city)
    return chosen.where(
        sa.or_(
            *(name.icontains(asked.text, autoescape=True) for name in known),
            Company.register_number == asked.text,
        )
    )


def chosen_to_enter(
    event: Event, kind: ApplicationKind, public_ids: Collection[str]
) -> Sequence[Company]:
    """Return those of the companies that may be entered as this kind."""
    asked = EntryFilter(kind=kind)
    return db.session.scalars(
        companies_to_enter(event, asked).where(Company.public_id.in_(public_ids))
    ).all()


def applications_to(
    event: Event, companies: Collection[Company]
) -> Mapping[tuple[int, ApplicationKind], Application]:
    """Return what companies sent to an event, with company, by its number and the kind."""
    if not companies:
        return {}
    rows = db.session.scalars(
        sa.select(Application)
        .options(joinedload(Application.company))
        .where(
            Application.event_id == event.id,
            Application.company_id.in_({company.id for company in companies}),
        )
        .order_by(Application.id)
    )
    return {(row.company_id, row.kind): row for row in rows}


def applications_of_company(company: Company) -> Mapping[tuple[int, ApplicationKind], Application]:
    """Return what a company sent to any event, by the event's number and the kind."""
    rows = db.session.scalars(sa.select(Application).where(Application.company_id == company.id))
    return {(row.event_id, row.kind): row for row in rows}
