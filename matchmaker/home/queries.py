"""What home shows: counts behind the tasks, and what a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import Company, Member, Need, Product
from matchmaker.companies.permissions import DIRECTORY_STAFF
from matchmaker.companies.queries import agreed_to
from matchmaker.db.base import db
from matchmaker.events.models import Event, Participant
from matchmaker.jobs.enums import OutboxState
from matchmaker.jobs.models import OutboxMessage
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import MatchRun, Suggestion
from matchmaker.participation.enums import ApplicationState
from matchmaker.participation.models import Application

FOUND_MOST = 50


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """Counts about one company."""

    products: int
    products_without_code: int
    needs: int
    needs_without_code: int
    approved: int
    """Suggested partners an officer has approved."""
    may_be_suggested: bool
    """Whether it agreed to suggestions; without that, no run looks at it."""


def _count(statement: sa.Select[int]) -> sa.ScalarSelect[int]:
    return statement.scalar_subquery()


def facts_of(company: Company) -> CompanyFacts:
    """Return the counts about a company, in one statement."""
    products = sa.select(sa.func.count(Product.id)).where(
        Product.company_id == company.id, Product.withdrawn_at.is_(None)
    )
    needs = sa.select(sa.func.count(Need.id)).where(
        Need.company_id == company.id, Need.withdrawn_at.is_(None)
    )
    parts = sa.select(Participant.id).where(Participant.company_id == company.id)
    approved = sa.select(sa.func.count(Suggestion.id)).where(
        Suggestion.state == SuggestionState.APPROVED,
        sa.or_(Suggestion.exhibitor_id.in_(parts), Suggestion.buyer_id.in_(parts)),
    )
    row = db.session.execute(
        sa.select(
            _count(products),
            _count(products.where(Product.hs_code.is_(None))),
            _count(needs),
            _count(needs.where(~Need.hs_codes.any())),
            _count(approved),
            sa.literal(company.id).in_(agreed_to(Purpose.SUGGESTIONS)),
        )
    ).one()
    return CompanyFacts(*row)


def applications_of(company: Company, *, today: date) -> Sequence[tuple[Event, Application]]:
    """Return a company's applications to events that are not over, with the events."""
    return [
        (event, application)
        for event, application in db.session.execute(
            sa.select(Event, Application)
            .join(Application, Application.event_id == Event.id)
            .where(Application.company_id == company.id, Event.ends_on >= today)
            .order_by(Event.starts_on)
        )
    ]


def open_events(today: date) -> Sequence[Event]:
    """Return the published events that are not over, soonest first."""
    return db.session.scalars(
        sa.select(Event)
        .where(Event.published_at.is_not(None), Event.ends_on >= today)
        .order_by(Event.starts_on, Event.id)
        .limit(6)
    ).all()


@dataclass(frozen=True, slots=True)
class EventWork:
    """What waits for officers at one event."""

    event: Event
    applications: int
    """Submitted or under review."""
    suggestions: int
    """Waiting for a decision."""
    participants: int
    newcomers: int
    """Companies that joined since the last run read its inputs; 0 before the first run."""


def work_at_events(today: date) -> Sequence[EventWork]:
    """Return what waits at each event that is not over, soonest first."""
    applications = sa.select(sa.func.count(Application.id)).where(
        Application.event_id == Event.id,
        Application.state.in_([ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW]),
    )
    suggestions = sa.select(sa.func.count(Suggestion.id)).where(
        Suggestion.event_id == Event.id, Suggestion.state == SuggestionState.PENDING
    )
    participants = sa.select(sa.func.count(Participant.id)).where(
        Participant.event_id == Event.id, Participant.left_at.is_(None)
    )
    last_run = (
        sa.select(sa.func.max(MatchRun.data_at))
        .where(MatchRun.event_id == Event.id, MatchRun.finished_at.is_not(None))
        .correlate(Event)
        .scalar_subquery()
    )
    newcomers = sa.select(sa.func.count(Participant.company_id.distinct())).where(
        Participant.event_id == Event.id,
        Participant.left_at.is_(None),
        Participant.joined_at > last_run,
    )
    rows = db.session.execute(
        sa.select(
            Event,
            _count(applications),
            _count(suggestions),
            _count(participants),
            _count(newcomers),
        )
        .where(Event.ends_on >= today)
        .order_by(Event.starts_on, Event.id)
    )
    return [EventWork(*row) for row in rows]


def failed_mails() -> int:
    """Return how many mails were given up."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(OutboxMessage.id)).where(
                OutboxMessage.state == OutboxState.FAILED
            )
        )
        or 0
    )


def _visible_to(user: User) -> sa.ColumnElement[bool]:
    """Say which companies a person may find: staff all, members their own and the other side's."""
    living = sa.and_(Company.merged_into_id.is_(None), Company.erased_at.is_(None))
    if user.role in DIRECTORY_STAFF:
        return living
    own = sa.select(Member.company_id).where(Member.user_id == user.id)
    mine = sa.select(Company.is_exporter, Company.is_buyer).where(Company.id.in_(own)).subquery()
    other_side = sa.or_(
        sa.and_(Company.is_buyer, sa.exists().where(mine.c.is_exporter)),
        sa.and_(Company.is_exporter, sa.exists().where(mine.c.is_buyer)),
    )
    listed = Company.id.in_(agreed_to(Purpose.DIRECTORY))
    return sa.and_(living, sa.or_(Company.id.in_(own), sa.and_(other_side, listed)))


def companies_found(text: str, user: User) -> Sequence[Company]:
    """Return the companies whose name, product or need contains the words, by name."""
    conditions = []
    for word in text.split()[:6]:
        products = sa.select(Product.company_id).where(
            Product.withdrawn_at.is_(None),
            sa.or_(
                Product.name.icontains(word, autoescape=True),
                Product.description.icontains(word, autoescape=True),
            ),
        )
        needs = sa.select(Need.company_id).where(
            Need.withdrawn_at.is_(None),
            sa.or_(
                Need.title.icontains(word, autoescape=True),
                Need.description.icontains(word, autoescape=True),
            ),
        )
        conditions.append(
            sa.or_(
                Company.name.icontains(word, autoescape=True),
                Company.name_latin.icontains(word, autoescape=True),
                Company.name_kana.icontains(word, autoescape=True),
                Company.city.icontains(word, autoescape=True),
                Company.id.in_(products),
                Company.id.in_(needs),
            )
        )
    return db.session.scalars(
        sa.select(Company)
        .where(_visible_to(user), *conditions)
        .order_by(Company.name, Company.id)
        .limit(FOUND_MOST)
    ).all()
