"""Questions of a company about the partners an officer has approved for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import Company, ContactRelease
from matchmaker.companies.queries import agreed_to
from matchmaker.db.base import db
from matchmaker.events.models import Event, Participant
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Suggestion
from matchmaker.matches.queries.blocked import are_apart

MOST_SHOWN = 200


def approved_for(company: Company) -> Sequence[Suggestion]:
    """Return a company's approved suggestions, with both sides and their goods.

    The next event comes first, then the higher score. Suggestions with a company that was
    merged or erased, or that has left the event, are left out, as are two kept apart since.
    """
    exhibitor, visitor = aliased(Participant), aliased(Participant)
    exporter, buyer = aliased(Company), aliased(Company)
    living = [
        condition
        for participant, one in ((exhibitor, exporter), (visitor, buyer))
        for condition in (
            participant.left_at.is_(None),
            one.merged_into_id.is_(None),
            one.erased_at.is_(None),
        )
    ]
    return db.session.scalars(
        sa.select(Suggestion)
        .join(exhibitor, exhibitor.id == Suggestion.exhibitor_id)
        .join(exporter, exporter.id == exhibitor.company_id)
        .join(visitor, visitor.id == Suggestion.buyer_id)
        .join(buyer, buyer.id == visitor.company_id)
        .join(Event, Event.id == Suggestion.event_id)
        .options(
            joinedload(Suggestion.event),
            joinedload(Suggestion.exhibitor).joinedload(Participant.company),
            joinedload(Suggestion.buyer).joinedload(Participant.company),
            joinedload(Suggestion.product),
            joinedload(Suggestion.need),
        )
        .where(
            Suggestion.state == SuggestionState.APPROVED,
            sa.or_(exporter.id == company.id, buyer.id == company.id),
            ~are_apart(exporter.id, buyer.id),
            *living,
        )
        .order_by(Event.starts_on.desc(), Suggestion.score.desc(), Suggestion.id)
        .limit(MOST_SHOWN)
    ).all()


def wants_suggestions(company: Company) -> bool:
    """Whether a company agreed to being suggested, so that runs read it."""
    agreed = agreed_to(Purpose.SUGGESTIONS).subquery()
    mine = sa.select(agreed.c.company_id).where(agreed.c.company_id == company.id)
    return db.session.scalar(sa.select(mine.exists())) is True


def open_to(company: Company, others: Collection[int]) -> frozenset[int]:
    """Return those of these companies whose page the people of a company may open."""
    released = sa.union(
        sa.select(ContactRelease.exporter_id).where(ContactRelease.buyer_id == company.id),
        sa.select(ContactRelease.buyer_id).where(ContactRelease.exporter_id == company.id),
    )
    return frozenset(
        db.session.scalars(
            sa.select(Company.id).where(
                Company.id.in_(others),
                sa.or_(Company.id.in_(agreed_to(Purpose.DIRECTORY)), Company.id.in_(released)),
            )
        )
    )
