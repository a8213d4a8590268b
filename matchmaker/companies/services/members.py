"""Who acts for a company: inviting, joining, changing parts, leaving."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext

from matchmaker.accounts.models import User
from matchmaker.accounts.queries import user_by_email
from matchmaker.accounts.services.passwords import set_password
from matchmaker.accounts.services.sessions import hash_token
from matchmaker.companies.emails import member_invitation
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Company, Member, MemberInvitation
from matchmaker.companies.services.acting import note_change
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import ConflictError, NotAllowedNowError
from matchmaker.mail.services import post
from matchmaker.reference.queries import time_zone_of
from matchmaker.web.formats import DEFAULT_TIME_ZONE

TOKEN_BYTES = 32
VALID_FOR = timedelta(days=7)


class LastOwnerError(ConflictError):
    """A company always keeps an owner."""


class AlreadyMemberError(ConflictError):
    """The person belongs to the company already."""

    status = 422


def _lock(company: Company) -> None:
    """Let one change of the members happen after the other."""
    db.session.execute(sa.select(Company.id).where(Company.id == company.id).with_for_update())


def _keep_an_owner(company: Company, *, but: Member) -> None:
    owners = sa.select(Member.id).where(
        Member.company_id == company.id, Member.role == MemberRole.OWNER, Member.id != but.id
    )
    if not db.session.scalar(sa.select(owners.exists())):
        raise LastOwnerError(
            lazy_gettext(
                "A company always keeps an owner. Make somebody else an owner first, then try "
                "again."
            )
        )


def _is_member(company: Company, email: str) -> bool:
    found = (
        sa.select(Member.id)
        .join(Member.user)
        .where(Member.company_id == company.id, User.email == email)
    )
    return db.session.scalar(sa.select(found.exists())) is True


def invite(
    company: Company, email: str, role: MemberRole, *, actor: User, language: str, now: datetime
) -> MemberInvitation:
    """Mail an invitation to a colleague; an earlier one to the same address is revoked.

    Raises
    ------
    AlreadyMemberError
        If the address is a member's.
    """
    if _is_member(company, email):
        raise AlreadyMemberError(lazy_gettext("This person belongs to the company already."))
    db.session.execute(
        sa.update(MemberInvitation)
        .where(
            MemberInvitation.company_id == company.id,
            MemberInvitation.email == email,
            MemberInvitation.accepted_at.is_(None),
            MemberInvitation.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = MemberInvitation(
        token_hash=hash_token(token),
        company_id=company.id,
        email=email,
        role=role,
        invited_by_id=actor.id,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    db.session.add(invitation)
    inviter = actor.name
    post(
        "companies.member_invitation",
        lambda: member_invitation(company, inviter, token),
        recipient=email,
        language=language,
        now=now,
    )
    record(
        "company.invite_member",
        company.public_id,
        actor_id=actor.id,
        now=now,
        after={"invitation": invitation.public_id, "role": role},
    )
    note_change(company, "members.invite", actor=actor, now=now)
    return invitation


def revoke_invitation(invitation: MemberInvitation, *, actor: User, now: datetime) -> None:
    """Make a mailed link useless."""
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = now
        record(
            "company.revoke_invitation",
            invitation.company.public_id,
            actor_id=actor.id,
            now=now,
            before={"invitation": invitation.public_id, "role": invitation.role},
        )
        note_change(invitation.company, "members.revoke", actor=actor, now=now)


def is_living(invitation: MemberInvitation, *, now: datetime) -> bool:
    """Whether an invitation can still be accepted."""
    company = invitation.company
    open_still = invitation.accepted_at is None and invitation.revoked_at is None
    standing = company.merged_into_id is None and company.erased_at is None
    return open_still and standing and invitation.expires_at > now


def accept(invitation: MemberInvitation, *, user: User, now: datetime) -> Member:
    """Make the invited person a member; the link works once.

    Raises
    ------
    NotAllowedNowError
        If the invitation is over, or is for another address, or the person belongs to the trade
        office.
    """
    _lock(invitation.company)
    db.session.refresh(invitation, ["accepted_at", "revoked_at"])
    if not is_living(invitation, now=now):
        raise NotAllowedNowError(
            lazy_gettext("This invitation is no longer valid. Ask the owner for a new one.")
        )
    if user.email != invitation.email or user.is_staff:
        raise NotAllowedNowError(
            lazy_gettext("This invitation is for another address. Sign in with that one.")
        )
    invitation.accepted_at = now
    present = db.session.scalars(
        sa.select(Member).where(
            Member.company_id == invitation.company_id, Member.user_id == user.id
        )
    ).one_or_none()
    if present is not None:
        return present
    member = Member(
        company_id=invitation.company_id, user_id=user.id, role=invitation.role, joined_at=now
    )
    db.session.add(member)
    record(
        "company.join",
        invitation.company.public_id,
        actor_id=user.id,
        now=now,
        after={"person": user.public_id, "role": invitation.role},
    )
    db.session.flush()
    return member


def accept_as_new(
    invitation: MemberInvitation, *, name: str, password: str, language: str, now: datetime
) -> Member:
    """Make an account for the invited person, whose address the link proves, and join.

    Somebody may have signed up with this address without confirming it: the account is the one of
    whoever reads the mail, so the password is set anew.

    Raises
    ------
    NotAllowedNowError
        If the invitation is over, or the address has a confirmed account.
    WeakPasswordError
        If the password is too easy to guess.
    """
    user = user_by_email(invitation.email)
    if user is not None and user.confirmed_at is not None:
        raise NotAllowedNowError(
            lazy_gettext("This address has an account. Sign in, then open the link again.")
        )
    user = user or User(email=invitation.email, created_at=now)
    user.name, user.language, user.confirmed_at = name, language, now
    user.time_zone = time_zone_of(invitation.company.country) or DEFAULT_TIME_ZONE
    set_password(user, password)
    db.session.add(user)
    db.session.flush()
    return accept(invitation, user=user, now=now)


def change_role(
    company: Company, member: Member, role: MemberRole, *, actor: User, now: datetime
) -> None:
    """Change what a member may do.

    Raises
    ------
    LastOwnerError
        If no owner would be left.
    """
    _lock(company)
    db.session.refresh(member, ["role"])
    if member.role is role:
        return
    if role is not MemberRole.OWNER:
        _keep_an_owner(company, but=member)
    before, member.role = member.role, role
    record(
        "company.change_role",
        company.public_id,
        actor_id=actor.id,
        now=now,
        before={"person": member.user.public_id, "role": before},
        after={"person": member.user.public_id, "role": role},
    )
    db.session.flush()


def remove_member(company: Company, member: Member, *, actor: User, now: datetime) -> None:
    """Take a member out of a company, or let it leave.

    Raises
    ------
    LastOwnerError
        If no owner would be left.
    """
    _lock(company)
    db.session.refresh(member, ["role"])
    if member.role is MemberRole.OWNER:
        _keep_an_owner(company, but=member)
    record(
        "company.remove_member",
        company.public_id,
        actor_id=actor.id,
        now=now,
        before={"person": member.user.public_id, "role": member.role},
    )
    db.session.delete(member)
    db.session.flush()
