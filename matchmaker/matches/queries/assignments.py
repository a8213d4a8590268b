"""Questions about who reviews what, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaker.accounts.models import User
from matchmaker.companies.permissions import ACTING_STAFF
from matchmaker.db.base import db
from matchmaker.events.models import EventSector
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Decision, SectorAssignment, Suggestion
from matchmaker.reference.models import Sector


@dataclass(frozen=True, slots=True)
class SectorShare:
    """One sector of an event's review."""

    code: str
    names: dict[str, str]
    pending: int
    total: int
    officer_id: int | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Workload:
    """What one officer has to review at an event, and has decided."""

    officer: User
    pending: int
    overdue: int
    """Pending ones whose day has passed."""
    decided: int
    """Suggestions the officer has decided on; what was taken back does not count."""


def sector_shares(event_id: int) -> Sequence[SectorShare]:
    """Return the sectors of an event or of its suggestions, with who reviews them."""
    counts = (
        sa.select(
            Suggestion.sector_code,
            sa.func.count().label("total"),
            sa.func.count(
                sa.case((Suggestion.state == SuggestionState.PENDING, Suggestion.id))
            ).label("pending"),
        )
        .where(Suggestion.event_id == event_id, Suggestion.state != SuggestionState.SUPERSEDED)
        .group_by(Suggestion.sector_code)
        .subquery()
    )
    of_event = sa.select(EventSector.sector_code).where(EventSector.event_id == event_id)
    assigned = sa.and_(
        SectorAssignment.sector_code == Sector.code, SectorAssignment.event_id == event_id
    )
    rows = db.session.execute(
        sa.select(
            Sector.code,
            Sector.names,
            sa.func.coalesce(counts.c.pending, 0),
            sa.func.coalesce(counts.c.total, 0),
            SectorAssignment.officer_id,
            SectorAssignment.due_on,
        )
        .outerjoin(counts, counts.c.sector_code == Sector.code)
        .outerjoin(SectorAssignment, assigned)
        .where(
            Sector.parent_code.is_(None),
            sa.or_(
                Sector.code.in_(of_event),
                counts.c.total > 0,
                SectorAssignment.officer_id.is_not(None),
            ),
        )
        .order_by(Sector.position)
    )
    return [SectorShare(*row) for row in rows]


def officers() -> Sequence[User]:
    """Return those who review, by name."""
    return db.session.scalars(
        sa.select(User)
        .where(User.role.in_(ACTING_STAFF), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    ).all()


def workloads(event_id: int, *, today: date) -> Sequence[Workload]:
    """Return what each officer has to review and has decided, in one statement."""
    mine = sa.and_(
        SectorAssignment.event_id == Suggestion.event_id,
        SectorAssignment.sector_code == Suggestion.sector_code,
    )
    pending = (
        sa.select(sa.func.count(Suggestion.id))
        .join(SectorAssignment, mine)
        .where(
            Suggestion.event_id == event_id,
            Suggestion.state == SuggestionState.PENDING,
            SectorAssignment.officer_id == User.id,
        )
        .correlate(User)
    )
    back = aliased(Decision)
    taken_back = sa.select(back.id).where(back.undoes_id == Decision.id)
    decided = (
        sa.select(sa.func.count(sa.distinct(Decision.suggestion_id)))
        .join(Suggestion, Suggestion.id == Decision.suggestion_id)
        .where(
            Suggestion.event_id == event_id,
            Decision.officer_id == User.id,
            Decision.undoes_id.is_(None),
            Decision.after != SuggestionState.PENDING,  # a pair added is not decided on
            ~taken_back.exists(),
        )
        .correlate(User)
    )
    rows = db.session.execute(
        sa.select(
            User,
            pending.scalar_subquery(),
            pending.where(SectorAssignment.due_on < today).scalar_subquery(),
            decided.scalar_subquery(),
        )
        .where(User.role.in_(ACTING_STAFF), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [Workload(*row) for row in rows]
