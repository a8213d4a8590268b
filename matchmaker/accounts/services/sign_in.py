"""Signing in and out, and giving the password again."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app

from matchmaker.accounts.models import User, UserSession
from matchmaker.accounts.queries import user_signing_in, user_to_change
from matchmaker.accounts.services.locks import count_failure, forget_failures, is_locked
from matchmaker.accounts.services.passwords import verify_password
from matchmaker.accounts.services.sessions import end_all_sessions, start_session
from matchmaker.accounts.services.sign_up import ask_confirmation
from matchmaker.config import Settings
from matchmaker.db.audit import record
from matchmaker.db.base import db

log = logging.getLogger(__name__)

NOBODY = "nobody"
"""Stands in the audit log for an address that is nobody's."""


def _refuse(user: User | None, *, wrong: bool, now: datetime) -> None:
    """Keep that a sign-in was refused; as much is written for an address nobody has."""
    if (
        user is not None
        and wrong
        and not is_locked(user, now=now)
        and count_failure(user, now=now)
    ):
        log.warning("sign-in locked", extra={"user": user.public_id})
    object_id = NOBODY if user is None else user.public_id
    record("user.refuse_sign_in", object_id, actor_id=None, now=now)
    db.session.flush()


def sign_in(email: str, password: str, *, device: str, now: datetime) -> tuple[User, str] | None:
    """Return the person and the token of a new session; None for every reason to refuse.

    A wrong password is counted, so commit then too.
    """
    user = user_signing_in(email)
    right = verify_password(user, password)
    if user is None or not right or is_locked(user, now=now) or user.disabled_at is not None:
        _refuse(user, wrong=not right, now=now)
        return None
    if user.confirmed_at is None:
        _refuse(user, wrong=False, now=now)
        ask_confirmation(user, now=now)
        return None
    if not user.has_second_factor:
        # Otherwise whoever knows the password could try codes without end.
        forget_failures(user)
    settings: Settings = current_app.extensions["settings"]
    token = start_session(user, device=device, settings=settings, now=now)
    if user.is_staff:
        record("user.sign_in", user.public_id, actor_id=user.id, now=now)
    log.info("signed in", extra={"user": user.public_id})
    return user, token


def confirm_password(session: UserSession, password: str, *, now: datetime) -> bool:
    """Whether the password typed again, before a sensitive step, is right; the time is kept.

    A locked sign-in does not matter here: an attacker who caused it must not keep the person
    from working. Ten wrong passwords end every session instead.
    """
    user = user_to_change(session.user.public_id)
    assert user is not None
    if verify_password(user, password):
        session.password_at = now
        forget_failures(user)
        db.session.flush()
        return True
    if count_failure(user, now=now):
        end_all_sessions(user, now=now)
    db.session.flush()
    return False
