"""Questions about who acts for a company and what it agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matchmaker.accounts.models import User
from matchmaker.accounts.services.sessions import hash_token
from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import Company, Consent, Member, MemberInvitation
from matchmaker.companies.sight import SeenMember
from matchmaker.db.base import db


def company_with_people(public_id: str) -> Company:
    """Return one company with its members and their persons.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Company)
        .options(selectinload(Company.members).joinedload(Member.user))
        .where(Company.public_id == public_id)
    ).one()


def member_of(public_id: str, person_id: str) -> SeenMember:
    """Return a person's part in a company, both by public id."""
    member = db.session.scalars(
        sa.select(Member)
        .join(Member.company)
        .join(Member.user)
        .options(
            contains_eager(Member.company).selectinload(Company.members),
            contains_eager(Member.user),
        )
        .where(Company.public_id == public_id, User.public_id == person_id)
    ).one()
    return SeenMember(member, member.company)


def waiting_invitations(company: Company, *, now: datetime) -> Sequence[MemberInvitation]:
    """Return the invitations that can still be accepted, the last first."""
    return db.session.scalars(
        sa.select(MemberInvitation)
        .where(
            MemberInvitation.company_id == company.id,
            MemberInvitation.accepted_at.is_(None),
            MemberInvitation.revoked_at.is_(None),
            MemberInvitation.expires_at > now,
        )
        .order_by(MemberInvitation.id.desc())
    ).all()


def invitation_by_token(token: str) -> MemberInvitation:
    """Return the invitation of a mailed link, living or not, with its company and members."""
    return db.session.scalars(
        sa.select(MemberInvitation)
        .options(joinedload(MemberInvitation.company).selectinload(Company.members))
        .where(MemberInvitation.token_hash == hash_token(token))
    ).one()


def invitation_to_revoke(public_id: str) -> MemberInvitation:
    """Return one invitation with its company and that one's members."""
    return db.session.scalars(
        sa.select(MemberInvitation)
        .options(joinedload(MemberInvitation.company).selectinload(Company.members))
        .where(MemberInvitation.public_id == public_id)
    ).one()


def consent_history(company: Company) -> Sequence[tuple[Consent, User | None]]:
    """Return every answer with the person who gave it, the last first."""
    rows = db.session.execute(
        sa.select(Consent, User)
        .outerjoin(User, User.id == Consent.by_id)
        .where(Consent.company_id == company.id)
        .order_by(Consent.id.desc())
    )
    return [(consent, person) for consent, person in rows]


def present_answers(company: Company) -> dict[Purpose, bool]:
    """Return the last answer for each purpose; what was never asked counts as no."""
    answers = dict.fromkeys(Purpose, False)
    for consent in db.session.scalars(
        sa.select(Consent).where(Consent.company_id == company.id).order_by(Consent.id)
    ):
        answers[consent.purpose] = consent.given
    return answers
