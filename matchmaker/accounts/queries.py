"""Questions about people and their sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaker.accounts.models import User, UserSession
from matchmaker.accounts.services.sessions import hash_token
from matchmaker.db.base import db


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
