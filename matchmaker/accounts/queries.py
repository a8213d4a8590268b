"""Questions about people and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from matchmaker.accounts.enums import STAFF_ROLES
from matchmaker.accounts.models import RecoveryCode, StaffInvitation, User, UserSession
from matchmaker.accounts.tokens import hash_token
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.jobs.models import OutboxMessage

ADDRESS_CHANGED = "user.change_address"
"""What the audit log calls it."""


def living_session(token: str, *, idle: timedelta, now: datetime) -> UserSession | None:
    """Return the session of a cookie's token with its person, if it still opens anything."""
    return db.session.scalars(
        sa.select(UserSession)
        .join(UserSession.user)
        .options(joinedload(UserSession.user))
        .where(
            UserSession.token_hash == hash_token(token),
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > now - idle,
            User.disabled_at.is_(None),
        )
    ).one_or_none()


def user_by_email(email: str) -> User | None:
    """Return the person with this address (already normalised), if there is one."""
    return db.session.scalars(sa.select(User).where(User.email == email)).one_or_none()


def user_by_public_id(public_id: str) -> User:
    """Return one person.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(sa.select(User).where(User.public_id == public_id)).one()


def _locked(condition: sa.ColumnElement[bool]) -> User | None:
    return db.session.scalars(
        sa.select(User)
        .where(condition)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def user_to_change(public_id: str) -> User | None:
    """Return one person as the row is now, locked until the transaction ends."""
    return _locked(User.public_id == public_id)


def person_to_change(public_id: str, *, asker: User) -> User:
    """Return one person as the row is now, locked until the transaction ends.

    So is the asker: of two who keep each other out at once, the second finds that it is too late.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    rows = db.session.scalars(
        sa.select(User)
        .where(sa.or_(User.public_id == public_id, User.id == asker.id))
        .order_by(User.id)  # always in the same order, so that no two wait for each other
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    found = next((row for row in rows if row.public_id == public_id), None)
    if found is None:
        raise NoResultFound
    return found


def user_signing_in(email: str) -> User | None:
    """Return the person with this address, locked, so that tries are counted one by one."""
    return _locked(User.email == email)


def sessions_of(user: User, *, idle: timedelta, now: datetime) -> Sequence[UserSession]:
    """Return the sessions of a person that still open something, the last used first."""
    return db.session.scalars(
        sa.select(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > now - idle,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    ).all()


def session_by_public_id(public_id: str) -> UserSession:
    """Return one session.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(UserSession).where(UserSession.public_id == public_id)
    ).one()


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes of a person have not been used."""
    unused = (RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(sa.select(sa.func.count(RecoveryCode.id)).where(*unused)) or 0


def staff_members() -> Sequence[User]:
    """Return officers, observers, interpreters and administrators, by name."""
    return db.session.scalars(
        sa.select(User).where(User.role.in_(STAFF_ROLES)).order_by(User.name, User.id)
    ).all()


def people_named(text: str) -> sa.Select[User]:
    """Return the statement of those whose name or address contains the text, by address."""
    matching = sa.or_(
        User.name.icontains(text, autoescape=True), User.email.icontains(text, autoescape=True)
    )
    return sa.select(User).where(matching).order_by(User.email)


def all_users() -> Sequence[User]:
    """Return everybody, by address."""
    return db.session.scalars(sa.select(User).order_by(User.email)).all()


def open_invitations(now: datetime) -> Sequence[StaffInvitation]:
    """Return the invitations that can still be accepted, the newest first."""
    return db.session.scalars(
        sa.select(StaffInvitation)
        .where(
            StaffInvitation.accepted_at.is_(None),
            StaffInvitation.revoked_at.is_(None),
            StaffInvitation.expires_at > now,
        )
        .order_by(StaffInvitation.id.desc())
    ).all()


def invitation_by_public_id(public_id: str) -> StaffInvitation:
    """Return one invitation.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(StaffInvitation).where(StaffInvitation.public_id == public_id)
    ).one()


def invitation_to_accept(token: str, *, now: datetime) -> StaffInvitation | None:
    """Return the invitation of a link, locked, if it can still be accepted."""
    return db.session.scalars(
        sa.select(StaffInvitation)
        .where(
            StaffInvitation.token_hash == hash_token(token),
            StaffInvitation.accepted_at.is_(None),
            StaffInvitation.revoked_at.is_(None),
            StaffInvitation.expires_at > now,
        )
        .with_for_update()
    ).one_or_none()


def times_moved(user: User) -> int:
    """Return how often a person has taken another address."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(AuditEntry.id)).where(
                AuditEntry.object_kind == "user",
                AuditEntry.object_id == user.public_id,
                AuditEntry.action == ADDRESS_CHANGED,
            )
        )
        or 0
    )


def was_mailed(kind: str, email: str, *, since: datetime) -> bool:
    """Whether a mail of this kind went to the address lately."""
    sent = sa.select(OutboxMessage.id).where(
        OutboxMessage.kind == kind,
        OutboxMessage.recipient == email,
        OutboxMessage.created_at > since,
    )
    return db.session.scalar(sa.select(sent.exists())) is True
