"""Sessions: a row per device, so that ending one ends it at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from matchmaker.accounts.models import User, UserSession
from matchmaker.accounts.tokens import hash_token, new_token
from matchmaker.config import Settings
from matchmaker.db.base import db

__all__ = ["end_all_sessions", "end_session", "hash_token", "renew_token", "start_session"]


def start_session(user: User, *, device: str, settings: Settings, now: datetime) -> str:
    """Add a session for a person who has just given the password; return its token."""
    token = new_token()
    db.session.add(
        UserSession(
            token_hash=hash_token(token),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings.session_hours),
            password_at=now,
            device=device[:120],
        )
    )
    db.session.flush()
    return token


def renew_token(session: UserSession) -> str:
    """Give a session a new token, as it may do more from now on; the old one opens nothing."""
    token = new_token()
    session.token_hash = hash_token(token)
    db.session.flush()
    return token


def end_session(session: UserSession, *, now: datetime) -> None:
    """Revoke one session: its cookie opens nothing any more."""
    session.revoked_at = now
    db.session.flush()


def end_all_sessions(user: User, *, now: datetime, but: UserSession | None = None) -> int:
    """Revoke every session of a person, or all but the present one; return how many."""
    condition = [UserSession.user_id == user.id, UserSession.revoked_at.is_(None)]
    if but is not None:
        condition.append(UserSession.id != but.id)
    ended = db.session.execute(sa.update(UserSession).where(*condition).values(revoked_at=now))
    return int(ended.rowcount)  # type: ignore[attr-defined]
