"""Mails about matches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Company, Member
from matchmaker.db.base import db
from matchmaker.events.models import Event, Participant
from matchmaker.jobs.enums import OutboxState
from matchmaker.jobs.models import OutboxMessage
from matchmaker.mail.letters import Letter
from matchmaker.mail.services import link, post
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Suggestion
from matchmaker.web.i18n import best_text

KIND = "suggested_partner"
PAUSE = timedelta(hours=1)
"""An officer approves many in a row: a company is told once in this time."""
DELAY = timedelta(minutes=2)
"""Time to take a slip of the finger back before anybody is told."""


def suggested_partner(company: Company, event: Event) -> Letter:
    """Tell a company that a partner is proposed to it."""
    return Letter(
        subject=_("A partner is suggested to %(company)s", company=company.name),
        paragraphs=(
            _(
                "The trade office has looked at who could do business with %(company)s at "
                "%(event)s, and suggests a partner.",
                company=company.name,
                event=best_text(event.title)[0],
            ),
            _("The page shows who it is and why you fit. Contacts stay hidden for now."),
        ),
        action=(
            _("See your suggested partners"),
            link("matches.of_company", public_id=company.public_id),
        ),
        closing=_("You get this mail because your company agreed to suggestions."),
    )


def _owners(company: Company) -> Sequence[User]:
    return db.session.scalars(
        sa.select(User)
        .join(Member, Member.user_id == User.id)
        .where(
            Member.company_id == company.id,
            Member.role == MemberRole.OWNER,
            User.disabled_at.is_(None),
            User.confirmed_at.is_not(None),
        )
        .order_by(User.id)
    ).all()


def _told_lately(owner: User, company: Company, now: datetime) -> bool:
    address = link("matches.of_company", public_id=company.public_id)
    told = sa.select(OutboxMessage.id).where(
        OutboxMessage.recipient == owner.email,
        OutboxMessage.kind == KIND,
        OutboxMessage.created_at > now - PAUSE,
        OutboxMessage.text.contains(address, autoescape=True),
    )
    return db.session.scalar(sa.select(told.exists())) is True


def tell_both_sides(suggestion: Suggestion, *, now: datetime) -> None:
    """Tell the owners of both companies of an approved suggestion, each once an hour."""
    for company in (suggestion.exhibitor.company, suggestion.buyer.company):
        for owner in _owners(company):
            if _told_lately(owner, company, now):
                continue
            message = post(
                KIND,
                lambda company=company: suggested_partner(company, suggestion.event),  # type: ignore[misc]
                recipient=owner.email,
                language=owner.language,
                now=now,
            )
            message.next_attempt_at = now + DELAY
    db.session.flush()


def take_back_notice(suggestion: Suggestion, *, approved_at: datetime) -> None:
    """Take a mail back that waits to be sent because of an approval that is undone.

    It stays where another approval came after, for which no mail of its own was written.
    """
    for company in (suggestion.exhibitor.company, suggestion.buyer.company):
        parts = sa.select(Participant.id).where(Participant.company_id == company.id)
        others = sa.select(Suggestion.id).where(
            Suggestion.id != suggestion.id,
            Suggestion.state == SuggestionState.APPROVED,
            Suggestion.changed_at >= approved_at,
            sa.or_(Suggestion.exhibitor_id.in_(parts), Suggestion.buyer_id.in_(parts)),
        )
        if db.session.scalar(sa.select(others.exists())):
            continue
        address = link("matches.of_company", public_id=company.public_id)
        db.session.execute(
            sa.delete(OutboxMessage).where(
                OutboxMessage.kind == KIND,
                OutboxMessage.created_at == approved_at,
                OutboxMessage.state == OutboxState.WAITING,
                OutboxMessage.attempts == 0,
                OutboxMessage.text.contains(address, autoescape=True),
            )
        )
