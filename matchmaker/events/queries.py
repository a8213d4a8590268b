"""Questions about events and the companies that take part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.companies.models import Company, Need, Product
from matchmaker.db.base import db
from matchmaker.events.enums import BUYER_ROLES, EventKind, ParticipantRole
from matchmaker.events.models import Event, EventSector, Participant
from matchmaker.reference.models import Sector


@cache
def _with_sectors() -> sa.Select[Event]:
    return (
        sa.select(Event)
        .options(joinedload(Event.sectors))
        .where(Event.public_id == sa.bindparam("public_id"))
    )


def event_with_sectors(public_id: str) -> Event:
    """Return one event with its sectors.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(_with_sectors(), {"public_id": public_id}).unique().one()


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event on its public page."""

    event: Event
    taking_part: int
    """How many companies take part at present."""


@cache
def _shown() -> sa.Select[Event, int]:
    taking_part = (
        sa.select(sa.func.count(Participant.id))
        .where(Participant.event_id == Event.id, Participant.left_at.is_(None))
        .scalar_subquery()
    )
    return _with_sectors().add_columns(taking_part)


def shown_event(public_id: str) -> ShownEvent:
    """Return one event with its sectors and how many take part.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    event, number = db.session.execute(_shown(), {"public_id": public_id}).unique().one()
    return ShownEvent(event, number)


