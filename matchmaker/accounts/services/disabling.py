"""Keeping a person out, and letting her in again."""

from __future__ import annotations

import logging
from datetime import datetime

from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.accounts.services.sessions import end_all_sessions
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import NotAllowedNowError

log = logging.getLogger(__name__)


def disable(user: User, *, actor: User, now: datetime) -> None:
    """Keep a person out from now on: every session ends at once, and no password helps.

    Raises
    ------
    NotAllowedNowError
        If the person is kept out already.
    """
    if user.disabled_at is not None:
        raise NotAllowedNowError(_l("This person is kept out already."))
    user.disabled_at = now
    end_all_sessions(user, now=now)
    record("user.disable", user.public_id, actor_id=actor.id, now=now)
    db.session.flush()
    log.info("person disabled", extra={"user": user.public_id})


def enable(user: User, *, actor: User, now: datetime) -> None:
    """Let a person in again, with the same password; ended sessions stay ended.

    Raises
    ------
    NotAllowedNowError
        If the person is not kept out.
    """
    if user.disabled_at is None:
        raise NotAllowedNowError(_l("This person may sign in already."))
    user.disabled_at = None
    record("user.enable", user.public_id, actor_id=actor.id, now=now)
    db.session.flush()
    log.info("person enabled", extra={"user": user.public_id})