def event_by_code(code: str) -> Event:
    """Return the event that commands and files call `code`.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(sa.select(Event).where(Event.code == code)).one()


def code_is_taken(code: str, *, but_for: Event | None = None) -> bool:
    """Whether another event has this code."""
    others = sa.select(Event.id).where(Event.code == code)
    if but_for is not None:
        others = others.where(Event.id != but_for.id)
    return db.session.scalar(sa.select(others.exists())) is True


def all_events() -> Sequence[Event]:
    """Return every event, the first to begin first."""
    return db.session.scalars(sa.select(Event).order_by(Event.starts_on, Event.code)).all()


def open_events(now: datetime) -> Sequence[Event]:
    """Return the published events that take applications now, the first to close first."""
    return db.session.scalars(
        sa.select(Event)
        .where(
            Event.published_at.is_not(None),
            Event.applications_open_at <= now,
            Event.applications_close_at > now,
        )
        .order_by(Event.applications_close_at, Event.id)
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFilter:
    """What the reader of the calendar asked for."""

    sector: str | None = None
    country: str | None = None
    month: date | None = None
    """Its first day."""
    kind: EventKind | None = None
    unpublished: bool = False
    """Show those too that are being prepared."""


def _first_of_next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def calendar(asked: CalendarFilter, *, today: date) -> sa.Select[Event]:
    """Return the statement of the events asked for: the next one first, past ones last."""
    past = Event.ends_on < today
    chosen = (
        sa.select(Event)
        .options(selectinload(Event.sectors))
        .order_by(
            past,
            sa.case((past, None), else_=Event.starts_on),
            Event.starts_on.desc(),
            Event.id,
        )
    )
    if not asked.unpublished:
        chosen = chosen.where(Event.published_at.is_not(None))
    if asked.sector:
        about = sa.select(EventSector.event_id).where(EventSector.sector_code == asked.sector)
        chosen = chosen.where(Event.id.in_(about))
    if asked.country:
        chosen = chosen.where(Event.country == asked.country)
    if asked.kind:
        chosen = chosen.where(Event.kind == asked.kind)
    if asked.month:
        chosen = chosen.where(
            Event.ends_on >= asked.month, Event.starts_on < _first_of_next_month(asked.month)
        )
    return chosen


@dataclass(frozen=True, slots=True)
class CalendarChoices:
    """What the calendar can be filtered by: only what some event has."""

    sectors: Sequence[Sector]
    countries: Sequence[str]
    months: Sequence[date]


def calendar_choices(*, unpublished: bool) -> CalendarChoices:
    """Return the sectors, countries and months of the events there are."""
    seen = sa.true() if unpublished else Event.published_at.is_not(None)
    about = sa.select(EventSector.sector_code).join(Event).where(seen)
    sectors = db.session.scalars(
        sa.select(Sector).where(Sector.code.in_(about)).order_by(Sector.position)
    ).all()
    places = db.session.execute(
        sa.select(Event.country, Event.starts_on, Event.ends_on).where(seen).distinct()
    ).all()
    months: set[date] = set()
    for _country, first, last in places:
        month = first.replace(day=1)
        while month <= last:
            months.add(month)
            month = _first_of_next_month(month)
    return CalendarChoices(sectors, sorted({place[0] for place in places}), sorted(months))


@dataclass(slots=True)
class Coming:
    """How many companies of one sector take part."""

    exhibitors: int = 0
    buyers: int = 0


@dataclass(frozen=True, slots=True)
class WhoIsComing:
    """How many companies take part, in all and by top-level sector."""

    exhibitors: int = 0
    buyers: int = 0
    by_sector: dict[str, Coming] = field(default_factory=dict)


def _taking_part(roles: Collection[ParticipantRole]) -> sa.ColumnElement[bool]:
    return sa.and_(
        Participant.event_id == sa.bindparam("event_id"),
        Participant.role.in_(roles),
        Participant.left_at.is_(None),
    )


@cache
def _numbers_by_sector() -> sa.CompoundSelect[str, str, int]:
    """Build the statement once: that took longer than running it."""
    top = sa.func.coalesce(Sector.parent_code, Sector.code)
    sides = (
        ("exhibitors", Product, {ParticipantRole.EXHIBITOR}),
        ("buyers", Need, BUYER_ROLES),
    )
    parts: list[sa.Select[str, str, int]] = []
    for side, goods, roles in sides:
        name = sa.literal(side)
        companies = sa.func.count(sa.distinct(Participant.company_id))
        all_of_them = sa.select(name, sa.cast(sa.null(), sa.String), companies)
        parts += [
            all_of_them.where(_taking_part(roles)),
            sa.select(name, top, companies)
            .join(goods, goods.company_id == Participant.company_id)
            .join(Sector, Sector.code == goods.sector_code)
            .where(_taking_part(roles), goods.withdrawn_at.is_(None))
            .group_by(top),
        ]
    return sa.union_all(*parts)


def who_is_coming(event: Event) -> WhoIsComing:
    """Count those who take part, by the sectors of what they offer or look for; one statement.

    A company with goods of several sectors counts in each of them, and once in all.
    """
    totals = {"exhibitors": 0, "buyers": 0}
    by_sector: dict[str, Coming] = {}
    rows: Sequence[Any] = db.session.execute(_numbers_by_sector(), {"event_id": event.id}).all()
    for side, sector, number in rows:
        if sector is None:
            totals[side] = number
        else:
            setattr(by_sector.setdefault(sector, Coming()), side, number)
    return WhoIsComing(totals["exhibitors"], totals["buyers"], by_sector)


def participants(
    event: Event, roles: Collection[ParticipantRole] = frozenset(ParticipantRole)
) -> Sequence[Participant]:
    """Return those who take part in an event in one of the roles, with company, by name."""
    return db.session.scalars(
        sa.select(Participant)
        .join(Participant.company)
        .options(joinedload(Participant.company))
        .where(
            Participant.event_id == event.id,
            Participant.role.in_(roles),
            Participant.left_at.is_(None),
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
        )
        .order_by(Company.name, Participant.id)
    ).all()


def events_of(company: Company) -> Sequence[Participant]:
    """Return a company's parts in events with the event, the latest event first."""
    return db.session.scalars(
        sa.select(Participant)
        .join(Participant.event)
        .options(joinedload(Participant.event))
        .where(Participant.company_id == company.id, Participant.left_at.is_(None))
        .order_by(Event.starts_on.desc(), Participant.id)
    ).all()
